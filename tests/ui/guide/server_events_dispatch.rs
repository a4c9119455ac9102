//! As in the guide's page of mistakes.

use podsix::{Server, network_handler};

#[derive(podsix::Message)]
enum ToServer {
    Quit,
}

struct Game {
    server: Server<()>,
}

#[network_handler(ToServer)]
impl Game {
    fn network_quit(&mut self) {}
}

impl Game {
    fn frame(&mut self) {
        self.server.take_events().dispatch(self);
    }
}

fn main() {}
