//! What serde can do to a variant.

use podsix::Message;

#[derive(Message)]
enum ToServer {
    #[serde(rename = "say")]
    Chat,
    #[serde(skip)]
    Quit,
}

fn main() {}
