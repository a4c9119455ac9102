//! `#[action]` with a variant that resembles none.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    #[action(Jump)]
    fn jump(&mut self, height: u8) {
        let _ = height;
    }
}

fn main() {}
