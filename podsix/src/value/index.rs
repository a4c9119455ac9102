//! Reading by `value["x"]` and `value[0]`.

use std::ops::Index;

use super::Value;

static NONE: Value = Value::None;

/// The value of a key, or [`Value::None`] if this is no map or has no such key.
///
/// What a peer sends never makes it panic. Where a missing field is an error, use [`Value::get`].
impl Index<&str> for Value {
    type Output = Self;

    fn index(&self, key: &str) -> &Self {
        self.as_map().and_then(|map| map.get(key)).unwrap_or(&NONE)
    }
}

/// An element of a list or tuple or the value of a map's integer key, or [`Value::None`] if there is none.
impl Index<usize> for Value {
    type Output = Self;

    fn index(&self, index: usize) -> &Self {
        match self {
            Self::List(items) | Self::Tuple(items) => items.get(index),
            Self::Map(map) => map.get(index),
            _ => None,
        }
        .unwrap_or(&NONE)
    }
}
