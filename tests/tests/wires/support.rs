//! A server and clients in memory, one on each wire.

use std::time::Duration;

use podsix::testing::Network;
use podsix::{Connection, Error, Incoming, Message, Server, ServerBuilder};

/// The wires by their names in addresses.
pub(crate) const WIRES: [&str; 4] = ["podsix", "podsixnet", "podsixnet+json", "ws"];

/// A server and its clients, without handlers: the messages are taken out.
pub(crate) struct Ends {
    pub(crate) network: Network,
    pub(crate) server: Server<()>,
    pub(crate) clients: Vec<Connection>,
}

/// What an end was given.
#[derive(Debug)]
pub(crate) struct Got<M> {
    pub(crate) messages: Vec<M>,
    pub(crate) errors: Vec<Fault>,
}

/// An error: what it is about, and its words.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fault {
    pub(crate) kind: &'static str,
    pub(crate) field: String,
    pub(crate) words: String,
}

impl Fault {
    pub(crate) fn of(error: &Error) -> Self {
        let (kind, field) = match error {
            Error::Encode { field, .. } => ("Encode", field.to_string()),
            Error::Decode { field, .. } => ("Decode", field.to_string()),
            Error::ShapesDiffer { .. } => ("ShapesDiffer", String::new()),
            Error::TooLarge { .. } => ("TooLarge", String::new()),
            _ => ("another", String::new()),
        };
        Self {
            kind,
            field,
            words: error.to_string(),
        }
    }
}

/// Turns until everything has arrived and been answered.
const TURNS: usize = 8;

impl Ends {
    pub(crate) fn new(wires: &[&str]) -> Self {
        Self::with(wires, Server::builder(), &|| Connection::builder())
    }

    /// Ends that have codecs of their own.
    pub(crate) fn with(
        wires: &[&str],
        server: ServerBuilder<()>,
        client: &dyn Fn() -> podsix::ConnectionBuilder,
    ) -> Self {
        let mut network = Network::new(1);
        let mut server = network.server(server);
        let mut clients = Vec::new();
        for wire in wires {
            let (client, _) = network.connect_over(wire, client(), &mut server);
            clients.push(client);
        }
        let mut ends = Self {
            network,
            server,
            clients,
        };
        ends.turns::<Nothing>();
        ends.all_are_up();
        ends
    }

    #[track_caller]
    pub(crate) fn all_are_up(&self) {
        assert!(self.clients.iter().all(Connection::is_connected));
        assert_eq!(self.server.channels().len(), self.clients.len());
    }

    pub(crate) fn broadcast<M: Message>(&self, message: &M) {
        self.server.channels().broadcast(message);
    }

    /// Lets everything happen: what the server got, and what each client.
    pub(crate) fn turns<M>(&mut self) -> (Got<M>, Vec<Got<M>>)
    where
        M: for<'de> Incoming<'de>,
    {
        let mut at_server = Got::new();
        let mut at_clients: Vec<Got<M>> = self.clients.iter().map(|_| Got::new()).collect();
        for _ in 0..TURNS {
            self.server.pump().unwrap();
            let mut events = self.server.take_events();
            let errors = events.errors().map(|(_, error)| Fault::of(error));
            at_server.errors.extend(errors);
            let read = events.read::<M>().into_iter().map(|(_, message)| message);
            at_server.messages.extend(read);
            for (client, got) in self.clients.iter_mut().zip(&mut at_clients) {
                client.pump().unwrap();
                let mut events = client.take_events();
                got.errors.extend(events.errors().map(Fault::of));
                got.messages.extend(events.read::<M>());
            }
            self.network.advance(Duration::from_millis(1));
        }
        (at_server, at_clients)
    }
}

impl<M> Got<M> {
    fn new() -> Self {
        Self {
            messages: Vec::new(),
            errors: Vec::new(),
        }
    }
}

/// An action that nobody sends, for who reads nothing.
#[derive(podsix::Message, Debug)]
#[message(action = "nothing at all")]
pub(crate) struct Nothing {}
