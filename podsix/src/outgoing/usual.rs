//! The way that nearly every message takes, as short as it can be: its action was
//! sent before, and nothing stands against sending it.
//!
//! What can't be sent like this is left for the long way, [`Outgoing::send`], which
//! encodes it anew, does the rest and tells what is wrong.

use std::num::NonZeroUsize;

use super::{Outbox, Outgoing, Shared};
use crate::Message;
use crate::encode::{Scratch, with_scratch};
use crate::wire::{Coding, Codings};

/// What became of a message that was sent.
pub(crate) struct Sent {
    /// How many bytes it takes on the wire.
    // Never 0, so that an option fits into two registers.
    pub(crate) size: NonZeroUsize,
    /// How much waits on its connection now.
    pub(crate) waiting: usize,
}

impl Sent {
    #[inline]
    fn new(frame: &[u8], waiting: usize) -> Option<Self> {
        let size = NonZeroUsize::new(frame.len())?;
        Some(Self { size, waiting })
    }
}

impl Shared {
    /// Sends a message to one connection.
    #[inline]
    pub(crate) fn send_usual<M: Message>(&self, slot: u32, message: &M) -> Option<Sent> {
        if self.all_codings() == Codings::NATIVE {
            self.send_fields(slot, message)
        } else {
            self.send_named(slot, message)
        }
    }

    /// Sends a message where there are other wires than the native one.
    #[inline(never)]
    fn send_named<M: Message>(&self, slot: u32, message: &M) -> Option<Sent> {
        let only = self.all_codings().only();
        match only.unwrap_or_else(|| self.lock().coding(slot)) {
            Coding::Native => self.send_fields(slot, message),
            coding => self.send_dict(slot, message, coding),
        }
    }

    /// Sends a message on the native wire.
    #[inline(never)]
    fn send_fields<M: Message>(&self, slot: u32, message: &M) -> Option<Sent> {
        with_scratch(|scratch| {
            // The user's code runs here, before the lock is taken.
            let body = scratch.encode_fields(message, self.max_body)?;
            let mut outgoing = self.lock();
            let number = outgoing.local.known(M::TABLE, message.slot())?;
            let frame = scratch.frame.native(number)?;
            let takes = |outbox: &Outbox| outbox.takes_fields(number, body);
            let waiting = outgoing.put(slot, frame, takes)?;
            outgoing.local.sent(number, 1, body);
            Sent::new(frame, waiting)
        })
    }

    /// Sends a message on another wire.
    #[inline]
    fn send_dict<M: Message>(&self, slot: u32, message: &M, coding: Coding) -> Option<Sent> {
        with_scratch(|scratch| {
            let body = scratch.encode_dict(message, coding, self.max_body)?;
            let mut outgoing = self.lock();
            let masked = coding == Coding::Web && outgoing.get(slot)?.masks();
            let frame = scratch.frame.foreign(coding, masked)?;
            let takes = |outbox: &Outbox| outbox.takes_dict(coding, body);
            let waiting = outgoing.put(slot, frame, takes)?;
            outgoing.tally.sent(message, 1, body);
            Sent::new(frame, waiting)
        })
    }

    /// Sends a message to all connections in `scratch`, and leaves those there that
    /// did not get it.
    pub(crate) fn send_usual_to_all<M: Message>(&self, scratch: &mut Scratch, message: &M) {
        let ever = self.all_codings();
        let codings = match ever.only() {
            Some(_) => ever,
            None => self.codings(&scratch.slots),
        };
        for coding in codings.iter() {
            let slots = std::mem::take(&mut scratch.slots);
            let mut refused = std::mem::take(&mut scratch.refused);
            refused.clear();
            let sent = if coding == Coding::Native {
                self.send_fields_to(&slots, &mut refused, scratch, message)
            } else {
                self.send_dict_to(&slots, &mut refused, scratch, message, coding)
            };
            (scratch.slots, scratch.refused) = match sent {
                Some(()) => (refused, slots),
                None => (slots, refused),
            };
        }
    }

    /// Sends a message to those of the connections that take it by its fields;
    /// `refused` are the others.
    fn send_fields_to<M: Message>(
        &self,
        slots: &[u32],
        refused: &mut Vec<u32>,
        scratch: &mut Scratch,
        message: &M,
    ) -> Option<()> {
        let body = scratch.encode_fields(message, self.max_body)?;
        let mut outgoing = self.lock();
        let number = outgoing.local.known(M::TABLE, message.slot())?;
        let frame = scratch.frame.native(number)?;
        let takes = |outbox: &Outbox| outbox.takes_fields(number, body);
        let most = outgoing.put_all(slots, refused, frame, takes);
        let copies = slots.len() - refused.len();
        outgoing.local.sent(number, copies as u64, body);
        self.set_urgent(most);
        Some(())
    }

    /// The same, as a dict.
    fn send_dict_to<M: Message>(
        &self,
        slots: &[u32],
        refused: &mut Vec<u32>,
        scratch: &mut Scratch,
        message: &M,
        coding: Coding,
    ) -> Option<()> {
        let body = scratch.encode_dict(message, coding, self.max_body)?;
        // Only what clients send is masked.
        let frame = scratch.frame.foreign(coding, false)?;
        let mut outgoing = self.lock();
        let takes = |outbox: &Outbox| outbox.takes_dict(coding, body);
        let most = outgoing.put_all(slots, refused, frame, takes);
        let copies = slots.len() - refused.len();
        if copies > 0 {
            outgoing.tally.sent(message, copies as u64, body);
        }
        self.set_urgent(most);
        Some(())
    }
}

impl Outgoing {
    /// Adds a frame to what waits on each of these connections; how much waits on
    /// one of them now, at the most.
    fn put_all(
        &mut self,
        slots: &[u32],
        refused: &mut Vec<u32>,
        frame: &[u8],
        takes: impl Fn(&Outbox) -> bool,
    ) -> usize {
        let mut most = 0;
        for &slot in slots {
            match self.put(slot, frame, &takes) {
                Some(waiting) => most = waiting.max(most),
                None => refused.push(slot),
            }
        }
        most
    }

    /// Adds a frame to what waits on a connection; how much waits now.
    #[inline]
    fn put(
        &mut self,
        slot: u32,
        frame: &[u8],
        takes: impl FnOnce(&Outbox) -> bool,
    ) -> Option<usize> {
        let outbox: &mut Outbox = self.boxes.get_mut(slot as usize)?;
        let is_full = outbox.bytes.len() + frame.len() > self.max_bytes;
        if is_full || self.stuck > self.max_bytes_in_all || !takes(outbox) {
            return None;
        }
        outbox.bytes.extend_from_slice(frame);
        outbox.stats.messages_sent += 1;
        let waiting = outbox.waiting();
        if !outbox.dirty {
            outbox.dirty = true;
            self.note_dirty(slot);
        }
        Some(waiting)
    }
}
