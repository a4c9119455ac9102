//! A server reads what is the clients'.

use podsix::{Protocol, Server};

#[derive(podsix::Message)]
enum ToServer {
    Roll { dice: u32 },
}

#[derive(podsix::Message)]
enum ToClient {
    Rolled { points: u32 },
}

fn frame(server: &mut Server<(), Protocol<ToServer, ToClient>>) {
    let mut events = server.take_events();
    events.read::<ToServer>();
    events.read::<ToClient>();
}

fn main() {}
