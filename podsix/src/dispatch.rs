//! Calls a handler for one event.

use std::fmt;

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

/// Calls `handler`'s method for the event that `event` stands at, and then the
/// one that sees every event. What fails comes as an error event later; `from`
/// is asked whose event it was, for the log. `is_plain` says that it is a message
/// that the handler takes as it is, and that nothing else wants attention.
#[inline]
pub(crate) fn call<C, H>(
    handler: &mut H,
    context: &mut C,
    event: &mut Event,
    shared: &Shared,
    is_plain: bool,
    from: impl Fn(&C) -> PeerName,
) where
    H: NetworkHandler<C> + ?Sized,
{
    let failed = |context: &C, event: &Event, error| {
        log(event, shared, from(context), &error);
        if !event.tells_error() {
            shared.lock().raise(event.link(), error);
        }
    };
    call_one(handler, context, event, shared, is_plain, failed);
}

/// As [`call`], for a handler without a context; what failed.
pub(crate) fn call_free<H>(handler: &mut H, event: &mut Event, shared: &Shared) -> Vec<Error>
where
    H: NetworkHandler<()> + ?Sized,
{
    let mut errors = Vec::new();
    let failed = |(): &(), event: &Event, error| {
        log(event, shared, PeerName::Server, &error);
        if !event.tells_error() {
            errors.push(error);
        }
    };
    call_one(handler, &mut (), event, shared, false, failed);
    errors
}

#[inline]
fn call_one<C, H>(
    handler: &mut H,
    context: &mut C,
    event: &mut Event,
    shared: &Shared,
    is_plain: bool,
    failed: impl FnMut(&C, &Event, Error),
) where
    H: NetworkHandler<C> + ?Sized,
{
    let handled = if is_plain {
        handler.handle(context, event).map(|()| event.is_taken())
    } else {
        handle_other(handler, context, event, shared)
    };
    if let (Ok(_), true) = (&handled, is_plain) {
        // Nearly all are such.
        match handler.observe(context, event) {
            Ok(()) => {}
            observed @ Err(_) => finish(context, event, shared, handled, observed, failed),
        }
        return;
    }
    // Whether its method ran, which it did not where the body is not right.
    event.handled = Some(match &handled {
        Ok(handled) => *handled,
        Err(error) => matches!(**error, Error::Handler { .. }),
    });
    let observed = handler.observe(context, event);
    finish(context, event, shared, handled, observed, failed);
}

/// Calls a handler's method for an event that is not simply a message that it
/// takes.
#[inline(never)]
fn handle_other<C, H>(
    handler: &mut H,
    context: &mut C,
    event: &mut Event,
    shared: &Shared,
) -> Result<bool, Box<Error>>
where
    H: NetworkHandler<C> + ?Sized,
{
    if !begin(event, shared) {
        differs(event, shared)
    } else if event.is_message() {
        handler.handle(context, event).map(|()| event.is_taken())
    } else {
        handler.handle_change(context, event)
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
        failed(context, event, *error);
    }
    if let Err(error) = observed {
        failed(context, event, *error);
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
