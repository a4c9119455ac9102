//! JSON to rencode in one quick pass, for text as programs write it.

use crate::codec::rencode::{Container, Writer};
use crate::value::MAX_LEVELS;

/// Appends the value that a JSON text is to what `writer` writes, if the text has nothing in it that takes a closer look:
/// no escapes in its strings, no integers of more than 18 digits, no mistakes. `None` otherwise; then what was written
/// means nothing, and the text is to be read in the other way, which also tells what is wrong.
#[inline]
pub(super) fn plain_to_rencode(json: &[u8], writer: Writer<'_>) -> Option<()> {
    let mut pass = Pass { left: json, writer };
    pass.value(MAX_LEVELS)?;
    pass.skip_space();
    pass.left.is_empty().then_some(())
}

struct Pass<'j, 'w> {
    // What was not read yet.
    left: &'j [u8],
    writer: Writer<'w>,
}

impl<'j> Pass<'j, '_> {
    /// A value in which so many levels may begin.
    fn value(&mut self, levels: usize) -> Option<()> {
        self.skip_space();
        match self.left {
            [b'"', ..] => self.string(),
            [b'-' | b'0'..=b'9', ..] => self.number(),
            [b'{', left @ ..] => {
                self.left = left;
                self.object(levels.checked_sub(1)?)
            }
            [b'[', left @ ..] => {
                self.left = left;
                self.array(levels.checked_sub(1)?)
            }
            [b't', b'r', b'u', b'e', left @ ..] => {
                self.left = left;
                self.writer.bool(true).ok()
            }
            [b'f', b'a', b'l', b's', b'e', left @ ..] => {
                self.left = left;
                self.writer.bool(false).ok()
            }
            [b'n', b'u', b'l', b'l', left @ ..] => {
                self.left = left;
                self.writer.none().ok()
            }
            _ => None,
        }
    }

    fn object(&mut self, levels: usize) -> Option<()> {
        let open = self.writer.open().ok()?;
        let mut count = 0;
        while !self.is_over(b'}', count)? {
            self.skip_space();
            self.string()?;
            self.skip_space();
            self.take(b':').then_some(())?;
            self.value(levels)?;
            count += 1;
        }
        self.writer.close(open, Container::Dict, count).ok()
    }

    fn array(&mut self, levels: usize) -> Option<()> {
        let open = self.writer.open().ok()?;
        let mut count = 0;
        while !self.is_over(b']', count)? {
            self.value(levels)?;
            count += 1;
        }
        self.writer.close(open, Container::List, count).ok()
    }

    /// Whether an object or an array is over, of which so many entries were read. If not, a comma has to be in front of
    /// all but the first.
    #[inline]
    fn is_over(&mut self, end: u8, count: usize) -> Option<bool> {
        self.skip_space();
        if self.take(end) {
            return Some(true);
        }
        (count == 0 || self.take(b',')).then_some(false)
    }

    #[inline]
    fn string(&mut self) -> Option<()> {
        let (b'"', text) = self.left.split_first()? else {
            return None;
        };
        let is_end = |byte: &u8| ENDS_TEXT.get(usize::from(*byte)).is_none_or(|ends| *ends);
        let mut length = text.iter().position(is_end)?;
        if text.get(length).is_some_and(|byte| !byte.is_ascii()) {
            // A second look, from here on at the whole of it.
            length = text
                .iter()
                .position(|byte| is_end(byte) && byte.is_ascii())?;
            str::from_utf8(text.get(..length)?).ok()?;
        }
        let (text, rest) = text.split_at_checked(length)?;
        self.left = rest;
        self.take(b'"').then_some(())?;
        self.writer.str(text).ok()
    }

    #[inline]
    fn number(&mut self) -> Option<()> {
        let text = self.left;
        let is_negative = self.take(b'-');
        let mut digits = 0_u64;
        let first = *self.left.first()?;
        let whole = self.digits(&mut digits)?;
        if whole == 0 || (whole > 1 && first == b'0') {
            return None;
        }
        let mut fraction = 0;
        let mut is_integer = true;
        if self.take(b'.') {
            is_integer = false;
            fraction = self.digits(&mut digits)?;
            if fraction == 0 {
                return None;
            }
        }
        if let [b'e' | b'E', ..] = self.left {
            // Rare enough.
            return None;
        }
        if is_integer && !(is_negative && digits == 0) {
            let number = i64::try_from(digits).ok()?;
            let number = if is_negative { -number } else { number };
            return self.writer.int(number).ok();
        }
        let number = match POWERS_OF_TEN.get(fraction) {
            // Both are floats exactly, so their quotient is the nearest float to the number.
            Some(power) if digits <= MAX_EXACT => digits as f64 / power,
            _ => return self.other_float(text),
        };
        let number = if is_negative { -number } else { number };
        self.writer.float(number).ok()
    }

    /// A float of many digits, with which `text` begins, and after which comes what is left.
    #[cold]
    fn other_float(&mut self, text: &[u8]) -> Option<()> {
        let text = text.get(..text.len() - self.left.len())?;
        let number: f64 = str::from_utf8(text).ok()?.parse().ok()?;
        self.writer.float(number).ok()
    }

    /// How many digits come next; they are put behind those of `number`, which may have 18 in the end.
    #[inline]
    fn digits(&mut self, number: &mut u64) -> Option<usize> {
        // Copies, so that they stay in registers.
        let (mut left, mut digits) = (self.left, *number);
        while let [byte, rest @ ..] = left
            && let digit @ 0..=9 = byte.wrapping_sub(b'0')
        {
            if digits >= MOST_DIGITS / 10 {
                return None;
            }
            digits = digits * 10 + u64::from(digit);
            left = rest;
        }
        let count = self.left.len() - left.len();
        self.left = left;
        *number = digits;
        Some(count)
    }

    #[inline]
    fn take(&mut self, byte: u8) -> bool {
        match self.left {
            [first, left @ ..] if *first == byte => {
                self.left = left;
                true
            }
            _ => false,
        }
    }

    #[inline]
    fn skip_space(&mut self) {
        // Mostly there is none.
        if let [..=b' ', ..] = self.left {
            while let [b' ' | b'\n' | b'\r' | b'\t', left @ ..] = self.left {
                self.left = left;
            }
        }
    }
}

/// Integers of fewer digits than this are read here.
const MOST_DIGITS: u64 = 1_000_000_000_000_000_000;

/// The largest integer up to which floats hold every one.
const MAX_EXACT: u64 = 1 << 53;

/// Those that floats hold exactly.
const POWERS_OF_TEN: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// The bytes that end a run of plain ASCII characters in a string.
const ENDS_TEXT: [bool; 256] = {
    let mut ends = [false; 256];
    let mut byte = 0;
    while byte < ends.len() {
        #[expect(clippy::indexing_slicing, reason = "it is checked by the compiler")]
        {
            ends[byte] =
                byte < 0x20 || byte >= 0x80 || byte == b'"' as usize || byte == b'\\' as usize;
        }
        byte += 1;
    }
    ends
};
