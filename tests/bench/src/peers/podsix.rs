//! podsix, on each of its wires.

use podsix::{Channel, Connection, network_handler};

use super::EVERYTHING;
use super::podsix_wire::Native;
use super::raw::RawClients;
use crate::peer::{Clients, Job, Move, Peer, Result, Server};
use crate::plan::Workload;
use crate::play::play;
use crate::serve::serve;

pub const PEERS: [Peer; 4] = [
    Peer {
        name: "podsix",
        rival: None,
        workloads: EVERYTHING,
        serve: |plan| serve::<PodsixServer>("", plan),
        play: |plan, address| match plan.workload {
            Workload::Flood | Workload::RoundTrip | Workload::BusyRoundTrip => {
                play::<PodsixClients>(plan, address)
            }
            // There the server alone is measured, as it is with the other peers' clients.
            Workload::Echo | Workload::Broadcast | Workload::Idle => {
                play::<RawClients<Native>>(plan, address)
            }
        },
    },
    Peer {
        name: "podsix rencode",
        rival: None,
        workloads: EVERYTHING,
        serve: |plan| serve::<PodsixServer>("podsixnet://", plan),
        play: play::<PodsixClients>,
    },
    Peer {
        name: "podsix json",
        rival: None,
        workloads: EVERYTHING,
        serve: |plan| serve::<PodsixServer>("podsixnet+json://", plan),
        play: play::<PodsixClients>,
    },
    Peer {
        name: "podsix ws",
        rival: None,
        workloads: EVERYTHING,
        serve: |plan| serve::<PodsixServer>("ws://", plan),
        play: play::<PodsixClients>,
    },
];

#[derive(podsix::Message)]
pub enum Game {
    Move { x: f32, y: f32, id: u32 },
}

impl From<&Move> for Game {
    fn from(&Move { x, y, id }: &Move) -> Self {
        Self::Move { x, y, id }
    }
}

struct Worker<'a>(&'a mut Job);

#[network_handler(Game)]
impl Worker<'_> {
    fn network_move(&mut self, channel: &mut Channel<()>, x: f32, y: f32, id: u32) {
        if let Some(answer) = self.0.take(&Move { x, y, id }) {
            channel.send(&Game::from(&answer));
        }
    }
}

pub struct PodsixServer(podsix::Server<()>);

impl Server for PodsixServer {
    fn bind(wire: &str, clients: usize) -> Result<(Self, String)> {
        let builder = podsix::Server::<()>::builder();
        // All of them are on one machine.
        let builder = builder.limits(|limits| {
            limits.max_channels = clients;
            limits.max_channels_per_address = clients;
        });
        let server = builder.bind(&format!("{wire}127.0.0.1:0"))?;
        let address = server.addr().ok_or("it does not listen")?;
        Ok((Self(server), format!("{wire}{address}")))
    }

    fn clients(&self) -> usize {
        self.0.channels().len()
    }

    fn turn(&mut self, job: &mut Job, block: bool) -> Result<()> {
        if block {
            self.0.wait(None)?;
        } else {
            self.0.pump()?;
        }
        self.0.dispatch(&mut Worker(job));
        Ok(())
    }

    fn broadcast(&mut self, message: &Move) -> Result<()> {
        self.0.channels().broadcast(&Game::from(message));
        Ok(())
    }
}

#[derive(Default)]
struct Counter(u64);

#[network_handler(Game)]
impl Counter {
    fn network_move(&mut self) {
        self.0 += 1;
    }
}

pub struct PodsixClients(Vec<Connection>);

/// How many connect at once: no more than a listener keeps waiting.
const AT_ONCE: usize = 100;

impl Clients for PodsixClients {
    fn connect(address: &str, count: usize) -> Result<Self> {
        let mut connections = Vec::with_capacity(count);
        while connections.len() < count {
            let first = connections.len();
            for _ in first..count.min(first + AT_ONCE) {
                connections.push(Connection::connect(address)?);
            }
            let new = &mut connections[first..];
            while !new.iter().all(Connection::is_connected) {
                for connection in new.iter_mut() {
                    connection.pump()?;
                    if connection.is_closed() {
                        return Err("a connection did not come up".into());
                    }
                }
            }
        }
        Ok(Self(connections))
    }

    fn send(&mut self, client: usize, message: &Move) -> Result<()> {
        self.0[client].send(&Game::from(message))?;
        Ok(())
    }

    fn turn(&mut self, block: bool) -> Result<u64> {
        let mut counter = Counter::default();
        match &mut self.0[..] {
            [connection] if block => {
                connection.wait(None)?;
                connection.dispatch(&mut counter);
            }
            connections => {
                for connection in connections {
                    connection.pump()?;
                    connection.dispatch(&mut counter);
                }
            }
        }
        Ok(counter.0)
    }
}
