//! Without an enum, fields have no parameters of their own.

use podsix::network_handler;

struct Game;

#[network_handler]
impl Game {
    fn network_chat(&mut self, _who: String, _text: String) {}
}

fn main() {}
