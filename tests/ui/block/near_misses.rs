//! Names that other libraries would call.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn new() -> Self {
        Self
    }
    fn on_connect(&mut self) {}
    fn handle_chat(&mut self, _text: String) {}
    fn networkQuit(&mut self) {}
    fn draw(&self) {}
}

fn main() {}
