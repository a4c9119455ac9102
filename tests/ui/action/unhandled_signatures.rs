//! The missing methods are spelt out, with the block's context.

use podsix::{Channel, network_handler};

use std::borrow::Cow;

#[derive(podsix::Message)]
enum ToServer<'a> {
    Chat {
        to: &'a str,
        text: Cow<'a, str>,
        r#type: u8,
    },
    Cards(Vec<u8>),
    Quit,
}

struct Game;

#[network_handler(ToServer)]
impl Game {
    fn network_connected(&mut self, _channel: &mut Channel<Option<u8>>) {}
}

fn main() {}
