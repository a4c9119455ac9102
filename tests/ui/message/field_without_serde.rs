//! A field whose type is not serde's.

use podsix::Message;

#[derive(Message)]
enum ToServer {
    Play { cards: Vec<Card> },
}

struct Card;

fn main() {}
