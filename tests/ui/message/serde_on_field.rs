//! What serde can do to a field, and podsix can't.

use podsix::Message;

#[derive(Message)]
enum ToServer {
    Chat {
        #[serde(flatten)]
        more: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        maybe: Option<u8>,
        #[serde(skip_serializing)]
        half: u8,
        #[serde(with = "not a path")]
        wrong: u8,
        #[serde(colour = "red")]
        unknown: u8,
    },
}

fn main() {}
