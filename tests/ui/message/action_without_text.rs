//! An action without a name.

use podsix::Message;

#[derive(Message)]
enum ToServer {
    #[message(action)]
    Chat,
}

fn main() {}
