//! What serde can do to an enum.

use podsix::Message;

#[derive(Message)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum ToServer {
    Chat,
}

fn main() {}
