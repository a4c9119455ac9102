//! Two methods for one action.

use podsix::network_handler;

struct Game;

#[network_handler]
impl Game {
    fn network_chat(&mut self, _text: String) {}

    #[action("chat")]
    fn talk(&mut self) {}
}

fn main() {}
