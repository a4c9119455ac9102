//! The reason by value.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn network_disconnected(&mut self, _reason: podsix::Reason) {}
}

fn main() {}
