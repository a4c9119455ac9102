//! A payload that borrows.

use podsix::network_handler;

struct Game;

#[network_handler]
impl Game {
    fn network_players(&mut self, _names: Vec<&str>) {}
}

fn main() {}
