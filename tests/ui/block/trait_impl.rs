//! Handlers in the `impl` of a trait.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

trait Listener {
    fn network_chat(&mut self, text: String);
}

struct Game;

#[network_handler(ToServer, ..)]
impl Listener for Game {
    fn network_chat(&mut self, _text: String) {}
}

fn main() {}
