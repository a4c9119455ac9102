//! Reading a value as a type of a shape would read itself: asking for what it expects, by name.

use core::fmt::{self, Formatter};

use serde::de::{
    DeserializeSeed, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::{Deserialize, Deserializer};

use super::super::super::Shape;
use super::At;
use crate::value::{Key, Map, Value};

/// What a field with a default becomes where it is missing.
pub(super) const DEFAULT: &str = "the default";

/// Reads a value of a shape.
pub(super) struct Typed<'a>(pub(super) At<'a>);

impl<'de> DeserializeSeed<'de> for Typed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, data: D) -> Result<Value, D::Error> {
        let typed = Self(self.0.resolved());
        Ok(match typed.0.shape {
            Shape::Unit => <()>::deserialize(data).map(|()| Value::None)?,
            Shape::Bool => bool::deserialize(data)?.into(),
            Shape::I8 => i8::deserialize(data)?.into(),
            Shape::I16 => i16::deserialize(data)?.into(),
            Shape::I32 => i32::deserialize(data)?.into(),
            Shape::I64 => i64::deserialize(data)?.into(),
            Shape::I128 => i128::deserialize(data)?.into(),
            Shape::U8 => u8::deserialize(data)?.into(),
            Shape::U16 => u16::deserialize(data)?.into(),
            Shape::U32 => u32::deserialize(data)?.into(),
            Shape::U64 => u64::deserialize(data)?.into(),
            Shape::U128 => u128::deserialize(data)?.into(),
            Shape::F32 => f32::deserialize(data)?.into(),
            Shape::F64 => f64::deserialize(data)?.into(),
            Shape::Char => char::deserialize(data)?.into(),
            Shape::Str => String::deserialize(data)?.into(),
            Shape::Bytes => data.deserialize_byte_buf(typed)?,
            Shape::Option(_) => data.deserialize_option(typed)?,
            Shape::Seq(_) => data.deserialize_seq(typed)?,
            Shape::Tuple(shapes) => data.deserialize_tuple(shapes.len(), typed)?,
            Shape::Map(_) => data.deserialize_map(typed)?,
            Shape::Struct(_) => data.deserialize_struct("", &[], typed)?,
            Shape::Enum(_) => data.deserialize_enum("", &[], typed)?,
            Shape::Recursive(_) | Shape::Unknown => unreachable!("no part of these shapes"),
        })
    }
}

impl<'de> Visitor<'de> for Typed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.shape)
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Value, E> {
        Ok(Value::Bytes(bytes.to_vec()))
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::None)
    }

    fn visit_some<D: Deserializer<'de>>(self, data: D) -> Result<Value, D::Error> {
        match self.0.shape {
            Shape::Option(inner) => Typed(self.0.inner(inner)).deserialize(data),
            _ => Err(Error::custom("not an option")),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut data: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        match self.0.shape {
            Shape::Tuple(shapes) => {
                for shape in shapes {
                    let value = data.next_element_seed(Typed(self.0.inner(shape)))?;
                    values.push(value.ok_or_else(|| Error::custom("too few"))?);
                }
                Ok(Value::Tuple(values))
            }
            Shape::Seq(inner) => {
                while let Some(value) = data.next_element_seed(Typed(self.0.inner(inner)))? {
                    values.push(value);
                }
                Ok(Value::List(values))
            }
            _ => Err(Error::custom("not a list")),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut data: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        match self.0.shape {
            Shape::Map(entry) => {
                while let Some(key) = data.next_key_seed(Typed(self.0.inner(&entry.0)))? {
                    let key = Key::try_from(key).map_err(Error::custom)?;
                    map.insert(key, data.next_value_seed(Typed(self.0.inner(&entry.1)))?);
                }
            }
            Shape::Struct(fields) => {
                while let Some(name) = data.next_key::<String>()? {
                    let field = fields.iter().find(|field| {
                        *field.name == *name || field.leniency.aliases.contains(&&*name)
                    });
                    let Some(field) = field else {
                        data.next_value::<IgnoredAny>()?;
                        continue;
                    };
                    let value = data.next_value_seed(Typed(self.0.inner(&field.shape)))?;
                    if map.insert(&*field.name, value).is_some() {
                        return Err(Error::custom("given twice"));
                    }
                }
                for field in fields {
                    if map.get(&*field.name).is_none() {
                        let value = match field.shape {
                            Shape::Option(_) => Value::None,
                            _ if field.leniency.required => return Err(Error::custom("missing")),
                            _ => Value::from(DEFAULT),
                        };
                        map.insert(&*field.name, value);
                    }
                }
            }
            _ => return Err(Error::custom("not a map")),
        }
        Ok(Value::Map(map))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Value, A::Error> {
        let Shape::Enum(variants) = self.0.shape else {
            return Err(Error::custom("not an enum"));
        };
        let (name, payload) = data.variant::<String>()?;
        let variant = variants.iter().find(|variant| *variant.name == *name);
        let Some(variant) = variant else {
            return Err(Error::custom("no such variant"));
        };
        let inner = Typed(self.0.inner(&variant.shape));
        let held = match &variant.shape {
            Shape::Unit => {
                payload.unit_variant()?;
                return Ok(Value::from(name));
            }
            Shape::Tuple(shapes) => payload.tuple_variant(shapes.len(), inner)?,
            Shape::Struct(_) => payload.struct_variant(&[], inner)?,
            _ => payload.newtype_variant_seed(inner)?,
        };
        Ok(Value::Map(Map::from([(name, held)])))
    }
}
