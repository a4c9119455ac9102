//! Types inside others: where one can be at fault, it is named.

use podsix::Message;

use std::collections::HashMap;

#[derive(Message)]
enum ToClient<'a> {
    Deal { hands: HashMap<u32, Vec<Card>> },
    Score { of: HashMap<Suit, Card> },
    Name { of: &'a Suit },
}

struct Card;

struct Suit;

fn main() {}
