//! [`Value`] itself as serde data, so that it can stand inside a struct and be written in other formats.
//!
//! serde knows no difference between a list and a tuple of unknown length, and no integers beyond 128 bits. Between a
//! `Value` and podsix's own deserializers they pass as variants of an enum, on which a `Value` insists by asking for the
//! newtype struct [`VALUE`]. Other formats take that name for a plain newtype and give what they have: lists and numbers.

use std::fmt;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde::ser::{Serialize, SerializeMap, SerializeTuple, Serializer};

use super::marks::{INTEGER, RENCODE, TUPLE, VALUE};
use super::{BigInt, Key, MAX_LEVELS, Map, Value};
use crate::codec::rencode;

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_none(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::BigInt(value) => value.serialize(serializer),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Str(text) => serializer.serialize_str(text),
            Self::Bytes(bytes) => serializer.serialize_bytes(bytes),
            Self::List(items) => serializer.collect_seq(items),
            Self::Tuple(items) => {
                let mut tuple = serializer.serialize_tuple(items.len())?;
                for item in items {
                    tuple.serialize_element(item)?;
                }
                tuple.end()
            }
            Self::Map(map) => map.serialize(serializer),
        }
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_value().serialize(serializer)
    }
}

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (key, value) in self {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// A number where the format has room for it, otherwise its text.
impl Serialize for BigInt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(value) = self.to_u128() {
            match u64::try_from(value) {
                Ok(value) => serializer.serialize_u64(value),
                Err(_) => serializer.serialize_u128(value),
            }
        } else if let Some(value) = self.to_i128() {
            serializer.serialize_i128(value)
        } else {
            serializer.serialize_newtype_struct(INTEGER, self.as_str())
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Seed { levels: MAX_LEVELS }.deserialize(deserializer)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(Value::deserialize(deserializer)?).map_err(Error::custom)
    }
}

impl<'de> Deserialize<'de> for Map {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Map(map) => Ok(map),
            other => {
                let found = super::show::Short(&other).to_string();
                Err(Error::invalid_type(Unexpected::Other(&found), &"a map"))
            }
        }
    }
}

/// Reads a value in which so many levels may begin.
#[derive(Clone, Copy)]
struct Seed {
    levels: usize,
}

impl Seed {
    fn inside<E: Error>(self) -> Result<Self, E> {
        match self.levels.checked_sub(1) {
            Some(levels) => Ok(Self { levels }),
            None => Err(Error::custom(super::ValueError::too_deep())),
        }
    }

    fn items<'de, A: SeqAccess<'de>>(self, mut elements: A) -> Result<Vec<Value>, A::Error> {
        let inside = self.inside()?;
        let mut items = Vec::with_capacity(room(elements.size_hint()));
        while let Some(item) = elements.next_element_seed(inside)? {
            items.push(item);
        }
        Ok(items)
    }
}

/// Memory for what may only be claimed.
pub(super) fn room(claimed: Option<usize>) -> usize {
    claimed.unwrap_or(0).min(1024)
}

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_newtype_struct(VALUE, self)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Value, E> {
        Ok(Value::Bytes(bytes.to_owned()))
    }

    fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Value, E> {
        Ok(Value::Bytes(bytes))
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::None)
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<Value, A::Error> {
        self.items(elements).map(Value::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut map = Map::with_capacity(room(entries.size_hint()));
        while let Some(key) = entries.next_key_seed(inside)? {
            let key = Key::try_from(key).map_err(Error::custom)?;
            map.insert(key, entries.next_value_seed(inside)?);
        }
        Ok(Value::Map(map))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<Value, A::Error> {
        let (name, content) = access.variant::<&str>()?;
        match name {
            TUPLE => content.tuple_variant(0, Tuple(self)),
            INTEGER => {
                let text: String = content.newtype_variant()?;
                Value::parse_int(&text)
                    .ok_or_else(|| Error::invalid_value(Unexpected::Str(&text), &"an integer"))
            }
            RENCODE => {
                let body: &[u8] = content.newtype_variant()?;
                rencode::decode_levels(body, self.levels).map_err(Error::custom)
            }
            _ => Err(Error::invalid_type(Unexpected::Enum, &self)),
        }
    }
}

/// Reads the elements of a tuple, however many.
struct Tuple(Seed);

impl<'de> Visitor<'de> for Tuple {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a tuple")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<Value, A::Error> {
        self.0.items(elements).map(Value::Tuple)
    }
}

/// What a deserializer of ours gives to a [`Value`] where serde has no word for it: [`TUPLE`] or [`INTEGER`], and the
/// content.
pub(super) struct Marked<C> {
    pub(super) mark: &'static str,
    pub(super) content: C,
}

impl<'de, C: VariantAccess<'de>> EnumAccess<'de> for Marked<C> {
    type Error = C::Error;
    type Variant = C;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, C), C::Error> {
        let mark = seed.deserialize(BorrowedStrDeserializer::new(self.mark))?;
        Ok((mark, self.content))
    }
}
