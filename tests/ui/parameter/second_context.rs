//! A field as `&mut`.

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
    fn network_chat(&mut self, _channel: &mut Channel<Player>, _text: &mut String) {}
}

fn main() {}
