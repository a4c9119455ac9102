//! A misspelt lifecycle method would be an action.

use podsix::{Error, network_handler};

struct Game;

#[network_handler]
impl Game {
    fn network_eror(&mut self, _error: &Error) {}

    #[action("conected")]
    fn network_conected(&mut self) {}
}

fn main() {}
