//! A tuple variant.

use podsix::Message;

#[derive(Message)]
enum ToServer {
    Move(f32, f32),
}

fn main() {}
