//! One error of a message is one error, whatever uses it.

use podsix::{Channel, Server, network_handler};

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Move(f32, f32),
    Quit,
}

struct Game;

#[network_handler(ToServer)]
impl Game {
    fn network_chat(&mut self, channel: &mut Channel<()>, text: &str) {
        channel.broadcast(&ToServer::Move(text.len() as f32, 0.0));
    }

    fn network_move(&mut self, x: f32, y: f32) {
        let _ = (x, y);
    }
}

fn main() {
    Server::<()>::new().dispatch(&mut Game);
}
