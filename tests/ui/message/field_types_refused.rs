//! Types that fit no wire, whatever is in them.

use podsix::Message;

#[derive(Message)]
enum ToClient<'a> {
    Table { cards: &'a [u16] },
    Board([u8; 64]),
    Name { name: Option<&'a String> },
}

fn main() {}
