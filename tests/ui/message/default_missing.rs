//! A default for a type that has none; the help mends it.

use podsix::Message;

#[derive(Message)]
enum ToServer {
    Chat {
        #[serde(default)]
        suit: Suit,
    },
}

#[derive(podsix::Data)]
struct Suit(u8);

fn main() {}
