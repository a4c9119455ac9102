//! An argument that is none.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, strict)]
impl Game {
    fn network_chat(&mut self, _text: String) {}
    fn network_quit(&mut self) {}
}

fn main() {}
