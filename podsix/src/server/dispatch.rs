//! How a server's handlers are called.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::{Channel, Server};
use crate::actions::Selection;
use crate::dispatch::PeerName;
use crate::endpoint::Endpoint;
use crate::event::{Position, Step};
use crate::handler::Bindings;
use crate::outgoing::Shared;
use crate::{Event, NetworkHandler, PeerAddr, Reason};

/// A type of handler, and the first event that it has not been offered yet.
#[derive(Debug)]
pub(super) struct Offered {
    handler: &'static str,
    bindings: &'static Bindings,
    /// How many records there were before that event's.
    next: u64,
    /// Where its frame is, if it is not the first of its record.
    frame: Option<usize>,
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
        let place = self.place(handler.handler_name(), bindings);
        let position = self.not_offered(place, first);
        self.endpoint.event.go_to(position, end);
        // First, so that an event is never offered twice, whatever happens.
        let all = Position {
            record: end,
            frame: None,
        };
        self.set_offered(place, first, all);
        while !self.endpoint.event.is_at_end() {
            if let Err(panic) = self.call_for_each(handler) {
                let next = self.endpoint.event.next_position();
                self.set_offered(place, first, next);
                resume_unwind(panic);
            }
            self.driver.flush_answers(&mut self.endpoint);
        }
        self.driver.flush_answers(&mut self.endpoint);
    }

    /// Where a handler type stands in the list of those that were offered events.
    fn place(&mut self, handler: &'static str, bindings: &'static Bindings) -> usize {
        let known = self.offered.iter().position(|offered| {
            let same_name = std::ptr::eq(offered.handler, handler) || offered.handler == handler;
            std::ptr::eq(offered.bindings, bindings) && same_name
        });
        known.unwrap_or_else(|| {
            self.offered.push(Offered {
                handler,
                bindings,
                next: 0,
                frame: None,
            });
            self.offered.len() - 1
        })
    }

    /// Where the events begin that a type of handler has not been offered yet, where
    /// so many records came before the first one.
    fn not_offered(&self, place: usize, first: u64) -> Position {
        let offered = self.offered.get(place);
        let offered = offered.filter(|offered| offered.next >= first);
        offered.map_or(Position::default(), |offered| Position {
            record: usize::try_from(offered.next - first).unwrap_or(usize::MAX),
            frame: offered.frame,
        })
    }

    /// Up to where a type of handler has been offered events.
    fn set_offered(&mut self, place: usize, first: u64, next: Position) {
        if let Some(offered) = self.offered.get_mut(place) {
            offered.next = first + next.record as u64;
            offered.frame = next.frame;
        }
    }

    /// Calls the handler for the events that follow, up to the one that makes it
    /// panic or before which much waits to be sent; the panic, if it shall go through.
    fn call_for_each<H>(&mut self, handler: &mut H) -> std::thread::Result<()>
    where
        H: NetworkHandler<Channel<T, P>> + ?Sized,
    {
        // podsix's own state is whole between any two calls into the game; of
        // the game's state nobody can know, which the documentation says.
        // Who was there when handlers were last called may be gone.
        self.channel.current = NOBODY;
        let calls = catch_unwind(AssertUnwindSafe(|| {
            let Self {
                channel, endpoint, ..
            } = self;
            let Endpoint { event, shared, .. } = endpoint;
            let shared: &Shared = shared;
            loop {
                if !shared.attention.is_idle() {
                    if shared.take_urgent() || event.advance().is_none() {
                        break;
                    }
                    if turn_to(channel, event, shared) {
                        crate::dispatch::call_other(handler, channel, event, shared, Channel::name);
                    }
                    continue;
                }
                let Some(step) = event.advance() else {
                    break;
                };
                // Nearly all are messages of the client that the last one was from.
                let is_here = step.is_plain() && channel.current == event.link();
                if is_here || turn_to(channel, event, shared) {
                    crate::dispatch::call(handler, channel, event, step, shared, Channel::name);
                }
            }
        }));
        calls.or_else(|panic| self.end_panicked(panic))
    }

    /// The handler of the current event has panicked: ends its channel, or gives
    /// the panic back.
    #[cold]
    fn end_panicked(&mut self, panic: Box<dyn Any + Send>) -> std::thread::Result<()> {
        let event = &mut self.endpoint.event;
        let shared = &self.endpoint.shared;
        event.set_handled();
        event.handled = None;
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
fn turn_to<T, P>(channel: &mut Channel<T, P>, event: &mut Event, shared: &Shared) -> bool {
    let slot = event.link();
    match event.step() {
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
