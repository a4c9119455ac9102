//! The enum as a payload.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
}

struct Game;

#[network_handler]
impl Game {
    fn network_chat(&mut self, _chat: ToServer) {}
}

fn main() {}
