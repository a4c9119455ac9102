//! A misspelt field; the help mends it.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn network_chat(&mut self, txt: String) {}
}

fn main() {}
