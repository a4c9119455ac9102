//! Messages: dicts with an `action`, written field by field.

use std::ops::Range;

use serde::Serialize;

use super::index::{Entry, NoMessage, index};
use super::tokens::{Reader, Token};
use super::writer::{Container, Open, Writer};
use super::{Error, Serializer, TERMINATOR, encode};
use crate::codec::bincode::Problem;
use crate::value::{Key, Value};

/// Begins a message of this action.
pub(crate) fn begin_dict(action: &str, body: &mut Vec<u8>, limit: usize) -> Result<Open, Problem> {
    let mut writer = Writer::new(body, limit);
    let open = writer.open()?;
    writer.str(b"action")?;
    writer.str(action.as_bytes())?;
    Ok(open)
}

/// Ends a message with so many entries.
pub(crate) fn end_dict(
    open: Open,
    entries: usize,
    body: &mut Vec<u8>,
    limit: usize,
) -> Result<(), Problem> {
    Ok(Writer::new(body, limit).close(open, Container::Dict, entries)?)
}

/// Adds a field to a message.
#[inline]
pub(crate) fn encode_entry<T: Serialize + ?Sized>(
    name: &str,
    value: &T,
    body: &mut Vec<u8>,
    limit: usize,
) -> Result<(), Error> {
    Writer::new(body, limit).str(name.as_bytes())?;
    encode(value, body, limit).map_err(|error| error.in_field(name))
}

/// Adds an entry with any key; whether that holds bytes.
pub(crate) fn encode_keyed(
    key: &Key,
    value: &Value,
    body: &mut Vec<u8>,
    limit: usize,
) -> Result<bool, Error> {
    let start = body.len();
    let mut holds_bytes = false;
    key.serialize(Serializer::for_key(body, limit, &mut holds_bytes))?;
    let middle = body.len();
    encode(value, body, limit)
        .map_err(|error| error.in_entry(body.get(start..middle).unwrap_or_default()))?;
    Ok(holds_bytes)
}

/// Adds the fields of a struct to a message, or anything else as the field
/// `data`; how many fields that were. A field `action` would be taken for that
/// of the message, so what has one is `data` too.
pub(crate) fn encode_inline<T: Serialize + ?Sized>(
    value: &T,
    body: &mut Vec<u8>,
    limit: usize,
) -> Result<usize, Error> {
    let start = body.len();
    Writer::new(body, limit).str(b"data")?;
    let middle = body.len();
    encode(value, body, limit).map_err(|error| error.in_field("data"))?;
    let written = body.get(middle..).unwrap_or_default();
    let mut entries: Vec<Entry> = Vec::new();
    if let Err(NoMessage::NoDict) = index(written, &mut entries) {
        return Ok(1);
    }
    if !entries.iter().all(|entry| is_field(entry.key(written))) {
        return Ok(1);
    }
    let is_marked = matches!(Reader::new(written).next(), Ok(Token::Dict(None)));
    if is_marked {
        body.pop();
    }
    // The key and the dict's first byte.
    body.drain(start..=middle);
    Ok(entries.len())
}

/// Where the name of the action is in a body that a
/// [`Scanner`](super::Scanner) has accepted.
pub(crate) fn action(body: &[u8]) -> Result<Range<usize>, NoMessage> {
    let mut reader = Reader::new(body);
    let Ok(Token::Dict(count)) = reader.next() else {
        return Err(NoMessage::NoDict);
    };
    let mut found = Err(NoMessage::NoAction);
    for _ in 0..count.unwrap_or(usize::MAX) {
        if count.is_none() && reader.take_end() {
            break;
        }
        let is_action = matches!(reader.next_or_skip(), Some(Token::Str(b"action")));
        let value = reader.next_or_skip();
        if is_action {
            // The last one counts.
            found = match value {
                Some(Token::Str(name)) if str::from_utf8(name).is_ok() => {
                    Ok(reader.position() - name.len()..reader.position())
                }
                _ => Err(NoMessage::ActionIsNoText),
            };
        }
    }
    found
}

/// Where the terminator is in bytes whose bodies can't contain it.
pub(crate) fn find_terminator(bytes: &[u8]) -> Option<usize> {
    let mut windows = bytes.windows(TERMINATOR.len());
    windows.position(|window| window == TERMINATOR)
}

/// Whether a key can stand beside the action.
fn is_field(key: &[u8]) -> bool {
    matches!(Reader::new(key).next(), Ok(Token::Str(name)) if name != b"action")
}
