//! Sending from other threads.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::SLOT;
use crate::encode::with_scratch;
use crate::outgoing::Shared;
use crate::{ClientSends, Message, Result, Untyped};

/// Sends on a [`Connection`](crate::Connection) from another thread; from
/// [`Connection::sender`](crate::Connection::sender).
///
/// What it sends wakes a sleeping `wait` and leaves at once; otherwise it
/// leaves with the next `pump`. It works across a `reconnect`, and after the
/// connection was dropped it sends to nobody.
pub struct Sender<P = Untyped> {
    shared: Arc<Shared>,
    _protocol: PhantomData<fn() -> P>,
}

impl<P> Sender<P> {
    pub(super) fn new(shared: &Arc<Shared>) -> Self {
        Self {
            shared: Arc::clone(shared),
            _protocol: PhantomData,
        }
    }

    /// Puts a message into the outgoing queue, as
    /// [`Connection::send`](crate::Connection::send).
    ///
    /// # Errors
    ///
    /// As [`Connection::send`](crate::Connection::send).
    pub fn send<M: Message>(&self, message: &M) -> Result<usize>
    where
        P: ClientSends<M>,
    {
        let sent = send(&self.shared, message)?;
        self.shared.signal.nudge();
        Ok(sent)
    }
}

impl<P> Clone for Sender<P> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            _protocol: PhantomData,
        }
    }
}

impl<P> fmt::Debug for Sender<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

/// Puts a message into a client's outgoing queue.
#[inline]
pub(super) fn send<M: Message>(shared: &Shared, message: &M) -> Result<usize> {
    match shared.send_usual(SLOT, message) {
        Some(sent) => Ok(sent.size.get()),
        None => send_any(shared, message),
    }
}

/// As [`send`], whatever stands against it.
#[cold]
#[inline(never)]
fn send_any<M: Message>(shared: &Shared, message: &M) -> Result<usize> {
    with_scratch(|scratch| {
        // The user's code runs here, before the lock is taken.
        scratch.encode(message, shared, shared.codings(&[SLOT]));
        let mut outgoing = shared.lock();
        let body = scratch.body(outgoing.coding(SLOT));
        let sent = body.and_then(|(form, body)| outgoing.send(SLOT, message, form, body));
        if let Err(error) = &sent {
            outgoing.count_dropped(SLOT, error);
        }
        drop(outgoing);
        scratch.let_go();
        sent
    })
}
