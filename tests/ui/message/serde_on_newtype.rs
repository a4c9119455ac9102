//! A name for what has none.

use podsix::Message;

#[derive(Message)]
enum ToServer {
    Chat(#[serde(rename = "text")] String),
}

fn main() {}
