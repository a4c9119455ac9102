//! Two fields with one name on the wire.

use podsix::Message;

#[derive(Message)]
enum ToServer {
    Play {
        card: u8,
        #[serde(rename = "card")]
        other: u8,
    },
}

fn main() {}
