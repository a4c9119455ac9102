//! `send_only` with a value.

use podsix::Message;

#[derive(Message)]
#[message(send_only = true)]
enum ToServer {
    Chat,
}

fn main() {}
