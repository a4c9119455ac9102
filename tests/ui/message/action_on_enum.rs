//! `action` on an enum.

use podsix::Message;

#[derive(Message)]
#[message(action = "chat")]
enum ToServer {
    Chat,
}

fn main() {}
