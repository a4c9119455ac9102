//! A whole value, or a message, as a type.

use serde::de::Deserialize;

use super::super::Error;
use super::super::double_keys::double_keys;
use super::simple::read_simple;
use super::{Deserializer, Place, Result};

/// Reads the value that `bytes` are as a type.
///
/// # Errors
///
/// An [`Error`] if they are no valid value or hold anything after it, or, with the field's name, if the value does not
/// fit the type.
#[inline]
pub(crate) fn read<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T> {
    read_at(bytes, Place::Plain)
}

/// As [`read`], for a value that a [`Scanner`](super::super::Scanner) has accepted, and quicker for most.
///
/// # Errors
///
/// As [`read`].
#[inline]
pub(crate) fn read_valid<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T> {
    match read_simple(bytes) {
        Some(value) => Ok(value),
        None => read_otherwise(bytes),
    }
}

#[inline(never)]
fn read_otherwise<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T> {
    read(bytes)
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
    match read_once(Deserializer::of(bytes, place)) {
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
    read_once(Deserializer {
        left_out,
        ..Deserializer::of(bytes, place)
    })
}

#[inline]
fn read_once<'de, T: Deserialize<'de>>(mut de: Deserializer<'de>) -> Result<T> {
    let value = T::deserialize(&mut de)?;
    de.finish()?;
    Ok(value)
}
