//! How a server's messages come into the outgoing queues.

use crate::Message;
use crate::encode::{Scratch, with_scratch};
use crate::outgoing::{Outbox, Shared};

/// Sends a message to one connection.
#[inline]
pub(super) fn send_to_one<M: Message>(shared: &Shared, slot: u32, message: &M) {
    match shared.send_usual(slot, message) {
        Some(sent) => shared.set_urgent(sent.waiting),
        None => with_scratch(|scratch| {
            scratch.slots.push(slot);
            send_any(shared, scratch, message);
        }),
    }
}

/// Encodes a message once for each wire and gives each of the connections a copy.
pub(super) fn send<M: Message>(shared: &Shared, slots: impl Iterator<Item = u32>, message: &M) {
    with_scratch(|scratch| {
        // The user's code runs here, before the lock is taken: to choose the
        // receivers, and to encode.
        scratch.slots.extend(slots);
        if scratch.slots.is_empty() {
            return;
        }
        shared.send_usual_to_all(scratch, message);
        if !scratch.slots.is_empty() {
            send_any(shared, scratch, message);
        }
    });
}

/// Gives each of the connections that are in `scratch` a copy, whatever stands
/// against it.
#[cold]
#[inline(never)]
fn send_any<M: Message>(shared: &Shared, scratch: &mut Scratch, message: &M) {
    scratch.encode(message, shared, shared.codings(&scratch.slots));
    let mut outgoing = shared.lock();
    for &slot in &scratch.slots {
        let body = scratch.body(outgoing.coding(slot));
        let sent = body.and_then(|(form, body)| outgoing.send(slot, message, form, body));
        match sent {
            Ok(_) => shared.set_urgent(outgoing.get(slot).map_or(0, Outbox::waiting)),
            Err(error) => outgoing.fail(shared, slot, error),
        }
    }
    drop(outgoing);
    scratch.slots.clear();
    scratch.let_go();
}
