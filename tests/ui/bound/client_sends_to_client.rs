//! A client sends what is the server's.

use podsix::{Connection, Protocol};

#[derive(podsix::Message)]
enum ToServer {
    Roll { dice: u32 },
}

#[derive(podsix::Message)]
enum ToClient {
    Rolled { points: u32 },
}

type Game = Protocol<ToServer, ToClient>;

fn cheat(connection: &Connection<Game>) -> podsix::Result<()> {
    connection.send(&ToServer::Roll { dice: 2 })?;
    connection.send(&ToClient::Rolled { points: 12 })?;
    Ok(())
}

fn main() {}
