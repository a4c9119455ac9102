//! Two variants with one action.

use podsix::Message;

#[derive(Message)]
enum ToServer {
    Chat,
    #[message(action = "chat")]
    Say,
}

fn main() {}
