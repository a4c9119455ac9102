//! All connections of one end, without their sockets: bytes and time go in,
//! records go into the inbox, bytes come out of the outboxes.

mod alarms;
mod timeouts;

use std::io;
use std::sync::Arc;

use self::alarms::Alarms;
use crate::actions::{RemoteActions, own_shape};
use crate::bound::Bound;
use crate::dispatch::PeerName;
use crate::inbox::{Inbox, Record, What};
use crate::limits::{Limits, OnFullQueue};
use crate::outgoing::{Outgoing, Shared};
use crate::protocol::{Link, Received, Role, Time, Turn};
use crate::slots;
use crate::wire::{Codecs, Wire};
use crate::{Error, Event, LimitCounts, Reason};

/// The links of one end and what they share.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) limits: Limits,
    /// The enums that this end is bound to, if it is.
    bound: Option<Bound>,
    /// The actions that it tells of in its opening: how many, and their frames.
    announced: (u32, Vec<u8>),
    /// What it shows to browsers.
    #[cfg(feature = "websocket")]
    pub(crate) site: crate::site::Site,
    pub(crate) shared: Arc<Shared>,
    /// What was received, as a cursor that handlers see.
    pub(crate) event: Event,
    /// The actions that the other ends announced.
    pub(crate) actions: RemoteActions,
    /// Links whose other end told that it can't take an action.
    differing: Vec<u32>,
    pub(crate) now: Time,
    places: Vec<Option<Box<Place>>>,
    free: Vec<u32>,
    /// When a link wants to be looked at: one entry for each place's `alarm`.
    alarms: Alarms,
}

/// A link and what the endpoint keeps beside it.
#[derive(Debug)]
struct Place {
    link: Link,
    alarm: Option<Time>,
    /// Whether the game still has to be told, or is being told, that it ended.
    seated: bool,
    /// Whether it has input that was not taken yet, so that no time-out runs.
    unread: bool,
}

impl Endpoint {
    pub(crate) fn new(limits: Limits, on_full: OnFullQueue, codecs: Codecs) -> Self {
        Self {
            shared: Arc::new(Shared::new(&limits, on_full, codecs)),
            bound: None,
            announced: (0, Vec::new()),
            #[cfg(feature = "websocket")]
            site: crate::site::Site::default(),
            limits,
            event: Event::new(),
            actions: RemoteActions::default(),
            differing: Vec::new(),
            now: Time::ZERO,
            places: Vec::new(),
            free: Vec::new(),
            alarms: Alarms::default(),
        }
    }

    /// Binds this end to its enums, before it has any link.
    pub(crate) fn bind(&mut self, bound: Bound) {
        for action in bound.sends.actions {
            // The user's code runs here, before the lock is taken.
            let _ = own_shape(action);
        }
        self.announced = self.shared.lock().local.announce_all(bound.sends);
        self.bound = Some(bound);
    }

    pub(crate) fn bound(&self) -> Option<Bound> {
        self.bound
    }

    /// Makes a new link; its slot.
    pub(crate) fn open(&mut self, role: Role, peer: PeerName, wire: Wire) -> u32 {
        // Slots are bounded by the number of sockets, far below `u32::MAX`.
        let next = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        let slot = self.free.pop().unwrap_or(next);
        let client = matches!(role, Role::Client { .. });
        let place = Place {
            link: Link::new(role, wire, slot, self.now),
            alarm: None,
            seated: false,
            unread: false,
        };
        if let Some(empty) = slots::place(&mut self.places, slot, || None) {
            *empty = Some(Box::new(place));
        }
        self.shared.note_coding(wire.coding());
        let coding = wire.coding();
        if client {
            // At once, so that nothing that another thread sends gets in front.
            let open = |outgoing: &mut Outgoing| outgoing.open(slot, coding, peer);
            self.turn_after(slot, open, Link::open);
        } else {
            self.shared.lock().open(slot, coding, peer);
        }
        self.set_alarm(slot);
        slot
    }

    /// Begins a batch: drops what was offered, and records what the game did
    /// since. Calls `gone` for each channel whose end has been told. Whether
    /// anything was dropped, so that full links can be read again.
    pub(crate) fn begin_batch(&mut self, mut gone: impl FnMut(u32)) -> bool {
        let Self {
            places,
            event,
            actions,
            shared,
            ..
        } = self;
        let cleared = event
            .inbox
            .begin_batch(|record: Record, bodies| match record.what {
                What::Disconnected(_) => {
                    if let Some(Some(place)) = places.get_mut(record.link as usize) {
                        place.seated = false;
                    }
                    gone(record.link);
                }
                What::Messages { remote, run } if !record.handled => {
                    let name = actions.known().name(remote);
                    let count = bodies.of_run(run).count();
                    if let Some(outbox) = shared.lock().unhandled(record.link, name, count) {
                        actions.known().unhandled(remote, outbox);
                    }
                }
                What::Dict(dict) if !record.handled => {
                    let name = bodies.dict(dict).map_or("", |dict| bodies.name(dict));
                    if let Some(outbox) = shared.lock().unhandled(record.link, name, 1) {
                        outbox.unhandled_dict(name);
                    }
                }
                _ => {}
            });
        // Before the ends: nothing follows those.
        if self.shared.has_to_tell() {
            for (slot, error) in self.shared.take_failures() {
                self.raise(slot, error);
            }
        }
        if !self.differing.is_empty() {
            self.raise_differences();
        }
        self.end_closing();
        cleared
    }

    /// Records what other ends told about actions that they can't take.
    #[cold]
    fn raise_differences(&mut self) {
        for slot in std::mem::take(&mut self.differing) {
            let mut outgoing = self.shared.lock();
            let differs = outgoing
                .get_mut(slot)
                .map(|outbox| (outbox.peer, outbox.take_differs()));
            let ended = self.link(slot).is_none_or(Link::has_ended);
            let (peer, differs) = differs.unwrap_or_default();
            for (number, theirs) in differs {
                if ended {
                    break;
                }
                if let Some(error) = outgoing.local.differs(number, theirs) {
                    log::warn!("{peer}: {error}");
                    self.event.inbox.push(slot, What::Error(Box::new(error)));
                }
            }
        }
    }

    /// Takes the batch out, for somebody else to offer it; calls `each` with
    /// its records. Connections whose end is among them need nobody any more.
    pub(crate) fn take_batch(&mut self, mut each: impl FnMut(&Record)) -> Inbox {
        let batch = self.event.inbox.take_batch();
        for record in batch.records() {
            each(record);
            if let What::Disconnected(_) = record.what
                && let Some(Some(place)) = self.places.get_mut(record.link as usize)
            {
                place.seated = false;
            }
        }
        batch
    }

    /// Ends the connections that the game asked to close.
    #[inline]
    pub(crate) fn end_closing(&mut self) {
        if self.shared.has_to_close() {
            self.end_all_closing();
        }
    }

    #[cold]
    fn end_all_closing(&mut self) {
        for (slot, reason) in self.shared.take_closing() {
            self.event.inbox.silence(slot);
            self.end(slot, reason);
        }
    }

    /// Forgets all connections and everything that was received.
    pub(crate) fn clear(&mut self) {
        self.places.clear();
        self.free.clear();
        self.alarms.clear();
        self.event = Event::new();
        self.actions = RemoteActions::default();
        let mut outgoing = self.shared.lock();
        outgoing.take_failures();
        outgoing.closing.clear();
    }

    /// Takes `fresh` bytes that were read into the inbox for `slot`, and what
    /// was left of those before.
    #[inline]
    pub(crate) fn receive(&mut self, slot: u32, fresh: usize, budget: usize) -> Received {
        if fresh > 0 || self.link(slot).is_some_and(Link::has_to_look) {
            self.receive_some(slot, fresh, budget)
        } else {
            Received::default()
        }
    }

    fn receive_some(&mut self, slot: u32, fresh: usize, budget: usize) -> Received {
        let received = self.turn(slot, |link, turn| {
            let was_steady = link.is_steady();
            let received = link.receive(turn, fresh, budget);
            (received, was_steady && link.is_steady())
        });
        let (received, is_steady) = received.unwrap_or_default();
        if !is_steady {
            self.set_alarm(slot);
        }
        debug_assert!(!self.would_oversleep(slot), "an alarm is too late");
        received
    }

    /// The other end of `slot` sends nothing more.
    pub(crate) fn stopped(&mut self, slot: u32) {
        self.turn(slot, Link::stopped);
        self.set_alarm(slot);
    }

    /// The connection at `slot` broke.
    pub(crate) fn broke(&mut self, slot: u32, error: &io::Error) {
        self.turn(slot, |link, turn| link.broke(turn, error));
        self.shared.lock().shut(slot);
    }

    /// Lets a knocking client in.
    pub(crate) fn admit(&mut self, slot: u32) {
        if let Some(Some(place)) = self.places.get_mut(slot as usize) {
            place.seated = true;
        }
        self.turn(slot, Link::admit);
        if let Some(link) = self.link(slot) {
            // It may be another than the port's first one.
            self.shared.note_coding(link.wire().coding());
        }
        self.set_alarm(slot);
    }

    /// Ends a connection and tells the other end why.
    pub(crate) fn end(&mut self, slot: u32, reason: Reason) {
        self.turn(slot, |link, turn| link.end(turn, reason));
        self.set_alarm(slot);
    }

    /// Records what failed on a connection without ending it.
    fn raise(&mut self, slot: u32, error: Error) {
        // It was logged; an event would follow the last one, or even come to
        // whoever gets the slot next.
        // A misuse is the game's own doing, and is told also at the very end; so is
        // that it tried to connect again where it can't.
        let own = matches!(error, Error::Misuse { .. } | Error::Connect { .. });
        if self.link(slot).is_none_or(Link::has_ended) && !own {
            return;
        }
        if let Error::ShapesDiffer {
            action,
            theirs,
            ours,
            sent: false,
        } = &error
        {
            self.turn(slot, |link, turn| link.differs(turn, action, theirs, ours));
        }
        let is_bad_message = matches!(error, Error::Decode { .. });
        self.event.inbox.push(slot, What::Error(Box::new(error)));
        if is_bad_message {
            self.turn(slot, Link::bad_message);
            self.set_alarm(slot);
        }
    }

    /// Takes note that `slot` reached a limit.
    #[cold]
    pub(crate) fn note_limit(&self, slot: u32, count: impl FnOnce(&mut LimitCounts)) {
        if let Some(outbox) = self.shared.lock().get_mut(slot) {
            count(outbox.limits());
        }
    }

    /// Takes note that `slot` is not read because of what waits.
    pub(crate) fn pause(&mut self, slot: u32) {
        self.set_unread(slot, true);
        let full = self.link(slot).map(|link| link.full_of(&self.limits));
        let (messages, bytes) = full.unwrap_or_default();
        self.note_limit(slot, |limits| {
            limits.max_incoming_messages += u64::from(messages);
            limits.max_incoming_bytes += u64::from(bytes);
        });
    }

    /// Whether nothing more will be written to `slot` than what waits there.
    /// Where the other end merely stopped, that is once the game has been told,
    /// so that its answers to the last messages leave.
    pub(crate) fn has_said_all(&self, slot: u32) -> bool {
        let place = self.places.get(slot as usize).and_then(Option::as_ref);
        place.is_some_and(|place| {
            place.link.has_ended() && !(place.link.has_stopped() && place.seated)
        })
    }

    /// Takes note that everything for `slot` has been written.
    pub(crate) fn flushed(&mut self, slot: u32) {
        self.turn(slot, |link, turn| link.flushed(turn));
        self.set_alarm(slot);
    }

    /// Frees the slot if the connection is over and the game knows; whether it did.
    pub(crate) fn reap(&mut self, slot: u32) -> bool {
        let Some(place) = self.places.get_mut(slot as usize) else {
            return false;
        };
        match place {
            Some(known) if known.link.is_over() && !known.seated => {
                if let Some(outbox) = self.shared.lock().get_mut(slot) {
                    outbox.received.forget(&mut self.actions);
                }
                if let Some(alarm) = known.alarm {
                    self.alarms.remove(alarm, slot);
                }
                *place = None;
                self.free.push(slot);
                self.shared.lock().shut(slot);
                true
            }
            _ => false,
        }
    }

    pub(crate) fn link(&self, slot: u32) -> Option<&Link> {
        self.places
            .get(slot as usize)?
            .as_ref()
            .map(|place| &place.link)
    }

    pub(crate) fn link_mut(&mut self, slot: u32) -> Option<&mut Link> {
        let place = self.places.get_mut(slot as usize)?.as_mut();
        place.map(|place| &mut place.link)
    }

    /// The slots in use.
    pub(crate) fn slots(&self) -> impl Iterator<Item = u32> + use<> {
        let slots: Vec<u32> = (0u32..)
            .zip(&self.places)
            .filter(|(_, place)| place.is_some())
            .map(|(slot, _)| slot)
            .collect();
        slots.into_iter()
    }

    /// Whether so much of `slot` waits to be dispatched that it must not be read.
    pub(crate) fn is_full(&self, slot: u32) -> bool {
        let link = self.link(slot);
        // What comes after the end is for nobody: it is read to find the last of it.
        link.is_some_and(|link| !link.has_ended() && link.is_full(&self.event.inbox, &self.limits))
    }

    /// Runs `act` on a link with everything that it works on.
    fn turn<R>(&mut self, slot: u32, act: impl FnOnce(&mut Link, &mut Turn<'_>) -> R) -> Option<R> {
        self.turn_after(slot, |_| {}, act)
    }

    /// As [`turn`](Self::turn), after `prepare` was run under the same lock.
    fn turn_after<R>(
        &mut self,
        slot: u32,
        prepare: impl FnOnce(&mut Outgoing),
        act: impl FnOnce(&mut Link, &mut Turn<'_>) -> R,
    ) -> Option<R> {
        let place = self.places.get_mut(slot as usize)?.as_mut()?;
        let mut outgoing = self.shared.lock();
        prepare(&mut outgoing);
        let (outbox, tally) = outgoing.for_turn(slot)?;
        let mut turn = Turn {
            limits: &self.limits,
            now: self.now,
            inbox: &mut self.event.inbox,
            actions: &mut self.actions,
            outbox,
            tally,
            codecs: &self.shared.codecs,
            bound: self.bound.as_ref(),
            announced: &self.announced,
            #[cfg(feature = "websocket")]
            site: &self.site,
        };
        let result = act(&mut place.link, &mut turn);
        let has_ended = place.link.has_ended();
        // Also where there is nothing to say at the end: then it can be shut.
        let has_to_write = has_ended || !turn.outbox.pending().is_empty();
        if turn.outbox.has_differs() {
            self.differing.push(slot);
        }
        // A link that ended has said goodbye: nothing may follow that.
        // Only where the other end merely stopped, and the game still has to
        // be told, may answers to its last messages.
        if has_ended && !(place.link.has_stopped() && place.seated) {
            outgoing.shut(slot);
        }
        if has_to_write {
            outgoing.touch(slot);
        }
        Some(result)
    }
}
