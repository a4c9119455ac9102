//! One stream and what is known of its readiness.

use std::io::{self, Read, Write};

use super::Stream;
use crate::endpoint::Endpoint;
use crate::outgoing::Outbox;
use crate::protocol::Link;

/// A stream that belongs to a link.
#[derive(Debug)]
pub(super) struct Connected {
    pub(super) stream: Stream,
    /// Whether it is on the list of those to read.
    pub(super) listed: bool,
    /// Whether reading has to go on to the end, which no event will tell.
    pub(super) to_the_end: bool,
    /// Whether a write may get somewhere.
    pub(super) writable: bool,
    /// Whether nothing more will be written.
    pub(super) shut: bool,
    /// What a write failed with; the reading side knows better why.
    pub(super) failure: Option<io::Error>,
}

impl Connected {
    pub(super) fn new(stream: Stream) -> Self {
        Self {
            stream,
            listed: false,
            to_the_end: false,
            writable: true,
            shut: false,
            failure: None,
        }
    }

    /// Takes note that the stream may be written again.
    #[inline]
    pub(super) fn note_writable(&mut self, endpoint: &Endpoint, slot: u32) {
        if !self.writable && self.failure.is_none() {
            self.writable = true;
            touch(endpoint, slot);
        }
    }

    /// Reads it, up to `budget` messages of it: how many bytes came, and
    /// whether nothing more is there for now.
    pub(super) fn read(
        &mut self,
        endpoint: &mut Endpoint,
        slot: u32,
        mut budget: usize,
        knocked: &mut impl FnMut(&mut Endpoint, u32),
    ) -> (usize, bool) {
        let mut bytes = 0;
        let budget_bytes = endpoint.limits.read_bytes_a_pump.max(1);
        let mut fresh = 0;
        // Whether the stream had less than there was room for.
        let mut emptied = false;
        loop {
            // What is left of the last turn goes first, without a read.
            let received = endpoint.receive(slot, fresh, budget);
            budget = budget.saturating_sub(received.frames);
            if endpoint.link(slot).is_some_and(Link::is_knocking) {
                knocked(endpoint, slot);
                fresh = 0;
                continue;
            }
            if received.more {
                if budget == 0 {
                    endpoint.note_limit(slot, |limits| limits.messages_a_pump += 1);
                }
                return (bytes, false);
            }
            if emptied {
                return (bytes, true);
            }
            let is_full = received.frames > 0 && endpoint.is_full(slot);
            if bytes >= budget_bytes || budget == 0 || is_full {
                if bytes >= budget_bytes {
                    endpoint.note_limit(slot, |limits| limits.read_bytes_a_pump += 1);
                }
                return (bytes, false);
            }
            let gap = endpoint.link(slot).map_or(0, Link::gap);
            match self.stream.read(endpoint.event.inbox.room(gap)) {
                Ok(0) => {
                    match self.failure.take() {
                        Some(error) => endpoint.broke(slot, &error),
                        None => endpoint.stopped(slot),
                    }
                    return (bytes, true);
                }
                Ok(read) => {
                    bytes += read;
                    fresh = read;
                    let filled = endpoint.event.inbox.filled(read);
                    emptied = !filled && !self.to_the_end && self.stream.short_read_is_last();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => fresh = 0,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if let Some(error) = self.failure.take() {
                        endpoint.broke(slot, &error);
                    }
                    self.to_the_end = false;
                    return (bytes, true);
                }
                Err(error) => {
                    endpoint.broke(slot, &error);
                    return (bytes, true);
                }
            }
        }
    }

    /// Writes what waits, as far as the stream takes it.
    pub(super) fn write(&mut self, outbox: &mut Outbox) {
        while self.writable && !outbox.pending().is_empty() {
            let wrote = match self.stream.write(outbox.pending()) {
                // To try again what takes nothing would never end.
                Ok(0) => Err(io::ErrorKind::WriteZero.into()),
                wrote => wrote,
            };
            match wrote {
                Ok(written) => outbox.wrote(written),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.writable = false;
                }
                Err(error) => {
                    outbox.discard();
                    self.writable = false;
                    self.to_the_end = true;
                    self.failure = Some(error);
                }
            }
        }
    }
}

/// Has the stream at `slot` be written.
#[cold]
fn touch(endpoint: &Endpoint, slot: u32) {
    endpoint.shared.lock().touch(slot);
}
