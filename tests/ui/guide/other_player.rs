//! As in the guide's page of mistakes.

use podsix::{Channel, Server, network_handler};

#[derive(podsix::Message)]
enum ToServer {
    Quit,
}

#[derive(Default)]
struct Player;

struct Chat;

#[network_handler(ToServer)]
impl Chat {
    fn network_quit(&mut self, _channel: &mut Channel<Player>) {}
}

fn turn(server: &mut Server<()>, chat: &mut Chat) {
    server.dispatch(chat);
}

fn main() {}
