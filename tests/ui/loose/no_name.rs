//! The action's name is missing.

use podsix::network_handler;

struct Game;

#[network_handler]
impl Game {
    fn network_(&mut self) {}
}

fn main() {}
