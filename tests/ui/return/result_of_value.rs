//! A `Result` with a value.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn network_quit(&mut self) -> Result<u8, std::io::Error> {
        Ok(1)
    }
}

fn main() {}
