//! What a message reads its fields from, one by one.

use std::borrow::Cow;

use serde::Deserialize;

use crate::codec::bincode::{Decoder, Problem};
use crate::codec::rencode::{self, Fields};
use crate::sink::FieldProblem;
use crate::value::{Value, ValueError};
use crate::{Error, Event};

/// Reads the value inside a newtype variant from a dict: a struct's fields
/// stand inline; anything else is `data`.
fn rencode_inner<'de, T: Deserialize<'de>>(fields: Fields<'de>) -> Result<T, rencode::Error> {
    let read_fields = || rencode::read_fields(fields.body, false);
    match fields.find("data") {
        Some(data) if fields.entries.len() == 2 => {
            rencode::read(data).or_else(|error| read_fields().map_err(|_| error))
        }
        Some(data) => read_fields().or_else(|error| rencode::read(data).map_err(|_| error)),
        None => read_fields(),
    }
}

/// Where the first field is in most messages with names.
const AFTER_ACTION: usize = 1;

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
    /// The fields of a dict in rencode, and where the next one is, if they come in
    /// the order in which they are asked for.
    fields: Option<Fields<'de>>,
    next: usize,
}

/// A body in which fields are found by their names.
#[derive(Debug)]
pub(crate) enum Named<'de> {
    /// A dict in rencode, read where it lies.
    Rencode(Fields<'de>),
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

/// How the body of a message is read: whoever reads it is compiled for each, so that it
/// does not ask at each field.
#[doc(hidden)]
pub trait Way {
    /// What the fields of this message are read from.
    fn source(event: &Event) -> Source<'_>;
}

/// One field behind the other, from a body without names.
#[doc(hidden)]
#[derive(Debug)]
pub struct ByPlaces;

/// By the fields' names, from a dict.
#[doc(hidden)]
#[derive(Debug)]
pub struct ByNames;

impl Way for ByPlaces {
    #[inline(always)]
    fn source(event: &Event) -> Source<'_> {
        Source::positional(event, event.body())
    }
}

impl Way for ByNames {
    #[inline]
    fn source(event: &Event) -> Source<'_> {
        Source::named(event)
    }
}

impl<'de> Source<'de> {
    #[inline]
    fn positional(event: &'de Event, body: &'de [u8]) -> Self {
        Self {
            event,
            body: Some(Decoder::new(body)),
            fields: None,
            next: AFTER_ACTION,
        }
    }

    #[inline]
    fn named(event: &'de Event) -> Self {
        Self {
            event,
            body: None,
            fields: event.rencode(),
            next: AFTER_ACTION,
        }
    }

    /// Reads the next field.
    #[inline(always)]
    pub fn field<T: Deserialize<'de>>(&mut self, name: &'static str) -> Result<T, Box<Error>> {
        let Some(body) = &mut self.body else {
            return self.named_field(name, &[], None);
        };
        match body.next() {
            Ok(value) => Ok(value),
            Err(problem) => Err(field_error(name, problem)),
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
    ) -> Result<T, Box<Error>> {
        match self.body {
            Some(_) => self.field(name),
            None => self.named_field(name, aliases, default),
        }
    }

    #[inline(always)]
    fn named_field<T: Deserialize<'de>>(
        &mut self,
        name: &'static str,
        aliases: &[&str],
        default: Option<fn() -> T>,
    ) -> Result<T, Box<Error>> {
        let place = self.next;
        self.next += 1;
        match self.fields.and_then(|fields| fields.get(place, name)) {
            Some(value) => read_value(self.event, name, value),
            None => read_named(self.event, name, aliases, default),
        }
    }

    /// Reads the value inside a newtype variant, which is the whole body.
    #[inline]
    pub fn inner<T: Deserialize<'de>>(&mut self) -> Result<T, Box<Error>> {
        match self.body {
            Some(_) => self.field("data"),
            None => read_inner(self.event),
        }
    }

    /// Checks that nothing is left of the body. In a dict, what nobody asked
    /// for is passed over.
    #[inline(always)]
    pub fn finish(&self) -> Result<(), Box<Error>> {
        match &self.body {
            Some(body) => match body.remaining() {
                0 => Ok(()),
                left => Err(left_over(left)),
            },
            None if self.fields.is_some() => Ok(()),
            None => is_dict(self.event),
        }
    }
}

#[inline(never)]
fn read_named<'de, T: Deserialize<'de>>(
    event: &'de Event,
    name: &'static str,
    aliases: &[&str],
    default: Option<fn() -> T>,
) -> Result<T, Box<Error>> {
    if let Some(fields) = event.rencode() {
        let mut names = std::iter::once(name).chain(aliases.iter().copied());
        return match names.find_map(|name| fields.find(name)) {
            Some(value) => read_value(event, name, value),
            None => missing(event, name, default),
        };
    }
    read_from_dict(event, name, aliases, default)
}

#[inline(never)]
fn read_value<'de, T: Deserialize<'de>>(
    event: &Event,
    name: &'static str,
    value: &'de [u8],
) -> Result<T, Box<Error>> {
    match rencode::read_valid(value) {
        Ok(value) => Ok(value),
        Err(error) => Err(unreadable(event, error.in_field(name).into())),
    }
}

#[cold]
fn read_from_dict<'de, T: Deserialize<'de>>(
    event: &'de Event,
    name: &'static str,
    aliases: &[&str],
    default: Option<fn() -> T>,
) -> Result<T, Box<Error>> {
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
) -> Result<T, Box<Error>> {
    static NONE: Value = Value::None;
    match default {
        Some(default) => Ok(default()),
        None => NONE.to_data().map_err(|_| {
            let problem = Problem::invalid("it is missing".to_owned());
            unreadable(event, FieldProblem::new(name, problem))
        }),
    }
}

#[cold]
fn unreadable(event: &Event, problem: FieldProblem) -> Box<Error> {
    let (field, problem) = problem.into_parts();
    decode_error(event, field, &problem)
}

#[cold]
#[inline(never)]
fn read_inner<'de, T: Deserialize<'de>>(event: &'de Event) -> Result<T, Box<Error>> {
    let read = match event.named_body()? {
        Named::Rencode(fields) => {
            rencode_inner(fields).map_err(|error| error.in_field("data").into())
        }
        Named::Dict(dict) => dict.inner().map_err(|error| error.in_field("data").into()),
    };
    read.map_err(|problem| unreadable(event, problem))
}

/// What to say of a body of which so much is left.
#[cold]
#[inline(never)]
fn left_over(left: usize) -> Box<Error> {
    field_error("", Problem::trailing(left))
}

#[inline(never)]
fn is_dict(event: &Event) -> Result<(), Box<Error>> {
    Ok(event.named_body().map(drop)?)
}

/// The error for an index that the table doesn't have.
pub(crate) fn no_such_action(event: &Event) -> Box<Error> {
    let problem = Problem::invalid("not an action of this enum".into());
    decode_error(event, "".into(), &problem)
}

/// The error for a field, in which the action is still missing: see
/// [`Event::complete`].
// What reads a body keeps nothing for its errors but what these take.
#[cold]
#[inline(never)]
#[expect(clippy::needless_pass_by_value, reason = "what calls this stays small")]
fn field_error(field: &'static str, problem: Problem) -> Box<Error> {
    Box::new(Error::Decode {
        action: String::new(),
        field: Cow::Borrowed(field),
        problem: problem.to_string(),
    })
}

fn decode_error(event: &Event, field: Cow<'static, str>, problem: &Problem) -> Box<Error> {
    Box::new(Error::Decode {
        action: event.action().to_owned(),
        field,
        problem: problem.to_string(),
    })
}
