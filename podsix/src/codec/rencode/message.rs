//! Messages: dicts with an `action`, written field by field.

use serde::Serialize;

use super::index::{Entry, NoMessage, index};
use super::tokens::{Reader, Token};
use super::writer::{Container, Open, Writer};
use super::{Error, Serializer, TERMINATOR, encode};
use crate::codec::bincode::Problem;
use crate::value::{Key, Value};

/// What a message begins with: a byte that is written over, and the key `action`.
const BEGIN: &[u8] = b"\x7F\x86action";

/// Begins a message of this action.
#[inline(always)]
pub(crate) fn begin_dict(action: &str, body: &mut Vec<u8>, limit: usize) -> Result<Open, Problem> {
    let mut writer = Writer::new(body, limit);
    let open = writer.open_with(BEGIN)?;
    writer.str(action.as_bytes())?;
    Ok(open)
}

/// Ends a message with so many entries.
#[inline]
pub(crate) fn end_dict(
    open: Open,
    entries: usize,
    body: &mut Vec<u8>,
    limit: usize,
) -> Result<(), Problem> {
    Ok(Writer::new(body, limit).close(open, Container::Dict, entries)?)
}

/// Adds a field to a message.
// Most names are so short, and known to the compiler, that to write one is less than a call.
#[inline(always)]
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

/// Where the terminator is in bytes whose bodies can't contain it.
#[inline]
pub(crate) fn find_terminator(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let place = from + find_zero(bytes.get(from..)?)?;
        if bytes.get(place..)?.starts_with(TERMINATOR) {
            return Some(place);
        }
        from = place + 1;
    }
}

/// Where the first 0 is, with which the terminator begins. Eight bytes are looked at together: few bodies have any.
#[inline]
fn find_zero(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let mut rest = bytes;
    while let Some((eight, after)) = rest.split_first_chunk() {
        let eight = u64::from_le_bytes(*eight);
        // To take 1 off makes the highest bit of a byte that has none only where the byte is 0, or behind such a byte.
        if eight.wrapping_sub(ONES) & !eight & HIGHS != 0 {
            break;
        }
        rest = after;
    }
    let place = rest.iter().position(|byte| *byte == 0)?;
    Some(bytes.len() - rest.len() + place)
}

/// Whether a key can stand beside the action.
fn is_field(key: &[u8]) -> bool {
    matches!(Reader::new(key).next(), Ok(Token::Str(name)) if name != b"action")
}
