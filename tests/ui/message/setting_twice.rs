//! A setting twice.

use podsix::Message;

#[derive(Message)]
#[message(send_only, send_only)]
enum ToServer {
    Chat,
}

fn main() {}
