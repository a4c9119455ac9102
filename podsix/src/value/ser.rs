//! Any data to a [`Value`].

use serde::Serialize;
use serde::ser::{
    self, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::{Key, MAX_LEVELS, Map, Value, ValueError, marks, portable};

type Result<T = Value> = std::result::Result<T, ValueError>;

/// Makes one value.
#[derive(Clone, Copy)]
pub(super) struct Serializer {
    /// How many levels may still begin inside.
    levels: usize,
}

impl Serializer {
    pub(super) fn new() -> Self {
        Self { levels: MAX_LEVELS }
    }

    /// The serializer for what stands in a list, tuple or map.
    fn inside(self) -> Result<Self> {
        match self.levels.checked_sub(1) {
            Some(levels) => Ok(Self { levels }),
            None => Err(ValueError::too_deep()),
        }
    }

    fn elements(self, length: usize, finish: fn(Vec<Value>) -> Value) -> Result<Elements> {
        Ok(Elements {
            inside: self.inside()?,
            items: Vec::with_capacity(portable::room(Some(length))),
            finish,
        })
    }

    fn entries(self, length: usize) -> Result<Entries> {
        Ok(Entries {
            inside: self.inside()?,
            map: Map::with_capacity(portable::room(Some(length))),
            key: None,
        })
    }
}

/// How a variant that holds something becomes a value.
fn variant(name: &'static str, held: Value) -> Value {
    Value::Map(Map::from([(name, held)]))
}

impl ser::Serializer for Serializer {
    type Ok = Value;
    type Error = ValueError;
    type SerializeSeq = Elements;
    type SerializeTuple = Elements;
    type SerializeTupleStruct = Elements;
    type SerializeTupleVariant = Variant<Elements>;
    type SerializeMap = Entries;
    type SerializeStruct = Entries;
    type SerializeStructVariant = Variant<Entries>;

    fn serialize_bool(self, value: bool) -> Result {
        Ok(value.into())
    }

    fn serialize_i8(self, value: i8) -> Result {
        Ok(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result {
        Ok(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result {
        Ok(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result {
        Ok(value.into())
    }

    fn serialize_i128(self, value: i128) -> Result {
        Ok(value.into())
    }

    fn serialize_u8(self, value: u8) -> Result {
        Ok(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result {
        Ok(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result {
        Ok(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result {
        Ok(value.into())
    }

    fn serialize_u128(self, value: u128) -> Result {
        Ok(value.into())
    }

    fn serialize_f32(self, value: f32) -> Result {
        Ok(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result {
        Ok(value.into())
    }

    fn serialize_char(self, value: char) -> Result {
        Ok(value.into())
    }

    fn serialize_str(self, text: &str) -> Result {
        Ok(text.into())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result {
        Ok(Value::Bytes(bytes.to_owned()))
    }

    fn serialize_none(self) -> Result {
        Ok(Value::None)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
        match value.serialize(self)? {
            Value::None => Err(ValueError::some_of_nothing()),
            value => Ok(value),
        }
    }

    fn serialize_unit(self) -> Result {
        Ok(Value::None)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result {
        Ok(Value::None)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result {
        Ok(name.into())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result {
        let value = value.serialize(self)?;
        match &value {
            Value::Str(text) if name == marks::INTEGER => {
                Ok(Value::parse_int(text).unwrap_or(value))
            }
            _ => Ok(value),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result {
        let held = value.serialize(self.inside()?);
        Ok(variant(name, held.map_err(|error| error.in_field(name))?))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Elements> {
        self.elements(length.unwrap_or(0), Value::List)
    }

    fn serialize_tuple(self, length: usize) -> Result<Elements> {
        self.elements(length, Value::Tuple)
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Elements> {
        self.elements(length, Value::Tuple)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        length: usize,
    ) -> Result<Variant<Elements>> {
        let held = self.inside()?.elements(length, Value::Tuple)?;
        Ok(Variant { name, held })
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Entries> {
        self.entries(length.unwrap_or(0))
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Entries> {
        self.entries(length)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        length: usize,
    ) -> Result<Variant<Entries>> {
        let held = self.inside()?.entries(length)?;
        Ok(Variant { name, held })
    }
}

/// A list or a tuple.
pub(super) struct Elements {
    inside: Serializer,
    items: Vec<Value>,
    finish: fn(Vec<Value>) -> Value,
}

impl Elements {
    fn push<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<()> {
        let item = item
            .serialize(self.inside)
            .map_err(|error| error.in_element(self.items.len()))?;
        self.items.push(item);
        Ok(())
    }

    fn finish(self) -> Value {
        (self.finish)(self.items)
    }
}

impl SerializeSeq for Elements {
    type Ok = Value;
    type Error = ValueError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<()> {
        self.push(item)
    }

    fn end(self) -> Result {
        Ok(self.finish())
    }
}

impl SerializeTuple for Elements {
    type Ok = Value;
    type Error = ValueError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<()> {
        self.push(item)
    }

    fn end(self) -> Result {
        Ok(self.finish())
    }
}

impl SerializeTupleStruct for Elements {
    type Ok = Value;
    type Error = ValueError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<()> {
        self.push(item)
    }

    fn end(self) -> Result {
        Ok(self.finish())
    }
}

/// A map or a struct.
pub(super) struct Entries {
    inside: Serializer,
    map: Map,
    /// A key whose value comes next.
    key: Option<Key>,
}

impl Entries {
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
        let value = value
            .serialize(self.inside)
            .map_err(|error| error.in_field(name))?;
        self.map.insert(name, value);
        Ok(())
    }
}

impl SerializeMap for Entries {
    type Ok = Value;
    type Error = ValueError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.key = Some(key.serialize(self.inside)?.try_into()?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        let key = self
            .key
            .take()
            .ok_or_else(|| ValueError::new("a map's value came without a key"))?;
        let value = value
            .serialize(self.inside)
            .map_err(|error| error.in_entry(&key))?;
        self.map.insert(key, value);
        Ok(())
    }

    fn end(self) -> Result {
        Ok(Value::Map(self.map))
    }
}

impl SerializeStruct for Entries {
    type Ok = Value;
    type Error = ValueError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<()> {
        self.field(name, value)
    }

    fn end(self) -> Result {
        Ok(Value::Map(self.map))
    }
}

/// What a variant of an enum holds.
pub(super) struct Variant<T> {
    name: &'static str,
    held: T,
}

impl SerializeTupleVariant for Variant<Elements> {
    type Ok = Value;
    type Error = ValueError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<()> {
        self.held
            .push(item)
            .map_err(|error| error.in_field(self.name))
    }

    fn end(self) -> Result {
        Ok(variant(self.name, self.held.finish()))
    }
}

impl SerializeStructVariant for Variant<Entries> {
    type Ok = Value;
    type Error = ValueError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<()> {
        self.held
            .field(name, value)
            .map_err(|error| error.in_field(self.name))
    }

    fn end(self) -> Result {
        Ok(variant(self.name, Value::Map(self.held.map)))
    }
}
