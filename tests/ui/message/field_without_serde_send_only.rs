//! A field whose type is not serde's, in an enum that is only sent.

use podsix::Message;

#[derive(Message)]
#[message(send_only)]
enum ToClient<'a> {
    Deal { cards: &'a [Card] },
}

struct Card;

fn main() {}
