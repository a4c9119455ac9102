//! What can be a key of a map.

use std::hash::{Hash, Hasher};
use std::ops::Deref;

use super::{Text, Value, ValueError};

/// A key of a [`Map`](super::Map): any value but a list, a map, or a tuple that holds one.
///
/// Mostly text; integers (the players' ids), tuples (the fields of a board) and the others occur in real games. It
/// dereferences to the [`Value`] that it is.
///
/// As in Python, numbers that are equal are one key, and so are `1`, `1.0` and `true`. (As values they differ.)
///
/// ```
/// use podsix::data;
///
/// let board = data! { (0, 0): "rook", (0, 1): "knight" };
/// for (square, piece) in board.as_map().unwrap() {
///     println!("{piece} at {}, {}", square[0], square[1]);
/// }
/// ```
#[derive(Clone)]
pub struct Key(
    /// No list and no map, nor a tuple that holds one.
    Value,
);

impl Key {
    /// The value that this key is.
    pub fn as_value(&self) -> &Value {
        &self.0
    }

    /// The value that this key is.
    pub fn into_value(self) -> Value {
        self.0
    }

    /// Whether it is this text.
    #[inline]
    pub(super) fn is_text(&self, text: &[u8]) -> bool {
        matches!(&self.0, Value::Str(own) if own.as_bytes() == text)
    }

    /// Becomes this text, as [`Value::put_text`] has it.
    #[inline]
    pub(super) fn put_text(&mut self, text: &[u8]) {
        self.0.put_text(text);
    }

    pub(super) fn none() -> Self {
        Self(Value::None)
    }
}

impl Deref for Key {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

impl TryFrom<Value> for Key {
    type Error = ValueError;

    fn try_from(value: Value) -> Result<Self, ValueError> {
        fn is_key(value: &Value) -> bool {
            match value {
                Value::List(_) | Value::Map(_) => false,
                Value::Tuple(items) => items.iter().all(is_key),
                _ => true,
            }
        }
        if is_key(&value) {
            Ok(Self(value))
        } else {
            Err(ValueError::mismatch(
                "a key, which holds no list and no map",
                &value,
            ))
        }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        is_same_key(self, other)
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_key(self, state);
    }
}

/// Implements keys from types that are values.
macro_rules! from {
    ($($type:ty),* $(,)?) => {$(
        impl From<$type> for Key {
            fn from(value: $type) -> Self {
                Self(value.into())
            }
        }
    )*};
}

from!(
    bool, char, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64, &str,
    String, Text,
);

impl<T: Clone + Into<Self>> From<&T> for Key {
    fn from(value: &T) -> Self {
        value.clone().into()
    }
}

/// Implements keys from tuples of keys.
macro_rules! tuples {
    ($(($($type:ident $field:ident),+))*) => {$(
        impl<$($type: Into<Self>),+> From<($($type,)+)> for Key {
            fn from(($($field,)+): ($($type,)+)) -> Self {
                Self(Value::Tuple(Vec::from([$($field.into().0),+])))
            }
        }
    )*};
}

tuples! {
    (A a)
    (A a, B b)
    (A a, B b, C c)
    (A a, B b, C c, D d)
}

/// Whether two values are one key. Every key is one with itself, NaN too, which Python's would not be.
#[inline]
pub(super) fn is_same_key(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Str(a), Value::Str(b)) => a == b,
        _ => is_same_other(a, b),
    }
}

fn is_same_other(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Tuple(a), Value::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same_key(a, b))
        }
        _ => match (whole_number(a), whole_number(b)) {
            (Some(a), Some(b)) => a == b,
            (None, None) => a == b,
            _ => false,
        },
    }
}

/// Equal keys have equal hashes.
pub(super) fn hash_key<H: Hasher>(value: &Value, state: &mut H) {
    if let Some(number) = whole_number(value) {
        state.write_u8(1);
        state.write_i64(number);
        return;
    }
    match value {
        Value::Str(text) => hash_text(text, state),
        Value::Bytes(bytes) => (3_u8, bytes).hash(state),
        Value::BigInt(number) => (4_u8, number).hash(state),
        Value::Float(number) if number.is_nan() => state.write_u8(5),
        Value::Float(number) => (6_u8, number.to_bits()).hash(state),
        Value::Tuple(items) => {
            (7_u8, items.len()).hash(state);
            items.iter().for_each(|item| hash_key(item, state));
        }
        _ => state.write_u8(8),
    }
}

pub(super) fn hash_text(text: &str, state: &mut impl Hasher) {
    (2_u8, text).hash(state);
}

/// The 64-bit integer that a number or a `bool` equals.
fn whole_number(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(*number),
        Value::Bool(value) => Some((*value).into()),
        // The conversion saturates, hence the bounds, both of which are floats exactly.
        Value::Float(number)
            if number.fract() == 0.0
                && *number >= i64::MIN as f64
                && *number < -(i64::MIN as f64) =>
        {
            Some(*number as i64)
        }
        _ => None,
    }
}
