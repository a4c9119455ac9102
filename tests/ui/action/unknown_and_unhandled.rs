//! A misspelt action is one error, not also an action that nobody handles.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer)]
impl Game {
    fn network_chatt(&mut self, _text: String) {}
    fn network_quit(&mut self) {}
}

fn main() {}
