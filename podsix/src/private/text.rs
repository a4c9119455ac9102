//! Names and messages at compile time, where the library's functions for texts
//! can't be called.

use crate::message::Table;

/// A text that is put together at compile time, and cut where it is too long.
pub(super) struct Text {
    bytes: [u8; Self::MAX_BYTES],
    len: usize,
}

impl Text {
    const MAX_BYTES: usize = 64 * 1024;

    pub(super) const fn new() -> Self {
        Self {
            bytes: [0; Self::MAX_BYTES],
            len: 0,
        }
    }

    pub(super) const fn push(&mut self, text: &str) {
        let text = text.as_bytes();
        // Whole pieces only, so that what is there is always UTF-8.
        if text.len() > Self::MAX_BYTES - self.len {
            return;
        }
        let mut index = 0;
        while index < text.len() {
            self.bytes[self.len] = text[index];
            self.len += 1;
            index += 1;
        }
    }

    /// The name of the variant that has this method: `StartLine` for `start_line`.
    pub(super) const fn push_variant(&mut self, method: &str) {
        let method = method.as_bytes();
        if method.len() > Self::MAX_BYTES - self.len {
            return;
        }
        let mut capital = true;
        let mut index = 0;
        while index < method.len() {
            let byte = method[index];
            index += 1;
            if byte == b'_' {
                capital = true;
                continue;
            }
            self.bytes[self.len] = if capital {
                byte.to_ascii_uppercase()
            } else {
                byte
            };
            self.len += 1;
            capital = false;
        }
    }

    pub(super) const fn as_str(&self) -> &str {
        match str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "an action has no handler",
        }
    }
}

/// The slot of the action that is handled by this method, looked for from
/// `start` on and then from the first: where a block has the order of its enum,
/// that is at once.
pub(super) const fn slot_of(table: &Table, method: &str, start: usize) -> Option<usize> {
    let count = table.actions.len();
    let mut step = 0;
    while step < count {
        let slot = (start + step) % count;
        if equal(table.actions[slot].method, method) {
            return Some(slot);
        }
        step += 1;
    }
    None
}

/// The place of a name in a list, looked for in the same way.
pub(super) const fn place_of(names: &[&str], name: &str, start: usize) -> Option<usize> {
    let mut step = 0;
    while step < names.len() {
        let place = (start + step) % names.len();
        if equal(names[place], name) {
            return Some(place);
        }
        step += 1;
    }
    None
}

const fn equal(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    // From the end, as names more often begin alike.
    let mut index = one.len();
    while index > 0 {
        index -= 1;
        if one[index] != other[index] {
            return false;
        }
    }
    true
}
