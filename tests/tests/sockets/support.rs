//! Both ends of the game, and the loop that pumps them until something happened.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use podsix::{Channel, ChannelId, Connection, MakeState, Reason, Server, ServerBuilder};

pub(crate) use crate::game::*;
pub(crate) use crate::wires::{Wire, native_only};

/// A server with its game.
pub(crate) struct Host {
    pub(crate) server: Server<Player>,
    pub(crate) game: Game,
    pub(crate) addr: String,
}

impl Host {
    pub(crate) fn new() -> Self {
        Self::with(Server::<Player>::builder())
    }

    pub(crate) fn with<A>(builder: ServerBuilder<Player, A>) -> Self
    where
        A: MakeState<Player> + Send + 'static,
    {
        Self::at(builder, "127.0.0.1:0")
    }

    pub(crate) fn at<A>(builder: ServerBuilder<Player, A>, address: &str) -> Self
    where
        A: MakeState<Player> + Send + 'static,
    {
        Self::of(builder.bind(&Wire::tested().url(address)).unwrap())
    }

    pub(crate) fn of(server: Server<Player>) -> Self {
        let addr = server
            .addr()
            .map_or_else(String::new, |addr| Wire::tested().url(&addr.to_string()));
        let game = Game::new();
        Self { server, game, addr }
    }

    /// What the game does at each event.
    pub(crate) fn on(
        mut self,
        react: impl FnMut(&mut Channel<Player>, &Seen) -> Outcome + Send + 'static,
    ) -> Self {
        self.game.react = Box::new(react);
        self
    }

    /// A client of this server.
    pub(crate) fn client(&self) -> Client {
        Client::to(&self.addr)
    }

    /// What was seen of the client that came as the `number`th, from 1.
    pub(crate) fn seen(&self, number: usize) -> Vec<Seen> {
        if self.came() < number {
            return Vec::new();
        }
        let id = self.id(number);
        let of_it = self.game.seen.iter().filter(|(other, _)| *other == id);
        of_it.map(|(_, seen)| seen.clone()).collect()
    }

    pub(crate) fn id(&self, number: usize) -> ChannelId {
        let came = |(_, seen): &&(ChannelId, Seen)| *seen == Seen::Connected;
        let mut came = self.game.seen.iter().filter(came);
        let Some((id, _)) = came.nth(number - 1) else {
            panic!("no {number}. client came: {:?}", self.game.seen);
        };
        *id
    }

    /// How the client that came as the `number`th ended.
    pub(crate) fn end(&self, number: usize) -> Option<Seen> {
        if self.came() < number {
            return None;
        }
        only_end(&self.seen(number)).cloned()
    }

    /// How many clients came.
    pub(crate) fn came(&self) -> usize {
        self.game
            .seen
            .iter()
            .filter(|(_, seen)| *seen == Seen::Connected)
            .count()
    }
}

/// A client with its listener.
pub(crate) struct Client {
    pub(crate) connection: Connection,
    pub(crate) ear: Listener,
}

impl Client {
    pub(crate) fn to(address: &str) -> Self {
        Self::of(Connection::connect(&Wire::tested().url(address)).unwrap())
    }

    pub(crate) fn of(connection: Connection) -> Self {
        Self {
            connection,
            ear: Listener::new(),
        }
    }

    /// What the game does at each event.
    pub(crate) fn on(
        mut self,
        react: impl FnMut(&mut Connection, &Seen) -> Outcome + Send + 'static,
    ) -> Self {
        self.ear.react = Box::new(react);
        self
    }

    pub(crate) fn say(&self, text: &str) {
        let text = text.to_owned();
        self.connection.send(&ToServer::Say { text }).unwrap();
    }

    pub(crate) fn number(&self, number: u32) {
        self.connection.send(&ToServer::Number { number }).unwrap();
    }

    pub(crate) fn seen(&self) -> &[Seen] {
        &self.ear.seen
    }

    pub(crate) fn end(&self) -> Option<&Seen> {
        self.ear.end()
    }

    /// The error that says why the connection never came up.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        match self.seen() {
            [] => None,
            [Seen::Failed(failure)] => Some(failure),
            seen => panic!("more than one error: {seen:?}"),
        }
    }
}

/// One end, in the loop of [`until!`].
pub(crate) trait End {
    /// Receives, handles and sends what there is, or waits a little for it.
    fn turn(&mut self);
    /// What happened so far.
    fn report(&self) -> String;
}

const PATIENCE: Duration = Duration::from_millis(1);

impl End for Host {
    fn turn(&mut self) {
        self.server.wait(Some(PATIENCE)).unwrap();
        self.server.dispatch(&mut self.game);
    }
    fn report(&self) -> String {
        format!("server: {}", last(&self.game.seen))
    }
}

impl End for Client {
    fn turn(&mut self) {
        self.connection.wait(Some(PATIENCE)).unwrap();
        self.connection.dispatch(&mut self.ear);
    }
    fn report(&self) -> String {
        format!(
            "client: {}, {:?}",
            last(&self.ear.seen),
            self.connection.link()
        )
    }
}

fn last<T: Debug>(seen: &[T]) -> String {
    let end = seen
        .get(seen.len().saturating_sub(12)..)
        .unwrap_or_default();
    format!("{} events, at last {end:?}", seen.len())
}

/// When a test that waits for something gives up.
pub(crate) struct Deadline(Instant);

impl Deadline {
    pub(crate) fn new() -> Self {
        Self(Instant::now() + Duration::from_secs(30))
    }

    pub(crate) fn is_over(&self) -> bool {
        Instant::now() >= self.0
    }

    /// Fails once the time is over.
    pub(crate) fn check(&self, what: &str) {
        assert!(!self.is_over(), "it never happened: {what}");
    }
}

/// Lets all ends have their turns, one after the other, until a condition holds.
macro_rules! until {
    ([$($end:expr),* $(,)?], $condition:expr $(,)?) => {{
        let deadline = $crate::support::Deadline::new();
        while !$condition {
            if deadline.is_over() {
                let reports: Vec<String> = vec![$($crate::support::End::report(&$end)),*];
                panic!("it never happened: {}\n{}", stringify!($condition), reports.join("\n"));
            }
            $($crate::support::End::turn(&mut $end);)*
        }
    }};
}
pub(crate) use until;

/// Lets all ends have some more turns, in which nothing should happen that was
/// not seen yet.
macro_rules! settle {
    ($($end:expr),* $(,)?) => {
        for _ in 0..10 {
            $($crate::support::End::turn(&mut $end);)*
        }
    };
}
pub(crate) use settle;

pub(crate) fn text(text: &str) -> Seen {
    Seen::Text(text.to_owned())
}

pub(crate) fn closed(words: &str) -> Seen {
    let words = words.to_owned();
    Seen::Disconnected(Reason::Closed { words })
}

/// How a client sees that the server closed with these words.
pub(crate) fn closed_by_peer(words: &str) -> Seen {
    let words = words.to_owned();
    told(Reason::ClosedByPeer { words })
}

/// How a client sees that the server ended it for this reason.
pub(crate) fn told(reason: Reason) -> Seen {
    Seen::Disconnected(Wire::tested().heard(reason))
}

/// How a server sees that a client closed with these words, for which there is
/// no room on PodSixNet's wire.
pub(crate) fn left(words: &str) -> Seen {
    let words = match Wire::tested().says_goodbye() {
        true => words.to_owned(),
        false => String::new(),
    };
    Seen::Disconnected(Reason::ClosedByPeer { words })
}

pub(crate) fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}
