//! A [`Value`] to any type.

mod access;
mod as_it_is;
mod missing;

use serde::de::{self, Visitor};

use self::access::{Fields, Items, Variant};
use self::as_it_is::AsItIs;
pub(super) use self::missing::Missing;
use super::{MAX_LEVELS, Value, ValueError, marks, portable};

type Result<T> = std::result::Result<T, ValueError>;

/// Reads one value.
#[derive(Clone, Copy)]
pub(super) struct Deserializer<'de> {
    value: &'de Value,
    /// Whether it is a map's key, which may be an integer as text.
    is_key: bool,
    /// Whether types that have a form for people (addresses, dates) are in that.
    readable: bool,
    /// Who sees the entry `action`.
    action: Action,
    /// How many options were opened around this very value: a type may be an option of nothing but itself.
    options: usize,
}

/// Who sees the entry `action` of a map.
#[derive(Clone, Copy, PartialEq)]
enum Action {
    /// Everybody: it is one like any other.
    Plain,
    /// Not those who ask for a map or a variant, since it is a message's own.
    Shown,
    /// Nobody.
    Hidden,
}

impl<'de> Deserializer<'de> {
    pub(super) fn new(value: &'de Value, readable: bool) -> Self {
        Self {
            value,
            is_key: false,
            readable,
            action: Action::Plain,
            options: 0,
        }
    }

    /// For a message, whose action is hidden from maps and variants, and, unless `shown`, from all.
    pub(super) fn of_message(value: &'de Value, readable: bool, shown: bool) -> Self {
        let action = if shown { Action::Shown } else { Action::Hidden };
        Self {
            action,
            ..Self::new(value, readable)
        }
    }

    /// Whether who asks for fields by name, or for anything, does not see the action.
    fn hides_action(self) -> bool {
        self.action == Action::Hidden
    }

    fn key(value: &'de Value, readable: bool) -> Self {
        Self {
            is_key: true,
            ..Self::new(value, readable)
        }
    }

    #[cold]
    fn mismatch<V: Visitor<'de>>(self, visitor: &V) -> ValueError {
        ValueError::mismatch(visitor as &dyn de::Expected, self.value)
    }

    fn integer<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.wide_integer() {
            Some(Wide::Signed(number)) => {
                if let Ok(number) = i64::try_from(number) {
                    return visitor.visit_i64(number);
                }
                match u64::try_from(number) {
                    Ok(number) => visitor.visit_u64(number),
                    Err(_) => Err(self.mismatch(&visitor)),
                }
            }
            _ => Err(self.mismatch(&visitor)),
        }
    }

    fn signed_128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.wide_integer() {
            Some(Wide::Signed(number)) => match i64::try_from(number) {
                Ok(number) => visitor.visit_i64(number),
                Err(_) => visitor.visit_i128(number),
            },
            _ => Err(self.mismatch(&visitor)),
        }
    }

    fn unsigned_128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let number = match self.wide_integer() {
            Some(Wide::Signed(number)) => u128::try_from(number).ok(),
            Some(Wide::Unsigned(number)) => Some(number),
            None => None,
        };
        match number.map(|number| (u64::try_from(number), number)) {
            Some((Ok(number), _)) => visitor.visit_u64(number),
            Some((Err(_), number)) => visitor.visit_u128(number),
            None => Err(self.mismatch(&visitor)),
        }
    }

    /// The integer that this is to a type that wants one.
    fn wide_integer(self) -> Option<Wide> {
        match self.value {
            Value::Int(number) => Some(Wide::Signed((*number).into())),
            Value::BigInt(number) => {
                let signed = number.to_i128().map(Wide::Signed);
                signed.or_else(|| number.to_u128().map(Wide::Unsigned))
            }
            // Both bounds are floats exactly; within them the conversion is exact too.
            Value::Float(number)
                if number.fract() == 0.0
                    && *number >= i128::MIN as f64
                    && *number < -(i128::MIN as f64) =>
            {
                Some(Wide::Signed(*number as i128))
            }
            Value::Str(text) if self.is_key => {
                let number: i128 = text.parse().ok()?;
                // Not `+7` nor `007`, which are other keys.
                (number.to_string() == text.as_str()).then_some(Wide::Signed(number))
            }
            _ => None,
        }
    }

    /// The text that this is to a type that wants some.
    fn text(self) -> Option<&'de str> {
        match self.value {
            Value::Str(text) => Some(text),
            Value::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// The elements, to a type that wants some.
    fn items<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.value.as_list() {
            Some(items) => Items::new(items, self.readable).visit(visitor),
            None => Err(self.mismatch(&visitor)),
        }
    }

    /// The elements, if there are so many.
    fn tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value> {
        match self.value.as_list() {
            Some(items) if items.len() == length => Items::new(items, self.readable).visit(visitor),
            _ => Err(self.mismatch(&visitor)),
        }
    }

    fn entries<V: Visitor<'de>>(self, fields: Kind, hides: bool, visitor: V) -> Result<V::Value> {
        match self.value {
            Value::Map(map) => visitor.visit_map(Fields::new(map, fields, hides, self.readable)),
            _ => Err(self.mismatch(&visitor)),
        }
    }

    /// Gives a [`Value`] what serde has no word for.
    fn as_it_is<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let mark = match self.value {
            Value::Tuple(_) => marks::TUPLE,
            Value::BigInt(_) => marks::INTEGER,
            _ => return de::Deserializer::deserialize_any(self, visitor),
        };
        visitor.visit_enum(portable::Marked {
            mark,
            content: AsItIs(self.value),
        })
    }
}

/// An integer of up to 128 bits; `Unsigned` only beyond an `i128`.
enum Wide {
    Signed(i128),
    Unsigned(u128),
}

/// What the keys of a map are to its reader.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Any keys.
    Map,
    /// The names of fields: an entry with another key is none of them.
    Struct,
}

/// Implements the methods for integers of at most 64 bits.
macro_rules! integers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            self.integer(visitor)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Deserializer<'de> {
    type Error = ValueError;

    fn is_human_readable(&self) -> bool {
        self.readable
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.value {
            Value::None => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Int(value) => visitor.visit_i64(*value),
            Value::BigInt(value) if value.is_negative() => self.signed_128(visitor),
            Value::BigInt(_) => self.unsigned_128(visitor),
            Value::Float(value) => visitor.visit_f64(*value),
            Value::Str(text) => visitor.visit_borrowed_str(text),
            Value::Bytes(bytes) => visitor.visit_borrowed_bytes(bytes),
            Value::List(_) | Value::Tuple(_) => self.items(visitor),
            Value::Map(_) => self.entries(Kind::Map, self.hides_action(), visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.value {
            Value::Bool(value) => visitor.visit_bool(*value),
            _ => Err(self.mismatch(&visitor)),
        }
    }

    integers!(
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    );

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.signed_128(visitor)
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.unsigned_128(visitor)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.value.as_f64() {
            Some(number) if number.is_finite() && (number as f32).is_infinite() => {
                Err(self.mismatch(&visitor))
            }
            Some(number) => visitor.visit_f32(number as f32),
            None => Err(self.mismatch(&visitor)),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.value.as_f64() {
            Some(number) => visitor.visit_f64(number),
            None => Err(self.mismatch(&visitor)),
        }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.text() {
            Some(text) => visitor.visit_borrowed_str(text),
            None => Err(self.mismatch(&visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match (self.value.as_bytes(), self.value) {
            (Some(bytes), _) => visitor.visit_borrowed_bytes(bytes),
            (None, Value::List(_) | Value::Tuple(_)) => self.items(visitor),
            (None, _) => Err(self.mismatch(&visitor)),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.value {
            Value::None => visitor.visit_none(),
            _ if self.options == MAX_LEVELS => Err(ValueError::too_deep()),
            _ => visitor.visit_some(Self {
                options: self.options + 1,
                ..self
            }),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.value {
            Value::None => visitor.visit_unit(),
            _ => Err(self.mismatch(&visitor)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        if name == marks::VALUE {
            self.as_it_is(visitor)
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.items(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value> {
        self.tuple(length, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value> {
        self.tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.entries(Kind::Map, self.action != Action::Plain, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.entries(Kind::Struct, self.hides_action(), visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        if let Some(name) = self.text() {
            return visitor.visit_enum(Variant::new(name, None, self.readable));
        }
        let entry = match self.value {
            Value::Map(map) => {
                let hidden = self.action != Action::Plain;
                let mut entries = map
                    .iter()
                    .filter(|(key, _)| !(hidden && key.as_str() == Some("action")));
                entries.next().filter(|_| entries.next().is_none())
            }
            _ => None,
        };
        match entry.map(|(name, held)| (name.as_str(), held)) {
            Some((Some(name), held)) => {
                visitor.visit_enum(Variant::new(name, Some(held), self.readable))
            }
            _ => Err(ValueError::no_variant(self.value, variants)),
        }
    }

    /// The name of a field or a variant, never its number.
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }
}
