//! What was received, taken out to be handled elsewhere.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::actions::Selection;
use crate::dispatch::PeerName;
use crate::event::Position;
use crate::inbox::What;
use crate::outgoing::Shared;
use crate::testing::Lifecycle;
use crate::{
    ChannelId, ClientSends, Error, Event, EventKind, Incoming, NetworkHandler, Reason, ServerSends,
    Untyped,
};

/// Everything that one pump of a [`Connection`](crate::Connection) received,
/// as a value of its own: from
/// [`Connection::take_events`](crate::Connection::take_events).
///
/// It is for a game that holds its connection inside itself, whose methods
/// can't be handlers of that connection's `dispatch` at the same time, and for
/// systems that want messages as data.
///
/// ```
/// use podsix::{Connection, network_handler};
///
/// # #[derive(podsix::Message)]
/// # enum ToServer { Move { x: i32 } }
/// # #[derive(podsix::Message)]
/// # enum ToClient { YourTurn }
/// struct Game { connection: Connection, turns: u32 }
///
/// #[network_handler(ToClient)]
/// impl Game {
///     fn network_your_turn(&mut self) -> podsix::Result<()> {
///         self.turns += 1;
///         self.connection.send(&ToServer::Move { x: 1 })?;
///         Ok(())
///     }
/// }
///
/// impl Game {
///     fn frame(&mut self) -> podsix::Result<()> {
///         self.connection.pump()?;
///         let mut events = self.connection.take_events();
///         events.dispatch(self);
///         Ok(())
///     }
/// }
/// ```
///
/// What is dropped without having been handled is gone.
#[must_use = "the events are gone unless they are dispatched or read"]
pub struct Events<P = Untyped> {
    event: Event,
    shared: Arc<Shared>,
    _protocol: PhantomData<fn() -> P>,
}

/// Everything that one pump of a [`Server`](crate::Server) received, as a value
/// of its own: from [`Server::take_events`](crate::Server::take_events).
#[must_use = "the events are gone unless they are read"]
pub struct ServerEvents<P = Untyped> {
    events: Events<P>,
    /// The client that each of the records is of.
    ids: Vec<Option<ChannelId>>,
}

/// What happened on a server, to one of its clients: see [`ServerEvents::in_order`].
#[non_exhaustive]
#[derive(Debug)]
pub enum ServerEvent<'a, M> {
    /// The client came.
    Connected,
    /// It sent this.
    Message(M),
    /// It went, and why; the last of its events.
    Disconnected(&'a Reason),
    /// Something failed, as [`EventKind::Error`] tells.
    Error(&'a Error),
}

/// A handler whose methods ask for no context, so that it can be called
/// without one.
///
/// Each [`NetworkHandler`] is one whose methods have no `&mut Channel` or
/// `&mut Connection` parameter.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be called with events that were taken out: its handlers ask for \
               a context",
    label = "its `network_` methods have a `&mut Connection` or `&mut Channel` parameter",
    note = "leave the parameter out and reach the connection through `self`, or call \
            `connection.dispatch(..)`"
)]
pub trait ContextFree: NetworkHandler<()> {}

#[diagnostic::do_not_recommend]
impl<H: NetworkHandler<()> + ?Sized> ContextFree for H {}

impl<P> Events<P> {
    pub(crate) fn new(event: Event, shared: &Arc<Shared>) -> Self {
        Self {
            event,
            shared: Arc::clone(shared),
            _protocol: PhantomData,
        }
    }

    /// Calls `handler`'s methods for these events. Several handlers may be
    /// called one after the other, each sees everything.
    ///
    /// What they send leaves with the connection's next `pump`, which they may
    /// call themselves. An `Err` of a handler comes to its own `network_error`
    /// after the other events.
    pub fn dispatch<H: ContextFree + ?Sized>(&mut self, handler: &mut H) {
        let bindings = handler.bindings();
        self.event.select(Selection::Handler(bindings));
        let mut failed = Vec::new();
        self.go_to_begin();
        while self.event.advance().is_some() {
            let slot = self.event.link();
            let told = crate::dispatch::call_free(handler, &mut self.event, &self.shared);
            failed.extend(told.into_iter().map(|error| (slot, error)));
        }
        let first = self.event.inbox.len();
        for (slot, error) in failed {
            self.event.inbox.push(slot, What::Error(Box::new(error)));
        }
        let errors = Position {
            record: first,
            frame: None,
        };
        self.event.go_to(errors, self.event.inbox.len());
        while self.event.advance().is_some() {
            // What fails now is logged, and raises no further error.
            crate::dispatch::call_free(handler, &mut self.event, &self.shared);
        }
        self.event.inbox.truncate(first);
    }

    /// The messages, as values of an enum. Those of other actions are left
    /// out; one that does not fit is logged and comes to the next
    /// `network_error`. On a connection that is bound to a
    /// [`Protocol`](crate::Protocol), the enum is what its server sends.
    pub fn read<M>(&mut self) -> Vec<M>
    where
        M: for<'de> Incoming<'de>,
        P: ServerSends<M>,
    {
        let mut messages = Vec::new();
        self.read_each(|_, message| messages.push(message));
        messages
    }

    /// Whether the connection came up.
    pub fn connected(&self) -> bool {
        let mut records = self.event.inbox.records().iter();
        records.any(|record| matches!(record.what, What::Connected))
    }

    /// Why the connection ended, if it did.
    pub fn disconnected(&self) -> Option<&Reason> {
        let mut records = self.event.inbox.records().iter();
        records.find_map(|record| match &record.what {
            What::Disconnected(reason) => Some(&**reason),
            _ => None,
        })
    }

    /// What failed.
    pub fn errors(&self) -> impl Iterator<Item = &Error> {
        let records = self.event.inbox.records().iter();
        records.filter_map(|record| match &record.what {
            What::Error(error) => Some(&**error),
            _ => None,
        })
    }

    /// Whether nothing happened.
    pub fn is_empty(&self) -> bool {
        self.event.inbox.len() == 0
    }

    fn go_to_begin(&mut self) {
        let end = self.event.inbox.len();
        self.event.go_to(Position::default(), end);
    }

    pub(crate) fn event_mut(&mut self) -> &mut Event {
        &mut self.event
    }

    /// All messages, each of which has to be one of `M`'s.
    pub(crate) fn read_all<M>(&mut self) -> Result<Vec<M>, Error>
    where
        M: for<'de> Incoming<'de>,
    {
        self.event.select(Selection::Enum(M::TABLE));
        let mut messages = Vec::new();
        self.go_to_begin();
        while self.event.advance().is_some() {
            if let EventKind::Message = self.event.kind() {
                self.event.set_handled();
                messages.push(self.read_one::<M>()?.ok_or_else(|| Error::Decode {
                    action: self.event.action().to_owned(),
                    field: "".into(),
                    problem: format!("not an action of `{}`", M::TABLE.name),
                })?);
            }
        }
        Ok(messages)
    }

    /// What happened beside messages.
    pub(crate) fn lifecycle(&self) -> impl Iterator<Item = Lifecycle> {
        let records = self.event.inbox.records().iter();
        records.filter_map(|record| match &record.what {
            What::Connected => Some(Lifecycle::Connected),
            What::Disconnected(reason) => Some(Lifecycle::Disconnected((**reason).clone())),
            What::Error(error) => Some(Lifecycle::Error(error.to_string())),
            What::Messages { .. } | What::Dict(_) | What::Nothing => None,
        })
    }

    /// Why the connection ended, or did not come up, if that is among the events.
    pub(crate) fn end(&self) -> Option<String> {
        let mut records = self.event.inbox.records().iter();
        records.find_map(|record| match &record.what {
            What::Disconnected(reason) => Some(reason.to_string()),
            What::Error(error) if !error.connection_is_up() => Some(error.to_string()),
            _ => None,
        })
    }

    /// The message that the event stands at, if it is one of `M`'s.
    fn read_one<M>(&self) -> Result<Option<M>, Error>
    where
        M: for<'de> Incoming<'de>,
    {
        let Some(variant) = self.event.variant()? else {
            return Ok(None);
        };
        M::decode(variant, &self.event)
            .map(Some)
            .map_err(|error| self.event.complete(*error))
    }

    fn read_each<M>(&mut self, mut each: impl FnMut(usize, M))
    where
        M: for<'de> Incoming<'de>,
    {
        self.event.select(Selection::Enum(M::TABLE));
        self.go_to_begin();
        while self.event.advance().is_some() {
            let slot = self.event.link();
            let index = self.event.record_index();
            if crate::dispatch::was_told(&self.event, &self.shared) {
                self.event.set_handled();
                continue;
            }
            let read = self.read_one::<M>();
            match read {
                Ok(Some(message)) => {
                    self.event.set_handled();
                    each(index, message);
                }
                Ok(None) => {}
                Err(error) => {
                    let mut outgoing = self.shared.lock();
                    outgoing.failed(slot, Some(self.event.action()), &error);
                    let outbox = outgoing.get_mut(slot);
                    let (peer, level) = outbox.map_or_else(
                        || (PeerName::default(), log::Level::Warn),
                        |outbox| (outbox.peer, outbox.warning_level()),
                    );
                    log::log!(level, "{peer}: {error}");
                    outgoing.raise(slot, error);
                }
            }
        }
    }
}

impl<P> ServerEvents<P> {
    pub(crate) fn new(event: Event, shared: &Arc<Shared>, ids: Vec<Option<ChannelId>>) -> Self {
        Self {
            events: Events::new(event, shared),
            ids,
        }
    }

    /// The messages, as values of an enum, each with the client it is from.
    /// Those of other actions are left out; one that does not fit is logged
    /// and comes to that channel's next `network_error`. On a server that is
    /// bound to a [`Protocol`](crate::Protocol), the enum is what its clients
    /// send.
    pub fn read<M>(&mut self) -> Vec<(ChannelId, M)>
    where
        M: for<'de> Incoming<'de>,
        P: ClientSends<M>,
    {
        let Self { events, ids } = self;
        let mut messages = Vec::new();
        events.read_each(|index, message| {
            if let Some(Some(id)) = ids.get(index) {
                messages.push((*id, message));
            }
        });
        messages
    }

    /// All that happened, in its order, each with the client it happened to:
    /// who came and went, what failed, and the messages as by
    /// [`read`](Self::read).
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use podsix::{ChannelId, Server, ServerEvent};
    ///
    /// #[derive(podsix::Message)]
    /// enum ToServer { Go { x: i32 } }
    ///
    /// fn receive(server: &mut Server<()>, pieces: &mut BTreeMap<ChannelId, i32>) {
    ///     let mut events = server.take_events();
    ///     for (id, event) in events.in_order::<ToServer>() {
    ///         match event {
    ///             ServerEvent::Connected => { pieces.insert(id, 0); }
    ///             ServerEvent::Message(ToServer::Go { x }) => { pieces.insert(id, x); }
    ///             ServerEvent::Disconnected(_) => { pieces.remove(&id); }
    ///             _ => {}
    ///         }
    ///     }
    /// }
    /// # receive(&mut Server::new(), &mut BTreeMap::new());
    /// ```
    ///
    /// Each client's own order is kept, and the clients' among each other is
    /// that of a server's `dispatch`.
    pub fn in_order<M>(&mut self) -> impl Iterator<Item = (ChannelId, ServerEvent<'_, M>)>
    where
        M: for<'de> Incoming<'de>,
    {
        let mut events = Vec::new();
        self.events
            .read_each(|index, message| events.push((index, ServerEvent::Message(message))));
        let records = self.events.event.inbox.records().iter().enumerate();
        events.extend(records.filter_map(|(index, record)| {
            let event = match &record.what {
                What::Connected => ServerEvent::Connected,
                What::Disconnected(reason) => ServerEvent::Disconnected(reason),
                What::Error(error) => ServerEvent::Error(error),
                What::Messages { .. } | What::Dict(_) | What::Nothing => return None,
            };
            Some((index, event))
        }));
        // It leaves the messages of one record in their order.
        events.sort_by_key(|(index, _)| *index);
        let ids = &self.ids;
        let with_id = |(index, event)| Some(((*ids.get(index)?)?, event));
        events.into_iter().filter_map(with_id)
    }

    /// The clients that came.
    pub fn connected(&self) -> impl Iterator<Item = ChannelId> {
        self.of_channels(|what| matches!(what, What::Connected).then_some(()))
            .map(|(id, ())| id)
    }

    /// The clients that went, and why.
    pub fn disconnected(&self) -> impl Iterator<Item = (ChannelId, &Reason)> {
        self.of_channels(|what| match what {
            What::Disconnected(reason) => Some(&**reason),
            _ => None,
        })
    }

    /// What failed, and for which client.
    pub fn errors(&self) -> impl Iterator<Item = (ChannelId, &Error)> {
        self.of_channels(|what| match what {
            What::Error(error) => Some(&**error),
            _ => None,
        })
    }

    fn of_channels<'a, R>(
        &'a self,
        mut choose: impl FnMut(&'a What) -> Option<R>,
    ) -> impl Iterator<Item = (ChannelId, R)> {
        let records = self.events.event.inbox.records().iter();
        records
            .zip(&self.ids)
            .filter_map(move |(record, id)| Some(((*id)?, choose(&record.what)?)))
    }
}

impl<P> Drop for Events<P> {
    /// Counts what nobody wanted.
    fn drop(&mut self) {
        let mut outgoing = self.shared.lock();
        let records = self.event.inbox.records().iter();
        for record in records.filter(|record| !record.handled) {
            match &record.what {
                What::Messages { remote, run } => {
                    let name = self.event.name(*remote);
                    let count = self.event.inbox.bodies().of_run(*run).count();
                    if let Some(outbox) = outgoing.unhandled(record.link, name, count) {
                        self.event.unhandled(*remote, outbox);
                    }
                }
                What::Dict(dict) => {
                    let name = self.event.inbox.name(*dict);
                    if let Some(outbox) = outgoing.unhandled(record.link, name, 1) {
                        outbox.unhandled_dict(name);
                    }
                }
                _ => {}
            }
        }
    }
}

impl<P> fmt::Debug for Events<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events")
            .field("len", &self.event.inbox.len())
            .finish_non_exhaustive()
    }
}

impl<P> fmt::Debug for ServerEvents<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.events.fmt(f)
    }
}
