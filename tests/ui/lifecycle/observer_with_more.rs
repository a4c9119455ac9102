//! `network` with more than the event.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn network(&mut self, _event: &podsix::Event, _more: u8) {}
}

fn main() {}
