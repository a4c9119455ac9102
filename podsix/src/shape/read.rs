//! Reading a body by its shape alone, as a value: each byte must be accounted for.

use core::cell::Cell;
use core::fmt::{self, Formatter};

use serde::de::{DeserializeSeed, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{Named, Shape};
use crate::codec::bincode::{Decoder, Problem};
use crate::value::{Key, MAX_LEVELS, Map, Value};

/// How many shapes may be visited for a body, and how many more for each of its bytes. A body and its shape both come from
/// a peer: without this, a list of large tuples of units would cost it nothing and us much.
const FREE_STEPS: usize = 1 << 16;
const STEPS_PER_BYTE: usize = 32;

impl Shape {
    /// Reads a value of this shape, or, for an action, a map of its fields: by the rules by which a [`Value`] is made of
    /// any type.
    ///
    /// # Errors
    ///
    /// What `body` holds in place of what this shape expects; also where it comes to a part that is not known.
    pub(crate) fn read(&self, body: &[u8]) -> Result<Value, Problem> {
        self.read_as(body, true)
    }

    /// Whether `body` is one value of this shape, also one that no [`Value`] can tell from another.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub(crate) fn check(&self, body: &[u8]) -> Result<(), Problem> {
        self.read_as(body, false).map(drop)
    }

    fn read_as(&self, body: &[u8], exact: bool) -> Result<Value, Problem> {
        let steps = Cell::new(FREE_STEPS.saturating_add(body.len().saturating_mul(STEPS_PER_BYTE)));
        let mut decoder = Decoder::new(body);
        let value = decoder.next_seed(Read {
            shape: self,
            outer: None,
            levels: 0,
            steps: &steps,
            exact,
        })?;
        decoder.finish()?;
        Ok(value)
    }
}

/// One shape on the way, and those around it.
#[derive(Clone, Copy)]
struct Read<'a> {
    shape: &'a Shape,
    outer: Option<&'a Self>,
    // How many shapes this one is in, those that were followed more than once included.
    levels: usize,
    steps: &'a Cell<usize>,
    // Whether a value must not look like another one.
    exact: bool,
}

impl<'a> Read<'a> {
    fn inner(&'a self, shape: &'a Shape) -> Self {
        Self {
            shape,
            outer: Some(self),
            levels: self.levels + 1,
            steps: self.steps,
            exact: self.exact,
        }
    }

    /// The shape so many levels further out.
    fn recursive(self, levels: u8) -> Option<Self> {
        let mut level = self;
        for _ in 0..levels {
            level = *level.outer?;
        }
        Some(level)
    }
}

impl<'de> DeserializeSeed<'de> for Read<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, body: D) -> Result<Value, D::Error> {
        let Some(left) = self.steps.get().checked_sub(1) else {
            return Err(D::Error::custom(
                "a body of this size can't hold so many values",
            ));
        };
        self.steps.set(left);
        if self.levels > MAX_LEVELS {
            return Err(D::Error::custom(format_args!(
                "values are nested at most {MAX_LEVELS} deep"
            )));
        }
        Ok(match self.shape {
            Shape::Unit => <()>::deserialize(body).map(|()| Value::None)?,
            Shape::Bool => bool::deserialize(body)?.into(),
            Shape::I8 => i8::deserialize(body)?.into(),
            Shape::I16 => i16::deserialize(body)?.into(),
            Shape::I32 => i32::deserialize(body)?.into(),
            Shape::I64 => i64::deserialize(body)?.into(),
            Shape::I128 => i128::deserialize(body)?.into(),
            Shape::U8 => u8::deserialize(body)?.into(),
            Shape::U16 => u16::deserialize(body)?.into(),
            Shape::U32 => u32::deserialize(body)?.into(),
            Shape::U64 => u64::deserialize(body)?.into(),
            Shape::U128 => u128::deserialize(body)?.into(),
            Shape::F32 => f32::deserialize(body)?.into(),
            Shape::F64 => f64::deserialize(body)?.into(),
            Shape::Char => char::deserialize(body)?.to_string().into(),
            Shape::Str => String::deserialize(body)?.into(),
            Shape::Bytes => body.deserialize_bytes(self)?,
            Shape::Option(_) => body.deserialize_option(self)?,
            Shape::Seq(_) => body.deserialize_seq(self)?,
            Shape::Tuple(shapes) => body.deserialize_tuple(shapes.len(), self)?,
            Shape::Map(_) => body.deserialize_map(self)?,
            Shape::Struct(fields) => body.deserialize_tuple(fields.len(), self)?,
            Shape::Enum(_) => body.deserialize_enum("", &[], self)?,
            Shape::Recursive(levels) => {
                return match self.recursive(*levels) {
                    // A `Recursive` can't be where one leads, since it holds nothing.
                    Some(level) => Self {
                        levels: self.levels,
                        ..level
                    }
                    .deserialize(body),
                    None => Err(D::Error::custom("a shape leads out of itself")),
                };
            }
            Shape::Unknown => {
                return Err(D::Error::custom(
                    "a body can't be read by a shape that is not complete",
                ));
            }
        })
    }
}

impl<'de> Visitor<'de> for Read<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.shape)
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Value, E> {
        Ok(Value::Bytes(bytes.to_vec()))
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::None)
    }

    fn visit_some<D: Deserializer<'de>>(self, body: D) -> Result<Value, D::Error> {
        match self.shape {
            Shape::Option(inner) => match self.inner(inner).deserialize(body)? {
                Value::None if self.exact => Err(D::Error::custom(
                    "an option that holds nothing inside can't be told from `None` by name",
                )),
                value => Ok(value),
            },
            _ => Ok(Value::None),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut body: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        match self.shape {
            Shape::Tuple(shapes) => {
                for shape in shapes {
                    values.extend(body.next_element_seed(self.inner(shape))?);
                }
                Ok(Value::Tuple(values))
            }
            Shape::Struct(fields) => {
                let mut map = Map::new();
                for field in fields {
                    if let Some(value) = body.next_element_seed(self.inner(&field.shape))? {
                        map.insert(&*field.name, value);
                    }
                }
                Ok(Value::Map(map))
            }
            Shape::Seq(inner) => {
                while let Some(value) = body.next_element_seed(self.inner(inner))? {
                    values.push(value);
                }
                Ok(Value::List(values))
            }
            _ => Ok(Value::None),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut body: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        if let Shape::Map(entry) = self.shape {
            while let Some(key) = body.next_key_seed(self.inner(&entry.0))? {
                let key = Key::try_from(key).map_err(A::Error::custom)?;
                map.insert(key, body.next_value_seed(self.inner(&entry.1))?);
            }
        }
        Ok(Value::Map(map))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, body: A) -> Result<Value, A::Error> {
        let Shape::Enum(variants) = self.shape else {
            return Ok(Value::None);
        };
        let (index, payload) = body.variant::<u32>()?;
        let variant = usize::try_from(index)
            .ok()
            .and_then(|index| variants.get(index));
        let Some(Named { name, shape, .. }) = variant else {
            return Err(A::Error::custom(format_args!(
                "expected one of {} variants, found the index {index}",
                variants.len()
            )));
        };
        // Whatever a variant holds, its bytes are those of a newtype variant with that inside.
        let inner = payload.newtype_variant_seed(self.inner(shape))?;
        Ok(match shape {
            Shape::Unit => Value::from(&**name),
            _ => Value::Map(Map::from([(&**name, inner)])),
        })
    }
}
