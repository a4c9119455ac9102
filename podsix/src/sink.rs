//! What a message writes its fields to, one by one.

use std::borrow::Cow;

use serde::Serialize;

use crate::codec::bincode::{self, Problem};
#[cfg(feature = "json")]
use crate::codec::json::{Odd, Text};
use crate::codec::rencode;
use crate::shape::Shape;
use crate::value::{Key, Map, Value, ValueError};

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
    /// A dict in JSON, if nothing in it takes a closer look.
    #[cfg(feature = "json")]
    Json(Text<'a>),
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
            problem: Problem::invalid(error.problem().to_owned()),
        }
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

    /// Adds to a message in JSON.
    #[cfg(feature = "json")]
    pub(crate) fn json(text: Text<'a>) -> Self {
        Self(Writing::Json(text))
    }

    /// Ends a message in JSON, if nothing in it takes a closer look.
    #[cfg(feature = "json")]
    pub(crate) fn end_json(&mut self) -> Option<()> {
        match &mut self.0 {
            Writing::Json(text) => text.end().ok(),
            _ => None,
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
                #[cfg(feature = "json")]
                Writing::Json(text) => text.entry(key.as_str().ok_or(Odd)?, value)?,
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
            #[cfg(feature = "json")]
            Writing::Json(text) => return Ok(text.inline(value)?),
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
            #[cfg(feature = "json")]
            Self::Json(text) => return Ok(text.entry(name, value)?),
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
            Problem::invalid(format!(
                "its type writes itself otherwise than it reads itself (its `Serialize` and \
             `Deserialize` differ): {problem}"
            ))
        })
}
