//! An action that is no text.

use podsix::Message;

#[derive(Message)]
enum ToServer {
    #[message(action = 1)]
    Chat,
}

fn main() {}
