//! Calls a handler for one event.

use std::fmt;

use crate::event::Step;
use crate::outgoing::Shared;
use crate::{ChannelId, Error, Event, EventKind, NetworkHandler, PeerAddr};

/// Whose event it is, for the log.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum PeerName {
    /// The server, of which a client has only one.
    #[default]
    Server,
    Client(ChannelId, PeerAddr),
    /// A client that is not in yet.
    Caller(PeerAddr),
}

impl fmt::Display for PeerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server => f.write_str("the server"),
            Self::Client(id, addr) => write!(f, "client {id} at {addr}"),
            Self::Caller(addr) => write!(f, "the client at {addr}"),
        }
    }
}

/// Calls `handler`'s method for the event that `event` stands at, which is a `step`, and
/// then the one that sees every event. What fails comes as an error event later; `from`
/// is asked whose event it was, for the log. Nothing may want attention.
#[inline(always)]
pub(crate) fn call<C, H>(
    handler: &mut H,
    context: &mut C,
    event: &mut Event,
    step: Step,
    shared: &Shared,
    from: impl Fn(&C) -> PeerName,
) where
    H: NetworkHandler<C> + ?Sized,
{
    let handled = match step {
        Step::Message => handler.handle(context, event),
        Step::Named => handler.handle_by_names(context, event),
        _ => return call_other(handler, context, event, shared, from),
    };
    // Nearly all are such.
    if handled.is_ok() {
        match handler.observe(context, event) {
            Ok(()) => {}
            observed @ Err(_) => {
                let handled = Ok(event.is_taken());
                let failed =
                    |context: &C, event: &Event, error| raise(event, shared, from(context), error);
                finish(context, event, shared, handled, observed, failed);
            }
        }
    } else {
        let handled = handled.map(|()| true);
        let failed = |context: &C, event: &Event, error| raise(event, shared, from(context), error);
        observe(handler, context, event, shared, handled, failed);
    }
}

/// As [`call`], for any event, and whatever wants attention.
#[inline(never)]
pub(crate) fn call_other<C, H>(
    handler: &mut H,
    context: &mut C,
    event: &mut Event,
    shared: &Shared,
    from: impl Fn(&C) -> PeerName,
) where
    H: NetworkHandler<C> + ?Sized,
{
    let handled = handle(handler, context, event, shared);
    let failed = |context: &C, event: &Event, error| raise(event, shared, from(context), error);
    observe(handler, context, event, shared, handled, failed);
}

/// As [`call_other`], for a handler without a context; what failed.
pub(crate) fn call_free<H>(handler: &mut H, event: &mut Event, shared: &Shared) -> Vec<Error>
where
    H: NetworkHandler<()> + ?Sized,
{
    let mut errors = Vec::new();
    let handled = handle(handler, &mut (), event, shared);
    let failed = |(): &(), event: &Event, error| {
        log(event, shared, PeerName::Server, &error);
        if !event.tells_error() {
            errors.push(error);
        }
    };
    observe(handler, &mut (), event, shared, handled, failed);
    errors
}

/// Calls a handler's method for any event; whether there is one.
fn handle<C, H>(
    handler: &mut H,
    context: &mut C,
    event: &mut Event,
    shared: &Shared,
) -> Result<bool, Box<Error>>
where
    H: NetworkHandler<C> + ?Sized,
{
    if !begin(event, shared) {
        return differs(event, shared);
    }
    match event.step() {
        Step::Message => handler.handle(context, event)?,
        Step::Named => handler.handle_by_names(context, event)?,
        _ => return handler.handle_change(context, event),
    }
    Ok(event.is_taken())
}

/// Calls a handler's method that sees every event, after the one for this.
fn observe<C, H>(
    handler: &mut H,
    context: &mut C,
    event: &mut Event,
    shared: &Shared,
    handled: Result<bool, Box<Error>>,
    failed: impl FnMut(&C, &Event, Error),
) where
    H: NetworkHandler<C> + ?Sized,
{
    // Whether its method ran, which it did not where the body is not right.
    event.handled = Some(match &handled {
        Ok(handled) => *handled,
        Err(error) => matches!(**error, Error::Handler { .. }),
    });
    let observed = handler.observe(context, event);
    finish(context, event, shared, handled, observed, failed);
}

/// Tells of an error of the event's method by another event, unless it is one itself.
#[cold]
fn raise(event: &Event, shared: &Shared, from: PeerName, error: Error) {
    log(event, shared, from, &error);
    if !event.tells_error() {
        shared.lock().raise(event.link(), error);
    }
}

/// Before the handler is called for an event that is not simply a message that it
/// takes; whether it has to be called at all.
fn begin(event: &mut Event, shared: &Shared) -> bool {
    if event.tells_error() {
        shared.lock().telling_error = true;
    }
    if shared.times_handlers() {
        event.begin();
    }
    event.differing().is_none()
}

/// Instead of calling the handler, for a message with other fields than those of
/// its method.
#[cold]
fn differs(event: &mut Event, shared: &Shared) -> Result<bool, Box<Error>> {
    if was_told(event, shared) {
        // As if its method had been called and had found the same again.
        event.set_handled();
        return Ok(false);
    }
    Err(Box::new(event.shapes_differ()))
}

/// After the handler was called.
#[inline(never)]
fn finish<C>(
    context: &C,
    event: &mut Event,
    shared: &Shared,
    handled: Result<bool, Box<Error>>,
    observed: Result<(), Box<Error>>,
    mut failed: impl FnMut(&C, &Event, Error),
) {
    if shared.times_handlers() {
        took(event, shared);
    }
    if !matches!(handled, Ok(false)) {
        event.set_handled();
    }
    event.handled = None;
    if event.tells_error() {
        shared.lock().telling_error = false;
    }
    if let Err(error) = handled {
        failed(context, event, event.complete(*error));
    }
    if let Err(error) = observed {
        failed(context, event, event.complete(*error));
    }
}

/// Whether this is a message with other fields than those of its handler, and
/// not the first of its action: a peer can repeat it for nothing, so that
/// nothing more is done than to count it.
#[inline]
pub(crate) fn was_told(event: &Event, shared: &Shared) -> bool {
    event
        .differing()
        .is_some_and(|remote| !is_first(event, shared, remote))
}

#[cold]
fn is_first(event: &Event, shared: &Shared, remote: u32) -> bool {
    let mut outgoing = shared.lock();
    outgoing.differing(event.link(), remote, event.action())
}

/// Takes note of how long handlers worked for a message.
#[cold]
fn took(event: &Event, shared: &Shared) {
    if let (EventKind::Message, Some(time)) = (event.kind(), event.took()) {
        shared.lock().took(event.link(), event.action(), time);
    }
}

#[cold]
fn log(event: &Event, shared: &Shared, from: PeerName, error: &Error) {
    let mut outgoing = shared.lock();
    let is_message = matches!(event.kind(), EventKind::Message);
    let action = is_message.then(|| event.action());
    outgoing.failed(event.link(), action, error);
    // A peer can bring most errors about as often as it likes.
    let level = match (error, outgoing.get_mut(event.link())) {
        // It is logged where the other end is told.
        (Error::ShapesDiffer { .. }, _) => log::Level::Debug,
        (_, Some(outbox)) => outbox.warning_level(),
        (_, None) => log::Level::Warn,
    };
    drop(outgoing);
    log::log!(level, "{from}: {error}");
}
