//! A field of another type.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn network_chat(&mut self, text: u32) {
        let _ = text;
    }
}

fn main() {}
