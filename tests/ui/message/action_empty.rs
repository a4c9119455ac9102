//! An empty action.

use podsix::Message;

#[derive(Message)]
enum ToServer {
    #[message(action = "")]
    Chat,
}

fn main() {}
