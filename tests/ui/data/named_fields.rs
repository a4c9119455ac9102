//! Fields whose types are not serde's, in a struct, a generic type and a message.

use podsix::Data;
use std::collections::HashMap;

#[derive(Data)]
struct Hand {
    first: Card,
    others: Option<Vec<Card>>,
}

#[derive(Data)]
enum Deck<T> {
    Of { cards: HashMap<Suit, Card>, extra: T },
}

#[derive(podsix::Message)]
enum ToClient {
    Deal { hand: Hand, deck: Deck<u8> },
}

struct Card;
struct Suit;

fn main() {}
