//! A server and a client without handlers, whose messages are taken out.

use std::time::Duration;

use podsix::testing::Network;
use podsix::{Connection, Error, Incoming, Message, Server};

/// A server and its one client.
pub(crate) struct Ends {
    pub(crate) network: Network,
    pub(crate) server: Server<()>,
    pub(crate) client: Connection,
}

/// What became of the messages that were sent.
#[derive(Debug)]
pub(crate) struct Crossing<M> {
    pub(crate) got: Vec<M>,
    /// What failed at the end that received, and at the one that sent.
    pub(crate) receiver: Vec<Fault>,
    pub(crate) sender: Vec<Fault>,
}

/// An error as a test compares it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fault {
    Differs(String),
    Decode { field: String, words: String },
    Other(String),
}

impl Fault {
    pub(crate) fn of(error: &Error) -> Self {
        match error {
            Error::ShapesDiffer { .. } => Self::Differs(error.to_string()),
            Error::Decode { field, .. } => Self::Decode {
                field: field.to_string(),
                words: error.to_string(),
            },
            _ => Self::Other(error.to_string()),
        }
    }
}

/// The way that a message goes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    ToServer,
    ToClient,
}

pub(crate) const WAYS: [Way; 2] = [Way::ToServer, Way::ToClient];

/// Turns until everything has arrived and been answered.
const TURNS: usize = 8;

impl Ends {
    pub(crate) fn new() -> Self {
        let mut network = Network::new(1);
        let mut server = network.server(Server::<()>::builder());
        let (client, _) = network.connect(&mut server);
        let mut ends = Self {
            network,
            server,
            client,
        };
        ends.turns::<Nothing>();
        assert!(ends.client.is_connected());
        ends
    }

    /// Sends a message, which has to be possible.
    pub(crate) fn send<S: Message>(&self, way: Way, message: &S) {
        match way {
            Way::ToServer => {
                self.client.send(message).unwrap();
            }
            Way::ToClient => self.server.channels().broadcast(message),
        }
    }

    /// Sends messages of one program to another.
    pub(crate) fn cross<S, R>(&mut self, way: Way, messages: &[S]) -> Crossing<R>
    where
        S: Message,
        R: for<'de> Incoming<'de>,
    {
        for message in messages {
            self.send(way, message);
        }
        let [at_server, at_client] = self.turns::<R>();
        match way {
            Way::ToServer => Crossing {
                got: at_server.0,
                receiver: at_server.1,
                sender: at_client.1,
            },
            Way::ToClient => Crossing {
                got: at_client.0,
                receiver: at_client.1,
                sender: at_server.1,
            },
        }
    }

    /// Lets everything happen; what the server got, and what the client.
    pub(crate) fn turns<R>(&mut self) -> [(Vec<R>, Vec<Fault>); 2]
    where
        R: for<'de> Incoming<'de>,
    {
        let mut at_server = (Vec::new(), Vec::new());
        let mut at_client = (Vec::new(), Vec::new());
        for _ in 0..TURNS {
            self.server.pump().unwrap();
            let mut events = self.server.take_events();
            at_server
                .1
                .extend(events.errors().map(|(_, error)| Fault::of(error)));
            at_server
                .0
                .extend(events.read::<R>().into_iter().map(|(_, message)| message));
            self.client.pump().unwrap();
            let mut events = self.client.take_events();
            at_client.1.extend(events.errors().map(Fault::of));
            at_client.0.extend(events.read::<R>());
            self.network.advance(Duration::from_millis(1));
        }
        [at_server, at_client]
    }
}

/// An action that nobody sends, for who reads nothing.
#[derive(podsix::Message, Debug)]
#[message(action = "nothing at all")]
pub(crate) struct Nothing {}
