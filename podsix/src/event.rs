//! What happened on a connection, as handlers see it.

use std::fmt;

use crate::actions::{Fit, RemoteActions};
use crate::handler::Bindings;
use crate::inbox::{Inbox, Record, What};
use crate::message::Source;
use crate::{Error, Reason};

/// What happened on a connection: a message, or a change of the connection itself.
///
/// A handler's `network(&mut self, event: &Event)` sees each of them after the
/// event's own method ran.
pub struct Event {
    // An event is a cursor over everything that was received, so that it needs
    // no lifetime in a handler's signature and nothing is copied to make one.
    pub(crate) inbox: Inbox,
    pub(crate) actions: RemoteActions,
    /// Which of the inbox's records this event is now.
    pub(crate) current: usize,
    pub(crate) handled: bool,
    /// Which of the bindings in `actions` the handler being called has.
    pub(crate) bound: usize,
}

/// The kinds of [`Event`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug)]
pub enum EventKind<'a> {
    /// The connection is up.
    Connected,
    /// A message arrived.
    Message,
    /// The connection is over; the last event on it.
    Disconnected(&'a Reason),
    /// Something failed: a connection that never came up, or, on one that is
    /// up, what [`Error::connection_is_up`] tells.
    Error(&'a Error),
}

impl Event {
    pub(crate) fn new() -> Self {
        Self {
            inbox: Inbox::new(),
            actions: RemoteActions::default(),
            current: 0,
            handled: false,
            bound: 0,
        }
    }

    /// What happened.
    pub fn kind(&self) -> EventKind<'_> {
        match self.record().map(|record| &record.what) {
            Some(What::Connected) => EventKind::Connected,
            Some(What::Disconnected(reason)) => EventKind::Disconnected(reason),
            Some(What::Error(error)) => EventKind::Error(error),
            Some(What::Message { .. } | What::Nothing) | None => EventKind::Message,
        }
    }

    /// The message's action as the other end sent it, or `connected`,
    /// `disconnected`, `error` for the events that no message makes.
    ///
    /// A peer may well send a message with one of these three names;
    /// [`kind`](Self::kind) tells them apart.
    pub fn action(&self) -> &str {
        match self.record().map(|record| &record.what) {
            Some(What::Connected) => "connected",
            Some(What::Disconnected(_)) => "disconnected",
            Some(What::Error(_)) => "error",
            Some(What::Message { remote, .. }) => self.actions.name(*remote),
            Some(What::Nothing) | None => "",
        }
    }

    /// Whether a `network_<action>` method of this handler took the event.
    pub fn handled(&self) -> bool {
        self.handled
    }

    /// The position in [`Bindings::arms`] of the method for this message.
    ///
    /// # Errors
    ///
    /// [`Error::ShapesDiffer`] where there is a method, but the other end was
    /// built with other fields for its action.
    #[doc(hidden)]
    #[inline]
    pub fn arm(&self, bindings: &'static Bindings) -> Result<Option<usize>, Error> {
        let Some(What::Message { remote, .. }) = self.record().map(|record| &record.what) else {
            return Ok(None);
        };
        match self.actions.fit(self.bound, *remote) {
            Fit::None => Ok(None),
            Fit::Arm(arm) => Ok(Some(arm.into())),
            Fit::Differs => Err(self.actions.differs(*remote, bindings.table)),
        }
    }

    /// The body of this message, to be read field by field.
    #[doc(hidden)]
    #[inline]
    pub fn source(&self) -> Source<'_> {
        match self.record().map(|record| &record.what) {
            Some(What::Message { remote, start, end }) => {
                Source::new(self.actions.name(*remote), self.inbox.body(*start, *end))
            }
            _ => Source::new("", &[]),
        }
    }

    #[inline]
    pub(crate) fn record(&self) -> Option<&Record> {
        self.inbox.record(self.current)
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("kind", &self.kind())
            .field("action", &self.action())
            .field("handled", &self.handled)
            .finish_non_exhaustive()
    }
}
