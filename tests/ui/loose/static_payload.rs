//! A payload that is to live longer than the call.

use podsix::network_handler;

struct Game;

#[network_handler]
impl Game {
    fn network_chat(&mut self, _text: &'static str) {}
}

fn main() {}
