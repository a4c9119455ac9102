//! A field renamed to `action`.

use podsix::Message;

#[derive(Message)]
enum ToServer {
    Play {
        #[serde(rename = "action")]
        what: u8,
    },
}

fn main() {}
