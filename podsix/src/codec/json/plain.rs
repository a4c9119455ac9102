//! JSON to rencode in one quick pass, for text as programs write it.

use crate::codec::rencode::{Container, Entry, Known, Layouts, Writer};
use crate::value::MAX_LEVELS;

/// Appends the value with which a JSON text begins to `out`, which may grow to `limit` bytes, if it has nothing in it that
/// takes a closer look: no escapes in its strings, no integers of more than 18 digits, no mistakes. How many bytes it takes
/// with the white space around it. `None` otherwise; then what was appended means nothing, and the text is to be read in the
/// other way, which also tells what is wrong.
#[inline]
pub(crate) fn plain_to_rencode(json: &[u8], out: &mut Vec<u8>, limit: usize) -> Option<usize> {
    let writer = Writer::new(out, limit);
    let mut pass = Pass { left: json, writer };
    pass.value(MAX_LEVELS)?;
    pass.skip_space();
    Some(json.len() - pass.left.len())
}

/// The same for a message that is laid out as one before it. Its entries are appended to `entries`; where nothing is found,
/// what was appended to them means nothing either.
#[inline]
pub(crate) fn known_to_rencode<T: Copy + Default>(
    json: &[u8],
    out: &mut Vec<u8>,
    limit: usize,
    entries: &mut Vec<Entry>,
    layouts: &Layouts<T>,
) -> Option<(usize, Known<T>)> {
    // No place in a message takes more than 32 bits; what it becomes may be longer.
    u32::try_from(json.len().checked_mul(3)?).ok()?;
    let start = out.len();
    let left = json.strip_prefix(b"{\"action\":")?;
    let mut pass = Pass {
        left: skip_space(left),
        writer: Writer::new(out, limit),
    };
    pass.writer.put(HEAD).ok()?;
    pass.string()?;
    let mut end = pass.writer.position() - start;
    entries.push(Entry::new(1, HEAD.len(), end));
    // More than there is can be looked at together.
    pass.writer.put(&[0; 8]).ok()?;
    let (place, layout) = layouts.of_action(pass.writer.body().get(start..)?)?;
    pass.writer.body().truncate(start + end);
    for key in layout.keys() {
        let left = skip_space(pass.left).strip_prefix(b",")?;
        let left = skip_space(left).strip_prefix(b"\"")?;
        let left = layout.strip(key, left)?.strip_prefix(b"\"")?;
        pass.left = skip_space(left).strip_prefix(b":")?;
        layout.write(key, &mut pass.writer).ok()?;
        let (begin, middle) = (end, pass.writer.position() - start);
        pass.value(MAX_LEVELS - 1)?;
        end = pass.writer.position() - start;
        entries.push(Entry::new(begin, middle, end));
    }
    let left = skip_space(skip_space(pass.left).strip_prefix(b"}")?);
    *pass.writer.body().get_mut(start)? = layout.first();
    Some((json.len() - left.len(), layout.at(place, end)))
}

/// What a message begins with, but for its first byte.
const HEAD: &[u8; 8] = b"\x66\x86action";

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
        if let Some(first) = text.first_chunk()
            && let length = plain_bytes(first)
            && let Some(b'"') = first.get(length)
        {
            self.left = text.get(length + 1..)?;
            return self.writer.short_str(first, length).ok();
        }
        self.long_string(text)
    }

    /// A string with this text, of more than a few bytes, or with others than plain ASCII characters in it.
    #[inline(never)]
    fn long_string(&mut self, text: &'j [u8]) -> Option<()> {
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
        self.left = skip_space(self.left);
    }
}

/// What follows the white space with which a text begins.
#[inline]
fn skip_space(text: &[u8]) -> &[u8] {
    let mut left = text;
    // Mostly there is none.
    if let [..=b' ', ..] = left {
        while let [b' ' | b'\n' | b'\r' | b'\t', after @ ..] = left {
            left = after;
        }
    }
    left
}

/// How many of these bytes come before the first one that is no plain ASCII character of a string.
#[inline]
fn plain_bytes(bytes: &[u8; 8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x80 * ONES;
    let bytes = u64::from_le_bytes(*bytes);
    // To take a number off makes the highest bit of a byte that has none only where the byte is less, or behind such a byte.
    let controls = bytes.wrapping_sub(0x20 * ONES);
    let quotes = (bytes ^ (b'"' as u64 * ONES)).wrapping_sub(ONES);
    let escapes = (bytes ^ (b'\\' as u64 * ONES)).wrapping_sub(ONES);
    let others = (controls | quotes | escapes | bytes) & HIGHS;
    others.trailing_zeros() as usize / 8
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
