//! What is not there.

use serde::de::{self, Visitor};
use serde::forward_to_deserialize_any;

use super::super::{Map, ValueError};
use super::Result;

/// An entry that the map does not have: `None` to an `Option`, an error to all others.
pub(in super::super) struct Missing<'a>(pub(in super::super) &'a Map);

impl<'de> de::Deserializer<'de> for Missing<'_> {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value> {
        Err(ValueError::missing(self.0))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_none()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
