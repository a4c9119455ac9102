//! A payload of no certain type.

use podsix::network_handler;

struct Game;

#[network_handler]
impl Game {
    fn network_chat(&mut self, _text: &dyn std::fmt::Display) {}

    fn network_line(&mut self, _line: impl std::fmt::Display) {}
}

fn main() {}
