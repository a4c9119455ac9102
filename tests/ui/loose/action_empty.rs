//! An action without a name.

use podsix::network_handler;

struct Game;

#[network_handler]
impl Game {
    #[action("")]
    fn nothing(&mut self) {}
}

fn main() {}
