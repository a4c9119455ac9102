//! A slip of the finger in the name of one handler of several.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn network_quit(&mut self) {}
    fn netwrok_chat(&mut self, _text: String) {}
    fn networks_known(&mut self) {}
}

fn main() {}
