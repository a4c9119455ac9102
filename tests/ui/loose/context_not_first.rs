//! The context after the payload, and a second one.

use podsix::network_handler;

use podsix::Channel;

struct Game;

#[network_handler]
impl Game {
    fn network_chat(&mut self, _text: String, _channel: &mut Channel<()>) {}

    fn network_line(&mut self, _channel: &mut Channel<()>, _line: &mut String) {}
}

fn main() {}
