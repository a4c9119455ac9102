//! A text in JSON, piece by piece.

use serde::Serialize;

use super::super::Integers;
use super::super::from_rencode::MAX_SAFE;
use super::{FIELD_LEVELS, Odd, Result, Serializer};

/// Room for any number.
const NUMBER_BYTES: usize = 32;

/// A text that grows up to a limit.
#[derive(Debug)]
pub(crate) struct Text<'a> {
    pub(super) text: &'a mut Vec<u8>,
    limit: usize,
    integers: Integers,
    /// Whether anything was odd, even if a `Serialize` of the user's went on.
    pub(super) is_odd: bool,
    /// Whether the value that was written last on the outermost level is an object whose keys can stand beside an
    /// action: text, and none is `action`.
    pub(super) is_inline: bool,
}

impl<'a> Text<'a> {
    /// Begins a message of this action. It is appended to `text`, which may grow to `limit` bytes, those it has included.
    pub(crate) fn begin(
        action: &str,
        text: &'a mut Vec<u8>,
        limit: usize,
        integers: Integers,
    ) -> Result<Self> {
        let mut begun = Self {
            text,
            limit,
            integers,
            is_odd: false,
            is_inline: false,
        };
        begun.put(b"{\"action\":")?;
        begun.string(action)?;
        Ok(begun)
    }

    /// Adds a field to the message.
    #[inline]
    pub(crate) fn entry<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result {
        self.key(name, false)?;
        self.value(value)
    }

    /// Adds the fields of a struct to the message, or anything else as the field `data`.
    pub(crate) fn inline<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        const IN_FRONT: usize = b"\"data\":{".len();
        let start = self.text.len();
        self.entry("data", value)?;
        if self.is_inline {
            let is_empty = self.text.ends_with(b"{}");
            self.text.pop();
            // But for the comma.
            self.text.drain(start + 1..=start + IN_FRONT);
            if is_empty {
                self.text.truncate(start);
            }
        }
        Ok(())
    }

    /// Ends the message.
    pub(crate) fn end(&mut self) -> Result {
        if self.is_odd {
            Err(Odd)
        } else {
            self.put(b"}")
        }
    }

    #[inline]
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        let levels = FIELD_LEVELS;
        value.serialize(Serializer { text: self, levels })
    }

    /// The key of an entry, and what stands around it.
    #[inline]
    pub(super) fn key(&mut self, name: &str, is_first: bool) -> Result {
        if !is_first {
            self.put(b",")?;
        }
        if has_escaped(name.as_bytes()) {
            self.escaped(name)?;
            return self.put(b":");
        }
        let size = name.len() + 3;
        if self.text.len() + size > self.limit {
            return Err(Odd);
        }
        self.text.reserve(size);
        self.text.push(b'"');
        self.text.extend_from_slice(name.as_bytes());
        self.text.extend_from_slice(b"\":");
        Ok(())
    }

    #[inline]
    pub(super) fn put(&mut self, bytes: &[u8]) -> Result {
        if self.text.len() + bytes.len() > self.limit {
            return Err(Odd);
        }
        self.text.extend_from_slice(bytes);
        Ok(())
    }

    /// A string; what has to be escaped is rarer.
    #[inline]
    pub(super) fn string(&mut self, text: &str) -> Result {
        if has_escaped(text.as_bytes()) {
            return self.escaped(text);
        }
        // Two quotes.
        if self.text.len() + text.len() + 2 > self.limit {
            return Err(Odd);
        }
        self.text.reserve(text.len() + 2);
        self.text.push(b'"');
        self.text.extend_from_slice(text.as_bytes());
        self.text.push(b'"');
        Ok(())
    }

    #[inline(never)]
    fn escaped(&mut self, text: &str) -> Result {
        // A character takes six at the most.
        if text.len() > self.limit.saturating_sub(self.text.len() + 2) / 6 {
            return Err(Odd);
        }
        self.json(text)
    }

    /// An integer as a key, behind a comma if it is not the first.
    pub(super) fn integer_key<T: Serialize>(&mut self, key: &T, is_first: bool) -> Result {
        self.put(if is_first { b"\"" } else { b",\"" })?;
        self.number(key)?;
        self.put(b"\":")
    }

    /// An integer that no other end takes for another.
    #[inline]
    pub(super) fn integer(&mut self, number: i64) -> Result {
        if self.integers == Integers::Safe && number.unsigned_abs() > MAX_SAFE {
            return Err(Odd);
        }
        match u8::try_from(number) {
            Ok(digit @ 0..=9) => self.put(&[b'0' + digit]),
            _ => self.number(&number),
        }
    }

    #[inline]
    pub(super) fn number<T: Serialize>(&mut self, number: &T) -> Result {
        if self.text.len() + NUMBER_BYTES > self.limit {
            return Err(Odd);
        }
        self.json(number)
    }

    /// Text or a number, for which there is room.
    fn json<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        serde_json::to_writer(&mut *self.text, value).map_err(|_| Odd)
    }
}

/// Whether a string has bytes that can't stand in JSON as they are. Eight bytes are looked at together.
#[inline]
fn has_escaped(text: &[u8]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let Some((_, last)) = text.split_last_chunk() else {
        return text
            .iter()
            .any(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\');
    };
    let (eights, _) = text.as_chunks();
    eights.iter().chain([last]).any(|&eight| {
        let eight = u64::from_le_bytes(eight);
        // To take more off than a byte is makes its highest bit of one that has none, and of no other byte but those
        // behind it.
        let is_below = |bytes: u64, bound: u64| bytes.wrapping_sub(ONES * bound) & !bytes;
        let quote = eight ^ (ONES * u64::from(b'"'));
        let backslash = eight ^ (ONES * u64::from(b'\\'));
        (is_below(eight, 0x20) | is_below(quote, 1) | is_below(backslash, 1)) & (ONES << 7) != 0
    })
}
