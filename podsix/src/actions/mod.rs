//! Actions by name, and the small numbers that stand for them.
//!
//! Each end numbers the actions that it sends ([`local`]) and keeps what the
//! other ends told about theirs ([`remote`]). A name crosses a connection once.

mod local;
mod remote;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use local::{LocalActions, NoShape};
pub(crate) use remote::{Fit, KnownActions, RemoteAction, RemoteActions, Selection};

use crate::message::Action;
use crate::shape::{Fields, Shape};

/// The longest name of an action.
pub(crate) const MAX_NAME_BYTES: usize = 255;

/// The shape of an action of this program, and its bytes on the wire.
#[derive(Debug)]
pub(crate) struct OwnShape {
    pub(crate) shape: Shape,
    pub(crate) bytes: Vec<u8>,
}

/// The shape of `action`, traced once in a process; none for an action that
/// can only be sent.
pub(crate) fn own_shape(action: &Action) -> Option<Arc<OwnShape>> {
    /// Keyed by the function that fills the shape in: where the compiler made
    /// one function of two, they fill in the same.
    static TRACED: Mutex<Option<HashMap<usize, Arc<OwnShape>>>> = Mutex::new(None);

    let fill: fn(&mut Fields<'static>) = action.shape?;
    let key = fill as usize;
    let known = |shapes: &Option<HashMap<usize, Arc<OwnShape>>>| {
        shapes.as_ref().and_then(|shapes| shapes.get(&key).cloned())
    };
    if let Some(traced) = known(&TRACED.lock().unwrap_or_else(PoisonError::into_inner)) {
        return Some(traced);
    }
    // Tracing runs the user's `Deserialize` code: never under the lock.
    let shape = Shape::trace(fill);
    let mut bytes = Vec::new();
    shape.encode(&mut bytes);
    let traced = Arc::new(OwnShape { shape, bytes });
    TRACED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get_or_insert_default()
        .insert(key, Arc::clone(&traced));
    Some(traced)
}
