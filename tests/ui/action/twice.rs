//! Two methods for one action.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn network_chat(&mut self, _text: String) {}
    fn Network_chat(&mut self) {}
}

fn main() {}
