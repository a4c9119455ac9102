//! Everything that waits to be sent, on all connections of one end.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::actions::{LocalActions, NoShape};
use crate::codec::rencode::TERMINATOR;
use crate::encode::{Form, action};
use crate::error::Quoted;
use crate::limits::{Limits, OnFullQueue};
use crate::message::Table;
use crate::protocol::frame::{self, Code};
#[cfg(feature = "websocket")]
use crate::protocol::websocket;
use crate::transport::Signal;
use crate::wire::{Codecs, Coding, Codings};
use crate::{Error, LinkStats, Message, Reason};

/// What an end shares with its handles in other threads.
#[derive(Debug)]
pub(crate) struct Shared {
    outgoing: Mutex<Outgoing>,
    /// Whether the game asked to close a connection since the last pump: so
    /// that a dispatch need not take the lock for each event to know.
    closing: AtomicBool,
    /// Whether so much waits for somebody that it should leave before a
    /// dispatch has ended.
    urgent: AtomicBool,
    /// The codings of all connections that there ever were, as bits: so that
    /// who sends need not take the lock to know.
    codings: AtomicU32,
    pub(crate) codecs: Codecs,
    pub(crate) signal: Signal,
}

/// The outgoing buffers of all connections, behind one lock, so that a
/// broadcast takes it once.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) local: LocalActions,
    /// By the connection's slot.
    boxes: Vec<Outbox>,
    /// Slots with bytes to write.
    dirty: Vec<u32>,
    /// What could not be sent, for the next batch of events.
    pub(crate) failures: Vec<(u32, Error)>,
    /// Connections that the game asked to close.
    pub(crate) closing: Vec<(u32, Reason)>,
    /// Whether a handler is being told of an error: what fails meanwhile is
    /// logged, and raises no further one.
    pub(crate) telling_error: bool,
    max_body: u32,
    max_bytes: usize,
    max_bytes_in_all: usize,
    /// What could not be written, on all connections: the sum of `stuck`.
    stuck: usize,
    /// Whether it was logged that this is too much; once until it is half of that.
    told_stuck: bool,
    on_full: OnFullQueue,
}

/// What waits to be sent on one connection.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    bytes: Vec<u8>,
    // written <= bytes.len()
    written: usize,
    /// How much of it was there when a write was last tried.
    // flushed <= bytes.len()
    flushed: usize,
    /// How many bytes waited after a write was last tried.
    stuck: usize,
    /// One bit for each number of an action that the other end was told.
    announced: Vec<u64>,
    open: bool,
    dirty: bool,
    coding: Coding,
    /// Whether the bodies of its frames have to be masked: those of a client's
    /// WebSocket.
    #[cfg(feature = "websocket")]
    masked: bool,
    /// What a client has to say once its WebSocket is open, until it is.
    #[cfg(feature = "websocket")]
    early: Option<Vec<u8>>,
    /// Whether a message to this closed connection was logged already.
    told_closed: bool,
    /// The other end's actions of which handlers were told that their fields differ.
    told_differs: Vec<u32>,
    /// How many warnings this connection has caused.
    warnings: u32,
    /// The largest body that the other end takes.
    pub(crate) max_body: u32,
    /// The actions that the other end can't take, with the fields it expects.
    pub(crate) differs: Vec<(u32, String)>,
    pub(crate) stats: LinkStats,
}

/// When this much waits on one connection, it leaves before a dispatch has
/// ended: a client that reads must not be ended for what is merely not written.
const URGENT_BYTES: usize = 256 << 10;

/// Where too much waits on all connections together, a connection with no more
/// than this is not to blame.
const FAIR_SHARE_BYTES: usize = 64 << 10;

/// How many warnings one connection can cause, so that nobody fills a log.
const MAX_WARNINGS: u32 = 10;

impl Shared {
    pub(crate) fn new(limits: &Limits, on_full: OnFullQueue, codecs: Codecs) -> Self {
        Self {
            codings: AtomicU32::new(Codings::NATIVE.bits()),
            codecs,
            outgoing: Mutex::new(Outgoing {
                local: LocalActions::default(),
                boxes: Vec::new(),
                dirty: Vec::new(),
                failures: Vec::new(),
                closing: Vec::new(),
                telling_error: false,
                max_body: limits.max_body(),
                max_bytes: limits.max_outgoing_bytes,
                max_bytes_in_all: limits.max_outgoing_bytes_in_all,
                stuck: 0,
                told_stuck: false,
                on_full,
            }),
            closing: AtomicBool::new(false),
            urgent: AtomicBool::new(false),
            signal: Signal::new(),
        }
    }

    /// The lock is never held while the user's code runs, so it can't be
    /// poisoned by a panic of theirs, and is never taken twice.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Outgoing> {
        self.outgoing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The codings that a message to these connections is wanted in.
    #[inline]
    pub(crate) fn codings(&self, slots: &[u32]) -> Codings {
        let ever = Codings::from_bits(self.codings.load(Ordering::Relaxed));
        if ever == Codings::NATIVE {
            return ever;
        }
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
            self.closing.store(true, Ordering::Relaxed);
        }
    }

    /// Whether the game asked to close a connection since the last
    /// [`take_closing`](Self::take_closing).
    #[inline]
    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }

    /// Whether so much waits for somebody that it should leave at once; asked
    /// once.
    #[inline]
    pub(crate) fn take_urgent(&self) -> bool {
        self.urgent.load(Ordering::Relaxed) && self.urgent.swap(false, Ordering::Relaxed)
    }

    /// Takes note that much waits for somebody.
    #[inline]
    pub(crate) fn set_urgent(&self, size: Option<usize>) {
        if size.is_some_and(|size| size >= URGENT_BYTES) {
            self.urgent.store(true, Ordering::Relaxed);
        }
    }

    /// Whether the game asked to close this connection since then.
    #[inline]
    pub(crate) fn is_closing_slot(&self, slot: u32) -> bool {
        self.is_closing()
            && self
                .lock()
                .closing
                .iter()
                .any(|(closing, _)| *closing == slot)
    }

    pub(crate) fn take_closing(&self) -> Vec<(u32, Reason)> {
        self.closing.store(false, Ordering::Relaxed);
        std::mem::take(&mut self.lock().closing)
    }
}

impl Outgoing {
    /// Makes the buffer of a new connection.
    pub(crate) fn open(&mut self, slot: u32, coding: Coding) {
        let index = slot as usize;
        if self.boxes.len() <= index {
            self.boxes.resize_with(index + 1, Outbox::default);
        }
        let max_body = self.max_body;
        if let Some(outbox) = self.boxes.get_mut(index) {
            self.stuck = self.stuck.saturating_sub(outbox.stuck);
            // A slot that is still on the dirty list must stay known to be.
            let dirty = outbox.dirty;
            *outbox = Outbox {
                open: true,
                dirty,
                coding,
                max_body,
                ..Outbox::default()
            };
        }
    }

    /// Lets nothing more be sent on a connection; whether it was open.
    pub(crate) fn shut(&mut self, slot: u32) -> bool {
        match self.boxes.get_mut(slot as usize) {
            Some(outbox) => std::mem::replace(&mut outbox.open, false),
            None => false,
        }
    }

    /// Takes note of what could not be written on a connection.
    pub(crate) fn tried(&mut self, slot: u32) {
        let Some(outbox) = self.boxes.get_mut(slot as usize) else {
            return;
        };
        outbox.flushed = outbox.bytes.len();
        let pending = outbox.pending().len();
        let before = std::mem::replace(&mut outbox.stuck, pending);
        self.stuck = self.stuck.saturating_sub(before).saturating_add(pending);
        if self.stuck <= self.max_bytes_in_all / 2 {
            self.told_stuck = false;
        }
    }

    /// Lets go of what waits on a connection whose socket is closed.
    pub(crate) fn release(&mut self, slot: u32) {
        self.shut(slot);
        if let Some(outbox) = self.boxes.get_mut(slot as usize) {
            outbox.discard();
            self.tried(slot);
        }
    }

    #[inline]
    pub(crate) fn coding(&self, slot: u32) -> Coding {
        self.get(slot)
            .map_or(Coding::Native, |outbox| outbox.coding)
    }

    #[inline]
    pub(crate) fn get(&self, slot: u32) -> Option<&Outbox> {
        self.boxes.get(slot as usize)
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, slot: u32) -> Option<&mut Outbox> {
        self.boxes.get_mut(slot as usize)
    }

    /// Adds a message, framed; how many bytes it takes on the wire. A message
    /// to a connection that is over takes none.
    #[inline]
    pub(crate) fn send<M: Message>(
        &mut self,
        slot: u32,
        message: &M,
        form: Form,
        body: &[u8],
    ) -> Result<usize, Error> {
        let outbox = self.boxes.get_mut(slot as usize);
        let Some(outbox) = outbox.filter(|outbox| outbox.open) else {
            self.send_to_closed(slot, &action(message));
            return Ok(0);
        };
        let code = match form {
            Form::Positional => match self.local.number(M::TABLE, message.slot()) {
                Ok(number) => Some(Code::Action(number)),
                Err(NoShape) => return Err(no_shape(action(message))),
            },
            Form::Dict => Some(Code::Dict),
            Form::Foreign => None,
        };
        if body.len() > outbox.max_body as usize {
            return Err(Error::TooLarge {
                action: action(message),
                size: body.len(),
                max: outbox.max_body as usize,
            });
        }
        let around = match code {
            Some(Code::Action(0..0x80)) if body.len() < 0x80 => 2,
            Some(code) => frame::header_len(code, body.len()),
            None => outbox.foreign_len(body.len()),
        };
        let size = around + body.len();
        let waiting = outbox.queued();
        let max = if self.stuck > self.max_bytes_in_all && outbox.stuck > FAIR_SHARE_BYTES {
            FAIR_SHARE_BYTES
        } else {
            self.max_bytes
        };
        if waiting + size > max {
            if max < self.max_bytes && !std::mem::replace(&mut self.told_stuck, true) {
                let in_all = self.stuck;
                log::warn!(
                    "{in_all} bytes wait on all connections together: who reads slowly is ended"
                );
            }
            return Err(Error::QueueFull {
                action: action(message),
                size,
                max,
            });
        }
        if let Some(Code::Action(number)) = code
            && !outbox.is_announced(number)
        {
            outbox.announce(number, self.local.announcement(number));
        }
        match code {
            Some(code) => {
                outbox.bytes.reserve(size);
                frame::write_header(code, body.len(), &mut outbox.bytes);
                outbox.bytes.extend_from_slice(body);
            }
            None => outbox.write_foreign(body),
        }
        outbox.stats.messages_sent += 1;
        if !outbox.dirty {
            outbox.dirty = true;
            self.dirty.push(slot);
        }
        Ok(size)
    }

    /// Takes note of a copy that could not be sent to a server's channel.
    #[cold]
    pub(crate) fn fail(&mut self, shared: &Shared, slot: u32, error: Error) {
        self.count_dropped(slot);
        if let (Error::QueueFull { max, .. }, OnFullQueue::Disconnect) = (&error, self.on_full) {
            let reason = Reason::QueueFull { max: *max };
            if self.shut(slot) {
                self.closing.push((slot, reason));
                shared.closing.store(true, Ordering::Relaxed);
            }
            return;
        }
        if self.telling_error {
            log::warn!("a message sent while an error was handled failed: {error}");
            return;
        }
        // A client that takes hardly anything must not fill the log either.
        let level = match self.get_mut(slot) {
            Some(outbox) if outbox.stats.dropped == 1 => outbox.warning_level(),
            _ => log::Level::Debug,
        };
        log::log!(level, "{error}");
        self.failures.push((slot, error));
    }

    /// Takes note that a message could not be sent.
    #[cold]
    pub(crate) fn count_dropped(&mut self, slot: u32) {
        if let Some(outbox) = self.boxes.get_mut(slot as usize) {
            outbox.stats.dropped += 1;
        }
    }

    /// Puts a connection on the list of those that have bytes to write.
    #[inline]
    pub(crate) fn touch(&mut self, slot: u32) {
        if let Some(outbox) = self.boxes.get_mut(slot as usize)
            && !outbox.dirty
        {
            outbox.dirty = true;
            self.dirty.push(slot);
        }
    }

    /// Takes the list of connections that have bytes to write, into `slots`.
    pub(crate) fn take_dirty(&mut self, slots: &mut Vec<u32>) {
        slots.clear();
        std::mem::swap(&mut self.dirty, slots);
        for slot in slots {
            if let Some(outbox) = self.boxes.get_mut(*slot as usize) {
                outbox.dirty = false;
            }
        }
    }

    #[cold]
    fn send_to_closed(&mut self, slot: u32, action: &str) {
        let Some(outbox) = self.boxes.get_mut(slot as usize) else {
            return;
        };
        outbox.stats.dropped += 1;
        if !std::mem::replace(&mut outbox.told_closed, true) {
            let action = Quoted(action);
            log::info!(
                "{action} was not sent: the connection is over (further ones are only counted)"
            );
        }
    }
}

impl Outbox {
    /// What is still to be written.
    #[inline]
    pub(crate) fn pending(&self) -> &[u8] {
        self.bytes.get(self.written..).unwrap_or_default()
    }

    /// How many bytes wait to be sent, those included that can't be written yet.
    #[inline]
    pub(crate) fn queued(&self) -> usize {
        #[cfg(feature = "websocket")]
        let early = self.early.as_ref().map_or(0, Vec::len);
        #[cfg(not(feature = "websocket"))]
        let early = 0;
        self.pending().len() + early
    }

    /// Whether messages have to wait until a WebSocket is open.
    pub(crate) fn is_holding(&self) -> bool {
        #[cfg(feature = "websocket")]
        return self.early.is_some();
        #[cfg(not(feature = "websocket"))]
        false
    }

    /// How much waits since the last write.
    #[inline]
    pub(crate) fn waiting(&self) -> usize {
        self.bytes.len() - self.flushed
    }

    /// Takes note that the first `count` of the pending bytes were written.
    pub(crate) fn wrote(&mut self, count: usize) {
        self.written = (self.written + count).min(self.bytes.len());
        self.stats.bytes_sent += count as u64;
        if self.written == self.bytes.len() {
            self.bytes.clear();
            self.written = 0;
            self.flushed = 0;
        } else if self.written > self.bytes.len() / 2 {
            // At most as many bytes are moved as were written since the last time.
            self.bytes.drain(..self.written);
            self.flushed = self.bytes.len();
            self.written = 0;
        }
    }

    /// Appends what belongs to the protocol rather than to the game.
    pub(crate) fn control(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.bytes);
    }

    /// Takes back what was sent too early for anybody to read it.
    pub(crate) fn discard(&mut self) {
        self.bytes = Vec::new();
        self.written = 0;
        self.flushed = 0;
    }

    /// Gives memory back that a quiet connection does not need.
    pub(crate) fn shrink(&mut self) {
        if self.pending().is_empty() {
            self.discard();
        }
    }

    /// How loud something is to be logged that the other end can bring about
    /// as often as it likes: the first few times as a warning.
    pub(crate) fn warning_level(&mut self) -> log::Level {
        if self.warnings == MAX_WARNINGS {
            return log::Level::Debug;
        }
        self.warnings += 1;
        log::Level::Warn
    }

    /// Takes note of a message whose fields differ from those of its handler;
    /// whether it is the first of its action, of which somebody is to be told.
    pub(crate) fn differing(&mut self, remote: u32) -> bool {
        let first = !self.told_differs.contains(&remote);
        if first {
            self.told_differs.push(remote);
        }
        self.stats.differing += 1;
        first
    }

    /// Takes note that nothing handled a dict. Its action is not remembered: a
    /// peer can make up as many as it likes.
    pub(crate) fn unhandled_dict(&mut self) {
        if self.stats.unhandled == 0 {
            log::warn!("no method handles a dict (further ones are only counted)");
        }
        self.stats.unhandled += 1;
    }

    pub(crate) fn set_round_trip_time(&mut self, time: Duration) {
        self.stats.round_trip_time = Some(time);
    }

    /// The bytes that go around a body of another wire than the native one.
    fn foreign_len(&self, body: usize) -> usize {
        match self.coding {
            #[cfg(feature = "websocket")]
            Coding::Web => websocket::header_len(body, self.masked),
            _ => {
                let _ = body;
                TERMINATOR.len()
            }
        }
    }

    fn write_foreign(&mut self, body: &[u8]) {
        match self.coding {
            #[cfg(feature = "websocket")]
            Coding::Web => {
                let out = self.early.as_mut().unwrap_or(&mut self.bytes);
                websocket::write_text(body, self.masked, out);
            }
            _ => {
                self.bytes.extend_from_slice(body);
                self.bytes.extend_from_slice(TERMINATOR);
            }
        }
    }

    /// From now on messages leave in the frames of a WebSocket; those of a
    /// client that were sent before do so now.
    #[cfg(feature = "websocket")]
    pub(crate) fn open_web(&mut self) {
        self.coding = Coding::Web;
        if let Some(early) = self.early.take() {
            self.bytes.extend_from_slice(&early);
        }
    }

    /// A client's messages have to wait until its WebSocket is open.
    #[cfg(feature = "websocket")]
    pub(crate) fn hold(&mut self) {
        self.masked = true;
        self.early = Some(Vec::new());
    }

    fn is_announced(&self, number: u32) -> bool {
        let word = self.announced.get(number as usize / 64);
        word.is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    /// Takes note that the other end was told of the first so many actions.
    pub(crate) fn set_announced(&mut self, numbers: u32) {
        for number in 0..numbers {
            self.announce(number, &[]);
        }
    }

    #[cold]
    fn announce(&mut self, number: u32, announcement: &[u8]) {
        let index = number as usize / 64;
        if self.announced.len() <= index {
            self.announced.resize(index + 1, 0);
        }
        if let Some(word) = self.announced.get_mut(index) {
            *word |= 1 << (number % 64);
        }
        self.bytes.extend_from_slice(announcement);
    }
}

#[cold]
fn no_shape(action: Cow<'static, str>) -> Error {
    Error::Encode {
        action,
        field: Cow::Borrowed(""),
        problem: "this program has more actions than a connection can number".to_owned(),
    }
}

pub(crate) fn action_name(table: &'static Table, action: usize) -> Cow<'static, str> {
    Cow::Borrowed(table.actions.get(action).map_or("", |action| action.name))
}
