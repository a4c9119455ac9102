//! What other threads, and streams in memory, have to tell a pump.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Makes a pump look at something that no socket tells it, and ends its wait.
#[derive(Debug)]
pub(crate) struct Signal {
    /// Whether something was told since the last look; so that a pump need not
    /// take the lock, and that a thousand calls make one system call.
    told: AtomicBool,
    state: Mutex<State>,
    /// There once the pump has slept or may sleep.
    waker: OnceLock<mio::Waker>,
}

#[derive(Debug, Default)]
struct State {
    slots: Vec<u32>,
    woken: bool,
}

impl Signal {
    pub(crate) fn new() -> Self {
        Self {
            told: AtomicBool::new(false),
            state: Mutex::new(State::default()),
            waker: OnceLock::new(),
        }
    }

    /// The stream in memory at `slot` may be read or written again.
    pub(crate) fn touch(&self, slot: u32) {
        self.tell(|state| state.slots.push(slot));
    }

    /// A wait should return to the game.
    pub(crate) fn wake(&self) {
        self.tell(|state| state.woken = true);
    }

    /// A wait should look whether there is something to send or to do.
    pub(crate) fn nudge(&self) {
        self.tell(|_| {});
    }

    /// Whether something was told since the last [`take`](Self::take).
    pub(crate) fn is_told(&self) -> bool {
        self.told.load(Ordering::Acquire)
    }

    /// Appends the slots that were touched; whether the game wants to be woken.
    pub(crate) fn take(&self, slots: &mut Vec<u32>) -> bool {
        if !self.told.swap(false, Ordering::AcqRel) {
            return false;
        }
        let mut state = self.lock();
        slots.append(&mut state.slots);
        std::mem::take(&mut state.woken)
    }

    /// Lets this signal end a sleep of the poll that `waker` belongs to.
    pub(crate) fn set_waker(&self, waker: mio::Waker) {
        // There is one poll an end, made once.
        let _ = self.waker.set(waker);
    }

    fn tell(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        if !self.told.swap(true, Ordering::AcqRel)
            && let Some(waker) = self.waker.get()
            && let Err(error) = waker.wake()
        {
            log::error!("can't wake a waiting pump: {error}");
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
