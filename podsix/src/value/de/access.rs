//! What stands inside a value.

use std::slice;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, Error as _, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::super::{Iter, Key, Map, Value, ValueError};
use super::{Deserializer, Kind, Result};

/// The elements of a list or tuple.
pub(super) struct Items<'de> {
    left: slice::Iter<'de, Value>,
    length: usize,
    readable: bool,
}

impl<'de> Items<'de> {
    pub(super) fn new(items: &'de [Value], readable: bool) -> Self {
        Self {
            left: items.iter(),
            length: items.len(),
            readable,
        }
    }

    /// Has all of them taken.
    pub(super) fn visit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value> {
        let value = visitor.visit_seq(&mut self)?;
        match self.left.len() {
            0 => Ok(value),
            left => Err(ValueError::invalid_length(
                self.length,
                &&*format!("{} elements", self.length - left),
            )),
        }
    }
}

impl<'de> SeqAccess<'de> for &mut Items<'de> {
    type Error = ValueError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let index = self.length - self.left.len();
        let Some(item) = self.left.next() else {
            return Ok(None);
        };
        seed.deserialize(Deserializer::new(item, self.readable))
            .map(Some)
            .map_err(|error| error.in_element(index))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.len())
    }
}

/// The entries of a map.
pub(super) struct Fields<'de> {
    left: Iter<'de>,
    kind: Kind,
    hides_action: bool,
    /// The entry whose value comes next.
    current: Option<(&'de Key, &'de Value)>,
    readable: bool,
}

impl<'de> Fields<'de> {
    pub(super) fn new(map: &'de Map, kind: Kind, hides_action: bool, readable: bool) -> Self {
        Self {
            left: map.iter(),
            kind,
            hides_action,
            current: None,
            readable,
        }
    }
}

impl<'de> MapAccess<'de> for Fields<'de> {
    type Error = ValueError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let (kind, hides_action) = (self.kind, self.hides_action);
        self.current = self.left.find(|(key, _)| match key.as_str() {
            Some("action") => !hides_action,
            Some(_) => true,
            None => kind == Kind::Map,
        });
        let Some((key, _)) = self.current else {
            return Ok(None);
        };
        seed.deserialize(Deserializer::key(key, self.readable))
            .map(Some)
            .map_err(|error| error.in_entry(key))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        let Some((key, value)) = self.current.take() else {
            return Err(ValueError::new(
                "a map's value was asked for before its key",
            ));
        };
        seed.deserialize(Deserializer::new(value, self.readable))
            .map_err(|error| error.in_entry(key))
    }

    fn size_hint(&self) -> Option<usize> {
        match self.kind {
            Kind::Map if !self.hides_action => Some(self.left.len()),
            _ => None,
        }
    }
}

/// A variant of an enum: its name, and what it holds.
pub(super) struct Variant<'de> {
    name: &'de str,
    held: Option<&'de Value>,
    readable: bool,
}

impl<'de> Variant<'de> {
    pub(super) fn new(name: &'de str, held: Option<&'de Value>, readable: bool) -> Self {
        Self {
            name,
            held,
            readable,
        }
    }

    fn read<T>(self, read: impl FnOnce(Deserializer<'de>) -> Result<T>) -> Result<T> {
        // A variant that holds `()` looks like one that holds nothing.
        static NOTHING: Value = Value::None;
        match self.held {
            Some(held) => read(Deserializer::new(held, self.readable)),
            None => read(Deserializer::new(&NOTHING, self.readable)).map_err(|_| {
                ValueError::new("expected what the variant holds, found its name alone")
            }),
        }
        .map_err(|error| error.in_field(self.name))
    }
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = ValueError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self)> {
        let name = seed.deserialize(BorrowedStrDeserializer::<ValueError>::new(self.name))?;
        Ok((name, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = ValueError;

    fn unit_variant(self) -> Result<()> {
        match self.held {
            None | Some(Value::None) => Ok(()),
            Some(held) => {
                Err(ValueError::mismatch("a variant that holds nothing", held).in_field(self.name))
            }
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        self.read(|held| seed.deserialize(held))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value> {
        self.read(|held| held.tuple(length, visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.read(|held| held.entries(Kind::Struct, false, visitor))
    }
}
