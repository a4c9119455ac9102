//! A parameter under `cfg`.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn network_chat(&mut self, #[cfg(any())] _text: String) {}
}

fn main() {}
