//! A union.

use podsix::Data;

#[derive(Data)]
union Either {
    a: u32,
    b: f32,
}

fn main() {}
