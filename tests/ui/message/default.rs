//! Defaults that make no value of the field's type.

use podsix::Message;

#[derive(Message)]
enum ToServer {
    Chat {
        #[serde(default = "three")]
        text: String,
        #[serde(default = "four")]
        number: u8,
    },
}

fn three() -> u8 {
    3
}

fn main() {}
