//! No method is called for anything.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn on_chat(&mut self, _text: String) {}
}

fn main() {}
