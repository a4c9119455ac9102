//! Two context types in one block.

use podsix::network_handler;

struct Channel<T>(T);
struct Player;
struct Connection;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn network_connected(&mut self, _channel: &mut Channel<Player>) {}
    fn network_quit(&mut self, _other: &mut Connection) {}
}

fn main() {}
