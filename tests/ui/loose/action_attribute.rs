//! `#[action]` that names no action, or two.

use podsix::network_handler;

struct Game;

#[network_handler]
impl Game {
    #[action]
    fn none(&mut self) {}

    #[action("start-line", "end-line")]
    fn two(&mut self) {}

    #[action(start - line)]
    fn no_text(&mut self) {}
}

fn main() {}
