//! What the simulated games say to each other, and handlers that write it down.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use podsix::{Channel, ChannelId, Connection, Error, Reason, network_handler};

/// From a client. All but the first carry a number, one higher each.
#[derive(podsix::Message, Clone, Debug, PartialEq)]
pub(crate) enum ToServer {
    /// The first message of each client: which one it is.
    Hello {
        client: u32,
    },
    Number {
        number: u32,
    },
    Text {
        number: u32,
        text: String,
    },
    Values {
        number: u32,
        values: Vec<i64>,
    },
    /// The server says it to all.
    Shout {
        number: u32,
        text: String,
    },
    /// The server answers with the same.
    Echo {
        number: u32,
        half: Option<f64>,
    },
    /// The server closes the connection.
    Kick {
        number: u32,
        words: String,
    },
    Nothing,
}

/// From a server.
#[derive(podsix::Message, Clone, Debug, PartialEq)]
pub(crate) enum ToClient {
    /// The first message to each client.
    Welcome {
        id: ChannelId,
    },
    Number {
        number: u32,
    },
    Text {
        number: u32,
        text: String,
    },
    Shouted {
        who: Option<u32>,
        text: String,
    },
    Echoed {
        number: u32,
        half: Option<f64>,
    },
    /// The client answers with an `Echo`.
    Question {
        number: u32,
    },
    Nothing,
}

/// What one end saw of a connection, or did to it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Seen<M> {
    Connected,
    Message(M),
    /// The game closed the connection; no message may follow.
    Close(String),
    Disconnected(Reason),
    /// `network_error` before the connection was up.
    NotConnected(Option<Reason>),
    /// `network_error` on a connection that is up.
    Failed(String),
}

/// Everything about one connection, as one end has it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record<In, Out> {
    pub(crate) seen: Vec<(Duration, Seen<In>)>,
    /// What the game sent, also after the end.
    pub(crate) sent: Vec<Out>,
    /// How many of `sent` the game sent before it closed, and its words.
    pub(crate) closed: Option<(usize, String)>,
}

impl<In, Out> Default for Record<In, Out> {
    fn default() -> Self {
        Self {
            seen: Vec::new(),
            sent: Vec::new(),
            closed: None,
        }
    }
}

impl<In: Clone, Out> Record<In, Out> {
    pub(crate) fn messages(&self) -> Vec<In> {
        let message = |(_, seen): &(Duration, Seen<In>)| match seen {
            Seen::Message(message) => Some(message.clone()),
            _ => None,
        };
        self.seen.iter().filter_map(message).collect()
    }

    pub(crate) fn reason(&self) -> Option<&Reason> {
        self.seen.iter().find_map(|(_, seen)| match seen {
            Seen::Disconnected(reason) => Some(reason),
            _ => None,
        })
    }

    pub(crate) fn count(&self, is: impl Fn(&Seen<In>) -> bool) -> usize {
        self.seen.iter().filter(|(_, seen)| is(seen)).count()
    }

    pub(crate) fn close(&mut self, now: Duration, words: &str) {
        if self.closed.is_none() {
            self.seen.push((now, Seen::Close(words.to_owned())));
            self.closed = Some((self.sent.len(), words.to_owned()));
        }
    }
}

/// What a server's game keeps for a client.
#[derive(Debug)]
pub(crate) struct Player {
    pub(crate) client: Option<u32>,
    /// The same one for all of a server, which so tells how many there are.
    pub(crate) _counted: Arc<()>,
}

/// A server's game: writes everything down, and answers.
#[derive(Debug, Default)]
pub(crate) struct Referee {
    pub(crate) now: Duration,
    pub(crate) records: BTreeMap<ChannelId, Record<ToServer, ToClient>>,
}

impl Referee {
    fn note(&mut self, channel: &Channel<Player>, seen: Seen<ToServer>) {
        let record = self.records.entry(channel.id()).or_default();
        record.seen.push((self.now, seen));
    }

    fn took(&mut self, channel: &Channel<Player>, message: ToServer) {
        self.note(channel, Seen::Message(message));
    }

    /// Takes note of what is sent to `id`.
    pub(crate) fn sends(&mut self, id: ChannelId, message: &ToClient) {
        self.records
            .entry(id)
            .or_default()
            .sent
            .push(message.clone());
    }

    fn reply(&mut self, channel: &Channel<Player>, message: ToClient) {
        self.sends(channel.id(), &message);
        channel.send(&message);
    }

    fn close(&mut self, channel: &Channel<Player>, words: &str) {
        let record = self.records.entry(channel.id()).or_default();
        record.close(self.now, words);
        channel.close(words);
    }
}

#[network_handler(ToServer)]
impl Referee {
    fn network_connected(&mut self, channel: &mut Channel<Player>) {
        assert!(channel.channels().get(channel.id()).is_some());
        self.note(channel, Seen::Connected);
        let id = channel.id();
        self.reply(channel, ToClient::Welcome { id });
    }

    fn network_disconnected(&mut self, channel: &mut Channel<Player>, reason: &Reason) {
        assert!(channel.channels().get(channel.id()).is_none());
        self.note(channel, Seen::Disconnected(reason.clone()));
        // To nobody.
        channel.send(&ToClient::Nothing);
        channel.close("again");
    }

    fn network_error(&mut self, channel: &mut Channel<Player>, error: &Error) {
        assert!(error.connection_is_up());
        self.note(channel, Seen::Failed(error.to_string()));
    }

    fn network_hello(&mut self, channel: &mut Channel<Player>, client: u32) {
        channel.client = Some(client);
        self.took(channel, ToServer::Hello { client });
    }

    fn network_number(&mut self, channel: &mut Channel<Player>, number: u32) {
        self.took(channel, ToServer::Number { number });
    }

    fn network_text(&mut self, channel: &mut Channel<Player>, number: u32, text: String) {
        self.took(channel, ToServer::Text { number, text });
    }

    fn network_values(&mut self, channel: &mut Channel<Player>, number: u32, values: Vec<i64>) {
        self.took(channel, ToServer::Values { number, values });
    }

    fn network_shout(&mut self, channel: &mut Channel<Player>, number: u32, text: String) {
        let message = ToClient::Shouted {
            who: channel.client,
            text: text.clone(),
        };
        self.took(channel, ToServer::Shout { number, text });
        for player in channel.channels().iter() {
            self.sends(player.id(), &message);
        }
        channel.broadcast(&message);
    }

    fn network_echo(&mut self, channel: &mut Channel<Player>, number: u32, half: Option<f64>) {
        self.took(channel, ToServer::Echo { number, half });
        self.reply(channel, ToClient::Echoed { number, half });
    }

    fn network_kick(&mut self, channel: &mut Channel<Player>, number: u32, words: String) {
        self.took(
            channel,
            ToServer::Kick {
                number,
                words: words.clone(),
            },
        );
        self.close(channel, &words);
        // To nobody.
        channel.send(&ToClient::Nothing);
        channel.close("again");
    }

    fn network_nothing(&mut self, channel: &mut Channel<Player>) {
        self.took(channel, ToServer::Nothing);
    }
}

/// A client's game: writes everything down, and answers.
#[derive(Debug, Default)]
pub(crate) struct Witness {
    pub(crate) now: Duration,
    /// Whether the other end may have said anything.
    pub(crate) tampered: bool,
    pub(crate) record: Record<ToClient, ToServer>,
}

impl Witness {
    fn note(&mut self, seen: Seen<ToClient>) {
        self.record.seen.push((self.now, seen));
    }

    fn took(&mut self, message: ToClient) {
        self.note(Seen::Message(message));
    }

    /// Whether the connection has ended, also if it has still to be told so.
    pub(crate) fn has_ended(&self, connection: &Connection) -> bool {
        let seen = &self.record.seen;
        let was_up = matches!(seen.first(), Some((_, Seen::Connected)));
        let told = seen.last().is_some_and(|(_, seen)| seen.is_end());
        told || connection.is_closed() || (was_up && !connection.is_connected())
    }

    /// Sends, and takes note of it where the connection took it.
    pub(crate) fn send(&mut self, connection: &Connection, message: ToServer) {
        let up = connection.is_connected();
        let ended = self.has_ended(connection);
        match connection.send(&message) {
            Ok(0) => assert!(
                !up || self.record.closed.is_some() || self.tampered,
                "dropped without need"
            ),
            Ok(_) => {
                assert!(!ended, "a message was taken after the end");
                self.record.sent.push(message);
            }
            Err(Error::QueueFull { .. }) => {}
            Err(error) => assert!(self.tampered, "{error}"),
        }
    }
}

#[network_handler(ToClient)]
impl Witness {
    fn network_connected(&mut self, connection: &mut Connection) {
        self.note(Seen::Connected);
        let number = 0;
        self.send(connection, ToServer::Number { number });
    }

    fn network_disconnected(&mut self, connection: &mut Connection, reason: &Reason) {
        assert!(!connection.is_connected());
        self.note(Seen::Disconnected(reason.clone()));
        self.send(connection, ToServer::Nothing);
    }

    fn network_error(&mut self, error: &Error) {
        let seen = match error {
            Error::NotConnected { reason, .. } => Seen::NotConnected(Some(reason.clone())),
            error if !error.connection_is_up() => Seen::NotConnected(None),
            error => Seen::Failed(error.to_string()),
        };
        self.note(seen);
    }

    fn network_welcome(&mut self, id: ChannelId) {
        self.took(ToClient::Welcome { id });
    }

    fn network_number(&mut self, number: u32) {
        self.took(ToClient::Number { number });
    }

    fn network_text(&mut self, number: u32, text: String) {
        self.took(ToClient::Text { number, text });
    }

    fn network_shouted(&mut self, who: Option<u32>, text: String) {
        self.took(ToClient::Shouted { who, text });
    }

    fn network_echoed(&mut self, number: u32, half: Option<f64>) {
        self.took(ToClient::Echoed { number, half });
    }

    fn network_question(&mut self, connection: &mut Connection, number: u32) {
        self.took(ToClient::Question { number });
        self.send(connection, ToServer::Echo { number, half: None });
    }

    fn network_nothing(&mut self) {
        self.took(ToClient::Nothing);
    }
}
