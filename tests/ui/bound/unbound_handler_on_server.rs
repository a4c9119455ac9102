//! A handler for a server that is not bound, on one that is.

use podsix::{Channel, Server, network_handler};

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
    fn network_roll(&mut self, channel: &mut Channel<()>, dice: u32) {
        channel.broadcast(&ToClient::Rolled { points: dice * 6 });
    }
}

fn main() {
    let mut server = Server::<()>::builder()
        .protocol::<ToServer, ToClient>()
        .build();
    server.dispatch(&mut Table);
}
