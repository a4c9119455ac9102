//! The attribute on a function.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

#[network_handler(ToServer)]
fn network_chat(text: String) {
    drop(text);
}

fn main() {}
