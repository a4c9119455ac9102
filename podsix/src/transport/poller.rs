//! The operating system's event queue.

use std::io;
use std::time::Duration;

use mio::event::Source;
use mio::{Events, Interest, Poll, Token};

use super::Signal;

/// mio's poll and what it found last.
#[derive(Debug)]
pub(crate) struct Poller {
    poll: Poll,
    events: Events,
}

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ready {
    Listener(usize),
    Stream {
        slot: u32,
        readable: bool,
        writable: bool,
        /// A read that did not fill its buffer is not the last: the other end
        /// stopped, for which there is no further event, or sent a byte out of
        /// turn, before which a read stops.
        to_the_end: bool,
    },
}

const WAKER: Token = Token(usize::MAX);
/// Listeners count down from here, streams up from nought.
const LAST_LISTENER: usize = usize::MAX - 1;
/// Where listeners end and streams begin.
const HALF: usize = usize::MAX / 2;

const EVENTS_A_POLL: usize = 1024;

impl Poller {
    /// Makes the queue, and lets `signal` end its sleep.
    pub(crate) fn new(signal: &Signal) -> io::Result<Self> {
        let poll = Poll::new()?;
        signal.set_waker(mio::Waker::new(poll.registry(), WAKER)?);
        Ok(Self {
            poll,
            events: Events::with_capacity(EVENTS_A_POLL),
        })
    }

    pub(crate) fn add_stream(&self, source: &mut impl Source, slot: u32) -> io::Result<()> {
        // Both at once: readiness is told by its edges, so that being
        // writable all the time costs nothing, and nothing is registered again.
        let interests = Interest::READABLE | Interest::WRITABLE;
        #[cfg(any(target_os = "linux", target_os = "android"))]
        let interests = interests | Interest::PRIORITY;
        let token = Token(slot as usize);
        self.poll.registry().register(source, token, interests)
    }

    pub(crate) fn add_listener(&self, source: &mut impl Source, index: usize) -> io::Result<()> {
        let token = Token(LAST_LISTENER - index);
        self.poll
            .registry()
            .register(source, token, Interest::READABLE)
    }

    /// Sleeps until something is ready, at most `timeout`.
    pub(crate) fn poll(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        match self.poll.poll(&mut self.events, timeout) {
            // A signal handler ran: whoever waits looks again.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                self.events.clear();
                Ok(())
            }
            result => result,
        }
    }

    /// What the last [`poll`](Self::poll) found.
    pub(crate) fn ready(&self) -> impl Iterator<Item = Ready> {
        self.events.iter().filter_map(|event| match event.token() {
            WAKER => None,
            Token(token) if token > HALF => Some(Ready::Listener(LAST_LISTENER - token)),
            Token(token) => Some(Ready::Stream {
                slot: u32::try_from(token).ok()?,
                readable: event.is_readable() || event.is_error(),
                writable: event.is_writable(),
                to_the_end: event.is_read_closed() || event.is_error() || event.is_priority(),
            }),
        })
    }
}
