//! A whole value, or a message, as a type.

use serde::de::Deserialize;

use super::super::Error;
use super::super::double_keys::double_keys;
use super::{Deserializer, Place, Result};

/// Reads a value of any type from bytes that a [`Scanner`](super::super::Scanner) has accepted.
///
/// # Errors
///
/// An [`Error`] that names the field, if they do not fit the type.
#[inline]
pub(crate) fn read<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T> {
    read_at(bytes, Place::Plain)
}

/// Reads a message's fields as a type: its action is none of a map's entries, and no variant. Where it is `shown`, a
/// `Value` has it, and so has what names it.
///
/// # Errors
///
/// As [`read`].
pub(crate) fn read_fields<'de, T: Deserialize<'de>>(bytes: &'de [u8], shown: bool) -> Result<T> {
    let place = if shown {
        Place::ActionShown
    } else {
        Place::ActionHidden
    };
    read_at(bytes, place)
}

#[inline]
fn read_at<'de, T: Deserialize<'de>>(bytes: &'de [u8], place: Place) -> Result<T> {
    match T::deserialize(&mut Deserializer::validated(bytes, place)) {
        Ok(value) => Ok(value),
        Err(error) => read_last(bytes, place, error),
    }
}

/// Reads again what failed, without the earlier ones of entries that come twice, if there are such.
#[cold]
fn read_last<'de, T: Deserialize<'de>>(bytes: &'de [u8], place: Place, error: Error) -> Result<T> {
    let left_out = double_keys(bytes);
    if left_out.is_empty() {
        return Err(error);
    }
    T::deserialize(&mut Deserializer {
        left_out,
        ..Deserializer::validated(bytes, place)
    })
}
