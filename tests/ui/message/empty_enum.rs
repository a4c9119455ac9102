//! An enum without variants.

use podsix::Message;

#[derive(Message)]
enum ToServer {}

fn main() {}
