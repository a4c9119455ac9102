//! An argument of `network_connected`.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn network_connected(&mut self, _greeting: &str) {}
}

fn main() {}
