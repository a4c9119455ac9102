//! A network in memory that does what real ones do, again and again the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::address::read_scheme;
use crate::codec::Codec;
use crate::connection::ConnectionBuilder;
use crate::server::{MakeState, ServerBuilder};
use crate::transport::{Cable, Clock, held_pair};
use crate::wire::Wire;
use crate::{Connection, Server};

/// Servers and clients in one test, joined through memory.
///
/// Time stands still until [`advance`](Self::advance) moves it, and nothing
/// arrives meanwhile. A thousand clients take a thousandth of a second, an hour
/// of silence as well.
///
/// A connection made here can't [`reconnect`](Connection::reconnect):
/// [`connect`](Self::connect) a new one.
///
/// ```
/// # fn main() -> podsix::Result<()> {
/// use std::time::Duration;
/// use podsix::Server;
/// use podsix::testing::Network;
///
/// let mut network = Network::new(1);
/// let mut server = network.server(Server::<()>::builder());
/// let (mut connection, _) = network.connect(&mut server);
/// for _ in 0..100 {
///     server.pump()?;
///     connection.pump()?;
///     network.advance(Duration::from_millis(10));
/// }
/// assert!(connection.is_connected());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Network {
    clock: Arc<AtomicU64>,
    random: u64,
    conditions: Conditions,
    links: Vec<Link>,
}

/// What a [`Network`] does to the bytes on their way.
#[non_exhaustive]
#[derive(Clone, Copy, Debug)]
pub struct Conditions {
    /// Bytes arrive in pieces of any size, down to single ones, instead of all
    /// together. Off by default.
    pub split: bool,
    /// The longest time that a piece takes on its way, counted from the arrival
    /// of the one before it where there is one: none by default.
    pub delay: Duration,
}

/// Names a client's connection to the [`Network`] that made it. Given to a network
/// that has no such connection, it fails the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(usize);

/// One of the two ways of a connection, from the point of view of the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the server to the client.
    ToClient,
    /// From the client to the server.
    ToServer,
}

impl Direction {
    /// The side of the wire that reads: a client holds the first end.
    fn side(self) -> usize {
        match self {
            Self::ToClient => 0,
            Self::ToServer => 1,
        }
    }
}

#[derive(Debug)]
struct Link {
    cable: Cable,
    /// For each direction where something is under way: when a piece may arrive.
    next: [Option<Duration>; 2],
    stalled: bool,
}

impl Link {
    fn is_busy(&self) -> bool {
        (0..2).any(|side| self.cable.held(side) > 0 || self.cable.holds_end(side))
    }
}

impl Network {
    /// A network whose chances all come from `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            clock: Arc::new(AtomicU64::new(0)),
            // Any state but nought will do; near seeds must not look alike.
            random: seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
            conditions: Conditions {
                split: false,
                delay: Duration::ZERO,
            },
            links: Vec::new(),
        }
    }

    /// Changes what happens to bytes on their way.
    pub fn conditions(&mut self, change: impl FnOnce(&mut Conditions)) {
        change(&mut self.conditions);
    }

    /// A server that lives by this network's clock.
    pub fn server<T, A, P>(&self, builder: ServerBuilder<T, A, P>) -> Server<T, P>
    where
        A: MakeState<T> + Send + 'static,
    {
        builder.build_with(Clock::Manual(Arc::clone(&self.clock)))
    }

    /// A client of `server`, with its protocol.
    pub fn connect<T, P>(&mut self, server: &mut Server<T, P>) -> (Connection<P>, LinkId) {
        self.connect_with(ConnectionBuilder::for_server(server), server)
    }

    /// A client of `server` with its own limits and its own protocol, if any.
    pub fn connect_with<T, P, Q>(
        &mut self,
        builder: ConnectionBuilder<P>,
        server: &mut Server<T, Q>,
    ) -> (Connection<P>, LinkId) {
        self.join([Wire::Native; 2], builder, server)
    }

    /// A client of `server` on another wire than podsix's own, which is named
    /// as in an address: `podsixnet`, `podsixnet+json`, `ws`, or `podsixnet+`
    /// and a codec that both builders were given.
    ///
    /// # Panics
    ///
    /// If one of the ends has no such wire, with the words of
    /// [`Error::Address`](crate::Error::Address).
    #[track_caller]
    pub fn connect_over<T, P, Q>(
        &mut self,
        wire: &str,
        builder: ConnectionBuilder<P>,
        server: &mut Server<T, Q>,
    ) -> (Connection<P>, LinkId) {
        let wires = [
            read_wire(wire, builder.codecs()),
            read_wire(wire, server.codecs()),
        ];
        self.join(wires, builder, server)
    }

    fn join<T, P, Q>(
        &mut self,
        wires: [Wire; 2],
        builder: ConnectionBuilder<P>,
        server: &mut Server<T, Q>,
    ) -> (Connection<P>, LinkId) {
        let (ours, theirs, cable) = held_pair();
        let clock = Clock::Manual(Arc::clone(&self.clock));
        let connection = builder.join(server, clock, wires, ours, theirs);
        self.links.push(Link {
            cable,
            next: [None; 2],
            stalled: false,
        });
        (connection, LinkId(self.links.len() - 1))
    }

    /// The time since the network was made.
    pub fn now(&self) -> Duration {
        Duration::from_nanos(self.clock.load(Ordering::Relaxed))
    }

    /// Moves the clock, and what is under way along with it. Servers and
    /// clients see it at their next pump.
    pub fn advance(&mut self, by: Duration) {
        let now = self.now().saturating_add(by);
        let nanoseconds = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
        self.clock.store(nanoseconds, Ordering::Relaxed);
        for index in 0..self.links.len() {
            for side in 0..2 {
                self.carry(index, side, now);
            }
        }
    }

    /// Lets nothing through on one connection, until [`resume`](Self::resume):
    /// both ends only notice that it is quiet.
    #[track_caller]
    pub fn stall(&mut self, link: LinkId) {
        self.link_mut(link).stalled = true;
    }

    /// Ends a [`stall`](Self::stall).
    #[track_caller]
    pub fn resume(&mut self, link: LinkId) {
        self.link_mut(link).stalled = false;
    }

    /// Breaks one connection, and what is under way on it is lost: both ends
    /// get an error from it.
    #[track_caller]
    pub fn cut(&mut self, link: LinkId) {
        self.link(link).cable.cut();
    }

    /// How many bytes are under way on one connection.
    #[track_caller]
    pub fn under_way(&self, link: LinkId, direction: Direction) -> usize {
        self.link(link).cable.held(direction.side())
    }

    /// Lets the next `count` bytes on one connection arrive now, whatever the
    /// conditions are; with the last of them the end, if the sender is gone. On
    /// a connection that is stalled nothing else arrives.
    #[track_caller]
    pub fn deliver(&mut self, link: LinkId, direction: Direction, count: usize) {
        self.link(link).cable.deliver(direction.side(), count);
    }

    /// Changes the bytes that are under way on one connection, as a hostile
    /// end or a broken machine in between could: any of them may be changed,
    /// taken out or added.
    #[track_caller]
    pub fn tamper(
        &mut self,
        link: LinkId,
        direction: Direction,
        change: impl FnOnce(&mut Vec<u8>),
    ) {
        self.link(link).cable.tamper(direction.side(), change);
    }

    /// Whether both ends have let go of the connection, as they must some time
    /// after it has ended.
    #[track_caller]
    pub fn is_released(&self, link: LinkId) -> bool {
        self.link(link).cable.is_released()
    }

    /// Whether nothing is under way any more, no bytes and no end.
    pub fn is_quiet(&self) -> bool {
        !self.links.iter().any(Link::is_busy)
    }

    /// How long it takes until the next piece arrives; none where nothing is
    /// under way but on connections that are stalled.
    pub(crate) fn until_arrival(&self) -> Option<Duration> {
        let moving = self
            .links
            .iter()
            .filter(|link| !link.stalled && link.is_busy());
        let now = self.now();
        // What has no time yet gets one as soon as the clock moves.
        let arrivals = moving.flat_map(|link| {
            let held = |side: &usize| link.cable.held(*side) > 0 || link.cable.holds_end(*side);
            let next = |side: usize| link.next.get(side).copied().flatten().unwrap_or(now);
            (0..2).filter(held).map(next)
        });
        arrivals.min().map(|next| next.saturating_sub(now))
    }

    /// A number below `bound`, from the seed; nought for a bound of nought.
    pub fn random(&mut self, bound: u64) -> u64 {
        // xorshift64*: Vigna, "An experimental exploration of Marsaglia's
        // xorshift generators, scrambled".
        self.random ^= self.random >> 12;
        self.random ^= self.random << 25;
        self.random ^= self.random >> 27;
        let number = self.random.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16;
        number.checked_rem(bound).unwrap_or(0)
    }

    #[track_caller]
    fn link(&self, id: LinkId) -> &Link {
        match self.links.get(id.0) {
            Some(link) => link,
            None => super::fail(ELSEWHERE),
        }
    }

    #[track_caller]
    fn link_mut(&mut self, id: LinkId) -> &mut Link {
        match self.links.get_mut(id.0) {
            Some(link) => link,
            None => super::fail(ELSEWHERE),
        }
    }

    /// Lets one piece arrive, where there is one and its time has come.
    fn carry(&mut self, index: usize, side: usize, now: Duration) {
        let Some(link) = self.links.get(index) else {
            return;
        };
        let held = link.cable.held(side);
        if held == 0 && !link.cable.holds_end(side) {
            return self.set_next(index, side, None);
        }
        let next = link.next.get(side).copied().flatten();
        let next = next.unwrap_or_else(|| self.later(now));
        let stalled = self.links.get(index).is_some_and(|link| link.stalled);
        if stalled || next > now {
            return self.set_next(index, side, Some(next));
        }
        let piece = if self.conditions.split {
            // Small pieces are where the mistakes are: half of them are tiny.
            let most = if self.random(2) == 0 { 4 } else { held as u64 };
            usize::try_from(self.random(most.max(1)) + 1).unwrap_or(held)
        } else {
            held
        };
        let next = (piece < held).then(|| self.later(now));
        if let Some(link) = self.links.get(index) {
            link.cable.deliver(side, piece);
        }
        self.set_next(index, side, next);
    }

    /// Some moment within the delay.
    fn later(&mut self, now: Duration) -> Duration {
        let delay = u64::try_from(self.conditions.delay.as_nanos()).unwrap_or(u64::MAX);
        now.saturating_add(Duration::from_nanos(self.random(delay)))
    }

    fn set_next(&mut self, index: usize, side: usize, next: Option<Duration>) {
        let link = self.links.get_mut(index);
        if let Some(place) = link.and_then(|link| link.next.get_mut(side)) {
            *place = next;
        }
    }
}

/// What a test is told that mixes up its networks.
const ELSEWHERE: &str = "this connection belongs to another `Network`";

/// What can be written for a wire.
const WIRES: &str = "write `podsix`, `podsixnet`, `podsixnet+json` or `ws`, or `podsixnet+` and \
                     the name of a codec that both ends were given";

/// The wire of this name.
#[track_caller]
fn read_wire(name: &str, codecs: &[Arc<dyn Codec>]) -> Wire {
    match read_scheme(name, codecs, WIRES) {
        Ok(wire) => wire,
        Err(problem) => super::fail(&problem),
    }
}
