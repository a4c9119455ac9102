//! What happened on a connection, as handlers see it.

mod arms;
mod cursor;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;

use self::arms::Arms;
pub(crate) use self::cursor::Position;
use crate::actions::{Fit, KnownActions, Selection};
use crate::codec::rencode::{self, Fields};
use crate::inbox::{DictForm, DictId, Inbox, Record, Run, What};
use crate::outgoing::Outbox;
use crate::source::{self, ByNames, ByPlaces, Dict, Named, Source, Way};
use crate::value::{Map, Value};
use crate::{Error, Reason};

/// What happened on a connection: a message, or a change of the connection itself.
///
/// A handler's `network(&mut self, event: &Event)` sees each of them after the
/// event's own method ran.
pub struct Event {
    // An event is a cursor over everything that was received, so that it needs
    // no lifetime in a handler's signature and nothing is copied to make one.
    pub(crate) inbox: Inbox,
    /// The actions that the inbox's messages refer to.
    actions: KnownActions,
    /// What the messages are for now: the handler that is being called.
    selection: Option<Selection>,
    /// How the actions fit it.
    fits: Arc<[Fit]>,
    /// The inbox's record behind that of this event, and where those end that are
    /// offered.
    next: usize,
    until: usize,
    link: u32,
    step: Step,
    /// Where it is, if it is a message whose action has a number, and which others
    /// follow it.
    run: Run,
    /// What takes it, if it is a message that something takes.
    arm: u16,
    /// Whether a method took it, where that is not as for any other message: there
    /// is a method, so it was taken.
    pub(crate) handled: Option<bool>,
    /// When its handler was called, where that is measured.
    begun: Option<Instant>,
    /// What it is, if it is a [`Step::Named`] that carries its own names. Stale in a
    /// [`Step::Message`].
    dict: Option<DictId>,
    /// The arms of actions that come by their names.
    arms: Arms,
    /// The message as a dict, or why it can't be one, once somebody asked.
    value: OnceLock<Result<Value, String>>,
}

/// What a record is, for who dispatches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    // Messages first, so that it takes one comparison to tell them.
    /// A message that something takes as it is.
    Message,
    /// A message that is taken by the names of its fields, or not at all.
    Named,
    /// A message with other fields than those of what would take it.
    Differing,
    Connected,
    Disconnected,
    Error,
    Nothing,
}

impl Step {
    /// Whether it is a message of which nothing is to be said before it is handled.
    #[inline]
    pub(crate) fn is_plain(self) -> bool {
        matches!(self, Self::Message | Self::Named)
    }
}

/// No method takes it. No handler has so many.
const NO_ARM: u16 = u16::MAX;

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
            actions: KnownActions::default(),
            selection: None,
            fits: Arc::new([]),
            next: 0,
            until: 0,
            link: 0,
            step: Step::Nothing,
            run: Run::default(),
            arm: NO_ARM,
            handled: None,
            begun: None,
            dict: None,
            arms: Arms::default(),
            value: OnceLock::new(),
        }
    }

    /// A message with this body, which something takes.
    #[cfg(test)]
    pub(crate) fn of_message(body: &[u8]) -> Self {
        let mut event = Self::new();
        event.inbox.fill_gap(body);
        event.step = Step::Message;
        event.run.end = body.len();
        event
    }

    /// Takes note of the actions that the inbox's messages refer to.
    pub(crate) fn set_actions(&mut self, actions: &KnownActions) {
        if !self.actions.is(actions) {
            self.actions = actions.clone();
            self.selection = None;
        }
    }

    /// Prepares for handing the messages to a handler, or to an enum.
    pub(crate) fn select(&mut self, selection: Selection) {
        if self.selection.is_none_or(|before| !before.is(&selection)) {
            self.fits = self.actions.fits(selection);
            self.arms.clear();
            self.selection = Some(selection);
        }
    }

    /// The variant that takes this message, of the enum that was selected.
    ///
    /// # Errors
    ///
    /// [`Error::ShapesDiffer`] where there is one, but the other end was built
    /// with other fields for its action.
    pub(crate) fn variant(&self) -> Result<Option<usize>, Error> {
        match self.step {
            Step::Differing => Err(self.shapes_differ()),
            _ => Ok(self.is_taken().then_some(self.arm.into())),
        }
    }

    /// The error of a message with other fields than those of what would take it.
    #[cold]
    pub(crate) fn shapes_differ(&self) -> Error {
        let table = self.selection.and_then(Selection::table);
        self.actions
            .differs(self.remote().unwrap_or(u32::MAX), table)
    }

    /// What it is.
    #[inline]
    pub(crate) fn step(&self) -> Step {
        self.step
    }

    /// Whether it is any message.
    #[inline]
    pub(crate) fn is_message(&self) -> bool {
        matches!(self.step, Step::Message | Step::Named | Step::Differing)
    }

    /// Whether something takes it, if it is a message.
    #[inline]
    pub(crate) fn is_taken(&self) -> bool {
        self.arm != NO_ARM
    }

    /// Whether it is an error.
    #[inline]
    pub(crate) fn tells_error(&self) -> bool {
        self.step == Step::Error
    }

    /// Begins to measure how long a handler takes.
    #[cold]
    pub(crate) fn begin(&mut self) {
        self.begun = Some(Instant::now());
    }

    /// How long it took so far.
    pub(crate) fn took(&self) -> Option<Duration> {
        self.begun.map(|begun| begun.elapsed())
    }

    /// The slot of the connection on which it happened.
    #[inline]
    pub(crate) fn link(&self) -> u32 {
        self.link
    }

    /// What happened.
    #[inline]
    pub fn kind(&self) -> EventKind<'_> {
        if self.is_message() {
            return EventKind::Message;
        }
        self.kind_of_record()
    }

    #[inline(never)]
    fn kind_of_record(&self) -> EventKind<'_> {
        match self.record().map(|record| &record.what) {
            Some(What::Connected) => EventKind::Connected,
            Some(What::Disconnected(reason)) => EventKind::Disconnected(reason),
            Some(What::Error(error)) => EventKind::Error(error),
            _ => EventKind::Message,
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
            Some(What::Messages { remote, .. }) => self.actions.name(*remote),
            Some(What::Dict(dict)) => self.inbox.name(*dict),
            Some(What::Nothing) | None => "",
        }
    }

    /// Whether a `network_<action>` method of this handler took the event.
    pub fn handled(&self) -> bool {
        self.handled.unwrap_or_else(|| self.is_taken())
    }

    /// The event as a dict: the message with its action, or the kind of event
    /// and what belongs to it (`reason` or `error`, as text). It can be sent on.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] for a message whose body is not right.
    pub fn value(&self) -> Result<&Value, Error> {
        match self.value.get_or_init(|| self.to_value()) {
            Ok(value) => Ok(value),
            Err(problem) => Err(Error::Decode {
                action: self.action().to_owned(),
                field: "".into(),
                problem: problem.clone(),
            }),
        }
    }

    /// The message as any type that serde can make of its fields.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] where the fields don't fit the type.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, Error> {
        if let Some(fields) = self.rencode() {
            let read = rencode::read_fields(fields.body, true);
            return read.map_err(|error| Error::Decode {
                action: self.action().to_owned(),
                field: error.field().to_owned().into(),
                problem: error.problem().to_owned(),
            });
        }
        let value = self.value()?;
        let read = value.to_data_of_fields(self.is_readable(), true);
        read.map_err(|error| Error::Decode {
            action: self.action().to_owned(),
            field: error.field().to_owned().into(),
            problem: error.problem().to_owned(),
        })
    }

    /// The position in [`Bindings::arms`](crate::handler::Bindings::arms) of the method for
    /// this message; a number that no method has where there is none, or where this is no
    /// message.
    #[doc(hidden)]
    #[inline]
    pub fn arm(&self) -> usize {
        self.arm.into()
    }

    /// The other end's action, if this is a message with other fields than those
    /// of its handler.
    #[inline]
    pub(crate) fn differing(&self) -> Option<u32> {
        (self.step == Step::Differing)
            .then(|| self.remote())
            .flatten()
    }

    /// The other end's action, if this is a message whose action has a number.
    fn remote(&self) -> Option<u32> {
        match self.record()?.what {
            What::Messages { remote, .. } => Some(remote),
            _ => None,
        }
    }

    /// What the fields of this message are read from.
    #[doc(hidden)]
    #[inline]
    pub fn source(&self) -> Source<'_> {
        match self.step {
            Step::Message => ByPlaces::source(self),
            _ => ByNames::source(self),
        }
    }

    /// The body of this message, if it has one without names.
    #[inline(always)]
    pub(crate) fn body(&self) -> &[u8] {
        self.inbox.body(self.run.start, self.run.end)
    }

    /// Puts the message's action into an error that was made without it.
    #[cold]
    pub(crate) fn complete(&self, mut error: Error) -> Error {
        if let Error::Decode { action, .. } = &mut error
            && action.is_empty()
        {
            self.action().clone_into(action);
        }
        error
    }

    /// The error for an index that the table doesn't have.
    #[doc(hidden)]
    pub fn no_such_action(&self) -> Box<Error> {
        source::no_such_action(self)
    }

    /// The body of a message that is read by the names of its fields.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] where it is no dict.
    pub(crate) fn named_body(&self) -> Result<Named<'_>, Error> {
        match self.rencode() {
            Some(fields) => Ok(Named::Rencode(fields)),
            None => Ok(Named::Dict(Dict {
                value: self.value()?,
                readable: self.is_readable(),
            })),
        }
    }

    /// The fields of a message in rencode.
    #[inline(never)]
    pub(crate) fn rencode(&self) -> Option<Fields<'_>> {
        let id = self.dict.filter(|_| self.step == Step::Named)?;
        let bodies = self.inbox.bodies();
        let dict = bodies.dict(id)?;
        (dict.form == DictForm::Rencode).then(|| bodies.fields(dict))
    }

    /// The name of one of the other end's actions.
    pub(crate) fn name(&self, remote: u32) -> &str {
        self.actions.name(remote)
    }

    /// Takes note that nothing handled a message.
    pub(crate) fn unhandled(&self, remote: u32, outbox: &mut Outbox) {
        self.actions.unhandled(remote, outbox);
    }

    /// Takes note that a handler had a method for this event.
    #[inline]
    pub(crate) fn set_handled(&mut self) {
        let index = self.record_index();
        self.inbox.set_handled(index);
    }

    /// Whether types that have a form for people are in that.
    fn is_readable(&self) -> bool {
        let what = self.record().map(|record| &record.what);
        !matches!(what, Some(What::Messages { .. }))
    }

    fn to_value(&self) -> Result<Value, String> {
        let mut dict = Map::new();
        dict.insert("action", Value::from(self.action()));
        match self.record().map(|record| &record.what) {
            Some(What::Messages { remote, .. }) => {
                let action = self
                    .actions
                    .get(*remote)
                    .ok_or("an action without a name")?;
                let body = self.inbox.body(self.run.start, self.run.end);
                let inner = action.shape.read(body);
                match inner.map_err(|problem| problem.to_string())? {
                    Value::Map(fields) if !fields.contains_key("action") => dict.extend(fields),
                    inner => {
                        dict.insert("data", inner);
                    }
                }
            }
            Some(What::Dict(id)) => {
                let body = self.inbox.bodies().dict(*id);
                let value = self.inbox.value(body.ok_or("an action without a body")?);
                match value.map_err(|problem| problem.to_string())? {
                    Value::Map(fields) => dict.extend(fields),
                    _ => return Err("expected a dict".to_owned()),
                }
                // On the native wire a peer may have put in another one.
                dict.insert("action", Value::from(self.action()));
            }
            Some(What::Disconnected(reason)) => {
                dict.insert("reason", Value::from(reason.to_string()));
            }
            Some(What::Error(error)) => {
                dict.insert("error", Value::from(error.to_string()));
            }
            Some(What::Connected | What::Nothing) | None => {}
        }
        // Whatever a peer put there, the action is the one that was dispatched.
        dict.insert("action", Value::from(self.action()));
        Ok(Value::Map(dict))
    }

    /// Which of the inbox's records this event belongs to.
    pub(crate) fn record_index(&self) -> usize {
        self.next.saturating_sub(1)
    }

    #[inline]
    fn record(&self) -> Option<&Record> {
        self.inbox.record(self.record_index())
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("kind", &self.kind())
            .field("action", &self.action())
            .field("handled", &self.handled())
            .finish_non_exhaustive()
    }
}
