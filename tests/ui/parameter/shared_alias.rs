//! A shared context under another name.

use podsix::network_handler;

struct Channel<T>(T);
struct Player;
type Client = Channel<Player>;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn network_connected(&mut self, _client: &mut Client) {}
    fn network_quit(&mut self, _client: &Client) {}
}

fn main() {}
