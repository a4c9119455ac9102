//! A handler whose protocol has another second enum than the server's.

use podsix::{Channel, Protocol, Server, network_handler};

#[derive(podsix::Message)]
enum ToServer {
    Roll { dice: u32 },
}

#[derive(podsix::Message)]
enum ToClient {
    Rolled { points: u32 },
}

struct Table;

#[network_handler(ToServer)]
impl Table {
    fn network_roll(&mut self, _channel: &mut Channel<(), Protocol<ToServer, ToServer>>, _dice: u32) {}
}

fn main() {
    let mut server = Server::<()>::builder()
        .protocol::<ToServer, ToClient>()
        .build();
    server.dispatch(&mut Table);
}
