//! Values from the usual types, and comparisons with them.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use super::{BigInt, Key, Map, Text, Value};

/// Implements the conversion from types that are always a variant.
macro_rules! from {
    ($($type:ty: |$value:ident| $converted:expr;)*) => {$(
        impl From<$type> for Value {
            fn from($value: $type) -> Self {
                $converted
            }
        }
    )*};
}

from! {
    bool: |value| Self::Bool(value);
    i8: |value| Self::Int(value.into());
    i16: |value| Self::Int(value.into());
    i32: |value| Self::Int(value.into());
    i64: |value| Self::Int(value);
    isize: |value| Self::from(value as i128);
    u8: |value| Self::Int(value.into());
    u16: |value| Self::Int(value.into());
    u32: |value| Self::Int(value.into());
    u64: |value| Self::from(u128::from(value));
    usize: |value| Self::from(value as u128);
    f32: |value| Self::Float(value.into());
    f64: |value| Self::Float(value);
    char: |value| Self::Str(value.into());
    &str: |text| Self::Str(text.into());
    String: |text| Self::Str(text.into());
    Text: |text| Self::Str(text);
    Box<str>: |text| Self::Str(text.into());
    Cow<'_, str>: |text| Self::Str(text.into());
    BigInt: |value| Self::BigInt(value);
    Key: |key| key.into_value();
    Map: |map| Self::Map(map);
}

/// A copy.
impl<T: Clone + Into<Self>> From<&T> for Value {
    fn from(value: &T) -> Self {
        value.clone().into()
    }
}

/// [`Value::None`], or what is inside, which may be [`Value::None`] too: unlike [`Value::from_data`], this can't refuse it.
impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::None, Into::into)
    }
}

/// A list.
impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        items.into_iter().collect()
    }
}

/// A tuple, as an array has a fixed length.
impl<T: Into<Self>, const N: usize> From<[T; N]> for Value {
    fn from(items: [T; N]) -> Self {
        Self::Tuple(items.into_iter().map(Into::into).collect())
    }
}

/// A list.
impl<T: Into<Self>> FromIterator<T> for Value {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl<K: Into<Key>, V: Into<Self>, S> From<HashMap<K, V, S>> for Value {
    fn from(map: HashMap<K, V, S>) -> Self {
        Self::Map(map.into_iter().collect())
    }
}

impl<K: Into<Key>, V: Into<Self>> From<BTreeMap<K, V>> for Value {
    fn from(map: BTreeMap<K, V>) -> Self {
        Self::Map(map.into_iter().collect())
    }
}

/// Implements the conversion from tuples of values.
macro_rules! tuples {
    ($(($($type:ident $field:ident),+))*) => {$(
        impl<$($type: Into<Self>),+> From<($($type,)+)> for Value {
            fn from(($($field,)+): ($($type,)+)) -> Self {
                Self::Tuple(Vec::from([$($field.into()),+]))
            }
        }
    )*};
}

tuples! {
    (A a)
    (A a, B b)
    (A a, B b, C c)
    (A a, B b, C c, D d)
    (A a, B b, C c, D d, E e)
    (A a, B b, C c, D d, E e, F f)
    (A a, B b, C c, D d, E e, F f, G g)
    (A a, B b, C c, D d, E e, F f, G g, H h)
}

/// Implements the comparison with plain data, for tests mostly.
macro_rules! equals {
    ($($type:ty),*) => {$(
        impl PartialEq<$type> for Value {
            fn eq(&self, other: &$type) -> bool {
                let other = Self::from(*other);
                *self == other
            }
        }
    )*};
}

equals!(
    bool, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, f32, f64
);

impl PartialEq<str> for Value {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == Some(other)
    }
}

impl PartialEq<&str> for Value {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl PartialEq<String> for Value {
    fn eq(&self, other: &String) -> bool {
        *self == **other
    }
}
