//! One end of a connection, fed by hand: for tests and fuzzers.
#![cfg_attr(
    not(test),
    expect(dead_code, reason = "fuzzers need less of it than the tests")
)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "all of it is part of tests"
)]

use std::time::Duration;

use crate::actions::RemoteActions;
use crate::bound::{Bound, OnMismatch};
use crate::dispatch::PeerName;
use crate::inbox::{DictForm, Inbox, What};
use crate::limits::{Limits, OnFullQueue};
use crate::outgoing::Shared;
use crate::protocol::{Link, Received, Role, Time, Turn};
use crate::wire::{Codecs, Wire};
use crate::{Error, Message, PeerAddr, Reason};

/// A link with everything that it works on. After every step it is checked
/// that no deadline is left behind, and that nothing follows the end.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) link: Link,
    pub(crate) now: Time,
    pub(crate) limits: Limits,
    pub(crate) shared: Shared,
    bound: Option<Bound>,
    announced: (u32, Vec<u8>),
    #[cfg(feature = "websocket")]
    pub(crate) site: crate::site::Site,
    inbox: Inbox,
    actions: RemoteActions,
    seen: Vec<Seen>,
    /// How many records of the inbox are in `seen`.
    read: usize,
}

/// A record, taken apart so that it can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Connected,
    Message(String, Vec<u8>),
    Undeliverable(String),
    /// A message that does not parse.
    Bad(String),
    Disconnected(Reason),
    /// The connection did not come up.
    Failed(Reason),
}

/// More frames than any of these tests has.
pub(crate) const ALL: usize = usize::MAX;

const SLOT: u32 = 0;

/// The opening of an end with the default limits: magic, version, and a hello
/// that says that a body may have 1 MiB.
pub(crate) const OPENING: &[u8] = b"\xF6pd6\x01\x03\x80\x01\x80\x80\x40";

pub(crate) const PONG: &[u8] = b"\x00\x83\x01";

impl End {
    pub(crate) fn client() -> Self {
        let address = "example.org:31425".to_owned();
        Self::new(Role::Client { address }, Wire::Native, Limits::default())
    }

    pub(crate) fn server() -> Self {
        Self::new(Role::Server, Wire::Native, Limits::default())
    }

    /// Both of them, for what is the same at both ends.
    pub(crate) fn both() -> [Self; 2] {
        [Self::client(), Self::server()]
    }

    /// Both of them, up, with nothing left to see or to write.
    pub(crate) fn both_up() -> [Self; 2] {
        Self::both().map(Self::up)
    }

    pub(crate) fn server_with(change: impl FnOnce(&mut Limits)) -> Self {
        let mut limits = Limits::default();
        change(&mut limits);
        Self::new(Role::Server, Wire::Native, limits)
    }

    /// Both ends of a protocol, with their own ideas of it.
    pub(crate) fn bound<A: Message, B: Message>(client: bool, on_mismatch: OnMismatch) -> Self {
        let bound = Bound {
            on_mismatch,
            ..Bound::server::<A, B>()
        };
        let (role, bound) = if client {
            let address = "example.org:31425".to_owned();
            (Role::Client { address }, bound.other_end())
        } else {
            (Role::Server, bound)
        };
        Self::with(role, Wire::Native, Limits::default(), Some(bound))
    }

    pub(crate) fn new(role: Role, wire: Wire, limits: Limits) -> Self {
        Self::with(role, wire, limits, None)
    }

    fn with(role: Role, wire: Wire, limits: Limits, bound: Option<Bound>) -> Self {
        let shared = Shared::new(&limits, OnFullQueue::Disconnect, Codecs::default());
        let peer = match role {
            Role::Server => PeerName::Caller(PeerAddr::Local),
            Role::Client { .. } => PeerName::Server,
        };
        shared.lock().open(SLOT, wire.coding(), peer);
        // A clock that does not begin at nought shows what counts from there.
        let now = Duration::from_secs(1000);
        let announced = bound.map_or_else(Default::default, |bound| {
            shared.lock().local.announce_all(bound.sends)
        });
        let is_client = matches!(role, Role::Client { .. });
        let mut end = Self {
            link: Link::new(role, wire, SLOT, now),
            now,
            limits,
            shared,
            bound,
            announced,
            #[cfg(feature = "websocket")]
            site: crate::site::Site::default(),
            inbox: Inbox::new(),
            actions: RemoteActions::default(),
            seen: Vec::new(),
            read: 0,
        };
        if is_client {
            end.act(Link::open);
        }
        end
    }

    /// Lets the connection come up, the other end answer the first ping, and
    /// forgets all of it.
    pub(crate) fn up(mut self) -> Self {
        self.feed(OPENING);
        self.feed(PONG);
        assert_eq!(self.seen(), [Seen::Connected]);
        self.out();
        self
    }

    /// Takes `bytes` in one read or, where they are too many for that, in
    /// several; lets a client in when it knocks.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Received {
        let received = self.feed_some(bytes, ALL);
        assert!(!received.more, "a frame was left without need");
        received
    }

    /// As [`feed`](Self::feed), but takes `budget` frames of each read.
    pub(crate) fn feed_some(&mut self, mut bytes: &[u8], budget: usize) -> Received {
        loop {
            let room = self.inbox.room(self.link.gap());
            let count = room.len().min(bytes.len());
            let (now, rest) = bytes.split_at(count);
            room[..count].copy_from_slice(now);
            self.inbox.filled(count);
            let mut received = self.act(|link, turn| link.receive(turn, count, budget));
            if self.link.is_knocking() {
                self.act(Link::admit);
                let further = budget.saturating_sub(received.frames);
                let again = self.act(|link, turn| link.receive(turn, 0, further));
                received.frames += again.frames;
                received.more = again.more;
            }
            if rest.is_empty() {
                return received;
            }
            bytes = rest;
        }
    }

    /// Takes `bytes` in one read, and leaves a client that knocks outside.
    #[cfg(feature = "websocket")]
    pub(crate) fn knock(&mut self, bytes: &[u8]) {
        let room = self.inbox.room(self.link.gap());
        room[..bytes.len()].copy_from_slice(bytes);
        self.act(|link, turn| link.receive(turn, bytes.len(), ALL));
        assert!(self.link.is_knocking());
    }

    /// Moves the clock, and looks at the timers as often as they ask for it.
    pub(crate) fn pass(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(deadline) = self.deadline()
            && deadline <= until
        {
            self.now = deadline;
            self.act(Link::handle_timeout);
        }
        self.now = until;
        self.act(Link::handle_timeout);
    }

    pub(crate) fn deadline(&self) -> Option<Time> {
        self.link.deadline(&self.limits)
    }

    pub(crate) fn act<R>(&mut self, act: impl FnOnce(&mut Link, &mut Turn<'_>) -> R) -> R {
        let result = self.step(act);
        self.step(Link::handle_timeout);
        let deadline = self.deadline();
        assert!(
            deadline.is_none_or(|deadline| deadline > self.now),
            "a wait would spin: at {:?}, the deadline is {deadline:?} after it was handled; {:?}",
            self.now,
            self.link
        );
        self.look();
        result
    }

    fn step<R>(&mut self, act: impl FnOnce(&mut Link, &mut Turn<'_>) -> R) -> R {
        let mut outgoing = self.shared.lock();
        let (outbox, tally) = outgoing.for_turn(SLOT).unwrap();
        let mut turn = Turn {
            limits: &self.limits,
            now: self.now,
            inbox: &mut self.inbox,
            actions: &mut self.actions,
            outbox,
            tally,
            codecs: &self.shared.codecs,
            bound: self.bound.as_ref(),
            announced: &self.announced,
            #[cfg(feature = "websocket")]
            site: &self.site,
        };
        act(&mut self.link, &mut turn)
    }

    fn look(&mut self) {
        while let Some(record) = self.inbox.record(self.read) {
            let ended = matches!(
                self.seen.last(),
                Some(Seen::Disconnected(_) | Seen::Failed(_))
            );
            assert!(!ended, "{:?} followed the end", record.what);
            self.read += 1;
            self.seen.push(match &record.what {
                What::Connected => Seen::Connected,
                What::Messages { remote, run } => {
                    let name = self.actions.known().name(*remote);
                    let bodies = self.inbox.bodies().of_run(*run);
                    let messages = bodies.map(|body| Seen::Message(name.to_owned(), body.to_vec()));
                    self.seen.extend(messages);
                    continue;
                }
                What::Dict(dict) => {
                    let bodies = self.inbox.bodies();
                    let dict = bodies.dict(*dict).unwrap();
                    let bytes = bodies.body(dict);
                    let body = match dict.form {
                        DictForm::Native => &bytes[dict.name().end..],
                        DictForm::Rencode => bytes,
                    };
                    Seen::Message(bodies.name(dict).to_owned(), body.to_vec())
                }
                What::Disconnected(reason) => Seen::Disconnected(reason.as_ref().clone()),
                What::Error(error) => match error.as_ref() {
                    Error::NotConnected { reason, .. } => Seen::Failed(reason.clone()),
                    Error::Undeliverable { problem } => Seen::Undeliverable(problem.clone()),
                    Error::Decode { problem, .. } => Seen::Bad(problem.clone()),
                    other => panic!("a link raised {other}"),
                },
                What::Nothing => panic!("a link took a message back"),
            });
        }
    }

    /// What was recorded since the last call.
    pub(crate) fn seen(&mut self) -> Vec<Seen> {
        std::mem::take(&mut self.seen)
    }

    /// What is to be written since the last call.
    pub(crate) fn out(&mut self) -> Vec<u8> {
        let mut outgoing = self.shared.lock();
        let outbox = outgoing.get_mut(SLOT).unwrap();
        let bytes = outbox.pending().to_vec();
        outbox.wrote(bytes.len());
        bytes
    }

    /// Why the connection ended; panics if it did not, or not in one record.
    pub(crate) fn ending(&mut self) -> Reason {
        assert!(self.link.has_ended(), "{:?}", self.link);
        match self.seen().as_slice() {
            [Seen::Disconnected(reason) | Seen::Failed(reason)] => reason.clone(),
            other => panic!("not one ending: {other:?}"),
        }
    }

    pub(crate) fn round_trip_time(&self) -> Option<Duration> {
        let mut outgoing = self.shared.lock();
        outgoing.get_mut(SLOT).unwrap().stats.round_trip_time
    }

    /// How many bytes of the input are kept: a cut frame, and bodies of records.
    pub(crate) fn kept(&self) -> usize {
        self.link.gap() + self.inbox.used()
    }
}

/// A message without a body.
pub(crate) fn message(action: &str, body: &[u8]) -> Seen {
    Seen::Message(action.to_owned(), body.to_vec())
}

/// The frame of a body that is too large to be written as a literal.
pub(crate) fn frame(code: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = varint(body.len() as u64);
    bytes.push(code);
    bytes.extend_from_slice(body);
    bytes
}

/// A control frame, whose code takes two bytes.
pub(crate) fn control(code: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = varint(body.len() as u64);
    bytes.extend_from_slice(&[code, 1]);
    bytes.extend_from_slice(body);
    bytes
}

/// A number as the wire has it, beyond what the wire allows as well.
pub(crate) fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}
