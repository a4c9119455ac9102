//! Moves bytes between streams and links: what one pump does.

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use super::connected::Connected;
use super::pace::Pace;
use super::poller::{Poller, Ready};
use super::{Clock, Stream, at_most};
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
            let before = place.replace(Connected::new(stream));
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

    /// Sets the time, when the game calls; what the system's clock shows.
    pub(crate) fn arrive(&mut self, endpoint: &mut Endpoint) -> Instant {
        let now = Instant::now();
        endpoint.now = self.clock.arrive(now);
        now
    }

    /// Looks what is ready, and sleeps for it up to `timeout`, or until a link
    /// wants to be looked at; whether the game wants to be woken.
    pub(crate) fn poll(
        &mut self,
        endpoint: &mut Endpoint,
        mut timeout: Option<Duration>,
    ) -> Result<bool, Error> {
        let sleeps = timeout != Some(Duration::ZERO);
        let failed = |source| Error::EventLoop { source };
        if sleeps {
            if self.poller.is_none() {
                self.poller(endpoint).map_err(failed)?;
            }
            if let Some(deadline) = endpoint.deadline() {
                let left = deadline.saturating_sub(endpoint.now);
                timeout = at_most(left, timeout);
            }
        }
        if let Some(poller) = &mut self.poller {
            let rests = self.readable.is_empty() && !endpoint.shared.signal.is_told();
            let timeout = if rests { timeout } else { Some(Duration::ZERO) };
            poller.poll(timeout).map_err(failed)?;
        }
        let now = Instant::now();
        endpoint.now = if sleeps {
            self.clock.wake(now)
        } else {
            self.clock.arrive(now)
        };
        self.note_ready(endpoint);
        if !endpoint.shared.signal.is_told() {
            return Ok(false);
        }
        let mut touched = std::mem::take(&mut self.scratch);
        touched.clear();
        let woken = endpoint.shared.signal.take(&mut touched);
        for slot in touched.drain(..) {
            if let Some(Some(connected)) = self.streams.get_mut(slot as usize) {
                connected.note_writable(endpoint, slot);
            }
            self.list(slot);
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
        if self.readable.is_empty() {
            return;
        }
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
            let (read, done) = connected.read(endpoint, slot, budget, &mut knocked);
            bytes_left = bytes_left.saturating_sub(read);
            endpoint.set_unread(slot, !done);
            if !done {
                connected.listed = true;
                self.readable.push_back(slot);
            }
            if endpoint.link(slot).is_none_or(Link::has_ended) {
                self.changed.push(slot);
            }
        }
        let taken = endpoint.event.inbox.messages().saturating_sub(waiting);
        self.pace.took(taken);
    }

    /// Reads again from those that had to wait until the game dispatched.
    #[inline]
    pub(crate) fn resume(&mut self) {
        if !self.paused.is_empty() {
            self.list_paused();
        }
    }

    #[cold]
    fn list_paused(&mut self) {
        for slot in std::mem::take(&mut self.paused) {
            self.list(slot);
        }
    }

    /// Looks at the links whose time has come.
    #[inline]
    pub(crate) fn handle_timeouts(&mut self, endpoint: &mut Endpoint) {
        if endpoint.deadline().is_some_and(|time| time <= endpoint.now) {
            self.handle_due(endpoint);
        }
    }

    #[cold]
    fn handle_due(&mut self, endpoint: &mut Endpoint) {
        endpoint.handle_timeouts(|slot| self.changed.push(slot));
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
            self.write(endpoint, false);
        }
    }

    /// As [`flush`](Self::flush), with what the handlers of a server have sent.
    #[inline]
    pub(crate) fn flush_answers(&mut self, endpoint: &mut Endpoint) {
        if endpoint.shared.has_to_write() {
            self.write(endpoint, true);
        }
    }

    /// Writes what waits to be sent, and takes note how much that is if it is
    /// what handlers have sent.
    #[inline(never)]
    fn write(&mut self, endpoint: &mut Endpoint, by_handlers: bool) {
        let mut slots = std::mem::take(&mut self.scratch);
        let mut may_be_over = false;
        {
            let mut outgoing = endpoint.shared.lock();
            outgoing.take_dirty(&mut slots);
            for &slot in &slots {
                let (Some(outbox), Some(Some(connected))) =
                    (outgoing.take_up(slot), self.streams.get_mut(slot as usize))
                else {
                    continue;
                };
                let copies = outbox.take_copies();
                if by_handlers {
                    self.pace.sent(copies, outbox.waiting());
                }
                connected.write(outbox);
                may_be_over |= !outbox.is_open() || connected.failure.is_some();
                if !outbox.is_calm() {
                    outgoing.tried(slot);
                }
            }
        }
        if may_be_over {
            for &slot in &slots {
                self.finish_writing(endpoint, slot);
            }
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

    pub(crate) fn now(&mut self) -> Time {
        // The other connections must not suffer for a game that was away.
        self.clock.arrive(Instant::now())
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
        let Some(poller) = &self.poller else {
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
                    let Some(Some(connected)) = self.streams.get_mut(slot as usize) else {
                        continue;
                    };
                    connected.to_the_end |= to_the_end;
                    if (readable || to_the_end) && !connected.listed {
                        connected.listed = true;
                        self.readable.push_back(slot);
                    }
                    if writable {
                        connected.note_writable(endpoint, slot);
                    }
                }
            }
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
