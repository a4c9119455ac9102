//! podsix's ends, which note down what they see, and the loop of all ends.

use std::time::{Duration, Instant};

use podsix::{Channel, Connection, Event, EventKind, Server, Value, network_handler};

/// A server at an address of its own on each of the two wires. What one of its
/// clients says it tells all of them, if it `relays`.
pub(crate) struct Host {
    pub(crate) server: Server<()>,
    pub(crate) room: Room,
    /// `host:port` for Rust clients, and for PodSixNet.
    pub(crate) native: String,
    pub(crate) podsixnet: String,
}

/// What happened on a connection.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Seen {
    Connected,
    Message(Value),
    /// With the reason's words.
    Disconnected(String),
    Failed(String),
}

/// The handler of a [`Host`].
#[derive(Default)]
pub(crate) struct Room {
    pub(crate) seen: Vec<Seen>,
    pub(crate) relays: bool,
}

#[network_handler]
impl Room {
    fn network(&mut self, channel: &mut Channel<()>, event: &Event) -> podsix::Result<()> {
        let seen = Seen::of(event)?;
        if let (true, Seen::Message(value)) = (self.relays, &seen) {
            channel.broadcast(value);
        }
        self.seen.push(seen);
        Ok(())
    }
}

impl Host {
    pub(crate) fn new() -> Self {
        Self::of(Server::new())
    }

    pub(crate) fn of(mut server: Server<()>) -> Self {
        Self {
            native: server.listen("127.0.0.1:0").unwrap().to_string(),
            podsixnet: server
                .listen("podsixnet://127.0.0.1:0")
                .unwrap()
                .to_string(),
            server,
            room: Room::default(),
        }
    }

    pub(crate) fn relaying() -> Self {
        let mut host = Self::new();
        host.room.relays = true;
        host
    }

    pub(crate) fn broadcast(&self, message: &Value) {
        self.server.channels().broadcast(message);
    }

    pub(crate) fn messages(&self) -> Vec<&Value> {
        messages(&self.room.seen)
    }

    /// How many clients have ended.
    pub(crate) fn ended(&self) -> usize {
        let end = |seen: &&Seen| matches!(seen, Seen::Disconnected(_));
        self.room.seen.iter().filter(end).count()
    }
}

/// A client.
pub(crate) struct Client {
    pub(crate) connection: Connection,
    pub(crate) ear: Ear,
}

/// The handler of a [`Client`].
#[derive(Default)]
pub(crate) struct Ear {
    pub(crate) seen: Vec<Seen>,
}

#[network_handler]
impl Ear {
    fn network(&mut self, event: &Event) -> podsix::Result<()> {
        self.seen.push(Seen::of(event)?);
        Ok(())
    }
}

impl Client {
    pub(crate) fn to(address: &str) -> Self {
        Self::of(Connection::connect(address).unwrap())
    }

    /// A client of a PodSixNet server.
    pub(crate) fn to_podsixnet(address: &str) -> Self {
        Self::to(&format!("podsixnet://{address}"))
    }

    pub(crate) fn of(connection: Connection) -> Self {
        let ear = Ear::default();
        Self { connection, ear }
    }

    pub(crate) fn send(&self, message: &Value) {
        self.connection.send(message).unwrap();
    }

    pub(crate) fn seen(&self) -> &[Seen] {
        &self.ear.seen
    }

    pub(crate) fn messages(&self) -> Vec<&Value> {
        messages(&self.ear.seen)
    }

    /// Whether the last that happened is the end.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.seen().last(), Some(Seen::Disconnected(_)))
    }
}

impl Seen {
    fn of(event: &Event) -> podsix::Result<Self> {
        Ok(match event.kind() {
            EventKind::Connected => Self::Connected,
            EventKind::Message => Self::Message(event.value()?.clone()),
            EventKind::Disconnected(reason) => Self::Disconnected(reason.to_string()),
            EventKind::Error(error) => Self::Failed(error.to_string()),
            other => panic!("what is {other:?}?"),
        })
    }
}

fn messages(seen: &[Seen]) -> Vec<&Value> {
    let messages = seen.iter().filter_map(|seen| match seen {
        Seen::Message(value) => Some(value),
        _ => None,
    });
    messages.collect()
}

/// One end, in the loop of [`until!`].
pub(crate) trait End {
    /// Receives, handles and sends what there is, or waits a little for it.
    fn turn(&mut self);
    /// Says what happened so far, if it helps.
    fn fail(&mut self, problem: &str);
}

const PATIENCE: Duration = Duration::from_millis(1);

impl End for Host {
    fn turn(&mut self) {
        self.server.wait(Some(PATIENCE)).unwrap();
        self.server.dispatch(&mut self.room);
    }
    fn fail(&mut self, problem: &str) {
        panic!("{problem}; the server saw {}", last(&self.room.seen));
    }
}

impl End for Client {
    fn turn(&mut self) {
        self.connection.wait(Some(PATIENCE)).unwrap();
        self.connection.dispatch(&mut self.ear);
    }
    fn fail(&mut self, problem: &str) {
        panic!("{problem}; the client saw {}", last(self.seen()));
    }
}

impl<E: End> End for Vec<E> {
    fn turn(&mut self) {
        self.iter_mut().for_each(End::turn);
    }
    fn fail(&mut self, problem: &str) {
        self.iter_mut().for_each(|end| end.fail(problem));
    }
}

fn last(seen: &[Seen]) -> String {
    let end = seen.get(seen.len().saturating_sub(8)..).unwrap_or_default();
    format!("{} events, at last {end:?}", seen.len())
}

/// When a test that waits for something gives up.
pub(crate) fn deadline() -> Instant {
    Instant::now() + Duration::from_secs(30)
}

/// Lets all ends have their turns, one after the other, until a condition holds.
/// If it never does, the first end says why.
macro_rules! until {
    ([$($end:expr),* $(,)?], $condition:expr $(,)?) => {{
        let deadline = $crate::ends::deadline();
        while !$condition {
            if std::time::Instant::now() >= deadline {
                let problem = concat!("it never happened: ", stringify!($condition));
                $($crate::ends::End::fail(&mut $end, problem);)*
            }
            $($crate::ends::End::turn(&mut $end);)*
        }
    }};
}
pub(crate) use until;
