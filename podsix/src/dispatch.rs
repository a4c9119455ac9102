//! Calls a handler for one event.

use crate::outgoing::Shared;
use crate::{Error, Event, NetworkHandler};

/// Calls `handler`'s method for the event that `event` stands at, and then the
/// one that sees every event. What fails comes as an error event later.
#[inline]
pub(crate) fn call<C, H>(handler: &mut H, context: &mut C, event: &mut Event, shared: &Shared)
where
    H: NetworkHandler<C> + ?Sized,
{
    let slot = event.link();
    for_each_error(handler, context, event, shared, |error| {
        shared.lock().failures.push((slot, error));
    });
}

/// As [`call`], for a handler without a context; what failed.
pub(crate) fn call_free<H>(handler: &mut H, event: &mut Event, shared: &Shared) -> Vec<Error>
where
    H: NetworkHandler<()> + ?Sized,
{
    let mut errors = Vec::new();
    for_each_error(handler, &mut (), event, shared, |error| errors.push(error));
    errors
}

#[inline]
fn for_each_error<C, H>(
    handler: &mut H,
    context: &mut C,
    event: &mut Event,
    shared: &Shared,
    mut failed: impl FnMut(Error),
) where
    H: NetworkHandler<C> + ?Sized,
{
    let tells_error = event.tells_error;
    if tells_error {
        shared.lock().telling_error = true;
    }
    event.handled = false;
    let handled = handler.handle(context, event);
    // Whether its method ran, which it did not where the body is not right.
    event.handled = matches!(handled, Ok(true) | Err(Error::Handler { .. }));
    let observed = handler.observe(context, event);
    if !matches!(handled, Ok(false)) {
        event.set_handled();
    }
    if tells_error {
        shared.lock().telling_error = false;
    }
    if let Err(error) = handled {
        log(&error);
        if !tells_error {
            failed(error);
        }
    }
    if let Err(error) = observed {
        log(&error);
        if !tells_error {
            failed(error);
        }
    }
}

#[cold]
fn log(error: &Error) {
    match error {
        // A peer can repeat it for nothing; it is logged where the other end is
        // told, once an action.
        Error::ShapesDiffer { .. } => log::debug!("{error}"),
        error => log::warn!("{error}"),
    }
}
