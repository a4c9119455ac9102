//! The value in a newtype variant under a name of its own.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Line(String),
}

struct Game;

#[network_handler(ToServer)]
impl Game {
    fn network_line(&mut self, line: String) {
        drop(line);
    }
}

fn main() {}
