//! A misspelt action; the help mends it.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn network_chatt(&mut self, _text: String) {}
}

fn main() {}
