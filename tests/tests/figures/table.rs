//! One server and its clients in memory.

use std::time::{Duration, Instant};

use podsix::testing::{LinkId, Network};
use podsix::{
    Channel, Connection, ConnectionBuilder, ReceivedAction, SentAction, Server, ServerBuilder,
    network_handler,
};

/// The wires by their names in addresses.
pub(crate) const WIRES: [&str; 4] = ["podsix", "podsixnet", "podsixnet+json", "ws"];

#[derive(podsix::Message)]
pub(crate) enum ToServer {
    Say { text: String },
    Move { x: i32 },
    Fail,
    Work { micros: u64 },
    Wave,
}

#[derive(podsix::Message)]
pub(crate) enum ToClient {
    Said { text: String },
    Moved { x: i32 },
}

/// Answers what it hears; nothing in it handles `wave`.
pub(crate) struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn network_say(&mut self, channel: &mut Channel<()>, text: String) {
        channel.broadcast(&ToClient::Said { text });
    }

    fn network_move(&mut self, channel: &mut Channel<()>, x: i32) {
        channel.send(&ToClient::Moved { x });
    }

    fn network_fail(&mut self) -> Result<(), String> {
        Err("not now".to_owned())
    }

    fn network_work(&mut self, micros: u64) {
        let until = Instant::now() + Duration::from_micros(micros);
        while Instant::now() < until {}
    }
}

pub(crate) struct Player;

#[network_handler(ToClient)]
impl Player {
    fn network_said(&mut self) {}
    fn network_moved(&mut self) {}
}

pub(crate) struct Table {
    pub(crate) network: Network,
    pub(crate) server: Server<()>,
    pub(crate) clients: Vec<(Connection, LinkId)>,
}

impl Table {
    pub(crate) fn new(server: ServerBuilder<()>) -> Self {
        let network = Network::new(1);
        let server = network.server(server);
        Self {
            network,
            server,
            clients: Vec::new(),
        }
    }

    /// A table with one client on each of the wires.
    pub(crate) fn of(wires: &[&str]) -> Self {
        let mut table = Self::new(Server::builder());
        for wire in wires {
            table.sit_down(wire, Connection::builder());
        }
        table.turns(5);
        table
    }

    /// One more client.
    pub(crate) fn sit_down(&mut self, wire: &str, builder: ConnectionBuilder) -> LinkId {
        let (client, link) = self.network.connect_over(wire, builder, &mut self.server);
        self.clients.push((client, link));
        link
    }

    pub(crate) fn client(&self, number: usize) -> &Connection {
        &self.clients[number].0
    }

    pub(crate) fn say(&self, number: usize, text: &str) {
        let text = text.to_owned();
        self.client(number).send(&ToServer::Say { text }).unwrap();
    }

    /// Lets everything happen that takes a millisecond a turn.
    pub(crate) fn turns(&mut self, count: usize) {
        for _ in 0..count {
            self.pump();
            self.server.dispatch(&mut Game);
            for (client, _) in &mut self.clients {
                client.dispatch(&mut Player);
            }
            self.network.advance(Duration::from_millis(1));
        }
    }

    pub(crate) fn pump(&mut self) {
        self.server.pump().unwrap();
        for (client, _) in &mut self.clients {
            client.pump().unwrap();
        }
    }
}

/// Name, messages and bytes of each row.
pub(crate) type Rows = Vec<(String, u64, u64)>;

pub(crate) fn received(actions: &[ReceivedAction]) -> Rows {
    let row = |row: &ReceivedAction| (row.action.clone(), row.messages, row.bytes);
    actions.iter().map(row).collect()
}

pub(crate) fn sent(actions: &[SentAction]) -> Rows {
    let row = |row: &SentAction| (row.action.clone(), row.messages, row.bytes);
    actions.iter().map(row).collect()
}

/// Names and messages alone.
pub(crate) fn messages(rows: &Rows) -> Vec<(&str, u64)> {
    rows.iter()
        .map(|(name, count, _)| (&**name, *count))
        .collect()
}

/// The row of an action.
pub(crate) fn row<'a>(actions: &'a [ReceivedAction], action: &str) -> &'a ReceivedAction {
    actions.iter().find(|row| row.action == action).unwrap()
}
