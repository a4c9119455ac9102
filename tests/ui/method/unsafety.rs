//! An `unsafe` handler.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    unsafe fn network_quit(&mut self) {}
}

fn main() {}
