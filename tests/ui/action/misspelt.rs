//! Slips of all sorts in actions and fields; the help mends each.

use podsix::{Channel, network_handler};
use std::borrow::Cow;

#[derive(podsix::Message)]
enum ToServer<'a> {
    StartLine { colour: u32 },
    Chat { who: &'a str, text: Cow<'a, str> },
    PlayCard { card: u8 },
    Quit,
}

struct Game;

#[network_handler(ToServer)]
impl Game {
    fn network_start_lien(&mut self, _channel: &mut Channel<()>, colour: u32) {
        let _ = colour;
    }

    fn network_chat(&mut self, _woh: &str) {}

    fn Network_playcard(&mut self, card: &u8) {
        let _ = card;
    }

    fn network_quit(&mut self) {}
}

struct Board;

#[network_handler(ToServer<'_>, ..)]
impl Board {
    fn network_start_line(&mut self, color: u32) {}

    fn network_chat(
        &mut self,
        txt: Cow<'_, str>,
        whom: &str,
    ) {
    }
}

fn main() {}
