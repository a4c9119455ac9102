//! How a server's handlers are called.

use std::any::Any;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::{Channel, Server};
use crate::actions::Selection;
use crate::dispatch::PeerName;
use crate::endpoint::Endpoint;
use crate::event::Step;
use crate::handler::Bindings;
use crate::{NetworkHandler, PeerAddr, Reason};

/// A type of handler, and the first event that it has not been offered yet.
#[derive(Debug)]
pub(super) struct Offered {
    handler: &'static str,
    bindings: &'static Bindings,
    next: u64,
}

/// The slot of no client.
const NOBODY: u32 = u32::MAX;

impl<T, P> Server<T, P> {
    /// Calls a handler for what was received.
    pub(super) fn call_for_all<H>(&mut self, handler: &mut H)
    where
        H: NetworkHandler<Channel<T, P>> + ?Sized,
    {
        // What the game itself has sent is no answer to what was received.
        self.driver.flush(&mut self.endpoint);
        let bindings = handler.bindings();
        let event = &mut self.endpoint.event;
        event.set_actions(self.endpoint.actions.known());
        event.select(Selection::Handler(bindings));
        let first = self.endpoint.event.inbox.first_sequence();
        let end = self.endpoint.event.inbox.offer();
        let position = self.position(handler.handler_name(), bindings);
        let next = self.offered.get(position).map_or(0, |offered| offered.next);
        let start = usize::try_from(next.saturating_sub(first)).unwrap_or(usize::MAX);
        // First, so that an event is never offered twice, whatever happens.
        self.set_offered(position, first + end as u64);
        let mut events = start..end;
        while !events.is_empty() {
            if let Err(panic) = self.call_for_each(handler, &mut events) {
                self.set_offered(position, first + events.start as u64);
                resume_unwind(panic);
            }
            self.driver.flush_answers(&mut self.endpoint);
        }
        self.driver.flush_answers(&mut self.endpoint);
    }

    /// Where a handler type stands in the list of those that were offered events.
    fn position(&mut self, handler: &'static str, bindings: &'static Bindings) -> usize {
        let known = self.offered.iter().position(|offered| {
            std::ptr::eq(offered.bindings, bindings) && offered.handler == handler
        });
        known.unwrap_or_else(|| {
            self.offered.push(Offered {
                handler,
                bindings,
                next: 0,
            });
            self.offered.len() - 1
        })
    }

    /// Up to where a type of handler has been offered events.
    fn set_offered(&mut self, position: usize, next: u64) {
        if let Some(offered) = self.offered.get_mut(position) {
            offered.next = next;
        }
    }

    /// Calls the handler for these events, up to the one that makes it panic or
    /// after which much waits to be sent; the panic, if it shall go through.
    fn call_for_each<H>(
        &mut self,
        handler: &mut H,
        events: &mut Range<usize>,
    ) -> std::thread::Result<()>
    where
        H: NetworkHandler<Channel<T, P>> + ?Sized,
    {
        // podsix's own state is whole between any two calls into the game; of
        // the game's state nobody can know, which the documentation says.
        // Who was there when handlers were last called may be gone.
        self.channel.current = NOBODY;
        let calls = catch_unwind(AssertUnwindSafe(|| {
            for index in events {
                self.call_for_one(handler, index);
                let shared = &self.endpoint.shared;
                if !shared.attention.is_idle() && shared.take_urgent() {
                    break;
                }
            }
        }));
        calls.or_else(|panic| self.end_panicked(panic))
    }

    #[inline]
    fn call_for_one<H>(&mut self, handler: &mut H, index: usize)
    where
        H: NetworkHandler<Channel<T, P>> + ?Sized,
    {
        let Self {
            channel, endpoint, ..
        } = self;
        let step = endpoint.event.go_to(index);
        // Nearly all are messages of the client that the last one was from.
        let is_plain = endpoint.event.is_plain()
            && channel.current == endpoint.event.link()
            && endpoint.shared.attention.is_idle();
        if !is_plain && !turn_to(step, channel, endpoint) {
            return;
        }
        let (event, shared) = (&mut endpoint.event, &endpoint.shared);
        crate::dispatch::call(handler, channel, event, shared, is_plain, Channel::name);
    }

    /// The handler of the current event has panicked: ends its channel, or gives
    /// the panic back.
    #[cold]
    fn end_panicked(&mut self, panic: Box<dyn Any + Send>) -> std::thread::Result<()> {
        let event = &mut self.endpoint.event;
        let shared = &self.endpoint.shared;
        event.set_handled();
        shared.lock().telling_error = false;
        if self.channel.addr() == PeerAddr::Local || self.panics_go_through {
            return Err(panic);
        }
        let action = crate::error::Quoted(event.action()).to_string();
        let name = self.channel.name();
        log::error!("{name}: the handler of {action} panicked; the channel is ended");
        shared.close(event.link(), Reason::HandlerPanicked);
        Ok(())
    }
}

/// Makes the client of the current event the one that handlers see; whether they
/// are to be called for it.
#[inline(never)]
fn turn_to<T, P>(step: Step, channel: &mut Channel<T, P>, endpoint: &mut Endpoint) -> bool {
    let (event, shared) = (&mut endpoint.event, &endpoint.shared);
    let slot = event.link();
    match step {
        // Nothing more is dispatched from a client that was closed.
        Step::Message | Step::Named | Step::Differing if shared.is_closing_slot(slot) => {
            event.set_handled();
            return false;
        }
        Step::Message | Step::Named | Step::Differing | Step::Error => {}
        Step::Connected => channel.channels.join(slot),
        Step::Disconnected => {
            channel.channels.leave(slot);
            // Also where the other end only stopped and could still be told.
            shared.lock().shut(slot);
        }
        Step::Nothing => return false,
    }
    let is_there = channel.channels.seat_at(slot).is_some();
    channel.current = if is_there { slot } else { NOBODY };
    is_there
}

impl<T, P> Channel<T, P> {
    /// For the log.
    fn name(&self) -> PeerName {
        PeerName::Client(self.id(), self.addr())
    }
}
