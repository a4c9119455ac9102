//! Two methods for one action, one by attribute.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn network_quit(&mut self) {}
    #[action(Quit)]
    fn leave(&mut self) {}
}

fn main() {}
