//! Five mistakes are five errors; what uses the block is not reported as well.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    async fn network_chat(&mut self, _text: String) {}
    fn network_quit(&self) {}
    fn network_connected(&mut self, _game: &mut Game, _greeting: &str) {}
    fn network_error<E>(&mut self) {}
    fn network_disconnected(self: Box<Self>) {}
}

fn main() {
    fn is_handler<T: podsix::NetworkHandler<u8>>(_: &T) {}
    is_handler(&Game);
    assert!(Game::ACTIONS.is_empty());
}
