//! A whole game in one test: a server, its handler and its clients.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::{Conditions, LinkId, Network, fail};
use crate::connection::ConnectionBuilder;
use crate::server::{DefaultState, MakeState, ServerBuilder};
use crate::{
    Channel, ClientSends, Connection, Events, Incoming, Message, NetworkHandler, Reason, Server,
    Untyped,
};

/// A server with its handler, and clients that join, send and leave, without
/// sockets and without waiting.
///
/// ```
/// use podsix::{Channel, network_handler, testing::Game};
///
/// #[derive(podsix::Message)]
/// enum ToServer { Say { text: String } }
///
/// #[derive(podsix::Message, Debug, PartialEq)]
/// enum ToClient { Said { text: String } }
///
/// struct Chat;
///
/// #[network_handler(ToServer)]
/// impl Chat {
///     fn network_say(&mut self, channel: &mut Channel<()>, text: String) {
///         channel.broadcast(&ToClient::Said { text });
///     }
/// }
///
/// let mut game = Game::<(), _>::new(Chat);
/// let (ann, bob) = (game.join(), game.join());
/// game.send(ann, &ToServer::Say { text: "hi".into() });
/// assert_eq!(game.received::<ToClient>(bob), [ToClient::Said { text: "hi".into() }]);
/// ```
///
/// After each call everything has arrived and been handled. A panic of a
/// handler goes through and fails the test.
///
/// A client that has left stays away: its connection can't
/// [`reconnect`](Connection::reconnect), so let a new one [`join`](Self::join).
pub struct Game<T, H, P = Untyped> {
    network: Network,
    server: Server<T, P>,
    handler: H,
    clients: BTreeMap<ClientId, Client<P>>,
    last_id: u32,
}

/// Names a client of a [`Game`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(u32);

/// What happened to a client of a [`Game`], beside messages.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lifecycle {
    /// The server let it in.
    Connected,
    /// Its connection ended.
    Disconnected(Reason),
    /// Something failed, in the words of the [`Error`](crate::Error).
    Error(String),
}

struct Client<P> {
    connection: Connection<P>,
    link: LinkId,
    /// What was received and not asked for yet.
    batches: Vec<Events<P>>,
    /// For each type of listener, how many of the batches it has seen.
    seen: BTreeMap<&'static str, usize>,
    lifecycle: Vec<Lifecycle>,
    /// Why its connection ended, once it was told.
    end: Option<String>,
}

/// How often everything is pumped until it is taken for endless: two handlers
/// that answer each other for ever would be.
const MOST_ROUNDS: usize = 10_000;

/// A game whose handler answers itself for ever can't come to rest.
const ENDLESS: &str = "the game does not come to rest: does each message lead to another one?";

impl<T, H> Game<T, H>
where
    H: NetworkHandler<Channel<T>>,
{
    /// A game with this handler, and no client yet.
    pub fn new(handler: H) -> Self
    where
        DefaultState: MakeState<T>,
    {
        Self::with(Server::<T>::builder(), handler)
    }
}

impl<T, H, P> Game<T, H, P>
where
    H: NetworkHandler<Channel<T, P>>,
{
    /// A game whose server has its own limits, makes its players in its own way
    /// ([`ServerBuilder::accept_with`]), or is bound to a
    /// [`Protocol`](crate::Protocol), which its clients then have too.
    pub fn with<A>(builder: ServerBuilder<T, A, P>, handler: H) -> Self
    where
        A: MakeState<T> + Send + 'static,
    {
        let network = Network::new(0);
        Self {
            server: network.server(builder.let_panics_through()),
            network,
            handler,
            clients: BTreeMap::new(),
            last_id: 0,
        }
    }

    /// One more client joins.
    ///
    /// It has joined when this returns, unless the server refused it: see
    /// [`lifecycle`](Self::lifecycle).
    pub fn join(&mut self) -> ClientId {
        let joined = self.network.connect(&mut self.server);
        self.let_in(joined)
    }

    /// One more client joins on another wire, as a program in Python or a
    /// browser does: `podsixnet`, `podsixnet+json`, `ws`, named as in an
    /// address. A codec that the server's builder was given, the client has too.
    ///
    /// The same game serves all wires at once. A test that runs on each shows
    /// that what it sends can be sent there: see [`wires`](crate::guide::wires).
    ///
    /// ```
    /// # use podsix::{Channel, network_handler, testing::Game};
    /// # #[derive(podsix::Message)]
    /// # enum ToServer { Say { text: String } }
    /// # #[derive(podsix::Message, Debug, PartialEq)]
    /// # enum ToClient { Said { text: String } }
    /// # struct Chat;
    /// # #[network_handler(ToServer)]
    /// # impl Chat {
    /// #     fn network_say(&mut self, channel: &mut Channel<()>, text: String) {
    /// #         channel.broadcast(&ToClient::Said { text });
    /// #     }
    /// # }
    /// let mut game = Game::<(), _>::new(Chat);
    /// let rust = game.join();
    /// let python = game.join_over("podsixnet");
    /// game.send(python, &ToServer::Say { text: "hello from Python".into() });
    /// let said = [ToClient::Said { text: "hello from Python".into() }];
    /// assert_eq!(game.received::<ToClient>(rust), said);
    /// assert_eq!(game.received::<ToClient>(python), said);
    /// ```
    ///
    /// # Panics
    ///
    /// If there is no such wire, or it needs a feature that is off.
    #[track_caller]
    pub fn join_over(&mut self, wire: &str) -> ClientId {
        let builder = ConnectionBuilder::for_server(&self.server);
        let joined = self.network.connect_over(wire, builder, &mut self.server);
        self.let_in(joined)
    }

    #[track_caller]
    fn let_in(&mut self, (connection, link): (Connection<P>, LinkId)) -> ClientId {
        self.last_id += 1;
        let id = ClientId(self.last_id);
        let client = Client {
            connection,
            link,
            batches: Vec::new(),
            seen: BTreeMap::new(),
            lifecycle: Vec::new(),
            end: None,
        };
        self.clients.insert(id, client);
        self.settle();
        id
    }

    /// A client sends a message, and everything that follows from it happens.
    ///
    /// # Panics
    ///
    /// If the client has left, or the message can't be sent, with the reason.
    #[track_caller]
    pub fn send<M: Message>(&mut self, from: ClientId, message: &M)
    where
        P: ClientSends<M>,
    {
        if let Err(error) = self.present(from).connection.send(message) {
            fail(&error.to_string());
        }
        self.settle();
    }

    /// The messages that a client received since the last call, in their order.
    ///
    /// # Panics
    ///
    /// If one of them is no action of `M`, or does not fit it.
    #[track_caller]
    pub fn received<M>(&mut self, client: ClientId) -> Vec<M>
    where
        M: for<'de> Incoming<'de>,
    {
        let client = self.client(client);
        let batches = std::mem::take(&mut client.batches);
        client.seen.clear();
        let mut messages = Vec::new();
        for mut events in batches {
            match events.read_all() {
                Ok(read) => messages.extend(read),
                Err(error) => fail(&error.to_string()),
            }
        }
        messages
    }

    /// Calls a client's listener for what the client received, as
    /// [`Connection::dispatch`] does, and everything that follows from it
    /// happens. What the server answers is for the next call.
    ///
    /// ```
    /// # use podsix::{Channel, testing::Game};
    /// use podsix::{Connection, network_handler};
    ///
    /// # #[derive(podsix::Message)]
    /// # enum ToServer { Say { text: String } }
    /// # #[derive(podsix::Message, Debug, PartialEq)]
    /// # enum ToClient { Said { text: String } }
    /// # struct Chat;
    /// # #[network_handler(ToServer)]
    /// # impl Chat {
    /// #     fn network_say(&mut self, channel: &mut Channel<()>, text: String) {
    /// #         channel.broadcast(&ToClient::Said { text });
    /// #     }
    /// # }
    /// #[derive(Default)]
    /// struct Log { lines: Vec<String> }
    ///
    /// #[network_handler(ToClient)]
    /// impl Log {
    ///     fn network_connected(&mut self, connection: &mut Connection) -> podsix::Result<()> {
    ///         connection.send(&ToServer::Say { text: "hello".into() })?;
    ///         Ok(())
    ///     }
    ///     fn network_said(&mut self, text: String) { self.lines.push(text); }
    /// }
    ///
    /// let mut game = Game::<(), _>::new(Chat);
    /// let (ann, bob) = (game.join(), game.join());
    /// let mut log = Log::default();
    /// game.dispatch(ann, &mut log); // it came up, and says hello
    /// game.dispatch(ann, &mut log);
    /// assert_eq!(log.lines, ["hello"]);
    /// assert_eq!(game.received::<ToClient>(bob), [ToClient::Said { text: "hello".into() }]);
    /// ```
    ///
    /// Any number of listeners may be called: each type of listener is given
    /// each event once, from the first on. What [`received`](Self::received)
    /// took before is gone; the other way round nothing is.
    ///
    /// # Panics
    ///
    /// If the listener does.
    #[track_caller]
    pub fn dispatch<L>(&mut self, client: ClientId, listener: &mut L)
    where
        L: NetworkHandler<Connection<P>> + ?Sized,
    {
        let client = self.client(client);
        let seen = client.seen.entry(listener.handler_name()).or_default();
        let first = std::mem::replace(seen, client.batches.len());
        for events in client.batches.iter_mut().skip(first) {
            client.connection.dispatch_taken(listener, events);
        }
        self.settle();
    }

    /// What happened to a client since the last call, beside messages.
    #[track_caller]
    pub fn lifecycle(&mut self, client: ClientId) -> Vec<Lifecycle> {
        std::mem::take(&mut self.client(client).lifecycle)
    }

    /// A client closes its connection, with words for the server.
    ///
    /// # Panics
    ///
    /// If the client has left already.
    #[track_caller]
    pub fn leave(&mut self, client: ClientId, words: &str) {
        self.present(client).connection.close(words);
        self.settle();
    }

    /// A client's connection breaks, as when a cable is pulled or a program is
    /// killed: both ends get an error from it.
    #[track_caller]
    pub fn cut(&mut self, client: ClientId) {
        let link = self.client(client).link;
        self.network.cut(link);
        self.settle();
    }

    /// Nothing goes through to and from a client any more, until
    /// [`resume`](Self::resume). Both ends find out when they have waited long
    /// enough: [`advance`](Self::advance).
    #[track_caller]
    pub fn stall(&mut self, client: ClientId) {
        let link = self.client(client).link;
        self.network.stall(link);
    }

    /// Ends a [`stall`](Self::stall).
    #[track_caller]
    pub fn resume(&mut self, client: ClientId) {
        let link = self.client(client).link;
        self.network.resume(link);
        self.settle();
    }

    /// Lets time pass, with everything that comes of it.
    pub fn advance(&mut self, time: Duration) {
        // In steps, so that both ends are pumped while they wait for each other.
        const STEP: Duration = Duration::from_millis(500);
        let mut left = time;
        while !left.is_zero() {
            let step = left.min(STEP);
            self.network.advance(step);
            self.settle();
            left -= step;
        }
    }

    /// Changes what happens to bytes on their way, for instance that they
    /// arrive in pieces.
    pub fn conditions(&mut self, change: impl FnOnce(&mut Conditions)) {
        self.network.conditions(change);
    }

    /// The handler.
    pub fn handler(&self) -> &H {
        &self.handler
    }

    /// The handler, to be changed.
    pub fn handler_mut(&mut self) -> &mut H {
        &mut self.handler
    }

    /// The server.
    pub fn server(&self) -> &Server<T, P> {
        &self.server
    }

    /// Runs a part of the game's loop, such as its step, with the handler and
    /// the server, and everything that follows from it.
    pub fn step<R>(&mut self, step: impl FnOnce(&mut H, &mut Server<T, P>) -> R) -> R {
        let result = step(&mut self.handler, &mut self.server);
        self.settle();
        result
    }

    /// The connection of a client, for what has no method here.
    #[track_caller]
    pub fn connection(&mut self, client: ClientId) -> &mut Connection<P> {
        &mut self.client(client).connection
    }

    /// Pumps everybody until nothing happens any more.
    #[track_caller]
    pub fn settle(&mut self) {
        // Each pump may bring what the next one answers; two quiet rounds in a
        // row mean that nobody has anything left to say.
        let mut quiet = 0;
        for _ in 0..MOST_ROUNDS {
            let busy = self.round();
            let arrival = self.network.until_arrival();
            quiet = if busy || arrival.is_some() {
                0
            } else {
                quiet + 1
            };
            let step = arrival.unwrap_or_default().max(Duration::from_micros(1));
            self.network.advance(step);
            if quiet == 3 {
                return;
            }
        }
        fail(ENDLESS);
    }

    /// Pumps everybody once; whether anything happened.
    fn round(&mut self) -> bool {
        pumped(self.server.pump());
        let mut busy = self.server.has_news();
        self.server.dispatch(&mut self.handler);
        for client in self.clients.values_mut() {
            pumped(client.connection.pump());
            let events = client.connection.take_events();
            if events.is_empty() {
                continue;
            }
            busy = true;
            client.end = client.end.take().or_else(|| events.end());
            client.lifecycle.extend(events.lifecycle());
            client.batches.push(events);
        }
        busy
    }

    #[track_caller]
    fn client(&mut self, id: ClientId) -> &mut Client<P> {
        match self.clients.get_mut(&id) {
            Some(client) => client,
            None => fail("this client belongs to another `Game`"),
        }
    }

    /// A client that can still do something.
    #[track_caller]
    fn present(&mut self, id: ClientId) -> &mut Client<P> {
        let client = self.client(id);
        if client.connection.has_ended() {
            let end = client.end.as_deref();
            let end = end.unwrap_or("it is not connected any more");
            fail(&format!("this client has left: {end}; `join` another"));
        }
        client
    }
}

impl<T, H: fmt::Debug, P> fmt::Debug for Game<T, H, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Game")
            .field("handler", &self.handler)
            .field("server", &self.server)
            .field("clients", &self.clients.len())
            .finish_non_exhaustive()
    }
}

fn pumped(result: crate::Result<()>) {
    if let Err(error) = result {
        fail(&error.to_string());
    }
}
