//! A server sends what is the clients'.

use podsix::{Protocol, Server};

#[derive(podsix::Message)]
enum ToServer {
    Roll { dice: u32 },
}

#[derive(podsix::Message)]
enum ToClient {
    Rolled { points: u32 },
}

type Game = Protocol<ToServer, ToClient>;

fn step(server: &Server<(), Game>) {
    server.channels().broadcast(&ToClient::Rolled { points: 12 });
    server.channels().broadcast(&ToServer::Roll { dice: 2 });
}

fn main() {}
