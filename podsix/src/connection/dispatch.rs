//! How a client's handlers are called.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use super::{Connection, SLOT};
use crate::actions::Selection;
use crate::dispatch::PeerName;
use crate::event::{Position, Step};
use crate::outgoing::Shared;
use crate::{Error, Event, Events, NetworkHandler};

impl<P> Connection<P> {
    /// Calls a handler for what was received.
    pub(super) fn call_for_all<H>(&mut self, handler: &mut H)
    where
        H: NetworkHandler<Self> + ?Sized,
    {
        if self.is_misused("dispatch") {
            return;
        }
        let event = &mut self.endpoint.event;
        let end = event.inbox.offer();
        if end == 0 {
            return self.driver.flush(&mut self.endpoint);
        }
        event.set_actions(self.endpoint.actions.known());
        event.select(Selection::Handler(handler.bindings()));
        // The handler gets this whole connection as its context, so the events
        // are taken out meanwhile, and put back also when it panics.
        let stand_in = self.stand_in.take();
        let mut event = stand_in.unwrap_or_else(|| Box::new(Event::new()));
        std::mem::swap(&mut self.endpoint.event, &mut *event);
        let calls = self.call(handler, &mut event, end);
        std::mem::swap(&mut self.endpoint.event, &mut *event);
        self.stand_in = Some(event).filter(|stand_in| stand_in.inbox.len() == 0);
        if let Err(panic) = calls {
            resume_unwind(panic);
        }
        self.driver.flush(&mut self.endpoint);
    }

    /// As [`dispatch`](Self::dispatch), for events that were taken out before.
    pub(crate) fn dispatch_taken<H>(&mut self, handler: &mut H, events: &mut Events<P>)
    where
        H: NetworkHandler<Self> + ?Sized,
    {
        let event = events.event_mut();
        event.select(Selection::Handler(handler.bindings()));
        let end = event.inbox.len();
        if let Err(panic) = self.call(handler, event, end) {
            resume_unwind(panic);
        }
        self.driver.flush(&mut self.endpoint);
    }

    /// Calls `handler` for the events of the first `end` records, or until it panics.
    fn call<H>(&mut self, handler: &mut H, event: &mut Event, end: usize) -> std::thread::Result<()>
    where
        H: NetworkHandler<Self> + ?Sized,
    {
        self.dispatching = true;
        let shared = Arc::clone(&self.endpoint.shared);
        let calls = catch_unwind(AssertUnwindSafe(|| {
            event.go_to(Position::default(), end);
            while let Some(step) = event.advance() {
                self.call_for_one(handler, event, step, &shared);
            }
        }));
        self.dispatching = false;
        if std::mem::take(&mut self.redialed) {
            event.inbox.silence(SLOT);
        }
        if calls.is_err() {
            event.set_handled();
            shared.lock().telling_error = false;
        }
        calls
    }

    #[inline]
    fn call_for_one<H>(&mut self, handler: &mut H, event: &mut Event, step: Step, shared: &Shared)
    where
        H: NetworkHandler<Self> + ?Sized,
    {
        let server = |_: &Self| PeerName::Server;
        if step.is_plain() && !self.redialed && shared.attention.is_idle() {
            crate::dispatch::call(handler, self, event, step, shared, server);
        } else if self.is_wanted(event, shared) {
            crate::dispatch::call_other(handler, self, event, shared, server);
        }
    }

    /// Whether handlers are to be called for the current event.
    #[inline(never)]
    fn is_wanted(&self, event: &mut Event, shared: &Shared) -> bool {
        // Nothing more is dispatched from a connection that was closed.
        let closing = self.redialed || shared.is_closing_slot(SLOT);
        if closing && event.is_message() {
            event.set_handled();
            return false;
        }
        event.step() != Step::Nothing
    }

    /// Whether this is a call from inside a handler of this connection's own
    /// dispatch, which can't work.
    #[inline]
    pub(super) fn is_misused(&mut self, method: &str) -> bool {
        if self.dispatching {
            self.misused_inside(method);
        }
        self.dispatching
    }

    #[cold]
    fn misused_inside(&self, method: &str) {
        self.misused(format!(
            "`{method}` was called from inside a handler of the same connection and did \
             nothing; call it in the game's loop, after `dispatch`"
        ));
    }

    pub(super) fn misused(&self, problem: String) {
        let problem = problem.into();
        self.complain(Error::Misuse { problem });
    }

    /// Tells the game of a mistake of its own, but not while it is told of one: it
    /// would never end.
    pub(super) fn complain(&self, error: Error) {
        log::error!("{error}");
        let mut outgoing = self.endpoint.shared.lock();
        if !outgoing.telling_error {
            outgoing.raise(SLOT, error);
        }
    }
}
