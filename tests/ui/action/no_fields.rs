//! A field of an action that has none.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn network_quit(&mut self, reason: String) {
        drop(reason);
    }
}

fn main() {}
