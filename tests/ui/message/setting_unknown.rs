//! An unknown setting.

use podsix::Message;

#[derive(Message)]
#[message(tag = "type")]
enum ToServer {
    Chat,
}

fn main() {}
