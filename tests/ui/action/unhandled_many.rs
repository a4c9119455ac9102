//! Several actions that nobody handles, among them those with the name of a lifecycle method.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Error,
    Quit,
}

struct Game;

#[network_handler(ToServer)]
impl Game {
    fn network_connected(&mut self) {}
}

fn main() {}
