//! A tuple variant without fields.

use podsix::Message;

#[derive(Message)]
enum ToServer {
    Quit(),
}

fn main() {}
