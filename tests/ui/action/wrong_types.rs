//! Fields that could be converted: a list of parameters is not the place, so nothing is proposed.

use podsix::network_handler;
use std::num::NonZeroU8;

#[derive(podsix::Message)]
enum ToServer<'a> {
    Text { to: &'a str, text: Box<u8> },
    Numbers { small: u32, large: u64, whole: i32 },
    Maybe { sure: u8, unsure: Option<String> },
}

struct Game;

#[network_handler(ToServer)]
impl Game {
    fn network_text(&mut self, to: String, text: u8) {
        let _ = (to, text);
    }

    fn network_numbers(&mut self, small: u64, large: u32, whole: f32) {
        let _ = (small, large, whole);
    }

    fn network_maybe(&mut self, sure: NonZeroU8, unsure: String) {
        let _ = (sure, unsure);
    }
}

fn main() {}
