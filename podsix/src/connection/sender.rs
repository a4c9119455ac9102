//! Sending from other threads.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::SLOT;
use crate::encode::with_scratch;
use crate::limits::Limits;
use crate::outgoing::Shared;
use crate::wire::Codings;
use crate::{ClientSends, Message, Result, Untyped};

/// Sends on a [`Connection`](crate::Connection) from another thread; from
/// [`Connection::sender`](crate::Connection::sender).
///
/// What it sends wakes a sleeping `wait` and leaves at once; otherwise it
/// leaves with the next `pump`. It works across a `reconnect`, and after the
/// connection was dropped it sends to nobody.
pub struct Sender<P = Untyped> {
    shared: Arc<Shared>,
    limits: Arc<Limits>,
    _protocol: PhantomData<fn() -> P>,
}

impl<P> Sender<P> {
    pub(super) fn new(shared: &Arc<Shared>, limits: &Limits) -> Self {
        Self {
            shared: Arc::clone(shared),
            limits: Arc::new(limits.clone()),
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
        let sent = send(&self.shared, &self.limits, message)?;
        self.shared.signal.nudge();
        Ok(sent)
    }
}

impl<P> Clone for Sender<P> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            limits: Arc::clone(&self.limits),
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
pub(super) fn send<M: Message>(shared: &Shared, limits: &Limits, message: &M) -> Result<usize> {
    with_scratch(|scratch| {
        // The user's code runs here, before the lock is taken.
        let max_body = limits.max_body() as usize;
        let codings = shared.codings(&[SLOT]);
        let mut outgoing;
        let sent = if codings == Codings::NATIVE {
            let encoded = scratch.encode(message, max_body);
            outgoing = shared.lock();
            encoded.and_then(|form| outgoing.send(SLOT, message, form, &scratch.native))
        } else {
            scratch.encode_all(message, max_body, codings, &shared.codecs);
            outgoing = shared.lock();
            let body = scratch.body(outgoing.coding(SLOT));
            body.and_then(|(form, body)| outgoing.send(SLOT, message, form, body))
        };
        if let Err(error) = &sent {
            outgoing.count_dropped(SLOT, error);
        }
        sent
    })
}
