//! Messages to bytes, in memory that each thread keeps for it.

mod frame;

use std::borrow::Cow;
use std::cell::Cell;

use self::frame::{Frame, HEAD_BYTES};

use crate::actions::{MAX_NAME_BYTES, own_shape};
use crate::codec::bincode::Problem;
#[cfg(feature = "json")]
use crate::codec::json::{Integers, Text, from_rencode};
use crate::codec::rencode;
use crate::message::{Table, by_table, by_table_mut};
use crate::outgoing::{Shared, action_name};
use crate::protocol::frame::write_dict_name;
use crate::sink::{Checked, FieldProblem, Positional, Rencode, Sink};
use crate::value::{Map, NO_ACTION, Value};
use crate::wire::{Codecs, Coding, Codings};
use crate::{Error, Message};

/// Reused from message to message.
#[derive(Default)]
pub(crate) struct Scratch {
    /// A message for connections of one coding.
    pub(crate) frame: Frame,
    /// The bodies for each coding, by its index.
    bodies: Vec<Body>,
    /// A message on its way to JSON.
    rencode: Vec<u8>,
    /// Who a message is for, and of those the ones that did not take it.
    pub(crate) slots: Vec<u32>,
    pub(crate) refused: Vec<u32>,
    /// For each enum that was sent: how each of its actions is.
    forms: Vec<(&'static Table, Box<[Option<Form>]>)>,
}

/// A message in one coding.
#[derive(Debug, Default)]
struct Body {
    bytes: Vec<u8>,
    encoded: Option<Result<Form, Error>>,
}

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The fields one after the other; the action has a number.
    Positional,
    /// The action's name, and a dict.
    Dict,
    /// A dict with the action in it, in the coding of another wire.
    Foreign,
}

/// Memory up to this size is kept for the next message.
const KEPT_BYTES: usize = 64 << 10;

thread_local! {
    // Boxed, so that to take it and to put it back moves a pointer.
    static SCRATCH: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
}

/// Runs `act` with this thread's scratch memory. A message that is sent while
/// another one is being encoded finds none and makes its own.
#[inline]
pub(crate) fn with_scratch<R>(act: impl FnOnce(&mut Scratch) -> R) -> R {
    // Where the thread is ending there is no scratch any more either.
    let mut scratch = SCRATCH
        .try_with(Cell::take)
        .ok()
        .flatten()
        .unwrap_or_default();
    let result = act(&mut scratch);
    if scratch.frame.capacity() > KEPT_BYTES {
        scratch.frame.let_go();
    }
    let _ = SCRATCH.try_with(|kept| kept.set(Some(scratch)));
    result
}

impl Scratch {
    /// Encodes `message` by its fields, up to `limit` bytes, if that is how it is
    /// written and nothing is wrong: how long the body is. It is of use until the
    /// next one is encoded.
    #[inline]
    pub(crate) fn encode_fields<M: Message>(&mut self, message: &M, limit: usize) -> Option<usize> {
        if self.form(M::TABLE, message.slot()) != Some(Form::Positional) {
            return None;
        }
        let mut sink = Positional::new(self.frame.begin(), HEAD_BYTES + limit);
        match message.encode(&mut sink) {
            Ok(()) => Some(self.frame.body_len()),
            Err(_) => None,
        }
    }

    /// As [`encode_fields`](Self::encode_fields), as a dict of another wire than the
    /// native one.
    pub(crate) fn encode_dict<M: Message>(
        &mut self,
        message: &M,
        coding: Coding,
        limit: usize,
    ) -> Option<usize> {
        let body = self.frame.begin();
        let limit = HEAD_BYTES.saturating_add(limit);
        let name = action(message);
        if !matches!(name.len(), 1..=MAX_NAME_BYTES) {
            return None;
        }
        match coding {
            Coding::Rencode => {
                write_rencode(message, &name, limit, body).ok()?;
                if rencode::contains_terminator(self.frame.body()) {
                    return None;
                }
            }
            #[cfg(feature = "json")]
            Coding::Json | Coding::Web => {
                let mut text = Text::begin(&name, body, limit, integers(coding)).ok()?;
                write(message, &mut text).ok()?;
                text.end().ok()?;
            }
            _ => return None,
        }
        Some(self.frame.body().len())
    }

    /// How an action is written, if it was sent before.
    #[inline]
    fn form(&self, table: &'static Table, slot: usize) -> Option<Form> {
        let forms = by_table(&self.forms, table)?;
        forms.get(slot).copied().flatten()
    }

    /// Gives large memory back, after a message that was [encoded](Self::encode).
    pub(crate) fn let_go(&mut self) {
        for body in &mut self.bodies {
            if body.bytes.capacity() > KEPT_BYTES {
                body.bytes = Vec::new();
            }
        }
    }

    /// Encodes `message` in each of `codings`.
    pub(crate) fn encode<M: Message>(&mut self, message: &M, shared: &Shared, codings: Codings) {
        for body in &mut self.bodies {
            body.encoded = None;
            body.bytes.clear();
        }
        let limit = shared.max_body;
        for coding in codings.iter() {
            let mut bytes = std::mem::take(&mut self.body_mut(coding).bytes);
            let encoded = if coding == Coding::Native {
                self.encode_native(message, limit, &mut bytes)
            } else {
                let mut rencode = std::mem::take(&mut self.rencode);
                let (codecs, scratch) = (&shared.codecs, &mut rencode);
                let encoded = encode_foreign(message, coding, codecs, limit, scratch, &mut bytes);
                if rencode.capacity() <= KEPT_BYTES {
                    self.rencode = rencode;
                }
                encoded.map(|()| Form::Foreign)
            };
            let body = self.body_mut(coding);
            body.bytes = bytes;
            body.encoded = Some(encoded);
        }
    }

    fn encode_native<M: Message>(
        &mut self,
        message: &M,
        limit: usize,
        body: &mut Vec<u8>,
    ) -> Result<Form, Error> {
        match self.form(M::TABLE, message.slot()) {
            Some(Form::Positional) => write(message, &mut Positional::new(body, limit))
                .map_err(|problem| error(action(message), problem, limit))
                .map(|()| Form::Positional),
            Some(form) => encode_dict(message, limit, body).map(|()| form),
            None => {
                let form = first_use(message, limit, body)?;
                if M::TABLE.actions.get(message.slot()).is_some() {
                    // A dict that is a value has no place in a table.
                    self.remember(M::TABLE, message.slot(), form);
                }
                Ok(form)
            }
        }
    }

    /// The message in one of the codings that [`encode`](Self::encode)
    /// was asked for.
    pub(crate) fn body(&self, coding: Coding) -> Result<(Form, &[u8]), Error> {
        let body = self.bodies.get(coding.index());
        match body.map(|body| (&body.encoded, &body.bytes)) {
            Some((Some(Ok(form)), bytes)) => Ok((*form, bytes)),
            Some((Some(Err(error)), _)) => Err(error.again()),
            // Nobody could have asked for it before the connection was there.
            _ => Err(Error::Misuse {
                problem: "a message was sent while its connection was made".into(),
            }),
        }
    }

    /// The body for a coding, to be filled.
    fn body_mut(&mut self, coding: Coding) -> &mut Body {
        let index = coding.index();
        if self.bodies.len() <= index {
            self.bodies.resize_with(index + 1, Body::default);
        }
        #[expect(clippy::indexing_slicing, reason = "it was made above")]
        &mut self.bodies[index]
    }

    fn remember(&mut self, table: &'static Table, slot: usize, form: Form) {
        let forms = by_table_mut(&mut self.forms, table, || {
            vec![None; table.actions.len()].into_boxed_slice()
        });
        if let Some(place) = forms.and_then(|forms| forms.get_mut(slot)) {
            *place = Some(form);
        }
    }
}

/// Writes the fields of a message where it is not the usual, quick way: the code
/// that does it is there once for all of these.
#[inline(never)]
fn write<M: Message>(message: &M, sink: &mut impl Sink) -> Result<(), FieldProblem> {
    message.encode(sink)
}

#[cold]
fn first_use<M: Message>(message: &M, limit: usize, body: &mut Vec<u8>) -> Result<Form, Error> {
    let own = M::TABLE.actions.get(message.slot()).and_then(own_shape);
    match own.filter(|own| own.shape.is_complete()) {
        Some(own) => {
            write(message, &mut Checked::new(body, limit, &own.shape))
                .map_err(|problem| error(action(message), problem, limit))?;
            Ok(Form::Positional)
        }
        None => encode_dict(message, limit, body).map(|()| Form::Dict),
    }
}

/// Writes a message as a dict of the native wire.
#[cold]
fn encode_dict<M: Message>(message: &M, limit: usize, body: &mut Vec<u8>) -> Result<(), Error> {
    let (name, dict) = to_dict(message, limit)?;
    write_dict_name(&name, body);
    let written = Value::Map(dict).encode(body, limit);
    written.map_err(|problem| error(name, problem.into(), limit))
}

/// Writes a message as a dict of another wire. `rencode` is memory to work in.
#[cfg_attr(
    not(feature = "json"),
    expect(
        unused_variables,
        clippy::ptr_arg,
        reason = "only JSON is made of something else"
    )
)]
fn encode_foreign<M: Message>(
    message: &M,
    coding: Coding,
    codecs: &Codecs,
    limit: usize,
    rencode: &mut Vec<u8>,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    match coding {
        Coding::Native => return Ok(()),
        Coding::Rencode => {
            encode_rencode(message, limit, out)?;
            if rencode::contains_terminator(out) {
                let before = std::mem::take(out);
                rencode::avoid_terminator(&before, out, limit)
                    .map_err(|problem| error(action(message), problem.into(), limit))?;
            }
        }
        #[cfg(feature = "json")]
        Coding::Json | Coding::Web => {
            rencode.clear();
            // In no value it takes more than the nine bytes of a float that JSON writes as `0.1,`.
            let room = limit.saturating_mul(3);
            encode_rencode(message, room, rencode).map_err(|error| at_limit(error, limit))?;
            from_rencode(rencode, out, limit, integers(coding)).map_err(|(field, problem)| {
                error(action(message), FieldProblem::new(field, problem), limit)
            })?;
        }
        #[cfg(not(feature = "json"))]
        Coding::Json | Coding::Web => {}
        Coding::Custom(place) => {
            let (name, mut dict) = to_dict(message, limit)?;
            let invalid = |problem: String| Error::Encode {
                action: name.clone(),
                field: "".into(),
                problem,
            };
            dict.insert("action", Value::from(&*name));
            let codec = codecs.get(usize::from(place));
            let codec = codec.ok_or_else(|| invalid("there is no codec for it".to_owned()))?;
            codec
                .encode(&Value::Map(dict), out)
                .map_err(|error| invalid(error.to_string()))?;
            if rencode::contains_terminator(out) {
                return Err(invalid(format!(
                    "in the codec `{}` it contains the five bytes that end a message",
                    codec.name()
                )));
            }
        }
    }
    if out.len() > limit {
        return Err(Error::TooLarge {
            action: action(message),
            size: out.len(),
            max: limit,
        });
    }
    Ok(())
}

/// Writes a message as a dict in rencode.
fn encode_rencode<M: Message>(message: &M, limit: usize, out: &mut Vec<u8>) -> Result<(), Error> {
    let name = check_name(action(message))?;
    write_rencode(message, &name, limit, out).map_err(|problem| error(name, problem, limit))
}

#[inline(never)]
fn write_rencode<M: Message>(
    message: &M,
    name: &str,
    limit: usize,
    out: &mut Vec<u8>,
) -> Result<(), FieldProblem> {
    let start = out.len();
    let open = rencode::begin_dict(name, out, limit)?;
    let mut sink = Rencode::new(out, limit);
    message.encode(&mut sink)?;
    let (entries, keys_hold_bytes) = (sink.entries, sink.keys_hold_bytes);
    rencode::end_dict(open, entries + 1, out, limit)?;
    if keys_hold_bytes {
        rencode::check_keys(out.get(start..).unwrap_or_default())?;
    }
    Ok(())
}

/// Which integers may be sent.
#[cfg(feature = "json")]
fn integers(coding: Coding) -> Integers {
    match coding {
        Coding::Web => Integers::Safe,
        _ => Integers::Any,
    }
}

/// The limit that was passed is the game's, and not that of the memory to work in.
#[cfg(feature = "json")]
#[cold]
fn at_limit(error: Error, limit: usize) -> Error {
    match error {
        Error::TooLarge { action, .. } => Error::TooLarge {
            action,
            size: limit.saturating_add(1),
            max: limit,
        },
        other => other,
    }
}

/// A dict in the coding of another wire, for what the protocol itself says.
pub(crate) fn dict<M: Message>(
    dict: &M,
    coding: Coding,
    codecs: &Codecs,
    limit: usize,
) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    encode_foreign(dict, coding, codecs, limit, &mut Vec::new(), &mut body)?;
    Ok(body)
}

/// The same in the short way, which nearly all messages take.
#[cfg(all(test, feature = "json"))]
pub(crate) fn usual_dict<M: Message>(dict: &M, coding: Coding, limit: usize) -> Option<Vec<u8>> {
    let mut scratch = Scratch::default();
    let length = scratch.encode_dict(dict, coding, limit)?;
    assert_eq!(scratch.frame.body().len(), length);
    Some(scratch.frame.body().to_vec())
}

/// A message's action and its other fields.
fn to_dict<M: Message>(message: &M, limit: usize) -> Result<(Cow<'static, str>, Map), Error> {
    let name = action(message);
    let mut dict = Map::new();
    write(message, &mut dict).map_err(|problem| error(name.clone(), problem, limit))?;
    Ok((check_name(name)?, dict))
}

fn check_name(name: Cow<'static, str>) -> Result<Cow<'static, str>, Error> {
    let problem = match name.len() {
        0 => NO_ACTION.to_owned(),
        1..=MAX_NAME_BYTES => return Ok(name),
        long => format!("an action has at most {MAX_NAME_BYTES} bytes, this one has {long}"),
    };
    Err(Error::Encode {
        field: "action".into(),
        problem,
        action: name,
    })
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
    let (field, problem) = problem.into_parts();
    match problem {
        Problem::TooLarge => Error::TooLarge {
            action,
            size: limit.saturating_add(1),
            max: limit,
        },
        Problem::Invalid(words) => Error::Encode {
            action,
            field,
            problem: *words,
        },
    }
}
