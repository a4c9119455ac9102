//! Two blocks for one type: only the compiler can see both.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn network_chat(&mut self, _text: String) {}
}

#[network_handler(ToServer, ..)]
impl Game {
    fn network_quit(&mut self) {}
}

fn main() {}
