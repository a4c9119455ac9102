//! As in the guide's page of mistakes.

use podsix::{Channel, network_handler};

#[derive(podsix::Message)]
enum ToServer {
    Quit,
}

#[derive(podsix::Message)]
enum ToClient {
    Players { players: Vec<String> },
}

struct Chat;

#[network_handler(ToServer)]
impl Chat {
    fn network_quit(&mut self, channel: &mut Channel<()>) -> podsix::Result<()> {
        let players = Vec::new();
        channel.send(&ToClient::Players { players })?;
        Ok(())
    }
}

fn main() {}
