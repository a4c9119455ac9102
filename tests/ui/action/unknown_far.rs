//! An action that has nothing in common with those that there are but the prefix, which is no
//! reason to propose one of them.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer)]
impl Game {
    fn network_chat(&mut self, text: String) {
        drop(text);
    }

    fn network_start_line(&mut self, from: u8) {
        let _ = from;
    }
}

fn main() {}
