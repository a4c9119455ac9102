//! Servers, clients and the network between them, with everything that a model
//! needs to know about them.

use std::sync::{Arc, Weak};
use std::time::Duration;

use podsix::testing::{Direction, LinkId, Network};
use podsix::{Channel, ChannelId, Connection, Peer, Server};

use crate::messages::{Player, Record, Referee, Seen, ToClient, ToServer, Witness};
use crate::plan::Plan;

pub(crate) struct World {
    pub(crate) network: Network,
    pub(crate) plan: Plan,
    pub(crate) servers: Vec<Host>,
    pub(crate) clients: Vec<Guest>,
}

/// A server and its game.
pub(crate) struct Host {
    pub(crate) server: Option<Server<Player>>,
    pub(crate) referee: Referee,
    pub(crate) dropped: bool,
    /// What each player holds, and the server itself.
    players: Weak<()>,
}

/// A client and its game.
pub(crate) struct Guest {
    pub(crate) connection: Option<Connection>,
    pub(crate) witness: Witness,
    pub(crate) host: usize,
    pub(crate) link: LinkId,
    pub(crate) dropped: bool,
    /// What the network did that may end the connection by itself.
    pub(crate) trouble: Trouble,
    pub(crate) resumes_at: Option<Duration>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Trouble {
    pub(crate) cut: bool,
    /// Nothing went through for longer than a time-out.
    pub(crate) silent: bool,
    /// That was when it was up, so that both ends are to notice.
    pub(crate) dead: bool,
    /// An end was dropped with more waiting than the wire takes at once.
    pub(crate) crammed: bool,
    /// Some of its bytes were changed on their way.
    pub(crate) tampered: bool,
}

impl Trouble {
    pub(crate) fn any(self) -> bool {
        self.cut || self.silent || self.crammed || self.tampered
    }
}

/// More than this may take longer to write than a closing end waits.
const WIRE_BYTES: usize = 200 << 10;

impl World {
    pub(crate) fn new(plan: Plan) -> Self {
        let mut network = Network::new(plan.seed);
        network.conditions(|conditions| {
            conditions.split = plan.split;
            conditions.delay = plan.delay;
        });
        let mut world = Self {
            network,
            plan,
            servers: Vec::new(),
            clients: Vec::new(),
        };
        for _ in 0..world.plan.servers {
            world.add_server();
        }
        world
    }

    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.network.random(100) < percent
    }

    pub(crate) fn pick(&mut self, count: usize) -> usize {
        usize::try_from(self.network.random(count as u64)).unwrap()
    }

    pub(crate) fn add_server(&mut self) {
        let plan = self.plan.clone();
        let refuses = plan.refuses;
        let mut knocks = 0;
        let counted = Arc::new(());
        let players = Arc::downgrade(&counted);
        let builder = Server::<Player>::builder()
            .limits(|limits| plan.set(limits, plan.max_channels))
            .accept_with(move |_| {
                knocks += 1;
                if refuses && knocks % 5 == 0 {
                    Err("not you".to_owned())
                } else {
                    Ok(Player {
                        client: None,
                        _counted: Arc::clone(&counted),
                    })
                }
            });
        self.servers.push(Host {
            server: Some(self.network.server(builder)),
            referee: Referee::default(),
            dropped: false,
            players,
        });
    }

    pub(crate) fn add_client(&mut self, host: usize) {
        let Some(server) = &mut self.servers[host].server else {
            return;
        };
        let plan = &self.plan;
        let builder = Connection::builder().limits(|limits| plan.set(limits, 1024));
        let (connection, link) = self.network.connect_over(plan.wire, builder, server);
        let mut witness = Witness::default();
        let client = u32::try_from(self.clients.len()).unwrap();
        witness.send(&connection, ToServer::Hello { client });
        self.clients.push(Guest {
            connection: Some(connection),
            witness,
            host,
            link,
            dropped: false,
            trouble: Trouble::default(),
            resumes_at: None,
        });
    }

    pub(crate) fn live_hosts(&self) -> Vec<usize> {
        let live = |index: &usize| self.servers[*index].server.is_some();
        (0..self.servers.len()).filter(live).collect()
    }

    // ---- what the games do ----

    pub(crate) fn client_sends(&mut self, client: usize, message: ToServer) {
        let guest = &mut self.clients[client];
        if let Some(connection) = &guest.connection {
            guest.witness.send(connection, message);
        }
    }

    pub(crate) fn server_sends(&mut self, host: usize, id: ChannelId, message: &ToClient) {
        let Host {
            server, referee, ..
        } = &mut self.servers[host];
        if let Some(server) = server {
            referee.sends(id, message);
            server.channels().send(id, message);
        }
    }

    pub(crate) fn broadcast(&mut self, host: usize, message: &ToClient) {
        let Host {
            server, referee, ..
        } = &mut self.servers[host];
        if let Some(server) = server {
            for player in server.channels().iter() {
                referee.sends(player.id(), message);
            }
            server.channels().broadcast(message);
        }
    }

    /// Asks for the server's words, where they can leave in time.
    pub(crate) fn kick(&mut self, client: usize, words: String) {
        if !self.plan.large {
            self.client_sends(client, ToServer::Kick { number: 1, words });
            self.client_sends(client, ToServer::Nothing);
        }
    }

    pub(crate) fn close_client(&mut self, client: usize, words: &str) {
        let now = self.network.now();
        let guest = &mut self.clients[client];
        if let Some(connection) = &mut guest.connection
            && !guest.witness.has_ended(connection)
        {
            guest.trouble.crammed |= connection.link().queued_bytes > WIRE_BYTES;
            guest.witness.record.close(now, words);
            connection.close(words);
        }
    }

    pub(crate) fn close_channel(&mut self, host: usize, id: ChannelId, words: &str) {
        let now = self.network.now();
        let Host {
            server, referee, ..
        } = &mut self.servers[host];
        if let Some(server) = server
            && let Some(player) = server.channels().get(id)
        {
            for guest in &mut self.clients {
                let is_it = guest.host == host && guest.welcome() == Some(id);
                guest.trouble.crammed |= is_it && player.link().queued_bytes > WIRE_BYTES;
            }
            referee.records.entry(id).or_default().close(now, words);
            player.close(words);
        }
    }

    pub(crate) fn drop_client(&mut self, client: usize) {
        let now = self.network.now();
        let guest = &mut self.clients[client];
        let Some(mut connection) = guest.connection.take() else {
            return;
        };
        connection.flush();
        guest.trouble.crammed |= connection.link().queued_bytes > 0;
        guest.dropped = true;
        if !guest.witness.has_ended(&connection) {
            guest.witness.record.close(now, "");
        }
    }

    pub(crate) fn drop_server(&mut self, host: usize) {
        let Host {
            server,
            referee,
            dropped,
            ..
        } = &mut self.servers[host];
        let Some(mut server) = server.take() else {
            return;
        };
        server.flush();
        *dropped = true;
        for record in referee.records.values_mut() {
            // What a game says with its last breath.
            if record.closed.is_none() {
                record.closed = Some((record.sent.len(), String::new()));
            }
        }
        let clients = self.clients.iter_mut().enumerate();
        for (index, guest) in clients.filter(|(_, guest)| guest.host == host) {
            // Who it is, one of them may not know yet.
            let id = guest.welcome();
            let its = |player: &Peer<'_, Player>| {
                Some(player.id()) == id || player.client.is_some_and(|it| it as usize == index)
            };
            let mut players = server.channels().iter();
            guest.trouble.crammed |=
                players.any(|player| its(&player) && player.link().queued_bytes > 0);
        }
    }

    // ---- what the network does ----

    pub(crate) fn cut(&mut self, client: usize) {
        self.clients[client].trouble.cut = true;
        self.network.cut(self.clients[client].link);
    }

    pub(crate) fn stall(&mut self, client: usize, time: Duration) {
        let now = self.network.now();
        let longest = self.plan.longest_silence();
        let guest = &mut self.clients[client];
        if guest.resumes_at.is_none() {
            guest.resumes_at = Some(now + time);
            guest.trouble.silent |= time > longest;
            guest.trouble.dead |= time > longest && guest.welcome().is_some();
            self.network.stall(guest.link);
        }
    }

    /// Changes some of the bytes that are under way: from then on nobody can
    /// say what this connection carries, only that others don't suffer.
    pub(crate) fn tamper(&mut self, client: usize) {
        let direction = [Direction::ToClient, Direction::ToServer][self.pick(2)];
        let what = self.pick(5);
        let place = self.network.random(1 << 32);
        let byte = [0, 1, 0x7F, 0x80, 0xFF, self.pick(256) as u8][self.pick(6)];
        let guest = &mut self.clients[client];
        guest.trouble.tampered = true;
        guest.witness.tampered = true;
        self.network.tamper(guest.link, direction, |bytes| {
            let at = |count: usize| usize::try_from(place).unwrap() % count.max(1);
            let index = at(bytes.len());
            match what {
                _ if bytes.is_empty() => {}
                0 => bytes[index] ^= 1 << (byte % 8),
                1 => bytes[index] = byte,
                2 => bytes.insert(index, byte),
                3 => {
                    let end = (index + 1 + usize::from(byte % 8)).min(bytes.len());
                    bytes.drain(index..end);
                }
                _ => bytes.extend_from_within(index..),
            }
        });
    }

    /// Ends each silence that nobody takes for an end.
    pub(crate) fn resume_all(&mut self) {
        for guest in &mut self.clients {
            if !guest.trouble.silent && guest.resumes_at.take().is_some() {
                self.network.resume(guest.link);
            }
        }
    }

    /// Waits until every silence is over, also those that end a connection.
    pub(crate) fn outwait(&mut self) {
        while self.clients.iter().any(|guest| guest.resumes_at.is_some()) {
            self.step(Duration::from_millis(100), 90);
        }
    }

    // ---- time ----

    /// Each end in a random order does its pump, or leaves it out.
    pub(crate) fn step(&mut self, time: Duration, eagerness: u64) {
        let mut order: Vec<usize> = (0..self.servers.len() + self.clients.len()).collect();
        for index in (1..order.len()).rev() {
            let other = self.pick(index + 1);
            order.swap(index, other);
        }
        for actor in order {
            if self.chance(eagerness) {
                let dispatches = self.chance(80.max(eagerness));
                let twice = self.chance(10);
                match actor.checked_sub(self.servers.len()) {
                    None => self.pump_server(actor, dispatches, twice),
                    Some(client) => self.pump_client(client, dispatches),
                }
            }
        }
        self.network.advance(time);
        let now = self.network.now();
        for guest in &mut self.clients {
            if guest.resumes_at.is_some_and(|until| until <= now) {
                guest.resumes_at = None;
                self.network.resume(guest.link);
            }
        }
    }

    fn pump_server(&mut self, host: usize, dispatches: bool, twice: bool) {
        let host = &mut self.servers[host];
        if let Some(server) = &mut host.server {
            server.pump().unwrap();
            assert!(server.channels().len() <= self.plan.max_channels);
            for player in server.channels().iter() {
                check_queue(&self.plan, player.link().queued_bytes);
            }
            host.referee.now = self.network.now();
            if dispatches {
                server.dispatch(&mut host.referee);
            }
            if dispatches && twice {
                // Through another door, but the same type: nothing comes again.
                let handler: &mut dyn podsix::NetworkHandler<Channel<Player>> = &mut host.referee;
                server.dispatch(handler);
            }
        }
    }

    fn pump_client(&mut self, client: usize, dispatches: bool) {
        let guest = &mut self.clients[client];
        if let Some(connection) = &mut guest.connection {
            connection.pump().unwrap();
            check_queue(&self.plan, connection.link().queued_bytes);
            guest.witness.now = self.network.now();
            if dispatches {
                connection.dispatch(&mut guest.witness);
            }
        }
    }
}

/// Messages stay below the limit; names, pings and goodbyes may come on top.
fn check_queue(plan: &Plan, queued: usize) {
    assert!(queued <= plan.max_queued() + 4096, "{queued} bytes wait");
}

impl Host {
    /// How many players the server still has something of.
    pub(crate) fn players(&self) -> usize {
        let others = usize::from(self.server.is_some());
        self.players.strong_count().saturating_sub(others)
    }
}

impl Guest {
    /// The server's name for this connection, once the server has told it.
    pub(crate) fn welcome(&self) -> Option<ChannelId> {
        if self.trouble.tampered {
            return None;
        }
        let mut seen = self.witness.record.seen.iter();
        match seen.find(|(_, seen)| matches!(seen, Seen::Message(_))) {
            Some((_, Seen::Message(ToClient::Welcome { id }))) => Some(*id),
            _ => None,
        }
    }

    pub(crate) fn is_done(&self) -> bool {
        let closed = |connection: &Connection| {
            let record = &self.witness.record;
            connection.is_closed() && record.seen.last().is_some_and(|(_, seen)| seen.is_end())
        };
        self.connection.as_ref().is_none_or(closed)
    }
}

impl<M> Seen<M> {
    pub(crate) fn is_end(&self) -> bool {
        matches!(self, Self::Disconnected(_) | Self::NotConnected(_))
    }
}

/// All that was seen: the same seed must give the same.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) time: Duration,
    pub(crate) servers: Vec<Vec<(ChannelId, Record<ToServer, ToClient>)>>,
    pub(crate) clients: Vec<Record<ToClient, ToServer>>,
}

impl From<World> for Outcome {
    fn from(world: World) -> Self {
        let servers = world.servers.into_iter();
        let clients = world.clients.into_iter();
        Self {
            time: world.network.now(),
            servers: servers
                .map(|host| host.referee.records.into_iter().collect())
                .collect(),
            clients: clients.map(|guest| guest.witness.record).collect(),
        }
    }
}
