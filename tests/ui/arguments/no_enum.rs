//! The enum is missing.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler]
impl Game {
    fn network_chat(&mut self, _text: String) {}
}

fn main() {}
