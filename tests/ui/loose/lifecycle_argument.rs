//! A lifecycle method that was meant for a message.

use podsix::network_handler;

struct Game;

#[network_handler]
impl Game {
    fn network_error(&mut self, _message: String) {}
}

fn main() {}
