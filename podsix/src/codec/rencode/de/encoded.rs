//! What a [`Value`](crate::Value) reads by itself.

use std::mem;

use serde::de::value::{BorrowedBytesDeserializer, BorrowedStrDeserializer};
use serde::de::{
    self, DeserializeSeed, EnumAccess, Error as _, Unexpected, VariantAccess, Visitor,
};

use super::super::tokens::Token;
use super::{Deserializer, Place, Result};
use crate::rencode::Error;
use crate::value::marks;

/// The bytes of a value, which a `Value` takes for a variant of a name that both know: serde's own way, an item at a time,
/// takes several times as long, and has no word for a tuple.
pub(super) struct Encoded<'de>(&'de [u8]);

impl<'de> Encoded<'de> {
    /// Gives a `Value` what comes next.
    pub(super) fn visit<V: Visitor<'de>>(
        de: &mut Deserializer<'de>,
        visitor: V,
    ) -> Result<V::Value> {
        if de.place == Place::ActionHidden
            && matches!(de.reader.clone().token(), Ok(Token::Dict(_)))
        {
            // A value leaves out double entries by itself, and keeps the place of the first.
            let left_out = mem::take(&mut de.left_out);
            let result = de::Deserializer::deserialize_any(&mut *de, visitor);
            de.left_out = left_out;
            return result;
        }
        let start = de.reader.position();
        if start == 0 {
            // The outermost value, which sees for itself where it ends.
            de.reader.advance(de.reader.left());
        } else {
            de.skip()?;
        }
        visitor.visit_enum(Self(de.reader.range(start, de.reader.position())))
    }
}

impl<'de> EnumAccess<'de> for Encoded<'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self)> {
        let mark = seed.deserialize(BorrowedStrDeserializer::<Error>::new(marks::RENCODE))?;
        Ok((mark, self))
    }
}

impl<'de> VariantAccess<'de> for Encoded<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<()> {
        Err(Error::invalid_type(Unexpected::Enum, &"a value"))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        seed.deserialize(BorrowedBytesDeserializer::<Error>::new(self.0))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        Err(Error::invalid_type(Unexpected::Enum, &visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        Err(Error::invalid_type(Unexpected::Enum, &visitor))
    }
}
