//! The handlers of a client, given to a server, and the other way round.

use podsix::{Channel, Connection, Server, network_handler};

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Client;

#[network_handler(ToServer, ..)]
impl Client {
    fn network_quit(&mut self, _connection: &mut Connection) {}
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn network_quit(&mut self, _channel: &mut Channel<()>) {}
}

fn turn(server: &mut Server<()>, connection: &mut Connection) {
    server.dispatch(&mut Client);
    connection.dispatch(&mut Game);
}

fn main() {}
