//! A context by value.

use podsix::network_handler;

struct Channel<T>(T);
struct Player;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn network_quit(&mut self, _channel: Channel<Player>) {}
}

fn main() {}
