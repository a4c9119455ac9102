//! Figures: what went over the connections, and what did not.

mod actions;
mod display;
mod limits;
mod link;
#[cfg(feature = "metrics")]
mod metrics;
mod names;
mod reasons;
mod tally;

pub use actions::{HandlingTime, ReceivedAction, SentAction};
pub use limits::LimitCounts;
pub use link::LinkStats;
pub(crate) use names::{ActionNames, Label};
pub use reasons::ReasonCounts;
pub(crate) use tally::{Count, Received, Tally};

/// The figures of one connection with all details: from
/// [`Connection::stats`](crate::Connection::stats) on a client, and from
/// [`Channel::stats`](crate::Channel::stats) or
/// [`Peer::stats`](crate::Peer::stats) on a server.
///
/// They are a copy of what was counted so far; making it costs some memory and
/// a look at each action, so it is for once in a while rather than for each
/// message. `link()` has the few figures that cost nothing.
///
/// It prints itself as a small table:
///
/// ```
/// # fn main() -> podsix::Result<()> {
/// # let mut server = podsix::Server::<()>::new();
/// # let connection = podsix::Connection::local(&mut server);
/// println!("{}", connection.stats());
/// # Ok(())
/// # }
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// What went over the connection in all.
    pub link: LinkStats,
    /// How often each limit was reached.
    pub limits: LimitCounts,
    /// What was received, by action, sorted by name.
    pub received: Vec<ReceivedAction>,
    /// What was sent, by action, sorted by name. Empty for one channel of a
    /// server, where a broadcast is counted once for all:
    /// [`ServerStats::sent`] has it.
    pub sent: Vec<SentAction>,
}

/// The figures of a server since it was made: from
/// [`Server::stats`](crate::Server::stats).
///
/// Clients that are gone, and those that never came in, stay in all of the
/// sums. It prints itself as a small table:
///
/// ```
/// # fn main() -> podsix::Result<()> {
/// let server = podsix::Server::<()>::bind("127.0.0.1:0")?;
/// println!("{}", server.stats());
/// # Ok(())
/// # }
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerStats {
    /// The clients that are there now: [`Channels::len`](crate::Channels::len).
    pub channels: usize,
    /// The clients that were let in, ever.
    pub came: u64,
    /// Those that knocked and were not let in, by what they were told.
    pub refused: ReasonCounts,
    /// The channels that ended, by why.
    pub ended: ReasonCounts,
    /// What went over all connections together. The round-trip time is the mean
    /// of those that are there now.
    pub links: LinkStats,
    /// How often each limit was reached.
    pub limits: LimitCounts,
    /// What was received, by action, sorted by name.
    pub received: Vec<ReceivedAction>,
    /// What was sent, by action, sorted by name; a broadcast counts once for
    /// each client.
    pub sent: Vec<SentAction>,
}
