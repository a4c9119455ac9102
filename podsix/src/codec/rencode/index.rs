//! Where a message's fields are.

use std::fmt;
use std::ops::Range;

use super::skip::{begins_with_ascii, is_utf8, skip_sized};
use super::tokens::{Reader, Token, code};
use crate::value::MAX_LEVELS;

/// A pair of a message's dict: where its key and its value are in the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    // start <= middle <= end: the key up to `middle`, then the value.
    start: u32,
    middle: u32,
    end: u32,
}

/// The key that names a message's action, as it is nearly always written.
pub(super) const ACTION_KEY: &[u8; 7] = b"\x86action";

/// Why a body is no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoMessage {
    /// It is no dict.
    NoDict,
    /// It has no key `action`. Its entries were found all the same.
    NoAction,
    /// Its action is no text. Its entries were found all the same.
    ActionIsNoText,
    /// Its action has not 1 to 255 bytes. Only who needs a name minds.
    NoName,
}

impl fmt::Display for NoMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoDict => "it is no dict",
            Self::NoAction => "it has no `action`",
            Self::ActionIsNoText => "its `action` is no text",
            Self::NoName => "its `action` has not 1 to 255 bytes",
        })
    }
}

/// A message at the beginning of some bytes.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Where it ends.
    pub(crate) end: usize,
    /// Where the name of its action is.
    pub(crate) action: Result<Range<usize>, NoMessage>,
}

/// Finds the entries of the message that is all of `body`, and its action. `entries` is cleared first; its memory is used
/// again.
///
/// # Errors
///
/// A [`NoMessage`] that tells why it is none.
pub(crate) fn index<'a>(body: &'a [u8], entries: &mut Vec<Entry>) -> Result<&'a str, NoMessage> {
    entries.clear();
    let found = find_message(body, entries).ok_or(NoMessage::NoDict)?;
    let action = body.get(found.action?).unwrap_or_default();
    str::from_utf8(action).map_err(|_| NoMessage::ActionIsNoText)
}

/// Finds the message that `bytes` begin with, in one pass that also checks it: what a [`Scanner`](super::Scanner) does not
/// accept is none. Its entries are appended to `entries`, with their places in the message. `None`, and no entries, if it
/// is no dict, not a valid one, or not all of it is there.
#[inline]
pub(crate) fn find_message(bytes: &[u8], entries: &mut Vec<Entry>) -> Option<Found> {
    let before = entries.len();
    let found = find_entries(bytes, entries);
    if found.is_none() {
        entries.truncate(before);
    }
    found
}

/// The fields of a message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a> {
    pub(crate) body: &'a [u8],
    pub(crate) entries: &'a [Entry],
    /// Whether it is known that no key comes twice.
    pub(crate) are_distinct: bool,
}

impl<'a> Fields<'a> {
    /// The encoded value of the field at this place, if it is known to be the only one of this name, in its usual form.
    #[inline(always)]
    pub(crate) fn get(&self, place: usize, name: &str) -> Option<&'a [u8]> {
        let entry = self.entries.get(place).filter(|_| self.are_distinct)?;
        // The first byte tells how long the key is.
        let (first, rest) = range(self.body, entry.start, entry.end).split_first()?;
        let value = rest.strip_prefix(name.as_bytes())?;
        (*first == short_text(name.len())).then_some(value)
    }

    /// The encoded value of the field `name`: the last one, if there are several.
    pub(crate) fn find(&self, name: &str) -> Option<&'a [u8]> {
        find(self.entries, self.body, name)
    }
}

/// The encoded value of the field `name`: the last one, if there are several.
pub(crate) fn find<'a>(entries: &[Entry], body: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut last = entries.iter().rev();
    let found = last.find(|entry| entry.is_named(body, name))?;
    Some(found.value(body))
}

/// What a text of so many bytes begins with, if it is short.
#[inline]
fn short_text(length: usize) -> u8 {
    match u8::try_from(length) {
        Ok(length) if length <= code::LAST_SHORT_STR - code::SHORT_STR => code::SHORT_STR + length,
        // No key begins with it.
        _ => code::END,
    }
}

impl Entry {
    /// A key from `start` to `middle`, and its value from there to `end`, in a body of less than four billion bytes.
    #[inline]
    pub(crate) fn new(start: usize, middle: usize, end: usize) -> Self {
        Self {
            start: start as u32,
            middle: middle as u32,
            end: end as u32,
        }
    }

    /// The encoded key.
    #[inline]
    pub(crate) fn key<'a>(&self, body: &'a [u8]) -> &'a [u8] {
        range(body, self.start, self.middle)
    }

    /// The encoded value.
    #[inline]
    pub(crate) fn value<'a>(&self, body: &'a [u8]) -> &'a [u8] {
        range(body, self.middle, self.end)
    }

    /// Whether the key is this text.
    #[inline]
    fn is_named(&self, body: &[u8], name: &str) -> bool {
        match self.key(body) {
            [first, text @ ..] if *first == short_text(name.len()) => text == name.as_bytes(),
            [code::DIGIT_0..=code::DIGIT_9, ..] => self.has_long_name(body, name),
            _ => false,
        }
    }

    /// Whether the key is this text, written in the form for long ones.
    #[cold]
    fn has_long_name(&self, body: &[u8], name: &str) -> bool {
        let key = Reader::new(self.key(body)).token();
        key == Ok(Token::Str(name.as_bytes()))
    }
}

#[inline]
fn range(body: &[u8], start: u32, end: u32) -> &[u8] {
    body.get(start as usize..end as usize).unwrap_or_default()
}

/// `None` if the bytes don't begin with a dict.
pub(super) fn find_entries(bytes: &[u8], entries: &mut Vec<Entry>) -> Option<Found> {
    // No message has four billion bytes, and no place in one more than 32 bits.
    u32::try_from(bytes.len()).ok()?;
    let (first, mut rest) = bytes.split_first()?;
    let (mut left, is_marked) = match *first {
        first @ code::SHORT_DICT..=code::LAST_SHORT_DICT => (first - code::SHORT_DICT, false),
        code::DICT => (1, true),
        _ => return None,
    };
    let mut action = Err(NoMessage::NoAction);
    while left > 0 {
        if is_marked && let [code::END, after @ ..] = rest {
            rest = after;
            break;
        }
        let (is_action, value) = match skip_text(rest) {
            Some((name, value)) => (name == b"action", value),
            None => skip_other(rest, |reader| {
                reader.skip_other_key(MAX_LEVELS - 1, b"action")
            })?,
        };
        let after = match skip_sized(value) {
            Some(after) => after,
            None => skip_other(value, |reader| reader.skip(MAX_LEVELS - 1).ok())?.1,
        };
        let place = |rest: &[u8]| bytes.len() - rest.len();
        entries.push(Entry::new(place(rest), place(value), place(after)));
        if is_action {
            // The last one counts.
            let end = place(after);
            action = text_length(value, after).map(|length| end - length..end);
        }
        rest = after;
        left -= u8::from(!is_marked);
    }
    Some(Found {
        end: bytes.len() - rest.len(),
        action,
    })
}

/// Where the value of a message's field ends that begins at `start`.
#[cold]
pub(super) fn skip_other_value(bytes: &[u8], start: usize) -> Option<usize> {
    let mut reader = Reader::at(bytes, start);
    reader.skip(MAX_LEVELS - 1).ok()?;
    Some(reader.position())
}

/// The text that the bytes begin with, if it is short, as nearly all are, and what follows it.
#[inline]
fn skip_text(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (first @ code::SHORT_STR..=code::LAST_SHORT_STR, rest) = bytes.split_first()? else {
        return None;
    };
    let (text, after) = rest.split_at_checked(usize::from(first - code::SHORT_STR))?;
    (begins_with_ascii(rest, text.len()) || is_utf8(text)).then_some((text, after))
}

#[cold]
fn skip_other<'a, T>(
    bytes: &'a [u8],
    skip: impl FnOnce(&mut Reader<'a>) -> Option<T>,
) -> Option<(T, &'a [u8])> {
    let mut reader = Reader::new(bytes);
    let skipped = skip(&mut reader)?;
    Some((skipped, bytes.get(reader.position()..)?))
}

/// How many bytes the text has that the value between `value` and `after` is.
#[inline]
fn text_length(value: &[u8], after: &[u8]) -> Result<usize, NoMessage> {
    if let Some((text, _)) = skip_text(value) {
        return Ok(text.len());
    }
    let value = value.get(..value.len() - after.len()).unwrap_or_default();
    match Reader::new(value).token() {
        Ok(Token::Str(text)) if is_utf8(text) => Ok(text.len()),
        _ => Err(NoMessage::ActionIsNoText),
    }
}
