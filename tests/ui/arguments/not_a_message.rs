//! An enum without `#[derive(Message)]`: that is the one error, whatever the methods ask for.

use podsix::{Channel, network_handler};

enum Plain {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(Plain)]
impl Game {
    fn network_chat(&mut self, _channel: &mut Channel<()>, text: String) {
        drop(text);
    }

    #[action(Quit)]
    fn leave(&mut self) {}
}

fn main() {}
