//! `#[message]` on a field.

use podsix::Message;

#[derive(Message)]
enum ToServer {
    Chat {
        #[message(action = "words")]
        text: String,
    },
}

fn main() {}
