//! A value, which could be any message, on a bound end.

use podsix::{Channel, Protocol, data};

#[derive(podsix::Message)]
enum ToServer {
    Roll { dice: u32 },
}

#[derive(podsix::Message)]
enum ToClient {
    Rolled { points: u32 },
}

fn answer(channel: &Channel<(), Protocol<ToServer, ToClient>>) {
    channel.send(&data! { "action": "rolled", "points": 12 });
}

fn main() {}
