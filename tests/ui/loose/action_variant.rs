//! A variant where there is no enum.

use podsix::network_handler;

struct Game;

#[network_handler]
impl Game {
    #[action(StartLine)]
    fn line(&mut self) {}
}

fn main() {}
