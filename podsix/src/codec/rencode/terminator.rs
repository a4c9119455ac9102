//! Bodies that do not contain the terminator.
//!
//! PodSixNet looks for [`TERMINATOR`] in the stream of bytes, so a body in which it stands would be cut in two. The search
//! runs on into the terminator that follows the body, so one that ends in `00 2D 2D 2D` would be cut too early as well.
//!
//! No item begins with `2D`, and no first byte but the integer 0's is `00`. So the four bytes `00 2D 2D 2D` stand inside
//! one item after its first byte, and what makes a terminator of them is a `00` that follows: inside the same item, as the
//! integer 0 that comes next, or as the first byte of the terminator behind the body. Against each there is another form
//! of the same value: the item's integer in decimal, the integer 0 in two bytes, and a mark at the end of the outermost
//! dict or list. Only a string or a float that has all five bytes itself has no other form.

use super::Error;
use super::tokens::{Reader, Token, code};
use super::writer::Writer;
use crate::codec::bincode::Problem;
use crate::value::MAX_LEVELS;

/// What follows each body.
pub(crate) const TERMINATOR: &[u8; 5] = b"\0---\0";
/// What makes a terminator with a 0 after it.
const STEM: &[u8; 4] = b"\0---";

/// Whether the first terminator in `body` and the terminator after it is not that after it.
#[inline]
pub(crate) fn contains_terminator(body: &[u8]) -> bool {
    // Few bodies hold a dash, and sixteen bytes are looked at together.
    let has_dash = match body.last_chunk::<16>() {
        Some(last) => body.as_chunks().0.iter().chain([last]).any(is_dash_in),
        None => body.contains(&b'-'),
    };
    has_dash && has_terminator(body)
}

#[inline]
fn is_dash_in(bytes: &[u8; 16]) -> bool {
    // All of them, since one comparison tells of all.
    bytes
        .iter()
        .fold(false, |found, byte| found | (*byte == b'-'))
}

#[cold]
fn has_terminator(body: &[u8]) -> bool {
    // Of three dashes in a row, every third byte hits one.
    let mut dashes = (2..body.len()).step_by(3);
    dashes.any(|at| body.get(at) == Some(&b'-') && is_around(body, at))
}

/// Whether a terminator is where this dash is.
fn is_around(body: &[u8], dash: usize) -> bool {
    (1..=3).any(|before| {
        let rest = dash.checked_sub(before).and_then(|stem| body.get(stem..));
        rest.and_then(|rest| rest.strip_prefix(STEM))
            .is_some_and(|rest| matches!(rest, [] | [0, ..]))
    })
}

/// Appends another form of a valid body, which [contains the terminator](contains_terminator), to `out`: the same value
/// for whoever reads it, and without the terminator. `out` may grow to `limit` bytes, those it has included.
///
/// # Errors
///
/// An [`Error`] that names the field, if it is one that has no other form, or the limit is passed.
#[cold]
pub(crate) fn avoid_terminator(body: &[u8], out: &mut Vec<u8>, limit: usize) -> Result<(), Error> {
    let start = out.len();
    let mut reader = Reader::new(body);
    let mut writer = Writer::new(out, limit);
    while reader.left() > 0 {
        let from = reader.position();
        let token = reader.next()?;
        let item = reader.range(from, reader.position());
        match token {
            Token::Int(0) if writer.body().ends_with(STEM) => writer.put(&[code::INT_1, 0])?,
            Token::Int(number) if contains(item) => writer.decimal(number)?,
            _ if contains(item) => {
                let error = match token {
                    Token::Str(_) => Error::new(
                        "it contains the five characters `\\0---\\0`, where PodSixNet ends a message: leave them out",
                    ),
                    _ => Error::new(
                        "it is a float with the bytes 00 2D 2D 2D 00, where PodSixNet ends a message: send the next one",
                    ),
                };
                return Err(in_place(body, from, error));
            }
            _ => writer.put(item)?,
        }
    }
    if writer.body().ends_with(STEM) {
        mark_end(&mut writer, start)?;
    }
    Ok(())
}

fn contains(item: &[u8]) -> bool {
    item.windows(TERMINATOR.len())
        .any(|window| window == TERMINATOR)
}

/// Has the outermost list, tuple or dict end in a mark, instead of beginning with a count.
fn mark_end(writer: &mut Writer<'_>, start: usize) -> Result<(), Error> {
    let marked = match writer.body().get(start) {
        Some(code::SHORT_DICT..=code::LAST_SHORT_DICT) => code::DICT,
        Some(code::SHORT_LIST..=code::LAST_SHORT_LIST) => code::LIST,
        Some(code::SHORT_TUPLE..) => code::TUPLE,
        _ => {
            return Err(Error::new(
                "it ends in the bytes 00 2D 2D 2D, with which PodSixNet would end the message too early",
            ));
        }
    };
    if let Some(first) = writer.body().get_mut(start) {
        *first = marked;
    }
    Ok(writer.put(&[code::END])?)
}

/// An error about the item that begins at this position, seen from the message.
#[cold]
fn in_place(body: &[u8], position: usize, error: Error) -> Error {
    let mut reader = Reader::new(body);
    match enter(&mut reader, position, error) {
        Ok(error) | Err(Lost(error)) => error,
    }
}

/// The body is not what it should be. The error is the one to be placed.
struct Lost(Error);

impl From<Problem> for Lost {
    fn from(problem: Problem) -> Self {
        Self(problem.into())
    }
}

/// Reads the value that comes next and has the item at `position` in it, or is it.
fn enter(reader: &mut Reader<'_>, position: usize, error: Error) -> Result<Error, Lost> {
    let (count, is_dict) = match reader.next()? {
        Token::List(count) | Token::Tuple(count) => (count, false),
        Token::Dict(count) => (count, true),
        _ => return Ok(error),
    };
    for index in 0..count.unwrap_or(usize::MAX) {
        if count.is_none() && reader.take_end() {
            break;
        }
        let start = reader.position();
        let key = if is_dict {
            reader.skip(MAX_LEVELS)?;
            reader.range(start, reader.position())
        } else {
            &[]
        };
        // What is in the key is told of the entry.
        if is_dict && position < reader.position() {
            return Ok(error.in_entry(key));
        }
        let inner = reader.clone();
        reader.skip(MAX_LEVELS)?;
        if position < reader.position() {
            let error = enter(&mut inner.clone(), position, error)?;
            return Ok(if is_dict {
                error.in_entry(key)
            } else {
                error.in_element(index)
            });
        }
    }
    Ok(error)
}
