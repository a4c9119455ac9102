//! A handler for a connection that is not bound, on one that is.

use podsix::{Connection, Protocol, network_handler};

#[derive(podsix::Message)]
enum ToServer {
    Roll { dice: u32 },
}

#[derive(podsix::Message)]
enum ToClient {
    Rolled { points: u32 },
}

struct Score;

#[network_handler(ToClient)]
impl Score {
    fn network_rolled(&mut self, connection: &mut Connection, _points: u32) {
        connection.close("that was all");
    }
}

fn frame(connection: &mut Connection<Protocol<ToServer, ToClient>>) {
    connection.dispatch(&mut Score);
}

fn main() {}
