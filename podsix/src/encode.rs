//! Messages to bytes, in memory that each thread keeps for it.

use std::cell::Cell;

use crate::codec::bincode::Problem;
use crate::message::{FieldProblem, Sink};
use crate::outgoing::action_name;
use crate::{Error, Message};

/// Reused from message to message.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(crate) body: Vec<u8>,
    pub(crate) slots: Vec<u32>,
}

/// Memory up to this size is kept for the next message.
const KEPT_BYTES: usize = 64 << 10;

thread_local! {
    static SCRATCH: Cell<Scratch> = Cell::new(Scratch::default());
}

/// Runs `act` with this thread's scratch memory. A message that is sent while
/// another one is being encoded finds none and makes its own.
pub(crate) fn with_scratch<R>(act: impl FnOnce(&mut Scratch) -> R) -> R {
    // Where the thread is ending there is no scratch any more either.
    let mut scratch = SCRATCH.try_with(Cell::take).unwrap_or_default();
    let result = act(&mut scratch);
    scratch.body.clear();
    scratch.slots.clear();
    if scratch.body.capacity() <= KEPT_BYTES {
        let _ = SCRATCH.try_with(|kept| kept.set(scratch));
    }
    result
}

/// Encodes `message` into `body`, which may grow to `limit` bytes.
pub(crate) fn encode<M: Message>(
    message: &M,
    body: &mut Vec<u8>,
    limit: usize,
) -> Result<(), Error> {
    message
        .encode(&mut Sink::new(body, limit))
        .map_err(|problem| error::<M>(message, problem, limit))
}

#[cold]
fn error<M: Message>(message: &M, problem: FieldProblem, limit: usize) -> Error {
    let action = action_name(M::TABLE, message.slot());
    match problem.problem {
        Problem::TooLarge => Error::TooLarge {
            action,
            size: limit.saturating_add(1),
            max: limit,
        },
        Problem::Invalid(words) => Error::Encode {
            action,
            field: problem.field.into(),
            problem: words,
        },
    }
}
