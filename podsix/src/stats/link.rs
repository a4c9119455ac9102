//! Figures of one connection.

use std::time::Duration;

/// The few figures of one connection that cost nothing to ask for, from
/// `channel.link()` on a server and `connection.link()` on a client; `stats()`
/// at the same places tells more.
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkStats {
    /// The smoothed time from a ping to its answer; none before the first one.
    ///
    /// Measured once when the connection comes up, then when nothing was heard
    /// for [`Limits::ping_after`](crate::Limits::ping_after), and at least each
    /// fifth of those times. An answer waits for the other end's next `pump`,
    /// so that this is the time a game's own question and answer would take.
    pub round_trip_time: Option<Duration>,
    /// Messages put into the outgoing queue.
    pub messages_sent: u64,
    /// Messages received.
    pub messages_received: u64,
    /// Bytes written to the network, of everything.
    pub bytes_sent: u64,
    /// Bytes read from the network, of everything.
    pub bytes_received: u64,
    /// Messages that were to be sent and were not: the connection was over,
    /// the queue full, or the message too large.
    pub dropped: u64,
    /// Messages received that no handler had a method for.
    pub unhandled: u64,
    /// Messages received whose fields could not be taken, because the other
    /// end was built with others: the first of each action is an
    /// [`Error::ShapesDiffer`](crate::Error::ShapesDiffer). Each type of handler
    /// that can't take a message counts it.
    pub differing: u64,
    /// Messages received that did not fit their type or could not be read:
    /// [`Error::Decode`](crate::Error::Decode). Each handler that can't take a
    /// message counts it.
    pub bad: u64,
    /// Messages received that name no action:
    /// [`Error::Undeliverable`](crate::Error::Undeliverable).
    pub undeliverable: u64,
    /// How often a `network_` method returned an error.
    pub failed: u64,
    /// Bytes that wait in the outgoing queue.
    pub queued_bytes: usize,
}

impl LinkStats {
    /// Adds what another connection counted; not what only holds at one moment.
    pub(crate) fn add(&mut self, other: &Self) {
        let Self {
            round_trip_time: _,
            messages_sent,
            messages_received,
            bytes_sent,
            bytes_received,
            dropped,
            unhandled,
            differing,
            bad,
            undeliverable,
            failed,
            queued_bytes: _,
        } = other;
        self.messages_sent += messages_sent;
        self.messages_received += messages_received;
        self.bytes_sent += bytes_sent;
        self.bytes_received += bytes_received;
        self.dropped += dropped;
        self.unhandled += unhandled;
        self.differing += differing;
        self.bad += bad;
        self.undeliverable += undeliverable;
        self.failed += failed;
    }
}
