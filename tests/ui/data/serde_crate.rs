//! serde at another path.

use podsix::Data;

#[derive(Data)]
#[serde(crate = "serde")]
struct Card;

fn main() {}
