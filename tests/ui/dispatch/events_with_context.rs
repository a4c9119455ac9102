//! Events that were taken out know no connection.

use podsix::{Connection, network_handler};

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn network_quit(&mut self, _connection: &mut Connection) {}
}

fn turn(connection: &mut Connection) {
    connection.take_events().dispatch(&mut Game);
}

fn main() {}
