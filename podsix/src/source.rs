//! What a message writes its fields to and reads them from, one by one.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::codec::bincode::{self, Decoder, Problem};
use crate::codec::rencode::{self, Entry};
use crate::shape::Shape;
use crate::value::{Key, Map, Value, ValueError};
use crate::{Error, Event};

/// What a message writes its fields to.
#[doc(hidden)]
#[derive(Debug)]
pub struct Sink<'a>(Writing<'a>);

#[derive(Debug)]
enum Writing<'a> {
    /// The fields one after the other, without their names.
    Positional { body: &'a mut Vec<u8>, limit: usize },
    /// The same, and each is compared with its shape.
    Checked {
        body: &'a mut Vec<u8>,
        limit: usize,
        shape: &'a Shape,
        written: usize,
    },
    /// A dict in rencode.
    Rencode {
        body: &'a mut Vec<u8>,
        limit: usize,
        entries: usize,
        /// Whether a key holds bytes, which are written as text is.
        keys_hold_bytes: bool,
    },
    /// A dict.
    Dict(&'a mut Map),
}

/// Why a field could not be written or read.
#[doc(hidden)]
#[derive(Debug)]
pub struct FieldProblem {
    /// Where it is, from the message inwards; empty if that itself is meant.
    pub(crate) field: Cow<'static, str>,
    pub(crate) problem: Problem,
}

impl From<Problem> for FieldProblem {
    #[cold]
    fn from(problem: Problem) -> Self {
        let field = Cow::Borrowed("");
        Self { field, problem }
    }
}

impl From<rencode::Error> for FieldProblem {
    #[cold]
    fn from(error: rencode::Error) -> Self {
        let (field, problem) = error.into_parts();
        Self {
            field: field.into(),
            problem,
        }
    }
}

impl From<ValueError> for FieldProblem {
    #[cold]
    fn from(error: ValueError) -> Self {
        Self {
            field: error.field().to_owned().into(),
            problem: Problem::Invalid(error.problem().to_owned()),
        }
    }
}

impl<'a> Sink<'a> {
    /// Appends to `body`, which may grow to `limit` bytes.
    #[inline]
    pub(crate) fn positional(body: &'a mut Vec<u8>, limit: usize) -> Self {
        Self(Writing::Positional { body, limit })
    }

    /// As [`positional`](Self::positional), for an action of this shape: what its types write must be what they read,
    /// or the other end would take one field for another.
    pub(crate) fn checked(body: &'a mut Vec<u8>, limit: usize, shape: &'a Shape) -> Self {
        Self(Writing::Checked {
            body,
            limit,
            shape,
            written: 0,
        })
    }

    /// Appends entries of a dict to `body`, which may grow to `limit` bytes.
    pub(crate) fn rencode(body: &'a mut Vec<u8>, limit: usize) -> Self {
        Self(Writing::Rencode {
            body,
            limit,
            entries: 0,
            keys_hold_bytes: false,
        })
    }

    /// How many entries of a dict in rencode were written, and whether one of
    /// their keys holds bytes.
    pub(crate) fn entries(&self) -> (usize, bool) {
        match self.0 {
            Writing::Rencode {
                entries,
                keys_hold_bytes,
                ..
            } => (entries, keys_hold_bytes),
            _ => (0, false),
        }
    }

    /// Adds to a dict.
    pub(crate) fn dict(map: &'a mut Map) -> Self {
        Self(Writing::Dict(map))
    }

    /// Writes the next field.
    #[inline]
    pub fn field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), FieldProblem> {
        let written = match &mut self.0 {
            Writing::Positional { body, limit } => bincode::encode(value, body, *limit),
            slow => return slow.write(name, value),
        };
        match written {
            Ok(()) => Ok(()),
            Err(problem) => Err(FieldProblem {
                field: Cow::Borrowed(name),
                problem,
            }),
        }
    }

    /// Writes all fields of a message that is a dict already.
    pub(crate) fn fields(&mut self, fields: &Map) -> Result<(), FieldProblem> {
        let fields = fields
            .iter()
            .filter(|(key, _)| key.as_str() != Some("action"));
        for (key, value) in fields {
            match &mut self.0 {
                Writing::Dict(map) => {
                    map.insert(key.clone(), value.clone());
                }
                Writing::Rencode {
                    body,
                    limit,
                    entries,
                    keys_hold_bytes,
                } => {
                    *entries += 1;
                    *keys_hold_bytes |= rencode::encode_keyed(key, value, body, *limit)?;
                }
                Writing::Positional { .. } | Writing::Checked { .. } => {}
            }
        }
        Ok(())
    }

    /// Writes the value inside a newtype variant, which is the whole body: in
    /// a dict the fields of a struct stand inline, anything else is `data`, and
    /// so is what has a field `action` itself.
    pub fn inner<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), FieldProblem> {
        let map = match &mut self.0 {
            Writing::Positional { .. } => return self.field("data", value),
            Writing::Checked {
                body, limit, shape, ..
            } => {
                return checked(value, body, *limit, Some(shape)).map_err(|problem| FieldProblem {
                    field: Cow::Borrowed("data"),
                    problem,
                });
            }
            Writing::Rencode {
                body,
                limit,
                entries,
                ..
            } => {
                *entries += rencode::encode_inline(value, body, *limit)?;
                return Ok(());
            }
            Writing::Dict(map) => map,
        };
        let value = Value::from_data(value).map_err(|error| error.in_field("data"))?;
        let is_field = |key: &Key| key.as_str().is_some_and(|name| name != "action");
        match value {
            Value::Map(fields) if fields.keys().all(is_field) => map.extend(fields),
            value => {
                map.insert("data", value);
            }
        }
        Ok(())
    }
}

impl Writing<'_> {
    /// Writes the next field where it is not the usual, quick way.
    #[cold]
    #[inline(never)]
    fn write<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), FieldProblem> {
        let written = match self {
            Self::Positional { body, limit } => bincode::encode(value, body, *limit),
            Self::Checked {
                body,
                limit,
                shape,
                written,
            } => {
                let shape = match shape {
                    Shape::Struct(fields) => fields.get(*written).map(|field| &field.shape),
                    _ => None,
                };
                *written += 1;
                checked(value, body, *limit, shape)
            }
            Self::Rencode {
                body,
                limit,
                entries,
                ..
            } => {
                *entries += 1;
                return Ok(rencode::encode_entry(name, value, body, *limit)?);
            }
            Self::Dict(map) => {
                let value = Value::from_data(value).map_err(|error| error.in_field(name))?;
                map.insert(name, value);
                return Ok(());
            }
        };
        written.map_err(|problem| FieldProblem {
            field: Cow::Borrowed(name),
            problem,
        })
    }
}

#[cold]
#[inline(never)]
fn checked<T: Serialize + ?Sized>(
    value: &T,
    body: &mut Vec<u8>,
    limit: usize,
    shape: Option<&Shape>,
) -> Result<(), Problem> {
    let start = body.len();
    bincode::encode(value, body, limit)?;
    let written = body.get(start..).unwrap_or_default();
    shape
        .map_or(Ok(()), |shape| shape.check(written))
        .map_err(|problem| {
            Problem::Invalid(format!(
                "its type writes itself otherwise than it reads itself (its `Serialize` and \
             `Deserialize` differ): {problem}"
            ))
        })
}

/// Reads the value inside a newtype variant from a dict: a struct's fields
/// stand inline; anything else is `data`.
fn rencode_inner<'de, T: Deserialize<'de>>(
    body: &'de [u8],
    entries: &[Entry],
) -> Result<T, rencode::Error> {
    let fields = || rencode::read_fields(body, false);
    match rencode::find(entries, body, "data") {
        Some(data) if entries.len() == 2 => {
            rencode::read(data).or_else(|error| fields().map_err(|_| error))
        }
        Some(data) => fields().or_else(|error| rencode::read(data).map_err(|_| error)),
        None => fields(),
    }
}

/// What a message reads its fields from: the body of one received message.
#[doc(hidden)]
#[derive(Debug)]
pub struct Source<'de> {
    /// What it belongs to.
    event: &'de Event,
    /// What is left of a body without names; none where the fields are asked
    /// for by their names.
    // It is never lent to what is not inlined, so that it can stay in registers.
    body: Option<Decoder<'de>>,
}

/// A body in which fields are found by their names.
#[derive(Debug)]
pub(crate) enum Named<'de> {
    /// A dict in rencode, read where it lies.
    Rencode {
        body: &'de [u8],
        entries: &'de [Entry],
    },
    /// A dict.
    Dict(Dict<'de>),
}

/// A dict, and whether types that have a form for people are in that: so they
/// are where the other end sent a dict, and not where it sent a body without
/// names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dict<'de> {
    pub(crate) value: &'de Value,
    pub(crate) readable: bool,
}

impl<'de> Dict<'de> {
    fn read<T: Deserialize<'de>>(self, value: &'de Value) -> Result<T, ValueError> {
        if self.readable {
            value.to_data()
        } else {
            value.to_data_from_body()
        }
    }

    /// Reads all of it but the action.
    fn read_fields<T: Deserialize<'de>>(self) -> Result<T, ValueError> {
        self.value.to_data_of_fields(self.readable, false)
    }

    fn get(self, name: &str) -> Option<&'de Value> {
        self.value.as_map()?.get(name)
    }

    /// Reads the value inside a newtype variant: a struct's fields stand
    /// inline, anything else is `data`.
    fn inner<T: Deserialize<'de>>(self) -> Result<T, ValueError> {
        match self.get("data") {
            Some(data) if self.value.as_map().is_some_and(|map| map.len() == 2) => {
                let read = self.read::<T>(data);
                read.or_else(|error| self.read_fields::<T>().map_err(|_| error))
            }
            Some(data) => {
                let read = self.read_fields::<T>();
                read.or_else(|error| self.read::<T>(data).map_err(|_| error))
            }
            None => self.read_fields::<T>(),
        }
    }
}

impl<'de> Source<'de> {
    #[inline]
    pub(crate) fn positional(event: &'de Event, body: &'de [u8]) -> Self {
        Self {
            event,
            body: Some(Decoder::new(body)),
        }
    }

    #[inline]
    pub(crate) fn named(event: &'de Event) -> Self {
        Self { event, body: None }
    }

    /// Reads the next field.
    #[inline(always)]
    pub fn field<T: Deserialize<'de>>(&mut self, name: &'static str) -> Result<T, Error> {
        let Some(body) = &mut self.body else {
            return read_named(self.event, name, &[], None);
        };
        match body.next() {
            Ok(value) => Ok(value),
            Err(problem) => Err(field_error(self.event, name, problem)),
        }
    }

    /// Reads the next field, which may be missing from a dict, or be there by
    /// another name.
    #[inline]
    pub fn field_or<T: Deserialize<'de>>(
        &mut self,
        name: &'static str,
        aliases: &[&str],
        default: Option<fn() -> T>,
    ) -> Result<T, Error> {
        match self.body {
            Some(_) => self.field(name),
            None => read_named(self.event, name, aliases, default),
        }
    }

    /// Reads the value inside a newtype variant, which is the whole body.
    #[inline]
    pub fn inner<T: Deserialize<'de>>(&mut self) -> Result<T, Error> {
        match self.body {
            Some(_) => self.field("data"),
            None => read_inner(self.event),
        }
    }

    /// Checks that nothing is left of the body. In a dict, what nobody asked
    /// for is passed over.
    #[inline(always)]
    pub fn finish(&self) -> Result<(), Error> {
        match &self.body {
            Some(body) if body.remaining() == 0 => Ok(()),
            body => left_over(self.event, body.as_ref().map_or(0, Decoder::remaining)),
        }
    }

    /// The error for an index that the table doesn't have.
    pub fn no_such_action(&self) -> Error {
        let problem = Problem::Invalid("not an action of this enum".into());
        field_error(self.event, "", problem)
    }
}

#[inline(never)]
fn read_named<'de, T: Deserialize<'de>>(
    event: &'de Event,
    name: &'static str,
    aliases: &[&str],
    default: Option<fn() -> T>,
) -> Result<T, Error> {
    if let Some((body, entries)) = event.rencode() {
        let mut names = std::iter::once(name).chain(aliases.iter().copied());
        if let Some(value) = names.find_map(|name| rencode::find(entries, body, name)) {
            return match rencode::read_valid(value) {
                Ok(value) => Ok(value),
                Err(error) => Err(unreadable(event, error.in_field(name).into())),
            };
        }
        return missing(event, name, default);
    }
    read_from_dict(event, name, aliases, default)
}

#[cold]
fn read_from_dict<'de, T: Deserialize<'de>>(
    event: &'de Event,
    name: &'static str,
    aliases: &[&str],
    default: Option<fn() -> T>,
) -> Result<T, Error> {
    let Named::Dict(dict) = event.named_body()? else {
        return missing(event, name, default);
    };
    let mut names = std::iter::once(name).chain(aliases.iter().copied());
    match names.find_map(|name| dict.get(name)) {
        Some(value) => {
            let read = dict.read(value);
            read.map_err(|error| unreadable(event, error.in_field(name).into()))
        }
        None => missing(event, name, default),
    }
}

/// What is missing is as good as none, for who can do with that.
#[cold]
fn missing<'de, T: Deserialize<'de>>(
    event: &'de Event,
    name: &'static str,
    default: Option<fn() -> T>,
) -> Result<T, Error> {
    static NONE: Value = Value::None;
    match default {
        Some(default) => Ok(default()),
        None => NONE.to_data().map_err(|_| {
            let problem = FieldProblem {
                field: Cow::Borrowed(name),
                problem: Problem::Invalid("it is missing".to_owned()),
            };
            unreadable(event, problem)
        }),
    }
}

#[cold]
fn unreadable(event: &Event, FieldProblem { field, problem }: FieldProblem) -> Error {
    decode_error(event, field, &problem)
}

#[cold]
#[inline(never)]
fn read_inner<'de, T: Deserialize<'de>>(event: &'de Event) -> Result<T, Error> {
    let read = match event.named_body()? {
        Named::Rencode { body, entries } => {
            rencode_inner(body, entries).map_err(|error| error.in_field("data").into())
        }
        Named::Dict(dict) => dict.inner().map_err(|error| error.in_field("data").into()),
    };
    read.map_err(|FieldProblem { field, problem }| decode_error(event, field, &problem))
}

/// What to say of a body of which so much is left, or which is a dict.
#[inline(never)]
fn left_over(event: &Event, left: usize) -> Result<(), Error> {
    match left {
        0 if event.rencode().is_some() => Ok(()),
        0 => event.named_body().map(drop),
        left => Err(field_error(event, "", Problem::trailing(left))),
    }
}

#[cold]
#[inline(never)]
#[expect(clippy::needless_pass_by_value, reason = "what calls this stays small")]
fn field_error(event: &Event, field: &'static str, problem: Problem) -> Error {
    decode_error(event, Cow::Borrowed(field), &problem)
}

fn decode_error(event: &Event, field: Cow<'static, str>, problem: &Problem) -> Error {
    Error::Decode {
        action: event.action().to_owned(),
        field,
        problem: problem.to_string(),
    }
}
