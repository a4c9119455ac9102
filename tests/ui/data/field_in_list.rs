//! Fields whose types are not serde's, in lists and variants.

use podsix::Data;

#[derive(Data)]
enum Deck<T> {
    Of(Vec<Card>),
    With(T),
}

struct Card;

fn main() {}
