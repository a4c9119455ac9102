//! Moves bytes between streams and links: what one pump does.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::time::Duration;

use super::pace::Pace;
use super::poller::{Poller, Ready};
use super::{Clock, Stream};
use crate::Error;
use crate::endpoint::Endpoint;
use crate::protocol::{Link, Time};
use crate::slots;

/// The streams of one end and what is known of their readiness.
#[derive(Debug)]
pub(crate) struct Driver {
    /// Made when the first socket is, or when the game first waits.
    poller: Option<Poller>,
    clock: Clock,
    /// By the connection's slot.
    streams: Vec<Option<Connected>>,
    /// How many of them there are.
    stream_count: usize,
    /// Slots to read from. Readiness is told by its edges only, so whoever
    /// stops early (at its budget, for fairness) stays on this list.
    readable: VecDeque<u32>,
    /// Slots that are not read until the game has dispatched what waits.
    paused: Vec<u32>,
    /// Listeners with something to accept.
    pub(crate) ready_listeners: Vec<usize>,
    /// Slots whose connection came up, broke, or may be freed.
    changed: Vec<u32>,
    /// How many messages are taken.
    pace: Pace,
    /// Reused from pump to pump.
    scratch: Vec<u32>,
}

/// A stream that belongs to a link.
#[derive(Debug)]
struct Connected {
    stream: Stream,
    /// Whether it is on the list of those to read.
    listed: bool,
    /// Whether reading has to go on to the end, which no event will tell.
    to_the_end: bool,
    /// Whether a write may get somewhere.
    writable: bool,
    /// Whether nothing more will be written.
    shut: bool,
    /// What a write failed with; the reading side knows better why.
    failure: Option<io::Error>,
}

/// What all connections together may bring in one pump, so that a game's frame
/// stays short whatever the number of clients.
const BYTES_A_PUMP: usize = 4 << 20;

impl Driver {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            poller: None,
            clock,
            streams: Vec::new(),
            stream_count: 0,
            readable: VecDeque::new(),
            paused: Vec::new(),
            ready_listeners: Vec::new(),
            changed: Vec::new(),
            pace: Pace::new(),
            scratch: Vec::new(),
        }
    }

    /// The operating system's event queue, made if there is none yet.
    pub(crate) fn poller(&mut self, endpoint: &Endpoint) -> io::Result<&Poller> {
        if self.poller.is_none() {
            self.poller = Some(Poller::new(&endpoint.shared.signal)?);
        }
        self.poller
            .as_ref()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Takes over the stream of the link at `slot`.
    pub(crate) fn attach(
        &mut self,
        endpoint: &Endpoint,
        slot: u32,
        mut stream: Stream,
    ) -> io::Result<()> {
        match &mut stream {
            // A client's socket was registered when it began to connect.
            #[cfg(feature = "keepalive")]
            Stream::Tcp(stream) if endpoint.link(slot).is_some_and(|link| !link.wire().pings()) => {
                super::keepalive::keep_alive(stream, endpoint.limits.dead_after)?;
            }
            Stream::Tcp(_) => {}
            Stream::Memory(stream) => stream.set_owner(&endpoint.shared, slot),
            #[cfg(test)]
            Stream::Scripted(_) => {}
        }
        if let Some(place) = slots::place(&mut self.streams, slot, || None) {
            let before = place.replace(Connected {
                stream,
                listed: false,
                to_the_end: false,
                writable: true,
                shut: false,
                failure: None,
            });
            self.stream_count += usize::from(before.is_none());
        }
        self.list(slot);
        endpoint.shared.lock().touch(slot);
        Ok(())
    }

    /// Lets go of the stream at `slot`, which closes it.
    pub(crate) fn detach(&mut self, slot: u32) {
        if let Some(place) = self.streams.get_mut(slot as usize) {
            self.stream_count -= usize::from(place.take().is_some());
        }
    }

    pub(crate) fn stream_count(&self) -> usize {
        self.stream_count
    }

    /// Sets the time, when the game calls.
    pub(crate) fn arrive(&mut self, endpoint: &mut Endpoint) {
        endpoint.now = self.clock.arrive();
    }

    /// Looks what is ready, and sleeps for it up to `timeout`; whether the game
    /// wants to be woken.
    pub(crate) fn poll(
        &mut self,
        endpoint: &mut Endpoint,
        timeout: Option<Duration>,
    ) -> Result<bool, Error> {
        let sleeps = timeout != Some(Duration::ZERO);
        let failed = |source| Error::EventLoop { source };
        if sleeps {
            self.poller(endpoint).map_err(failed)?;
        }
        if let Some(poller) = &mut self.poller {
            let rests = self.readable.is_empty() && !endpoint.shared.signal.is_told();
            let timeout = if rests { timeout } else { Some(Duration::ZERO) };
            poller.poll(timeout).map_err(failed)?;
        }
        endpoint.now = if sleeps {
            self.clock.wake()
        } else {
            self.clock.arrive()
        };
        self.note_ready(endpoint);
        if !endpoint.shared.signal.is_told() {
            return Ok(false);
        }
        let mut touched = std::mem::take(&mut self.scratch);
        touched.clear();
        let woken = endpoint.shared.signal.take(&mut touched);
        for slot in touched.drain(..) {
            self.note_stream(endpoint, slot, true);
        }
        self.scratch = touched;
        Ok(woken)
    }

    /// Reads what is there to read, within bounds. Calls `knocked` for each
    /// link whose client wants to come in.
    pub(crate) fn read(
        &mut self,
        endpoint: &mut Endpoint,
        mut knocked: impl FnMut(&mut Endpoint, u32),
    ) {
        let mut bytes_left = BYTES_A_PUMP;
        let share = self.pace.share(self.readable.len());
        let budget = endpoint.limits.messages_a_pump.clamp(1, share);
        let waiting = endpoint.event.inbox.messages();
        for _ in 0..self.readable.len() {
            if bytes_left == 0 {
                // What these may have said was not looked at.
                for &slot in &self.readable {
                    endpoint.set_unread(slot, true);
                }
                break;
            }
            let Some(slot) = self.readable.pop_front() else {
                break;
            };
            let Some(Some(connected)) = self.streams.get_mut(slot as usize) else {
                continue;
            };
            connected.listed = false;
            if endpoint.is_full(slot) {
                endpoint.pause(slot);
                self.paused.push(slot);
                continue;
            }
            let (read, done) = read_stream(connected, endpoint, slot, budget, &mut knocked);
            bytes_left = bytes_left.saturating_sub(read);
            endpoint.set_unread(slot, !done);
            if !done {
                self.list(slot);
            }
            if endpoint.link(slot).is_none_or(Link::has_ended) {
                self.changed.push(slot);
            }
        }
        let taken = endpoint.event.inbox.messages().saturating_sub(waiting);
        self.pace.took(taken);
    }

    /// Reads again from those that had to wait until the game dispatched.
    pub(crate) fn resume(&mut self) {
        for slot in std::mem::take(&mut self.paused) {
            self.list(slot);
        }
    }

    /// Looks at the links whose time has come.
    pub(crate) fn handle_timeouts(&mut self, endpoint: &mut Endpoint) {
        let Self { changed, .. } = self;
        endpoint.handle_timeouts(|slot| changed.push(slot));
    }

    /// Takes note that the link at `slot` may have ended.
    pub(crate) fn note_change(&mut self, slot: u32) {
        self.changed.push(slot);
    }

    /// Writes what waits to be sent: one write a connection, however many
    /// messages that are.
    #[inline]
    pub(crate) fn flush(&mut self, endpoint: &mut Endpoint) {
        if endpoint.shared.has_to_write() {
            self.write(endpoint, |_, _| {});
        }
    }

    /// As [`flush`](Self::flush), with what the handlers of a server have sent.
    #[inline]
    pub(crate) fn flush_answers(&mut self, endpoint: &mut Endpoint) {
        if endpoint.shared.has_to_write() {
            let mut pace = std::mem::replace(&mut self.pace, Pace::new());
            self.write(endpoint, |copies, bytes| pace.sent(copies, bytes));
            self.pace = pace;
        }
    }

    /// Writes what waits to be sent; calls `sent` with what that is on each
    /// connection, in messages and bytes.
    #[inline(never)]
    fn write(&mut self, endpoint: &mut Endpoint, mut sent: impl FnMut(u64, usize)) {
        let mut slots = std::mem::take(&mut self.scratch);
        {
            let mut outgoing = endpoint.shared.lock();
            outgoing.take_dirty(&mut slots);
            for &slot in &slots {
                let (Some(Some(connected)), Some(outbox)) =
                    (self.streams.get_mut(slot as usize), outgoing.get_mut(slot))
                else {
                    continue;
                };
                sent(outbox.take_copies(), outbox.waiting());
                while connected.writable && !outbox.pending().is_empty() {
                    let wrote = match connected.stream.write(outbox.pending()) {
                        // To try again what takes nothing would never end.
                        Ok(0) => Err(io::ErrorKind::WriteZero.into()),
                        wrote => wrote,
                    };
                    match wrote {
                        Ok(written) => outbox.wrote(written),
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                            connected.writable = false;
                        }
                        Err(error) => {
                            outbox.discard();
                            connected.writable = false;
                            connected.to_the_end = true;
                            connected.failure = Some(error);
                        }
                    }
                }
                outgoing.tried(slot);
            }
        }
        for &slot in &slots {
            self.finish_writing(endpoint, slot);
        }
        self.scratch = slots;
    }

    /// Frees the slots of connections that are over; calls `freed` for each.
    pub(crate) fn reap(&mut self, endpoint: &mut Endpoint, mut freed: impl FnMut(u32)) {
        while let Some(slot) = self.changed.pop() {
            self.close_if_over(endpoint, slot);
            if endpoint.reap(slot) {
                freed(slot);
            }
        }
    }

    /// Closes the sockets of connections that are over, but keeps their links,
    /// which can be asked about them.
    pub(crate) fn close_ended(&mut self, endpoint: &mut Endpoint) {
        while let Some(slot) = self.changed.pop() {
            self.close_if_over(endpoint, slot);
        }
    }

    fn close_if_over(&mut self, endpoint: &mut Endpoint, slot: u32) {
        self.finish_writing(endpoint, slot);
        if endpoint.link(slot).is_none_or(Link::is_over) {
            self.detach(slot);
            endpoint.shared.lock().release(slot);
        }
    }

    /// How long a wait may sleep until a link wants to be looked at.
    pub(crate) fn until_deadline(&self, endpoint: &Endpoint) -> Option<Duration> {
        endpoint
            .deadline()
            .map(|deadline| deadline.saturating_sub(endpoint.now))
    }

    pub(crate) fn now(&mut self) -> Time {
        // The other connections must not suffer for a game that was away.
        self.clock.arrive()
    }

    /// Once all is written on a connection that has ended, says so to the other end.
    fn finish_writing(&mut self, endpoint: &mut Endpoint, slot: u32) {
        let Some(Some(connected)) = self.streams.get_mut(slot as usize) else {
            return;
        };
        if connected.failure.is_some() && !connected.listed {
            // The reading side may still hold what the other end said last.
            connected.listed = true;
            self.readable.push_back(slot);
            return;
        }
        if connected.shut || !endpoint.has_said_all(slot) {
            return;
        }
        let outgoing = endpoint.shared.lock();
        if outgoing
            .get(slot)
            .is_some_and(|outbox| !outbox.pending().is_empty())
        {
            return;
        }
        drop(outgoing);
        connected.shut = true;
        // A socket that is gone already needs no goodbye.
        let _ = connected.stream.shut_down_writing();
        endpoint.flushed(slot);
        self.changed.push(slot);
    }

    fn note_ready(&mut self, endpoint: &Endpoint) {
        let Some(poller) = self.poller.take_if(|poller| poller.found_any()) else {
            return;
        };
        for ready in poller.ready() {
            match ready {
                Ready::Listener(index) => {
                    if !self.ready_listeners.contains(&index) {
                        self.ready_listeners.push(index);
                    }
                }
                Ready::Stream {
                    slot,
                    readable,
                    writable,
                    to_the_end,
                } => {
                    if let Some(Some(connected)) = self.streams.get_mut(slot as usize) {
                        connected.to_the_end |= to_the_end;
                    }
                    if readable || to_the_end {
                        self.list(slot);
                    }
                    if writable {
                        self.note_stream(endpoint, slot, false);
                    }
                }
            }
        }
        self.poller = Some(poller);
    }

    /// Takes note that a stream may be written again, and read where so said.
    fn note_stream(&mut self, endpoint: &Endpoint, slot: u32, readable: bool) {
        if let Some(Some(connected)) = self.streams.get_mut(slot as usize)
            && connected.failure.is_none()
            && !std::mem::replace(&mut connected.writable, true)
        {
            endpoint.shared.lock().touch(slot);
        }
        if readable {
            self.list(slot);
        }
    }

    pub(super) fn list(&mut self, slot: u32) {
        if let Some(Some(connected)) = self.streams.get_mut(slot as usize)
            && !std::mem::replace(&mut connected.listed, true)
        {
            self.readable.push_back(slot);
        }
    }
}

/// Reads one stream, up to `budget` messages of it: how many bytes came, and
/// whether nothing more is there for now.
fn read_stream(
    connected: &mut Connected,
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
        if bytes >= budget_bytes || budget == 0 || endpoint.is_full(slot) {
            if bytes >= budget_bytes {
                endpoint.note_limit(slot, |limits| limits.read_bytes_a_pump += 1);
            }
            return (bytes, false);
        }
        let gap = endpoint.link(slot).map_or(0, Link::gap);
        match connected.stream.read(endpoint.event.inbox.room(gap)) {
            Ok(0) => {
                match connected.failure.take() {
                    Some(error) => endpoint.broke(slot, &error),
                    None => endpoint.stopped(slot),
                }
                return (bytes, true);
            }
            Ok(read) => {
                bytes += read;
                fresh = read;
                let filled = endpoint.event.inbox.filled(read);
                emptied = !filled && !connected.to_the_end && connected.stream.short_read_is_last();
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => fresh = 0,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                if let Some(error) = connected.failure.take() {
                    endpoint.broke(slot, &error);
                }
                connected.to_the_end = false;
                return (bytes, true);
            }
            Err(error) => {
                endpoint.broke(slot, &error);
                return (bytes, true);
            }
        }
    }
}
