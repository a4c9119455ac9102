//! Where a message's fields are.

use std::fmt;

use super::tokens::{Reader, Token};
use crate::value::MAX_LEVELS;

/// A pair of a message's dict: where its key and its value are in the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    // start <= middle <= end: the key up to `middle`, then the value.
    start: u32,
    middle: u32,
    end: u32,
}

/// Why a body is no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoMessage {
    /// It is no dict.
    NoDict,
    /// It has no key `action`. Its entries were found all the same.
    NoAction,
    /// Its action is no text. Its entries were found all the same.
    ActionIsNoText,
}

impl fmt::Display for NoMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoDict => "it is no dict",
            Self::NoAction => "it has no `action`",
            Self::ActionIsNoText => "its `action` is no text",
        })
    }
}

/// Finds the entries of a message, whose body a [`Scanner`](super::Scanner) has accepted, and its action. `entries` is
/// cleared first; its memory is used again.
///
/// # Errors
///
/// A [`NoMessage`] that tells why it is none.
pub(crate) fn index<'a>(body: &'a [u8], entries: &mut Vec<Entry>) -> Result<&'a str, NoMessage> {
    entries.clear();
    if find_entries(body, entries).is_none() {
        entries.clear();
        return Err(NoMessage::NoDict);
    }
    let action = find(entries, body, "action").ok_or(NoMessage::NoAction)?;
    match Reader::new(action).next() {
        Ok(Token::Str(text)) => str::from_utf8(text).map_err(|_| NoMessage::ActionIsNoText),
        _ => Err(NoMessage::ActionIsNoText),
    }
}

/// The encoded value of the field `name`: the last one, if there are several.
#[inline]
pub(crate) fn find<'a>(entries: &[Entry], body: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let found = entries
        .iter()
        .rev()
        .find(|entry| entry.name(body) == Some(name.as_bytes()))?;
    Some(found.value(body))
}

impl Entry {
    /// The encoded key.
    pub(crate) fn key<'a>(&self, body: &'a [u8]) -> &'a [u8] {
        range(body, self.start, self.middle)
    }

    /// The encoded value.
    pub(crate) fn value<'a>(&self, body: &'a [u8]) -> &'a [u8] {
        range(body, self.middle, self.end)
    }

    /// The key, if it is text.
    #[inline]
    fn name<'a>(&self, body: &'a [u8]) -> Option<&'a [u8]> {
        match Reader::at(body, self.start as usize).token() {
            Ok(Token::Str(name)) => Some(name),
            _ => None,
        }
    }
}

fn range(body: &[u8], start: u32, end: u32) -> &[u8] {
    body.get(start as usize..end as usize).unwrap_or_default()
}

/// `None` if the body is no dict.
pub(super) fn find_entries(body: &[u8], entries: &mut Vec<Entry>) -> Option<()> {
    let mut reader = Reader::new(body);
    let Ok(Token::Dict(count)) = reader.next() else {
        return None;
    };
    let mut left = count.unwrap_or(usize::MAX);
    while left > 0 && !(count.is_none() && reader.take_end()) {
        let start = reader.position();
        reader.skip(MAX_LEVELS).ok()?;
        let middle = reader.position();
        reader.skip(MAX_LEVELS).ok()?;
        entries.push(Entry {
            start: u32::try_from(start).ok()?,
            middle: u32::try_from(middle).ok()?,
            end: u32::try_from(reader.position()).ok()?,
        });
        left -= 1;
    }
    Some(())
}
