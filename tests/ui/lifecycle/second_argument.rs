//! Too many arguments.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn network_disconnected(&mut self, _reason: &podsix::Reason, _code: u32) {}
}

fn main() {}
