//! `#[action]` with an unknown variant.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    #[action(Quitt)]
    fn leave(&mut self) {}
}

fn main() {}
