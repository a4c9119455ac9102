//! No method is called for anything.

use podsix::network_handler;

struct Game;

#[network_handler]
impl Game {
    fn chat(&mut self, _text: String) {}
}

fn main() {}
