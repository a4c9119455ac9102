//! What serde can do to an enum.

use podsix::Message;

#[derive(Message)]
#[serde(tag = "type", content = "value", rename_all = "kebab-case")]
enum ToServer {
    Chat,
}

#[derive(Message)]
#[serde(untagged)]
enum ToClient {
    Chat,
}

fn main() {}
