//! Two methods for one event.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn network_connected(&mut self) {}
    fn Network_connected(&mut self) {}
}

fn main() {}
