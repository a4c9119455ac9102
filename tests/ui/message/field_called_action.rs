//! A field called `action`.

use podsix::Message;

#[derive(Message)]
enum ToServer {
    Play { action: u8 },
}

fn main() {}
