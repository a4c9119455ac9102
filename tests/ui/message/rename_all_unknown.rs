//! An unknown spelling.

use podsix::Message;

#[derive(Message)]
#[message(rename_all = "Kebab")]
enum ToServer {
    Chat,
}

fn main() {}
