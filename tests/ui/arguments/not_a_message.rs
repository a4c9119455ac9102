//! An enum without `#[derive(Message)]`.

use podsix::network_handler;

enum Plain {
    Chat,
}

struct Game;

#[network_handler(Plain, ..)]
impl Game {
    fn network_chat(&mut self, _text: String) {}
}

fn main() {}
