//! Reading a body by its shape alone: each byte must be accounted for.

use core::cell::Cell;
use core::fmt::{self, Formatter};

use serde::Deserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::{Named, Shape};
use crate::codec::bincode::{Decoder, Problem};

/// How many shapes may be visited for a body, and how many more for each of its bytes. Both ends of a walk come from
/// a peer: without this, a list of large tuples of units would cost it nothing and us much.
const FREE_STEPS: usize = 1 << 16;
const STEPS_PER_BYTE: usize = 32;

impl Shape {
    /// Reads one value of this shape, or, for an action, all its fields.
    ///
    /// # Errors
    ///
    /// What `body` holds in place of what this shape expects; also for a shape that is not complete.
    #[allow(dead_code, reason = "for a body that is read before its type is known")]
    pub(crate) fn walk(&self, body: &mut Decoder<'_>) -> Result<(), Problem> {
        let steps =
            Cell::new(FREE_STEPS.saturating_add(body.remaining().saturating_mul(STEPS_PER_BYTE)));
        body.next_seed(Walk {
            shape: self,
            outer: None,
            steps: &steps,
        })
    }
}

/// One shape on the way, and those around it.
#[derive(Clone, Copy)]
struct Walk<'a> {
    shape: &'a Shape,
    outer: Option<&'a Self>,
    steps: &'a Cell<usize>,
}

impl<'a> Walk<'a> {
    fn inner(&'a self, shape: &'a Shape) -> Self {
        Self {
            shape,
            outer: Some(self),
            steps: self.steps,
        }
    }

    /// The walk so many levels further out.
    fn recursive(self, levels: u8) -> Option<Self> {
        let mut walk = self;
        for _ in 0..levels {
            walk = *walk.outer?;
        }
        Some(walk)
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, body: D) -> Result<(), D::Error> {
        let Some(left) = self.steps.get().checked_sub(1) else {
            return Err(D::Error::custom(
                "a body of this size can't hold so many values",
            ));
        };
        self.steps.set(left);
        let ignored = match self.shape {
            Shape::Unit => body.deserialize_unit(IgnoredAny),
            Shape::Bool => body.deserialize_bool(IgnoredAny),
            Shape::I8 => body.deserialize_i8(IgnoredAny),
            Shape::I16 => body.deserialize_i16(IgnoredAny),
            Shape::I32 => body.deserialize_i32(IgnoredAny),
            Shape::I64 => body.deserialize_i64(IgnoredAny),
            Shape::I128 => body.deserialize_i128(IgnoredAny),
            Shape::U8 => body.deserialize_u8(IgnoredAny),
            Shape::U16 => body.deserialize_u16(IgnoredAny),
            Shape::U32 => body.deserialize_u32(IgnoredAny),
            Shape::U64 => body.deserialize_u64(IgnoredAny),
            Shape::U128 => body.deserialize_u128(IgnoredAny),
            Shape::F32 => body.deserialize_f32(IgnoredAny),
            Shape::F64 => body.deserialize_f64(IgnoredAny),
            Shape::Char => body.deserialize_char(IgnoredAny),
            Shape::Str => body.deserialize_str(IgnoredAny),
            Shape::Bytes => body.deserialize_bytes(IgnoredAny),
            Shape::Option(_) => return body.deserialize_option(self),
            Shape::Seq(_) => return body.deserialize_seq(self),
            Shape::Tuple(shapes) => return body.deserialize_tuple(shapes.len(), self),
            Shape::Map(_) => return body.deserialize_map(self),
            Shape::Struct(fields) => return body.deserialize_tuple(fields.len(), self),
            Shape::Enum(_) => return body.deserialize_enum("", &[], self),
            Shape::Recursive(levels) => {
                return match self.recursive(*levels) {
                    // A `Recursive` can't be where one leads, since it holds nothing.
                    Some(walk) => walk.deserialize(body),
                    None => Err(D::Error::custom("a shape leads out of itself")),
                };
            }
            Shape::Unknown => {
                return Err(D::Error::custom(
                    "a body can't be read by a shape that is not complete",
                ));
            }
        };
        ignored.map(|IgnoredAny| ())
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.shape)
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, body: D) -> Result<(), D::Error> {
        match self.shape {
            Shape::Option(inner) => self.inner(inner).deserialize(body),
            _ => Ok(()),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut body: A) -> Result<(), A::Error> {
        match self.shape {
            Shape::Seq(inner) => while body.next_element_seed(self.inner(inner))?.is_some() {},
            Shape::Tuple(shapes) => {
                for shape in shapes {
                    body.next_element_seed(self.inner(shape))?;
                }
            }
            Shape::Struct(fields) => {
                for field in fields {
                    body.next_element_seed(self.inner(&field.shape))?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut body: A) -> Result<(), A::Error> {
        if let Shape::Map(entry) = self.shape {
            while body.next_key_seed(self.inner(&entry.0))?.is_some() {
                body.next_value_seed(self.inner(&entry.1))?;
            }
        }
        Ok(())
    }

    fn visit_enum<A: EnumAccess<'de>>(self, body: A) -> Result<(), A::Error> {
        let Shape::Enum(variants) = self.shape else {
            return Ok(());
        };
        let (index, payload) = body.variant::<u32>()?;
        match usize::try_from(index)
            .ok()
            .and_then(|index| variants.get(index))
        {
            // Whatever a variant holds, its bytes are those of a newtype variant with that inside.
            Some(Named { shape, .. }) => payload.newtype_variant_seed(self.inner(shape)),
            None => Err(A::Error::custom(format_args!(
                "expected one of {} variants, found the index {index}",
                variants.len()
            ))),
        }
    }
}
