//! The way that nearly every message takes, as short as it can be: its action was
//! sent before, and nothing stands against sending it.
//!
//! What can't be sent like this is left for the long way, [`Outgoing::send`], which
//! encodes it anew, does the rest and tells what is wrong.

use super::{Outbox, Outgoing, Shared};
use crate::Message;
use crate::encode::{Scratch, with_scratch};
use crate::wire::{Coding, Codings};

impl Shared {
    /// Sends a message to one connection: how many bytes it takes on the wire, and
    /// how much waits there now.
    #[inline]
    pub(crate) fn send_usual<M: Message>(&self, slot: u32, message: &M) -> Option<(usize, usize)> {
        let codings = self.all_codings();
        let coding = if codings == Codings::NATIVE {
            Coding::Native
        } else {
            self.coding(slot)
        };
        match coding {
            Coding::Native => self.send_fields(slot, message),
            _ => self.send_dict(slot, message, coding),
        }
    }

    #[inline(never)]
    fn coding(&self, slot: u32) -> Coding {
        let only = self.all_codings().only();
        only.unwrap_or_else(|| self.lock().coding(slot))
    }

    /// Sends a message on the native wire.
    #[inline]
    fn send_fields<M: Message>(&self, slot: u32, message: &M) -> Option<(usize, usize)> {
        with_scratch(|scratch| {
            // The user's code runs here, before the lock is taken.
            let body = scratch.encode_fields(message, self.max_body)?;
            let mut outgoing = self.lock();
            let number = outgoing.local.known(M::TABLE, message.slot())?;
            let frame = scratch.frame.native(number)?;
            let takes = |outbox: &Outbox| outbox.takes_fields(number, body);
            let waiting = outgoing.put(slot, frame, takes)?;
            outgoing.local.sent(number, 1, body);
            Some((frame.len(), waiting))
        })
    }

    /// Sends a message on another wire.
    #[inline(never)]
    fn send_dict<M: Message>(
        &self,
        slot: u32,
        message: &M,
        coding: Coding,
    ) -> Option<(usize, usize)> {
        with_scratch(|scratch| {
            let body = scratch.encode_dict(message, coding, self.max_body)?;
            let mut outgoing = self.lock();
            let masked = outgoing.get(slot)?.masks();
            let frame = scratch.frame.foreign(coding, masked)?;
            let takes = |outbox: &Outbox| outbox.takes_dict(coding, body);
            let waiting = outgoing.put(slot, frame, takes)?;
            outgoing.tally.sent(message, 1, body);
            Some((frame.len(), waiting))
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
