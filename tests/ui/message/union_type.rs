//! A union.

use podsix::Message;

#[derive(Message)]
union Either {
    a: u32,
    b: f32,
}

fn main() {}
