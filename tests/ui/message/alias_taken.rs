//! Aliases that are no names for the field.

use podsix::Message;

#[derive(Message)]
enum ToServer {
    Chat {
        #[serde(alias = "text", alias = "action")]
        message: String,
        text: String,
        #[serde(alias = "to", alias = "t")]
        at: u8,
        #[serde(alias = "t")]
        time: u8,
    },
}

fn main() {}
