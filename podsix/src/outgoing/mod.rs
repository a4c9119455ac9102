//! Everything that waits to be sent, on all connections of one end.

mod attention;
mod figures;
mod outbox;
mod outboxes;
mod usual;

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use attention::{Attention, Matter};
pub(crate) use outbox::Outbox;
pub(crate) use outboxes::Outgoing;

use crate::limits::{Limits, OnFullQueue};
use crate::message::Table;
use crate::transport::Signal;
use crate::wire::{Codecs, Coding, Codings};
use crate::{Error, Reason};

/// What an end shares with its handles in other threads.
#[derive(Debug)]
pub(crate) struct Shared {
    outgoing: Mutex<Outgoing>,
    to_do: Arc<ToDo>,
    pub(crate) attention: Attention,
    /// The codings of all connections that there ever were, as bits: so that
    /// who sends need not take the lock to know.
    codings: AtomicU32,
    pub(crate) codecs: Codecs,
    /// The largest body that may be sent.
    pub(crate) max_body: usize,
    pub(crate) signal: Signal,
}

/// What waits for the next pump: so that one which finds nothing need not take the
/// lock to know. Changed under the lock alone.
#[derive(Debug, Default)]
struct ToDo {
    /// Whether a connection has bytes to write.
    write: AtomicBool,
    /// Whether something failed of which the game has to be told.
    tell: AtomicBool,
}

/// When this much waits on one connection, it leaves before a dispatch has
/// ended: a client that reads must not be ended for what is merely not written.
const URGENT_BYTES: usize = 256 << 10;

impl Shared {
    pub(crate) fn new(limits: &Limits, on_full: OnFullQueue, codecs: Codecs) -> Self {
        let to_do = Arc::<ToDo>::default();
        Self {
            codings: AtomicU32::new(Codings::default().bits()),
            codecs,
            max_body: limits.max_body() as usize,
            outgoing: Mutex::new(Outgoing::new(limits, on_full, &to_do)),
            to_do,
            attention: Attention::default(),
            signal: Signal::new(),
        }
    }

    /// The lock is never held while the user's code runs, so it can't be
    /// poisoned by a panic of theirs, and is never taken twice.
    #[inline]
    pub(crate) fn lock(&self) -> MutexGuard<'_, Outgoing> {
        self.outgoing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a connection has bytes to write.
    #[inline]
    pub(crate) fn has_to_write(&self) -> bool {
        self.to_do.write.load(Ordering::Relaxed)
    }

    /// Whether something failed of which the game has to be told.
    #[inline]
    pub(crate) fn has_to_tell(&self) -> bool {
        self.to_do.tell.load(Ordering::Relaxed)
    }

    /// Takes what failed since the last call.
    #[cold]
    pub(crate) fn take_failures(&self) -> Vec<(u32, Error)> {
        self.lock().take_failures()
    }

    /// Whether it is measured how long handlers take.
    #[inline]
    pub(crate) fn times_handlers(&self) -> bool {
        self.attention.wants(Matter::Timed)
    }

    /// From now on it is measured how long handlers take.
    pub(crate) fn time_handlers(&self) {
        self.attention.call_for(Matter::Timed);
    }

    /// The codings of all connections that there ever were.
    #[inline]
    fn all_codings(&self) -> Codings {
        Codings::from_bits(self.codings.load(Ordering::Relaxed))
    }

    /// The codings that a message to these connections is wanted in.
    pub(crate) fn codings(&self, slots: &[u32]) -> Codings {
        let outgoing = self.lock();
        let mut codings = Codings::default();
        for slot in slots {
            codings.insert(outgoing.coding(*slot));
        }
        codings
    }

    /// Takes note that a connection has this coding.
    pub(crate) fn note_coding(&self, coding: Coding) {
        let mut codings = Codings::default();
        codings.insert(coding);
        self.codings.fetch_or(codings.bits(), Ordering::Relaxed);
    }

    /// Asks to end a connection for `reason`; nothing more is sent on it.
    pub(crate) fn close(&self, slot: u32, reason: Reason) {
        let mut outgoing = self.lock();
        // Also where it has ended already: what it said last must not be
        // dispatched any more.
        if outgoing.shut(slot) || outgoing.closing.iter().all(|(other, _)| *other != slot) {
            outgoing.closing.push((slot, reason));
            self.attention.call_for(Matter::Closing);
        }
    }

    /// Whether so much waits for somebody that it should leave at once; asked
    /// once.
    pub(crate) fn take_urgent(&self) -> bool {
        self.attention.take(Matter::Urgent)
    }

    /// Takes note that much waits for somebody.
    #[inline]
    pub(crate) fn set_urgent(&self, size: usize) {
        if size >= URGENT_BYTES {
            self.attention.call_for(Matter::Urgent);
        }
    }

    /// Whether the game asked to close this connection since the last
    /// [`take_closing`](Self::take_closing).
    #[inline]
    pub(crate) fn is_closing_slot(&self, slot: u32) -> bool {
        self.attention.wants(Matter::Closing)
            && self
                .lock()
                .closing
                .iter()
                .any(|(closing, _)| *closing == slot)
    }

    /// Whether the game asked to close a connection.
    #[inline]
    pub(crate) fn has_to_close(&self) -> bool {
        self.attention.wants(Matter::Closing)
    }

    /// Takes what the game asked to close since the last call.
    pub(crate) fn take_closing(&self) -> Vec<(u32, Reason)> {
        if self.attention.take(Matter::Closing) {
            return std::mem::take(&mut self.lock().closing);
        }
        Vec::new()
    }
}

pub(crate) fn action_name(table: &'static Table, action: usize) -> Cow<'static, str> {
    Cow::Borrowed(table.actions.get(action).map_or("", |action| action.name))
}
