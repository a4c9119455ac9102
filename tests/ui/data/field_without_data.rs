//! A field whose type is not serde's.

use podsix::Data;

#[derive(Data)]
struct Hand(Card);

struct Card;

fn main() {}
