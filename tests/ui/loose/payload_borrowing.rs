//! A payload with a lifetime of its own.

use podsix::network_handler;

#[derive(podsix::Data)]
struct Chat<'a> {
    text: &'a str,
}

struct Game;

#[network_handler]
impl Game {
    fn network_chat(&mut self, _chat: Chat<'_>) {}
}

fn main() {}
