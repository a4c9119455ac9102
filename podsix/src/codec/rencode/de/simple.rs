//! The values that most fields are, each of one item, read without all that other values need.

use std::cell::Cell;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::super::tokens::{Reader, code};

/// Reads a valid value that is all of `bytes`, if it is a number, a text or a `bool` and its type is one that takes it as
/// it is. Of anything else nothing is said but that: then it is to be read by a [`Deserializer`](super::Deserializer).
#[inline]
pub(super) fn read_simple<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Option<T> {
    let refused = Cell::new(false);
    let simple = Simple {
        bytes,
        refused: &refused,
    };
    // A type may go on in spite of an error.
    T::deserialize(simple).ok().filter(|_| !refused.get())
}

struct Simple<'de, 'r> {
    bytes: &'de [u8],
    /// Whether anything was asked for that it has not.
    refused: &'r Cell<bool>,
}

/// It is not so simple.
#[derive(Debug)]
struct Other;

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a simple value")
    }
}

impl std::error::Error for Other {}

impl de::Error for Other {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
    fn invalid_type(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }
    fn invalid_value(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }
}

impl<'de> Simple<'de, '_> {
    #[inline]
    fn refuse<T>(&self) -> Result<T, Other> {
        self.refused.set(true);
        Err(Other)
    }

    #[inline]
    fn whole<T>(&self, read: impl FnOnce(&mut Reader<'de>) -> Option<T>) -> Result<T, Other> {
        match read(&mut Reader::new(self.bytes)) {
            Some(value) => Ok(value),
            None => self.refuse(),
        }
    }

    #[inline]
    fn integer<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        visitor.visit_i64(self.whole(Reader::take_int)?)
    }
}

impl<'de> Deserializer<'de> for Simple<'de, '_> {
    type Error = Other;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Other> {
        self.refuse()
    }

    #[inline]
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        match self.bytes {
            [code::TRUE] => visitor.visit_bool(true),
            [code::FALSE] => visitor.visit_bool(false),
            _ => self.refuse(),
        }
    }

    #[inline]
    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        let number = self.whole(Reader::take_float)?;
        if number.is_finite() && (number as f32).is_infinite() {
            return self.refuse();
        }
        visitor.visit_f32(number as f32)
    }

    #[inline]
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        visitor.visit_f64(self.whole(Reader::take_float)?)
    }

    #[inline]
    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        self.integer(visitor)
    }

    #[inline]
    fn deserialize_i16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        self.integer(visitor)
    }

    #[inline]
    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        self.integer(visitor)
    }

    #[inline]
    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        self.integer(visitor)
    }

    #[inline]
    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        self.integer(visitor)
    }

    #[inline]
    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        self.integer(visitor)
    }

    #[inline]
    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        self.integer(visitor)
    }

    #[inline]
    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        self.integer(visitor)
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        let bytes = self.whole(Reader::take_text)?;
        match str::from_utf8(bytes) {
            Ok(text) => visitor.visit_borrowed_str(text),
            Err(_) => self.refuse(),
        }
    }

    #[inline]
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        self.deserialize_str(visitor)
    }

    forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf option unit unit_struct newtype_struct seq tuple tuple_struct map struct enum
        identifier ignored_any
    }
}
