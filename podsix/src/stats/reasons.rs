//! Why connections ended, counted.

use crate::Reason;

/// How many connections ended for each [`Reason`], or were refused for it.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReasonCounts {
    /// [`Reason::Closed`]; among those that were refused, browsers that came
    /// for a page.
    pub closed: u64,
    /// [`Reason::ClosedByPeer`].
    pub closed_by_peer: u64,
    /// [`Reason::ServerFull`]; also where there was no room even to say so.
    pub server_full: u64,
    /// [`Reason::ShuttingDown`].
    pub shutting_down: u64,
    /// [`Reason::TimedOut`].
    pub timed_out: u64,
    /// [`Reason::Refused`]: by `accept_with`, or since there are enough from one
    /// address.
    pub refused: u64,
    /// [`Reason::Malformed`].
    pub malformed: u64,
    /// [`Reason::TooLarge`].
    pub too_large: u64,
    /// [`Reason::TooManyMessages`].
    pub too_many_messages: u64,
    /// [`Reason::QueueFull`].
    pub queue_full: u64,
    /// [`Reason::HandlerPanicked`].
    pub handler_panicked: u64,
    /// [`Reason::ProtocolMismatch`].
    pub protocol_mismatch: u64,
    /// [`Reason::Io`].
    pub io: u64,
}

impl ReasonCounts {
    /// How many there are for all reasons together.
    pub fn total(&self) -> u64 {
        self.iter().map(|(_, count)| count).sum()
    }

    /// Each reason's name, as the field is called, and how many there are.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> {
        [
            ("closed", self.closed),
            ("closed_by_peer", self.closed_by_peer),
            ("server_full", self.server_full),
            ("shutting_down", self.shutting_down),
            ("timed_out", self.timed_out),
            ("refused", self.refused),
            ("malformed", self.malformed),
            ("too_large", self.too_large),
            ("too_many_messages", self.too_many_messages),
            ("queue_full", self.queue_full),
            ("handler_panicked", self.handler_panicked),
            ("protocol_mismatch", self.protocol_mismatch),
            ("io", self.io),
        ]
        .into_iter()
    }

    pub(crate) fn note(&mut self, reason: &Reason) {
        let count = match reason {
            Reason::Closed { .. } => &mut self.closed,
            Reason::ClosedByPeer { .. } => &mut self.closed_by_peer,
            Reason::ServerFull => &mut self.server_full,
            Reason::ShuttingDown => &mut self.shutting_down,
            Reason::TimedOut { .. } => &mut self.timed_out,
            Reason::Refused { .. } => &mut self.refused,
            Reason::Malformed { .. } => &mut self.malformed,
            Reason::TooLarge { .. } => &mut self.too_large,
            Reason::TooManyMessages { .. } => &mut self.too_many_messages,
            Reason::QueueFull { .. } => &mut self.queue_full,
            Reason::HandlerPanicked => &mut self.handler_panicked,
            Reason::ProtocolMismatch { .. } => &mut self.protocol_mismatch,
            Reason::Io { .. } => &mut self.io,
        };
        *count += 1;
    }
}
