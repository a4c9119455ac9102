//! Messages to bytes, in memory that each thread keeps for it.

use std::borrow::Cow;
use std::cell::Cell;

use crate::actions::{MAX_NAME_BYTES, own_shape};
use crate::codec::bincode::Problem;
use crate::message::Table;
use crate::outgoing::action_name;
use crate::protocol::frame;
use crate::source::{FieldProblem, Sink};
use crate::value::{Map, Value};
use crate::{Error, Message};

/// Reused from message to message.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(crate) body: Vec<u8>,
    pub(crate) slots: Vec<u32>,
    /// For each enum that was sent: how each of its actions is.
    forms: Vec<(&'static Table, Box<[Option<Form>]>)>,
}

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The fields one after the other; the action has a number.
    Positional,
    /// The action's name, and a dict.
    Dict,
}

/// Memory up to this size is kept for the next message.
const KEPT_BYTES: usize = 64 << 10;

thread_local! {
    // Boxed, so that to take it and to put it back moves a pointer.
    static SCRATCH: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
}

/// Runs `act` with this thread's scratch memory. A message that is sent while
/// another one is being encoded finds none and makes its own.
pub(crate) fn with_scratch<R>(act: impl FnOnce(&mut Scratch) -> R) -> R {
    // Where the thread is ending there is no scratch any more either.
    let mut scratch = SCRATCH
        .try_with(Cell::take)
        .ok()
        .flatten()
        .unwrap_or_default();
    let result = act(&mut scratch);
    scratch.body.clear();
    scratch.slots.clear();
    if scratch.body.capacity() > KEPT_BYTES {
        scratch.body = Vec::new();
    }
    let _ = SCRATCH.try_with(|kept| kept.set(Some(scratch)));
    result
}

impl Scratch {
    /// Encodes `message` into the body, which may grow to `limit` bytes.
    #[inline]
    pub(crate) fn encode<M: Message>(&mut self, message: &M, limit: usize) -> Result<Form, Error> {
        let slot = message.slot();
        let form = self
            .forms
            .iter()
            .find(|(known, _)| std::ptr::eq(*known, M::TABLE))
            .and_then(|(_, forms)| forms.get(slot).copied().flatten());
        let Some(form) = form else {
            return self.first_use(message, limit);
        };
        match self.encode_as(form, message, limit) {
            Ok(()) => Ok(form),
            Err(error) => Err(error),
        }
    }

    #[inline]
    fn encode_as<M: Message>(
        &mut self,
        form: Form,
        message: &M,
        limit: usize,
    ) -> Result<(), Error> {
        if form == Form::Dict {
            return self.encode_dict(message, limit);
        }
        match message.encode(&mut Sink::positional(&mut self.body, limit)) {
            Ok(()) => Ok(()),
            Err(problem) => Err(error(action(message), problem, limit)),
        }
    }

    #[cold]
    fn first_use<M: Message>(&mut self, message: &M, limit: usize) -> Result<Form, Error> {
        let slot = message.slot();
        let own = M::TABLE.actions.get(slot).and_then(own_shape);
        let own = own.filter(|own| own.shape.is_complete());
        let form = match own {
            Some(own) => {
                message
                    .encode(&mut Sink::checked(&mut self.body, limit, &own.shape))
                    .map_err(|problem| error(action(message), problem, limit))?;
                Form::Positional
            }
            None => {
                self.encode_dict(message, limit)?;
                Form::Dict
            }
        };
        // A dict that is a value has no place in a table.
        if M::TABLE.actions.get(slot).is_some() {
            self.remember(M::TABLE, slot, form);
        }
        Ok(form)
    }

    fn remember(&mut self, table: &'static Table, slot: usize, form: Form) {
        let known = self
            .forms
            .iter()
            .position(|(known, _)| std::ptr::eq(*known, table));
        let index = known.unwrap_or_else(|| {
            let forms = vec![None; table.actions.len()].into_boxed_slice();
            self.forms.push((table, forms));
            self.forms.len() - 1
        });
        let forms = self.forms.get_mut(index).map(|(_, forms)| forms);
        if let Some(place) = forms.and_then(|forms| forms.get_mut(slot)) {
            *place = Some(form);
        }
    }

    #[cold]
    fn encode_dict<M: Message>(&mut self, message: &M, limit: usize) -> Result<(), Error> {
        let name = action(message);
        let mut dict = Map::new();
        message
            .encode(&mut Sink::dict(&mut dict))
            .map_err(|problem| error(name.clone(), problem, limit))?;
        if name.is_empty() || name.len() > MAX_NAME_BYTES {
            return Err(Error::Encode {
                field: "action".into(),
                problem: format!(
                    "an action has 1 to {MAX_NAME_BYTES} bytes, this one {}",
                    name.len()
                ),
                action: name,
            });
        }
        frame::write_dict_name(&name, &mut self.body);
        Value::Map(dict)
            .encode(&mut self.body, limit)
            .map_err(|problem| {
                let problem = FieldProblem { field: "", problem };
                error(name, problem, limit)
            })
    }
}

/// The name that `message` has on the wire.
pub(crate) fn action<M: Message>(message: &M) -> Cow<'static, str> {
    match message.dict_action() {
        Some(action) => Cow::Owned(action.to_owned()),
        None => action_name(M::TABLE, message.slot()),
    }
}

#[cold]
fn error(action: Cow<'static, str>, problem: FieldProblem, limit: usize) -> Error {
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
