//! Something else in place of the path to podsix.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, .., crate = "not a path")]
impl Game {
    fn network_chat(&mut self, _text: String) {}
}

fn main() {}
