//! Values as text: as a literal, cut short in errors.

use std::borrow::Cow;
use std::fmt::{self, Write};

use super::{Key, Map, Value};

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Bool(value) => fmt::Debug::fmt(value, f),
            Self::Int(value) => fmt::Debug::fmt(value, f),
            Self::BigInt(value) => fmt::Debug::fmt(value, f),
            Self::Float(value) => fmt::Debug::fmt(value, f),
            Self::Str(text) => fmt::Debug::fmt(text, f),
            Self::Bytes(bytes) => write!(f, "b\"{}\"", bytes.escape_ascii()),
            Self::List(items) => f.debug_list().entries(items).finish(),
            Self::Tuple(items) if items.is_empty() => f.write_str("()"),
            Self::Tuple(items) => {
                let mut tuple = f.debug_tuple("");
                for item in items {
                    tuple.field(item);
                }
                tuple.finish()
            }
            Self::Map(map) => fmt::Debug::fmt(map, f),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_value(), f)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl fmt::Display for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// A value in an error: whatever a peer sent, it is cut after 64 bytes or so.
pub(super) struct Short<'a>(pub(super) &'a Value);

const SHORT_BYTES: usize = 64;

impl fmt::Display for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = Shown {
            text: String::new(),
        };
        let whole = write!(shown, "{}", self.0);
        f.write_str(&shown.text)?;
        f.write_str(if whole.is_ok() { "" } else { "…" })
    }
}

/// Takes so much text and then refuses more, so that printing a huge value stops early.
struct Shown {
    text: String,
}

impl Write for Shown {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = SHORT_BYTES.saturating_sub(self.text.len());
        let end = (0..=room.min(text.len()))
            .rev()
            .find(|&end| text.is_char_boundary(end))
            .unwrap_or(0);
        self.text.push_str(text.get(..end).unwrap_or_default());
        if end < text.len() {
            Err(fmt::Error)
        } else {
            Ok(())
        }
    }
}

/// A key in the path of an error: text as it is, the rest as a literal.
pub(super) fn path(key: &Value) -> Cow<'_, str> {
    match key {
        Value::Str(text) => text.as_str().into(),
        other => Short(other).to_string().into(),
    }
}
