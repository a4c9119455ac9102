//! Values whose kind is known only when they arrive: what dicts, lists and numbers are in Python.
//!
//! Most games need none of this: an enum with `#[derive(podsix::Message)]` names its fields, and the compiler checks
//! them. A [`Value`] is for messages that have no type: a chat command with free arguments, a map editor's objects, a
//! game carried over from PodSixNet piece by piece.
//!
//! ```
//! use podsix::{Value, data};
//!
//! # fn main() -> Result<(), podsix::value::ValueError> {
//! let who = "Ann";
//! let mut message = data! {
//!     "action": "draw_line",
//!     "who": who,
//!     "from": (10, 20),                       // a tuple
//!     "points": [3, 4.5, -1],                 // a list
//!     "style": { "width": 2, "dashes": None } // a map
//! };
//! message.set("color", "red")?;
//!
//! assert_eq!(message.action(), Some("draw_line"));
//! let (x, y): (i32, i32) = message.get("from")?;
//! assert_eq!((x, y), (10, 20));
//! assert_eq!(message.get::<&str>("color")?, "red");
//! assert_eq!(message["style"]["width"], 2);
//!
//! let wrong = message.get::<u32>("who").unwrap_err();
//! assert_eq!(wrong.to_string(), r#"field `who`: expected u32, found "Ann""#);
//! # Ok(())
//! # }
//! ```
//!
//! # Values and types
//!
//! [`Value::get`] and [`Value::to_data`] read any type that implements serde's `Deserialize`, [`Value::from_data`] makes
//! a value of any that implements `Serialize`:
//!
//! | Rust | becomes | is read from |
//! | --- | --- | --- |
//! | `bool` | `Bool` | `Bool` alone, never a number |
//! | `i8` … `u128`, `isize`, `usize` | `Int`, beyond 64 bits `BigInt` | an integer in range, or a float without a fraction; never a `Bool` |
//! | `f32`, `f64` | `Float` | a float or an integer: the nearest number that the type has; what lies beyond its range is refused |
//! | `char`, `String`, `&str` | `Str` | text; `Bytes` that hold text; never other bytes |
//! | `serde_bytes` and its like | `Bytes` | `Bytes`, or the bytes of text |
//! | `()`, a unit struct | `None` | `None` |
//! | `Option<T>` | `None`, or what `T` becomes; `Some` is refused where that is `None` too | `None`, a missing field, or whatever `T` is read from |
//! | `Vec<T>` and other collections, slices | `List` | a list or a tuple |
//! | tuples, arrays, tuple structs | `Tuple` | a tuple or a list, of the same length |
//! | structs with names | `Map`, the names as text | a map; entries that the struct doesn't name are ignored |
//! | maps | `Map` | a map; integers as keys also from decimal text, such as `"17"` |
//! | newtypes | what they wrap | what they wrap is read from |
//! | `enum` variants without data | `Str`, the variant's name | the name |
//! | other variants | a map of one entry: the name, and what the variant holds | such a map |
//!
//! There is one `None`. `Some(None)`, `Some(())`, or `Some(value)` of a `Value` that is `None`, would be read as `None`,
//! so making a value of it is an error that names the field, and so is sending it in a message that needs its names with
//! it. (Between two programs with the same fields, messages carry no names, and it arrives as it is.) An enum with a
//! variant for each case has no such gap.
//!
//! A list, a map, or a tuple that holds one is no key of a map. Values are nested at most [`MAX_LEVELS`] deep.
//! `#[serde(untagged)]`, `#[serde(tag = "…")]` and `#[serde(flatten)]` read through a store of serde's own, which is
//! stricter: there a float is no integer, text is no integer key, and what became a tuple stays one only if its type
//! says so.
//!
//! A `Value`, a [`Map`] or a [`Key`] can itself stand in a type that derives `Data` and take whatever comes there; among
//! values and on podsix's wires it stays exactly what it was. Other formats of serde get what they have: no difference
//! between a list and a tuple, and an integer beyond 128 bits as text.

mod as_key;
mod big_int;
mod de;
mod error;
mod from;
mod index;
mod key;
#[doc(hidden)]
pub mod literal;
mod map;
pub(crate) mod marks;
mod message;
mod portable;
mod ser;
mod show;
#[cfg(test)]
mod tests;
mod text;
mod wire;

use serde::{Deserialize, Serialize};

pub use self::as_key::AsKey;
pub use self::big_int::BigInt;
pub use self::error::ValueError;
pub(crate) use self::error::{Names, SOME_OF_NOTHING};
pub use self::key::Key;
pub use self::map::{IntoIter, Iter, IterMut, Map};
pub(crate) use self::message::NO_ACTION;
pub use self::text::Text;

/// How deep values may be nested: a list in a list is two levels.
///
/// Nothing that arrives is deeper, and nothing deeper is sent.
pub const MAX_LEVELS: usize = 128;

/// A value of any kind that a message can hold, and the message itself: a map with an `action`.
///
/// Written with [`data!`](crate::data), read with [`get`](Self::get), and converted from and to types with
/// [`from_data`](Self::from_data) and [`to_data`](Self::to_data); see the [module](self) for the rules. Printing a value,
/// by `{}` or `{:?}`, shows it as `data!` would be given it; `{:#}` breaks it into lines.
///
/// Two values are equal if they are of one kind and hold the same: `1`, `1.0` and `true` differ, a list differs from a
/// tuple. The order of a map's entries does not count. Floats are compared as numbers, except that NaN equals NaN, so
/// that a value always equals its copy.
#[non_exhaustive]
#[derive(Clone, Default)]
pub enum Value {
    /// Nothing: Python's `None`, JSON's `null`.
    #[default]
    None,
    /// True or false.
    Bool(bool),
    /// An integer of up to 64 bits.
    Int(i64),
    /// An integer that does not fit 64 bits, of at most 63 characters.
    BigInt(BigInt),
    /// A number with a fraction.
    Float(f64),
    /// Text.
    Str(Text),
    /// Bytes that are not, or need not be, text.
    Bytes(Vec<u8>),
    /// Any number of values.
    List(Vec<Self>),
    /// A fixed number of values, such as the coordinates of a point.
    Tuple(Vec<Self>),
    /// Keys with a value each: Python's `dict`, JSON's object.
    Map(Map),
}

impl Value {
    /// The value that `data` is, by the rules of the [module](self).
    ///
    /// ```
    /// use podsix::{Value, data};
    ///
    /// #[derive(podsix::Data)]
    /// struct Card { suit: String, rank: u8 }
    ///
    /// # fn main() -> Result<(), podsix::value::ValueError> {
    /// let card = Card { suit: "hearts".into(), rank: 12 };
    /// let message = data! { "action": "play", "card": Value::from_data(&card)? };
    /// assert_eq!(message["card"], data! { "suit": "hearts", "rank": 12 });
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A [`ValueError`] that names the field, if `data` uses a list or a map as a key, has a `Some` that holds nothing, is
    /// nested too deep, or refuses to be serialized.
    pub fn from_data<T: Serialize + ?Sized>(data: &T) -> Result<Self, ValueError> {
        data.serialize(ser::Serializer::new())
    }

    /// Reads this value as a type, by the rules of the [module](self). Types such as `&str` borrow from the value.
    ///
    /// # Errors
    ///
    /// A [`ValueError`] that names the field, and says what was expected and what was found.
    pub fn to_data<'v, T: Deserialize<'v>>(&'v self) -> Result<T, ValueError> {
        T::deserialize(de::Deserializer::new(self, true))
    }

    /// As [`to_data`](Self::to_data), for a value that was read from a body without names, where types that have a form
    /// for people and one for machines are in the latter.
    pub(crate) fn to_data_from_body<'v, T: Deserialize<'v>>(&'v self) -> Result<T, ValueError> {
        T::deserialize(de::Deserializer::new(self, false))
    }

    /// As [`to_data_from_body`](Self::to_data_from_body), for what is not a type.
    #[cfg(test)]
    pub(crate) fn read_from_body<'v, S: serde::de::DeserializeSeed<'v>>(
        &'v self,
        seed: S,
    ) -> Result<S::Value, ValueError> {
        seed.deserialize(de::Deserializer::new(self, false))
    }

    /// Reads a message's fields as a type: its action is none of a map's entries, and no variant. Where it is `shown`,
    /// a `Value` has it, and so has what names it.
    pub(crate) fn to_data_of_fields<'v, T: Deserialize<'v>>(
        &'v self,
        readable: bool,
        shown: bool,
    ) -> Result<T, ValueError> {
        T::deserialize(de::Deserializer::of_message(self, readable, shown))
    }

    /// Reads an entry of this map as a type.
    ///
    /// ```
    /// use podsix::data;
    ///
    /// # fn main() -> Result<(), podsix::value::ValueError> {
    /// let message = data! { "action": "move", "piece": 3, "to": [4, 7], "note": None };
    ///
    /// let piece: u8 = message.get("piece")?;
    /// let (x, y) = message.get::<(u8, u8)>("to")?;
    /// assert_eq!((piece, x, y), (3, 4, 7));
    ///
    /// // What may be missing, or `None`, is an `Option`.
    /// assert_eq!(message.get::<Option<String>>("note")?, None);
    /// assert_eq!(message.get::<Option<String>>("promotion")?, None);
    ///
    /// let missing = message.get::<u8>("from").unwrap_err();
    /// assert_eq!(
    ///     missing.to_string(),
    ///     "field `from`: missing; there are `action`, `piece`, `to`, `note`"
    /// );
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A [`ValueError`] that names the field, if this is no map, has no such entry and `T` is no `Option`, or the entry
    /// does not fit `T`.
    pub fn get<'v, T: Deserialize<'v>>(&'v self, key: impl AsKey) -> Result<T, ValueError> {
        let Self::Map(map) = self else {
            return Err(ValueError::not_a_map(self, &key));
        };
        match map.get(&key) {
            Some(value) => value.to_data(),
            None => T::deserialize(de::Missing(map)),
        }
        .map_err(|error| error.in_entry(&key))
    }

    /// Puts an entry into this map. If the key is there, its value is replaced where it stands. On [`Value::None`], it
    /// makes a map.
    ///
    /// ```
    /// use podsix::data;
    ///
    /// # fn main() -> Result<(), podsix::value::ValueError> {
    /// let mut message = data! { "action": "score", "points": 10 };
    /// message.set("points", 20)?;
    /// message.set("who", "Bob")?;
    /// assert_eq!(message, data! { "action": "score", "points": 20, "who": "Bob" });
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A [`ValueError`] if this value is of another kind; it stays as it was.
    pub fn set(&mut self, key: impl Into<Key>, value: impl Into<Self>) -> Result<(), ValueError> {
        let key = key.into();
        match self {
            Self::Map(map) => map.insert(key, value),
            Self::None => {
                let mut map = Map::new();
                map.insert(key, value);
                *self = Self::Map(map);
                None
            }
            other => return Err(ValueError::not_a_map(other, &key)),
        };
        Ok(())
    }

    /// The message's action: the text under the key `action`, if this is a map that has one.
    pub fn action(&self) -> Option<&str> {
        self.as_map()?.get("action")?.as_str()
    }

    /// Whether this is [`Value::None`].
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// The `bool`, if this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The integer, if this is one of at most 64 bits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// The number, if this is one; an integer becomes the nearest float.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Float(value) => Some(*value),
            Self::Int(value) => Some(*value as f64),
            Self::BigInt(value) => Some(value.to_f64()),
            _ => None,
        }
    }

    /// The text, if this is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The bytes, if this is bytes or text.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Str(text) => Some(text.as_bytes()),
            _ => None,
        }
    }

    /// The elements, if this is a list or a tuple.
    pub fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) | Self::Tuple(items) => Some(items),
            _ => None,
        }
    }

    /// The elements to be changed, if this is a list or a tuple.
    pub fn as_list_mut(&mut self) -> Option<&mut Vec<Self>> {
        match self {
            Self::List(items) | Self::Tuple(items) => Some(items),
            _ => None,
        }
    }

    /// The map, if this is one.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The map to be changed, if this is one.
    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::None, Self::None) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::BigInt(a), Self::BigInt(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a == b || (a.is_nan() && b.is_nan()),
            (Self::Str(a), Self::Str(b)) => a == b,
            (Self::Bytes(a), Self::Bytes(b)) => a == b,
            (Self::List(a), Self::List(b)) | (Self::Tuple(a), Self::Tuple(b)) => a == b,
            (Self::Map(a), Self::Map(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Value {}
