//! An unknown setting.

use podsix::Data;

#[derive(Data)]
#[data(rename = "card")]
struct Card;

fn main() {}
