//! Calls a handler for one event.

use crate::outgoing::Shared;
use crate::{Error, Event, EventKind, NetworkHandler};

/// Calls `handler`'s method for the event that `event` stands at, and then the
/// one that sees every event. What fails comes as an error event later.
pub(crate) fn call<C, H>(handler: &mut H, context: &mut C, event: &mut Event, shared: &Shared)
where
    H: NetworkHandler<C> + ?Sized,
{
    let slot = event.record().map_or(0, |record| record.link);
    let tells_error = matches!(event.kind(), EventKind::Error(_));
    if tells_error {
        shared.lock().telling_error = true;
    }
    event.handled = false;
    let handled = handler.handle(context, event);
    // Whether its method ran, which it did not where the body is not right.
    event.handled = matches!(handled, Ok(true) | Err(Error::Handler { .. }));
    let observed = handler.observe(context, event);
    if !matches!(handled, Ok(false)) {
        event.inbox.set_handled(event.current);
    }
    if tells_error {
        shared.lock().telling_error = false;
    }
    if let Err(error) = handled {
        raise(shared, slot, error, tells_error);
    }
    if let Err(error) = observed {
        raise(shared, slot, error, tells_error);
    }
}

#[cold]
fn raise(shared: &Shared, slot: u32, error: Error, tells_error: bool) {
    log::warn!("{error}");
    if !tells_error {
        shared.lock().failures.push((slot, error));
    }
}
