//! A variant in place of the enum.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
}

struct Game;

#[network_handler(ToServer::Chat)]
impl Game {
    fn network_chat(&mut self, _text: String) {}
}

fn main() {}
