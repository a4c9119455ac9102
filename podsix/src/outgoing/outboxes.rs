//! The outgoing queues of all connections.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{Matter, Outbox, Shared, ToDo};
use crate::actions::{LocalActions, NoShape};
use crate::dispatch::PeerName;
use crate::encode::{Form, action};
use crate::error::Quoted;
use crate::limits::{Limits, OnFullQueue};
use crate::protocol::frame::{self, Code};
use crate::slots;
use crate::stats::Tally;
use crate::wire::Coding;
use crate::{Error, Message, Reason};

/// The outgoing buffers of all connections, behind one lock, so that a
/// broadcast takes it once.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) local: LocalActions,
    pub(crate) tally: Tally,
    /// By the connection's slot.
    #[expect(
        clippy::vec_box,
        reason = "a list that grows would move them all and leave holes in memory"
    )]
    pub(super) boxes: Vec<Box<Outbox>>,
    /// Slots with bytes to write.
    dirty: Vec<u32>,
    /// What could not be sent, for the next batch of events.
    failures: Vec<(u32, Error)>,
    to_do: Arc<ToDo>,
    /// Connections that the game asked to close.
    pub(crate) closing: Vec<(u32, Reason)>,
    /// Whether a handler is being told of an error: what fails meanwhile is
    /// logged, and raises no further one.
    pub(crate) telling_error: bool,
    max_body: u32,
    pub(super) max_bytes: usize,
    pub(super) max_bytes_in_all: usize,
    /// What could not be written, on all connections: the sum of `stuck`.
    pub(super) stuck: usize,
    /// Whether it was logged that this is too much; once until it is half of that.
    told_stuck: bool,
    on_full: OnFullQueue,
}

/// Where too much waits on all connections together, a connection with no more
/// than this is not to blame.
const FAIR_SHARE_BYTES: usize = 64 << 10;

impl Outgoing {
    pub(super) fn new(limits: &Limits, on_full: OnFullQueue, to_do: &Arc<ToDo>) -> Self {
        Self {
            local: LocalActions::default(),
            tally: Tally::default(),
            boxes: Vec::new(),
            dirty: Vec::new(),
            failures: Vec::new(),
            to_do: Arc::clone(to_do),
            closing: Vec::new(),
            telling_error: false,
            max_body: limits.max_body(),
            max_bytes: limits.max_outgoing_bytes,
            max_bytes_in_all: limits.max_outgoing_bytes_in_all,
            stuck: 0,
            told_stuck: false,
            on_full,
        }
    }

    /// Makes the buffer of a new connection.
    pub(crate) fn open(&mut self, slot: u32, coding: Coding, peer: PeerName) {
        let max_body = self.max_body;
        if let Some(outbox) = slots::place(&mut self.boxes, slot, Box::default) {
            self.stuck = self.stuck.saturating_sub(outbox.stuck);
            // A slot that is still on the dirty list must stay known to be.
            let dirty = outbox.dirty;
            let (stats, limits) = (outbox.link_stats(), outbox.limit_counts());
            self.tally.keep(&stats, &limits, &outbox.received);
            **outbox = Outbox::new(coding, max_body, peer);
            outbox.dirty = dirty;
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
        self.boxes.get(slot as usize).map(|outbox| &**outbox)
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, slot: u32) -> Option<&mut Outbox> {
        self.boxes
            .get_mut(slot as usize)
            .map(|outbox| &mut **outbox)
    }

    /// Adds a message, framed; how many bytes it takes on the wire. A message
    /// to a connection that is over takes none.
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
            FAIR_SHARE_BYTES.min(self.max_bytes)
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
        match code {
            Some(Code::Action(number)) => self.local.sent(number, 1, body.len()),
            _ => self.tally.sent(message, 1, body.len()),
        }
        if !outbox.dirty {
            outbox.dirty = true;
            self.note_dirty(slot);
        }
        Ok(size)
    }

    /// Takes note of a copy that could not be sent to a server's channel.
    #[cold]
    pub(crate) fn fail(&mut self, shared: &Shared, slot: u32, error: Error) {
        self.count_dropped(slot, &error);
        if let (Error::QueueFull { max, .. }, OnFullQueue::Disconnect) = (&error, self.on_full) {
            let reason = Reason::QueueFull { max: *max };
            if self.shut(slot) {
                self.closing.push((slot, reason));
                shared.attention.call_for(Matter::Closing);
            }
            return;
        }
        if self.telling_error {
            let peer = self.peer(slot);
            log::warn!("{peer}: a message sent while an error was handled failed: {error}");
            return;
        }
        // A client that takes hardly anything must not fill the log either.
        let outbox = self.get_mut(slot);
        let level = match outbox.filter(|outbox| outbox.link_stats().dropped == 1) {
            Some(outbox) => outbox.warning_level(),
            None => log::Level::Debug,
        };
        log::log!(level, "{}: {error}", self.peer(slot));
        self.raise(slot, error);
    }

    /// Has the game be told of what failed, with the next batch of events.
    #[cold]
    pub(crate) fn raise(&mut self, slot: u32, error: Error) {
        self.failures.push((slot, error));
        self.to_do.tell.store(true, Ordering::Relaxed);
    }

    /// Takes out what the game has to be told of.
    pub(crate) fn take_failures(&mut self) -> Vec<(u32, Error)> {
        self.to_do.tell.store(false, Ordering::Relaxed);
        std::mem::take(&mut self.failures)
    }

    /// Takes note that a message could not be sent.
    #[cold]
    pub(crate) fn count_dropped(&mut self, slot: u32, error: &Error) {
        if let Some(outbox) = self.boxes.get_mut(slot as usize) {
            outbox.faults().dropped += 1;
            let limits = outbox.limits();
            match error {
                Error::TooLarge { .. } => limits.max_message_bytes += 1,
                Error::QueueFull { max, .. } if *max < self.max_bytes => {
                    limits.max_outgoing_bytes_in_all += 1;
                }
                Error::QueueFull { .. } => limits.max_outgoing_bytes += 1,
                _ => {}
            }
        }
    }

    fn peer(&self, slot: u32) -> PeerName {
        self.get(slot).map(|outbox| outbox.peer).unwrap_or_default()
    }

    /// Puts a connection on the list of those that have bytes to write.
    #[inline]
    pub(crate) fn touch(&mut self, slot: u32) {
        if let Some(outbox) = self.boxes.get_mut(slot as usize)
            && !outbox.dirty
        {
            outbox.dirty = true;
            self.note_dirty(slot);
        }
    }

    /// Takes note of a connection that has bytes to write from now on.
    #[inline]
    pub(super) fn note_dirty(&mut self, slot: u32) {
        self.dirty.push(slot);
        self.to_do.write.store(true, Ordering::Relaxed);
    }

    /// Takes the list of connections that have bytes to write, into `slots`;
    /// each of them has to be [taken up](Self::take_up).
    pub(crate) fn take_dirty(&mut self, slots: &mut Vec<u32>) {
        slots.clear();
        self.to_do.write.store(false, Ordering::Relaxed);
        std::mem::swap(&mut self.dirty, slots);
    }

    /// Takes up a connection that was on that list.
    #[inline]
    pub(crate) fn take_up(&mut self, slot: u32) -> Option<&mut Outbox> {
        let outbox = self.boxes.get_mut(slot as usize)?;
        outbox.dirty = false;
        Some(outbox)
    }

    #[cold]
    fn send_to_closed(&mut self, slot: u32, action: &str) {
        let Some(outbox) = self.boxes.get_mut(slot as usize) else {
            return;
        };
        outbox.faults().dropped += 1;
        if !std::mem::replace(&mut outbox.told_closed, true) {
            let action = Quoted(action);
            log::info!(
                "{}: {action} was not sent: the connection is over (further ones are only counted)",
                outbox.peer
            );
        }
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
