//! A game to be tested with: its messages, and handlers that note down
//! everything that happens.

use podsix::{Channel, ChannelId, Connection, Error, Reason, network_handler};

/// What a client can say.
#[derive(podsix::Message, Debug, PartialEq, Clone)]
pub(crate) enum ToServer {
    Say { text: String },
    Number { number: u32 },
    Bulk { bytes: String },
}

/// What a server can say.
#[derive(podsix::Message, Debug, PartialEq, Clone)]
pub(crate) enum ToClient {
    Heard { text: String },
    Number { number: u32 },
    Bulk { bytes: String },
}

/// What the game keeps for each client.
#[derive(Debug, Default)]
pub(crate) struct Player {
    pub(crate) name: String,
    pub(crate) points: u32,
}

/// One event, as either end saw it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Seen {
    Connected,
    Text(String),
    Number(u32),
    Bulk(usize),
    Disconnected(Reason),
    Failed(Failure),
}

/// A `network_error`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Failure {
    /// The error's variant.
    pub(crate) kind: &'static str,
    pub(crate) words: String,
    /// Whether the connection was said to be still up.
    pub(crate) up: bool,
    /// Why a connection that was answered did not come up.
    pub(crate) reason: Option<Reason>,
    /// What the operating system said.
    pub(crate) os: Option<std::io::ErrorKind>,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let (kind, reason, os) = match error {
            Error::Connect { source, .. } => ("Connect", None, Some(source.kind())),
            Error::NotConnected { reason, .. } => ("NotConnected", Some(reason.clone()), None),
            Error::TooLarge { .. } => ("TooLarge", None, None),
            Error::QueueFull { .. } => ("QueueFull", None, None),
            Error::Decode { .. } => ("Decode", None, None),
            Error::ShapesDiffer { .. } => ("ShapesDiffer", None, None),
            Error::Handler { .. } => ("Handler", None, None),
            Error::Misuse { .. } => ("Misuse", None, None),
            _ => ("another", None, None),
        };
        Self {
            kind,
            words: error.to_string(),
            up: error.connection_is_up(),
            reason,
            os,
        }
    }
}

impl Seen {
    /// Whether nothing may follow this on the same connection.
    pub(crate) fn is_end(&self) -> bool {
        match self {
            Self::Disconnected(_) => true,
            Self::Failed(failure) => !failure.up,
            _ => false,
        }
    }
}

pub(crate) type Outcome = Result<(), String>;

type React<C> = Box<dyn FnMut(&mut C, &Seen) -> Outcome + Send>;

/// Notes down everything that happens on a server.
pub(crate) struct Game {
    pub(crate) seen: Vec<(ChannelId, Seen)>,
    pub(crate) react: React<Channel<Player>>,
}

impl Game {
    pub(crate) fn new() -> Self {
        Self {
            seen: Vec::new(),
            react: Box::new(|_, _| Ok(())),
        }
    }
}

#[network_handler(ToServer)]
impl Game {
    fn network_connected(&mut self, channel: &mut Channel<Player>) -> Outcome {
        self.note(channel, Seen::Connected)
    }
    fn network_say(&mut self, channel: &mut Channel<Player>, text: String) -> Outcome {
        self.note(channel, Seen::Text(text))
    }
    fn network_number(&mut self, channel: &mut Channel<Player>, number: u32) -> Outcome {
        self.note(channel, Seen::Number(number))
    }
    fn network_bulk(&mut self, channel: &mut Channel<Player>, bytes: &str) -> Outcome {
        self.note(channel, Seen::Bulk(bytes.len()))
    }
    fn network_disconnected(&mut self, channel: &mut Channel<Player>, reason: &Reason) -> Outcome {
        self.note(channel, Seen::Disconnected(reason.clone()))
    }
    fn network_error(&mut self, channel: &mut Channel<Player>, error: &Error) -> Outcome {
        self.note(channel, Seen::Failed(error.into()))
    }
    fn note(&mut self, channel: &mut Channel<Player>, seen: Seen) -> Outcome {
        self.seen.push((channel.id(), seen.clone()));
        (self.react)(channel, &seen)
    }
}

/// Notes down everything that happens on a client.
pub(crate) struct Listener {
    pub(crate) seen: Vec<Seen>,
    pub(crate) react: React<Connection>,
}

#[network_handler(ToClient)]
impl Listener {
    fn network_connected(&mut self, connection: &mut Connection) -> Outcome {
        self.note(connection, Seen::Connected)
    }
    fn network_heard(&mut self, connection: &mut Connection, text: String) -> Outcome {
        self.note(connection, Seen::Text(text))
    }
    fn network_number(&mut self, connection: &mut Connection, number: u32) -> Outcome {
        self.note(connection, Seen::Number(number))
    }
    fn network_bulk(&mut self, connection: &mut Connection, bytes: &str) -> Outcome {
        self.note(connection, Seen::Bulk(bytes.len()))
    }
    fn network_disconnected(&mut self, connection: &mut Connection, reason: &Reason) -> Outcome {
        self.note(connection, Seen::Disconnected(reason.clone()))
    }
    fn network_error(&mut self, connection: &mut Connection, error: &Error) -> Outcome {
        self.note(connection, Seen::Failed(error.into()))
    }
    fn note(&mut self, connection: &mut Connection, seen: Seen) -> Outcome {
        self.seen.push(seen.clone());
        (self.react)(connection, &seen)
    }
}

impl Listener {
    pub(crate) fn new() -> Self {
        Self {
            seen: Vec::new(),
            react: Box::new(|_, _| Ok(())),
        }
    }

    /// The event that ended the connection; fails where there are several, or
    /// something came after it.
    pub(crate) fn end(&self) -> Option<&Seen> {
        only_end(&self.seen)
    }
}

/// The event that ended a connection, which must be its last.
pub(crate) fn only_end(seen: &[Seen]) -> Option<&Seen> {
    let end = seen.iter().position(Seen::is_end)?;
    assert_eq!(end + 1, seen.len(), "events after the end: {seen:?}");
    seen.get(end)
}
