//! What makes the way to a handler longer than usual.

use std::sync::atomic::{AtomicU8, Ordering};

/// What a dispatch has to look at beside the messages, as bits: while there is
/// nothing, one look a message tells so, and no lock is taken.
#[derive(Debug, Default)]
pub(crate) struct Attention(AtomicU8);

/// One thing to look at.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub(crate) enum Matter {
    /// The game asked to close a connection since the last pump.
    Closing = 1,
    /// So much waits for somebody that it should leave before a dispatch has ended.
    Urgent = 2,
    /// It is measured how long handlers take.
    Timed = 4,
}

impl Attention {
    /// Whether there is nothing.
    #[inline]
    pub(crate) fn is_idle(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }

    #[inline]
    pub(crate) fn wants(&self, matter: Matter) -> bool {
        self.0.load(Ordering::Relaxed) & matter as u8 != 0
    }

    pub(crate) fn call_for(&self, matter: Matter) {
        self.0.fetch_or(matter as u8, Ordering::Relaxed);
    }

    /// Whether it was wanted, and no longer is.
    pub(super) fn take(&self, matter: Matter) -> bool {
        self.wants(matter)
            && self.0.fetch_and(!(matter as u8), Ordering::Relaxed) & matter as u8 != 0
    }
}
