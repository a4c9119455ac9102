//! The bytes in which PodSixNet's programs in Python put their messages.
//!
//! The wire `podsixnet://` uses this by itself. The module is public for tools beside a game: to look into a recorded
//! stream, to make a message by hand, to read what a Python program has saved.
//!
//! ```
//! use podsix::{Value, data, rencode};
//!
//! # fn main() -> Result<(), rencode::Error> {
//! let bytes = rencode::to_vec(&data! { "action": "move", "to": (3, 4) })?;
//! assert_eq!(bytes, b"\x68\x86action\x84move\x82to\xE2\x03\x04");
//!
//! #[derive(Debug, PartialEq, podsix::Data)]
//! struct Move { to: (u8, u8), #[serde(default)] fast: bool }
//! assert_eq!(rencode::from_slice::<Move>(&bytes)?, Move { to: (3, 4), fast: false });
//!
//! // A `Value` takes whatever is there.
//! assert_eq!(rencode::from_slice::<Value>(&bytes)?["to"][1], 4);
//! # Ok(())
//! # }
//! ```
//!
//! # The format
//!
//! It is `rencode` by Connelly Barnes, in the form that PodSixNet 0.11.0 carries. A value is one byte for its kind, for
//! many small ones all there is, then what the kind needs. What has more than one byte is big endian.
//!
//! | byte | value | followed by |
//! | --- | --- | --- |
//! | 00–2B | the integers 0 to 43 | |
//! | 2C | a float | 8 bytes, IEEE 754 |
//! | 2D–2F | free, refused | |
//! | 30–39 | a string; the byte is the first digit of its length | more digits, `:`, so many bytes |
//! | 3A, 3B | a tuple, a list | its elements, then 7F |
//! | 3C | a dict | its keys, each with its value, then 7F |
//! | 3D | an integer in decimal | digits, the first perhaps `-`, 63 characters at most, then 7F |
//! | 3E, 3F, 40, 41 | an integer | 1, 2, 4 or 8 bytes, two's complement |
//! | 42 | a float | 4 bytes, IEEE 754 |
//! | 43, 44, 45 | true, false, none | |
//! | 46–65 | the integers -1 to -32 | |
//! | 66–7E | a dict of 0 to 24 | so many keys, each with its value |
//! | 7F | the end of what has no count | |
//! | 80–BF | a string of 0 to 63 bytes | so many bytes |
//! | C0–DF | a list of 0 to 31 | so many values |
//! | E0–FF | a tuple of 0 to 31 | so many values |
//!
//! Writers use the shortest form that the table has for a value, and a count where there is room for one; readers take
//! any. A string is UTF-8. Values are nested at most [`MAX_LEVELS`](crate::value::MAX_LEVELS) deep.
//!
//! The package `rencode` on PyPI is another dialect: it does not keep lists and tuples apart (there C0–FF are lists of 0
//! to 63, and 3A is free), so neither reads the other's messages reliably.
//!
//! # Values and types
//!
//! Types become values, and are read from them, as in the table of [`value`](crate::value). In this format,
//!
//! - a float takes 4 bytes if they hold it exactly, otherwise 8: nothing is lost. Python reads both, and sends 4, so what
//!   comes from there has about seven digits;
//! - integers beyond 64 bits go out in decimal, and arrive exactly;
//! - there are no bytes apart from text. Bytes that are UTF-8 arrive as text; to send others is an error, since
//!   PodSixNet ends a connection over them. Use a `Vec<u8>`, which is a list of numbers. As keys of one dict, text and
//!   the same bytes are an error too: they would arrive as one key;
//! - `Some` of what is itself nothing, as `Some(None)`, is an error too: it would arrive as `None`.
//!
//! # Where it differs from PodSixNet
//!
//! | bytes | PodSixNet | here | because |
//! | --- | --- | --- | --- |
//! | a string that is no UTF-8, in a value | refused | bytes in a [`Value`], an error for whoever asks for text | only who needs the text is hurt |
//! | the same in a key | refused | refused | |
//! | decimal numbers with spaces, `+` or `_`, which Python's `int()` takes | accepted | refused | nobody writes them |
//! | decimal numbers with zeros in front, `-0` | accepted | accepted | |
//! | the length of a string in 64 digits and more | accepted | refused | nobody writes them |
//! | nesting | up to about 990 levels | up to 128 levels | all that takes a value apart needs stack |
//! | NaN as a key twice | two entries | one entry | a value equals its copy |
//! | a key twice, in a type | the last counts | the last counts; with serde's `untagged` an error, and who reads entries one by one sees both | usually no time is spent on looking for them |
//!
//! [`Value`]: crate::Value

mod de;
mod double_keys;
mod error;
mod index;
mod layout;
mod message;
mod scan;
mod ser;
mod skip;
mod terminator;
#[cfg(test)]
mod tests;
mod tokens;
mod value;
mod writer;

use serde::{Deserialize, Serialize};

pub use self::de::Deserializer;
pub(crate) use self::de::{read, read_fields, read_valid};
pub(crate) use self::double_keys::check_keys;
pub use self::error::Error;
#[cfg(any(test, fuzzing))]
pub(crate) use self::index::index;
pub(crate) use self::index::{Entry, Fields, NoMessage};
#[cfg(any(test, fuzzing))]
pub(crate) use self::index::{find, find_message};
pub(crate) use self::layout::{Known, Layouts, NAME_AT, Place};
pub(crate) use self::message::{
    begin_dict, encode_entry, encode_inline, encode_keyed, end_dict, find_terminator,
};
pub(crate) use self::scan::Scanner;
#[cfg(any(test, fuzzing))]
pub(crate) use self::scan::validate;
pub use self::ser::Serializer;
pub(crate) use self::terminator::{TERMINATOR, avoid_terminator, contains_terminator};
#[cfg(any(test, feature = "json"))]
pub(crate) use self::tokens::{Reader, Token};
pub(crate) use self::value::{decode_levels, decode_value};
#[cfg(any(test, feature = "json"))]
pub(crate) use self::writer::{Container, Writer};
#[cfg(feature = "json")]
pub(crate) use self::writer::{Full, Open};

/// The bytes that `data` is.
///
/// ```
/// # fn main() -> Result<(), podsix::rencode::Error> {
/// assert_eq!(podsix::rencode::to_vec(&vec![1, -2])?, [0xC2, 0x01, 0x47]);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// An [`Error`] that names the field, if `data` uses a list or a dict as a key, or text and the same bytes as two keys,
/// is nested too deep, holds bytes that are not UTF-8 or an option in an option that holds nothing, or refuses to be
/// serialized.
pub fn to_vec<T: Serialize + ?Sized>(data: &T) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    data.serialize(Serializer::new(&mut bytes))?;
    Ok(bytes)
}

/// Reads the value that `bytes` are as a type. Types such as `&str` borrow from them.
///
/// ```
/// # fn main() -> Result<(), podsix::rencode::Error> {
/// let (name, score): (&str, u32) = podsix::rencode::from_slice(b"\xE2\x83Ann\x07")?;
/// assert_eq!((name, score), ("Ann", 7));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// An [`Error`] if `bytes` are no valid value or hold anything after it, or, with the field's name, if the value does not
/// fit the type.
pub fn from_slice<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Error> {
    read(bytes)
}

/// Appends `value` to `body`, which may grow to `limit` bytes (those it had before included). After an error the end of
/// `body` is unfinished: the caller truncates it.
///
/// # Errors
///
/// As [`to_vec`]; and as soon as `body` would pass `limit`, before memory is taken for it.
#[inline]
pub(crate) fn encode<T: Serialize + ?Sized>(
    value: &T,
    body: &mut Vec<u8>,
    limit: usize,
) -> Result<(), Error> {
    value.serialize(Serializer::limited(body, limit))
}
