//! What serde has no word for, to a [`Value`].

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, Error as _, Expected, Unexpected, VariantAccess, Visitor};

use super::super::{Value, ValueError};
use super::{Deserializer, Result};

/// A tuple or an integer beyond 64 bits, for a [`Value`].
pub(super) struct AsItIs<'de>(pub(super) &'de Value);

impl<'de> VariantAccess<'de> for AsItIs<'de> {
    type Error = ValueError;

    fn unit_variant(self) -> Result<()> {
        Err(ValueError::invalid_type(Unexpected::Enum, &"a value"))
    }

    /// The integer's text.
    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        match self.0 {
            Value::BigInt(number) => {
                seed.deserialize(BorrowedStrDeserializer::<ValueError>::new(number.as_str()))
            }
            _ => Err(ValueError::mismatch("an integer", self.0)),
        }
    }

    /// The tuple's elements, whatever their number.
    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        Deserializer::new(self.0, true).items(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        Err(ValueError::mismatch(&visitor as &dyn Expected, self.0))
    }
}
