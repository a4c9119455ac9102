//! Figures of one action.

use std::time::Duration;

/// What was received of one action.
///
/// An action that a handler of this program has a method for has a row of its
/// own, and so have 256 other ones. All further names that the other ends made
/// up are counted together, as an action called `(others)`.
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceivedAction {
    /// The action's name as the other end sent it, or `(others)`.
    pub action: String,
    /// How many messages came.
    pub messages: u64,
    /// The bytes of their bodies, without the few around each.
    pub bytes: u64,
    /// Those that no handler had a method for.
    pub unhandled: u64,
    /// Those whose fields could not be taken, since the other end was built with
    /// others. Each type of handler counts them.
    pub differing: u64,
    /// Those that did not fit their type:
    /// [`Error::Decode`](crate::Error::Decode). Each handler counts them.
    pub bad: u64,
    /// How often a method returned an error.
    pub failed: u64,
    /// The time that handlers took; none where nobody asked to measure it with
    /// [`ServerBuilder::time_handlers`](crate::ServerBuilder::time_handlers) or
    /// [`ConnectionBuilder::time_handlers`](crate::ConnectionBuilder::time_handlers).
    pub handling: Option<HandlingTime>,
}

/// How long the handlers of an action took.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HandlingTime {
    /// In all calls together.
    pub total: Duration,
    /// In the longest one.
    pub longest: Duration,
}

/// What was sent of one action.
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentAction {
    /// The action's name; `(others)` for [`Value`](crate::Value)s whose action was
    /// not among the first 256 that were met.
    pub action: String,
    /// How many messages were put into outgoing queues.
    pub messages: u64,
    /// The bytes of their bodies, without the few around each.
    pub bytes: u64,
}
