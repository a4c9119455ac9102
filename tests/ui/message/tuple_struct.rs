//! A tuple struct.

use podsix::Message;

#[derive(Message)]
struct Move(f32, f32);

fn main() {}
