//! Payloads that are not serde's.

use podsix::network_handler;

struct Card;

struct Game;

#[network_handler]
impl Game {
    fn network_play(&mut self, _card: Card) {}

    fn network_hand(&mut self, _hand: &[Card]) {}
}

fn main() {}
