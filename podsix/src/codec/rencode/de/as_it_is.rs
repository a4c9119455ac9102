//! What serde has no word for, to a [`Value`](crate::Value).

use std::mem;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    self, DeserializeSeed, EnumAccess, Error as _, Unexpected, VariantAccess, Visitor,
};

use super::super::marks;
use super::super::tokens::Token;
use super::{Deserializer, Result};
use crate::rencode::Error;

/// A tuple or an integer beyond 64 bits, which a value takes for a variant of this name.
pub(super) struct Marked<'a, 'de> {
    mark: &'static str,
    de: &'a mut Deserializer<'de>,
}

impl<'a, 'de> Marked<'a, 'de> {
    /// Gives a value what comes next.
    pub(super) fn visit<V: Visitor<'de>>(
        de: &'a mut Deserializer<'de>,
        visitor: V,
    ) -> Result<V::Value> {
        let mark = match de.reader.clone().next()? {
            Token::Tuple(_) => Some(marks::TUPLE),
            Token::BigInt(_) => Some(marks::INTEGER),
            _ => None,
        };
        // A value leaves out double entries by itself, and keeps the place of the first.
        let left_out = mem::take(&mut de.left_out);
        let result = match mark {
            Some(mark) => visitor.visit_enum(Marked { mark, de: &mut *de }),
            None => de::Deserializer::deserialize_any(&mut *de, visitor),
        };
        de.left_out = left_out;
        result
    }
}

impl<'de> EnumAccess<'de> for Marked<'_, 'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self)> {
        let mark = seed.deserialize(BorrowedStrDeserializer::<Error>::new(self.mark))?;
        Ok((mark, self))
    }
}

impl<'de> VariantAccess<'de> for Marked<'_, 'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<()> {
        Err(Error::invalid_type(Unexpected::Enum, &"a value"))
    }

    /// The integer's text.
    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        let start = self.de.reader.position();
        match self.de.reader.next()? {
            Token::BigInt(text) => seed.deserialize(BorrowedStrDeserializer::<Error>::new(text)),
            _ => Err(self.de.mismatch(start, &"an integer")),
        }
    }

    /// The tuple's elements, whatever their number.
    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.de.items(None, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let start = self.de.reader.position();
        Err(self.de.mismatch(start, &visitor))
    }
}
