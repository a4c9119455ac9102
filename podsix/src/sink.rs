//! What a message writes its fields to, one by one.

use std::borrow::Cow;

use serde::Serialize;

use crate::codec::bincode::{self, Problem};
#[cfg(feature = "json")]
use crate::codec::json::{Odd, Text};
use crate::codec::rencode;
use crate::shape::Shape;
use crate::value::{Key, Map, Value, ValueError};

/// What a message writes its fields to: one type for each way to write them, so
/// that nobody has to ask which it is at every field.
#[doc(hidden)]
pub trait Sink {
    /// Writes the next field.
    fn field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), FieldProblem>;

    /// Writes the value inside a newtype variant, which is the whole body: in
    /// a dict the fields of a struct stand inline, anything else is `data`, and
    /// so is what has a field `action` itself.
    fn inner<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), FieldProblem>;

    /// Writes all fields of a message that is a dict already.
    fn fields(&mut self, fields: &Map) -> Result<(), FieldProblem>;
}

/// The fields one after the other, without their names.
#[derive(Debug)]
pub(crate) struct Positional<'a> {
    body: &'a mut Vec<u8>,
    limit: usize,
}

impl<'a> Positional<'a> {
    /// Appends to `body`, which may grow to `limit` bytes.
    #[inline]
    pub(crate) fn new(body: &'a mut Vec<u8>, limit: usize) -> Self {
        Self { body, limit }
    }
}

impl Sink for Positional<'_> {
    #[inline]
    fn field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), FieldProblem> {
        let written = bincode::encode(value, self.body, self.limit);
        written.map_err(|problem| FieldProblem::new(name, problem))
    }

    #[inline]
    fn inner<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), FieldProblem> {
        self.field("data", value)
    }

    fn fields(&mut self, _: &Map) -> Result<(), FieldProblem> {
        Ok(())
    }
}

/// The fields one after the other, each compared with its shape: what its type
/// writes must be what it reads, or the other end would take one field for
/// another.
#[derive(Debug)]
pub(crate) struct Checked<'a> {
    body: &'a mut Vec<u8>,
    limit: usize,
    shape: &'a Shape,
    written: usize,
}

impl<'a> Checked<'a> {
    /// Appends to `body`, which may grow to `limit` bytes, an action of this shape.
    pub(crate) fn new(body: &'a mut Vec<u8>, limit: usize, shape: &'a Shape) -> Self {
        Self {
            body,
            limit,
            shape,
            written: 0,
        }
    }
}

impl Sink for Checked<'_> {
    #[cold]
    fn field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), FieldProblem> {
        let shape = match self.shape {
            Shape::Struct(fields) => fields.get(self.written).map(|field| &field.shape),
            _ => None,
        };
        self.written += 1;
        let written = checked(value, self.body, self.limit, shape);
        written.map_err(|problem| FieldProblem::new(name, problem))
    }

    #[cold]
    fn inner<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), FieldProblem> {
        let written = checked(value, self.body, self.limit, Some(self.shape));
        written.map_err(|problem| FieldProblem::new("data", problem))
    }

    fn fields(&mut self, _: &Map) -> Result<(), FieldProblem> {
        Ok(())
    }
}

/// Entries of a dict in rencode.
#[derive(Debug)]
pub(crate) struct Rencode<'a> {
    body: &'a mut Vec<u8>,
    limit: usize,
    /// How many were written.
    pub(crate) entries: usize,
    /// Whether a key holds bytes, which are written as text is.
    pub(crate) keys_hold_bytes: bool,
}

impl<'a> Rencode<'a> {
    /// Appends to `body`, which may grow to `limit` bytes.
    #[inline]
    pub(crate) fn new(body: &'a mut Vec<u8>, limit: usize) -> Self {
        Self {
            body,
            limit,
            entries: 0,
            keys_hold_bytes: false,
        }
    }
}

impl Sink for Rencode<'_> {
    #[inline(always)]
    fn field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), FieldProblem> {
        self.entries += 1;
        Ok(rencode::encode_entry(name, value, self.body, self.limit)?)
    }

    fn inner<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), FieldProblem> {
        self.entries += rencode::encode_inline(value, self.body, self.limit)?;
        Ok(())
    }

    fn fields(&mut self, fields: &Map) -> Result<(), FieldProblem> {
        for (key, value) in beside_action(fields) {
            self.entries += 1;
            self.keys_hold_bytes |= rencode::encode_keyed(key, value, self.body, self.limit)?;
        }
        Ok(())
    }
}

/// A dict in JSON, if nothing in it takes a closer look.
#[cfg(feature = "json")]
impl Sink for Text<'_> {
    fn field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), FieldProblem> {
        Ok(self.entry(name, value)?)
    }

    fn inner<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), FieldProblem> {
        Ok(self.inline(value)?)
    }

    fn fields(&mut self, fields: &Map) -> Result<(), FieldProblem> {
        for (key, value) in beside_action(fields) {
            self.entry(key.as_str().ok_or(Odd)?, value)?;
        }
        Ok(())
    }
}

/// A dict.
impl Sink for Map {
    #[cold]
    fn field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), FieldProblem> {
        let value = Value::from_data(value).map_err(|error| error.in_field(name))?;
        self.insert(name, value);
        Ok(())
    }

    #[cold]
    fn inner<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), FieldProblem> {
        let value = Value::from_data(value).map_err(|error| error.in_field("data"))?;
        let is_field = |key: &Key| key.as_str().is_some_and(|name| name != "action");
        match value {
            Value::Map(fields) if fields.keys().all(is_field) => self.extend(fields),
            value => {
                self.insert("data", value);
            }
        }
        Ok(())
    }

    fn fields(&mut self, fields: &Map) -> Result<(), FieldProblem> {
        let fields = beside_action(fields);
        self.extend(fields.map(|(key, value)| (key.clone(), value.clone())));
        Ok(())
    }
}

fn beside_action(fields: &Map) -> impl Iterator<Item = (&Key, &Value)> {
    let fields = fields.iter();
    fields.filter(|(key, _)| key.as_str() != Some("action"))
}

/// Why a field could not be written or read.
#[doc(hidden)]
#[derive(Debug)]
pub struct FieldProblem(
    // Boxed, so that a result fits into a register.
    Box<Content>,
);

#[derive(Debug)]
struct Content {
    field: Cow<'static, str>,
    problem: Problem,
}

impl FieldProblem {
    /// `field` is where it is, from the message inwards; empty if that itself is
    /// meant.
    #[cold]
    pub(crate) fn new(field: impl Into<Cow<'static, str>>, problem: Problem) -> Self {
        let field = field.into();
        Self(Box::new(Content { field, problem }))
    }

    /// Where it is, and what.
    pub(crate) fn into_parts(self) -> (Cow<'static, str>, Problem) {
        let Content { field, problem } = *self.0;
        (field, problem)
    }
}

impl From<Problem> for FieldProblem {
    #[cold]
    fn from(problem: Problem) -> Self {
        Self::new("", problem)
    }
}

impl From<rencode::Error> for FieldProblem {
    #[cold]
    fn from(error: rencode::Error) -> Self {
        let (field, problem) = error.into_parts();
        Self::new(field, problem)
    }
}

impl From<ValueError> for FieldProblem {
    #[cold]
    fn from(error: ValueError) -> Self {
        let problem = Problem::invalid(error.problem().to_owned());
        Self::new(error.field().to_owned(), problem)
    }
}

/// Nobody is told: the message is written again in another way.
#[cfg(feature = "json")]
impl From<Odd> for FieldProblem {
    #[cold]
    fn from(_: Odd) -> Self {
        Problem::TooLarge.into()
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
            Problem::invalid(format!(
                "its type writes itself otherwise than it reads itself (its `Serialize` and \
             `Deserialize` differ): {problem}"
            ))
        })
}
