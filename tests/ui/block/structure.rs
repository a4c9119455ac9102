//! The attribute on a struct.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

#[network_handler(ToServer)]
struct Game;

fn main() {}
