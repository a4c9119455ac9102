//! As in the guide's page of mistakes.

use podsix::{Connection, network_handler};

#[derive(podsix::Message)]
enum ToClient {
    Players { players: Vec<String> },
}

struct Game {
    connection: Connection,
    players: usize,
}

#[network_handler(ToClient)]
impl Game {
    fn network_players(&mut self, players: &[String]) {
        self.players = players.len();
    }
}

impl Game {
    fn frame(&mut self) -> podsix::Result<()> {
        self.connection.pump()?;
        self.connection.dispatch(self);
        Ok(())
    }
}

fn main() {}
