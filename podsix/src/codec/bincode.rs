//! Bodies without field names, in the format of bincode 2 (`config::standard()`): little endian, integers of 16 bits
//! and more as varints, lengths as a varint `u64`, an option as a byte 0 or 1, an enum's variant as a varint `u32`,
//! structs and tuples as their fields and nothing else.
//!
//! This is the only file that names the `bincode` crate, and it uses its integers, floats, `bool` and `char` alone.
//! Whatever holds other values ([`de`] and [`ser`]) is ours, since the crate trusts what a body claims: twelve bytes
//! that announce a huge string make it abort the process. Here
//!
//! - a claimed length is compared with the bytes that are left before any memory is taken,
//! - elements that take no bytes are counted, up to [`MAX_ZERO_SIZED`] a field,
//! - nesting ends at [`MAX_NESTING`],
//! - and an encoder refuses what a decoder would refuse, so that the fault shows where it was made.

mod de;
mod elements;
mod ser;
#[cfg(test)]
mod tests;

use core::fmt::{self, Display, Formatter};

use ::bincode::config::standard;
use ::bincode::de::DecoderImpl;
use ::bincode::de::read::Reader;
use ::bincode::enc::EncoderImpl;
use ::bincode::enc::write::Writer;
use ::bincode::error::{DecodeError, EncodeError};
use ::bincode::{Decode, Encode};
use serde::de::DeserializeSeed;
use serde::{Deserialize, Serialize};

/// How many elements that take no bytes (such as those of a `Vec<()>`) a field may hold: nothing in the body pays for
/// them, so nothing else bounds them.
pub(crate) const MAX_ZERO_SIZED: u32 = 4096;

/// How deep values may be nested. Options, sequences, maps and enums weigh [`BODY_LEVEL`] each, because a body decides
/// how many follow each other: 128 of them. What a type nests by itself (structs, tuples, newtypes) weighs
/// [`TYPE_LEVEL`]: it is counted because a type may contain nothing but itself. So 100 structs can be nested through
/// an option, a list or an enum each, and a hundred thousand can't overflow the stack.
pub(crate) const MAX_NESTING: u32 = 128 * BODY_LEVEL;
const BODY_LEVEL: u32 = 4;
const TYPE_LEVEL: u32 = 1;

/// The largest integer that a varint holds in one byte.
const MAX_SHORT: u8 = 250;

/// Why a value can't become a body, or a body a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The encoded value would pass the limit. Decoding never gives this.
    TooLarge,
    /// What was expected and what was found.
    // Boxed, so that a result with a small value fits into registers.
    #[expect(clippy::box_collection, reason = "a text of its own takes three words")]
    Invalid(Box<String>),
}

impl Problem {
    #[cold]
    pub(crate) fn invalid(words: String) -> Self {
        Self::Invalid(Box::new(words))
    }

    #[cold]
    #[inline(never)]
    fn new(words: impl Display) -> Self {
        Self::invalid(words.to_string())
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn trailing(left: usize) -> Self {
        Self::new(format_args!(
            "expected the end of the body, found {left} more bytes"
        ))
    }

    #[cold]
    #[inline(never)]
    fn end(expected: &'static str) -> Self {
        Self::new(format_args!(
            "expected {expected}, found the end of the body"
        ))
    }

    #[cold]
    fn read(expected: &'static str, error: &DecodeError) -> Self {
        Self::invalid(match error {
            DecodeError::UnexpectedEnd { .. } => return Self::end(expected),
            DecodeError::InvalidBooleanValue(found) => {
                format!("expected {expected} (0 or 1), found {found}")
            }
            DecodeError::InvalidCharEncoding(_) => {
                format!("expected {expected}, found bytes that are no character")
            }
            DecodeError::InvalidIntegerType { found, .. } => {
                format!("expected {expected}, found an integer of the type `{found:?}`")
            }
            other => format!("expected {expected}: {other}"),
        })
    }

    #[cold]
    fn written(error: &EncodeError) -> Self {
        match error {
            // The one error that `Encoder` itself gives.
            EncodeError::UnexpectedEnd => Self::TooLarge,
            other => Self::invalid(other.to_string()),
        }
    }
}

impl Display for Problem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("the message is larger than the limit"),
            Self::Invalid(words) => f.write_str(words),
        }
    }
}

impl core::error::Error for Problem {}

impl serde::de::Error for Problem {
    fn custom<T: Display>(words: T) -> Self {
        Self::new(words)
    }
}

impl serde::ser::Error for Problem {
    fn custom<T: Display>(words: T) -> Self {
        Self::new(words)
    }
}

/// Appends `value` to `body`, which may grow to `limit` bytes (those it had before included). After an error the end
/// of `body` is unfinished: the caller truncates it.
///
/// # Errors
///
/// [`Problem::TooLarge`] as soon as `body` would pass `limit`, before memory is taken for it; [`Problem::Invalid`] if
/// the value has no form as a body or one that a decoder would refuse.
#[inline]
pub(crate) fn encode<T: Serialize + ?Sized>(
    value: &T,
    body: &mut Vec<u8>,
    limit: usize,
) -> Result<(), Problem> {
    let mut encoder = Encoder {
        body,
        limit,
        overflown: false,
        zero_sized: MAX_ZERO_SIZED,
    };
    value.serialize(ser::Serializer::new(&mut encoder))?;
    // A `Serialize` of the user's may have swallowed the error.
    if encoder.overflown {
        Err(Problem::TooLarge)
    } else {
        Ok(())
    }
}

/// Reads a body, one field after the other, each straight into its type. `&str` and `&[u8]` are borrowed from it.
pub(crate) struct Decoder<'de> {
    input: Input<'de>,
    // 0 <= zero_sized <= MAX_ZERO_SIZED: how many more elements of this field may take no bytes.
    zero_sized: u32,
}

impl<'de> Decoder<'de> {
    #[inline]
    pub(crate) fn new(body: &'de [u8]) -> Self {
        Self {
            input: Input { left: body },
            zero_sized: MAX_ZERO_SIZED,
        }
    }

    /// Reads the next field. After an error the rest of the body means nothing.
    #[inline]
    pub(crate) fn next<T: Deserialize<'de>>(&mut self) -> Result<T, Problem> {
        self.next_seed(core::marker::PhantomData)
    }

    /// Reads the next field with a seed, for what no type alone describes (a shape, for example).
    #[inline]
    pub(crate) fn next_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, Problem> {
        self.zero_sized = MAX_ZERO_SIZED;
        seed.deserialize(de::Deserializer::new(self, 0))
    }

    /// How many bytes are left.
    #[inline]
    pub(crate) fn remaining(&self) -> usize {
        self.input.left.len()
    }

    /// Checks that every byte was read.
    #[inline]
    pub(crate) fn finish(&self) -> Result<(), Problem> {
        match self.remaining() {
            0 => Ok(()),
            left => Err(Problem::trailing(left)),
        }
    }

    /// Reads an integer, a float, a `bool` or a `char`; `what` is for the error.
    #[inline]
    fn scalar<T: Decode<()>>(&mut self, what: &'static str) -> Result<T, Problem> {
        // The decoder itself is never lent, so that it can stay in registers.
        let (value, left) = scalar(self.input.left, what)?;
        self.input.left = left;
        Ok(value)
    }

    /// As [`scalar`](Self::scalar), for an unsigned integer of 2 to 8 bytes.
    #[inline]
    fn varint<T: Decode<()> + TryFrom<u64>>(&mut self, what: &'static str) -> Result<T, Problem> {
        let read = read_varint::<T>(self.input.left);
        match read.and_then(|(number, left)| Some((T::try_from(number).ok()?, left))) {
            Some((value, left)) => {
                self.input.left = left;
                Ok(value)
            }
            None => Err(refused::<T>(self.input.left, what)),
        }
    }

    /// As [`varint`](Self::varint), for a signed integer: its sign is the lowest bit (zigzag).
    #[inline]
    fn zigzag<T: Decode<()> + TryFrom<i64>>(&mut self, what: &'static str) -> Result<T, Problem> {
        let signed = |number: u64| {
            let half = (number >> 1).cast_signed();
            T::try_from(if number & 1 == 0 { half } else { !half }).ok()
        };
        let read = read_varint::<T>(self.input.left);
        match read.and_then(|(number, left)| Some((signed(number)?, left))) {
            Some((value, left)) => {
                self.input.left = left;
                Ok(value)
            }
            None => Err(refused::<T>(self.input.left, what)),
        }
    }

    /// Reads what always takes the same number of bytes.
    #[inline]
    fn fixed<const COUNT: usize>(&mut self, what: &'static str) -> Result<[u8; COUNT], Problem> {
        match self.input.left.split_first_chunk() {
            Some((bytes, left)) => {
                self.input.left = left;
                Ok(*bytes)
            }
            None => Err(Problem::end(what)),
        }
    }

    /// Takes `count` bytes as they are; `None` if fewer are left.
    #[inline]
    fn take(&mut self, count: usize) -> Option<&'de [u8]> {
        let (taken, left) = self.input.left.split_at_checked(count)?;
        self.input.left = left;
        Some(taken)
    }
}

impl fmt::Debug for Decoder<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder").finish_non_exhaustive()
    }
}

/// Reads a value in the way of the `bincode` crate; it, and what follows it.
#[inline(never)]
fn scalar<'de, T: Decode<()>>(
    bytes: &'de [u8],
    what: &'static str,
) -> Result<(T, &'de [u8]), Problem> {
    let mut input = Input { left: bytes };
    let read = T::decode(&mut DecoderImpl::new(&mut input, standard(), ()));
    let value = read.map_err(|error| Problem::read(what, &error))?;
    Ok((value, input.left))
}

/// Reads an integer of as many bytes as a `T` has, 2 to 8; it, and what follows it.
// In place of the crate's, which calls a function for all but the smallest.
#[inline]
fn read_varint<T>(bytes: &[u8]) -> Option<(u64, &[u8])> {
    const { assert!(2 <= size_of::<T>() && size_of::<T>() <= 8) };
    let (first, left) = bytes.split_first()?;
    Some(match (first, size_of::<T>()) {
        (..=MAX_SHORT, _) => (u64::from(*first), left),
        (251, _) => {
            let (number, left) = left.split_first_chunk()?;
            (u64::from(u16::from_le_bytes(*number)), left)
        }
        (252, 4..) => {
            let (number, left) = left.split_first_chunk()?;
            (u64::from(u32::from_le_bytes(*number)), left)
        }
        (253, 8..) => {
            let (number, left) = left.split_first_chunk()?;
            (u64::from_le_bytes(*number), left)
        }
        _ => return None,
    })
}

/// Why these bytes begin with no `T`.
#[cold]
#[inline(never)]
fn refused<T: Decode<()>>(bytes: &[u8], what: &'static str) -> Problem {
    let read = scalar::<T>(bytes, what);
    read.err().unwrap_or_else(|| Problem::end(what))
}

/// The bytes of a body that are not read yet.
struct Input<'de> {
    left: &'de [u8],
}

impl Reader for Input<'_> {
    #[inline]
    fn read(&mut self, bytes: &mut [u8]) -> Result<(), DecodeError> {
        let Some((read, left)) = self.left.split_at_checked(bytes.len()) else {
            return Err(DecodeError::UnexpectedEnd {
                additional: bytes.len() - self.left.len(),
            });
        };
        bytes.copy_from_slice(read);
        self.left = left;
        Ok(())
    }

    #[inline]
    fn peek_read(&mut self, count: usize) -> Option<&[u8]> {
        self.left.get(..count)
    }

    #[inline]
    fn consume(&mut self, count: usize) {
        self.left = self.left.get(count..).unwrap_or_default();
    }
}

/// What the serializer writes with: a body that grows up to a limit.
struct Encoder<'a> {
    body: &'a mut Vec<u8>,
    limit: usize,
    overflown: bool,
    zero_sized: u32,
}

impl Encoder<'_> {
    // What calls this stays small.
    #[inline(never)]
    fn scalar<T: Encode>(&mut self, value: T) -> Result<(), Problem> {
        value
            .encode(&mut EncoderImpl::new(self, standard()))
            .map_err(|error| Problem::written(&error))
    }

    /// As [`scalar`](Self::scalar), for an unsigned integer of more than a byte.
    #[inline]
    fn varint<T: Encode + TryInto<u8> + Copy>(&mut self, value: T) -> Result<(), Problem> {
        match value.try_into() {
            Ok(byte @ ..=MAX_SHORT) => self.put(&[byte]),
            _ => self.scalar(value),
        }
    }

    /// As [`scalar`](Self::scalar), for a signed integer of more than a byte.
    #[inline]
    fn zigzag<T: Encode + TryInto<i8> + Copy>(&mut self, value: T) -> Result<(), Problem> {
        match value.try_into() {
            Ok(half @ -125..=125) => self.put(&[((half << 1) ^ (half >> 7)).cast_unsigned()]),
            _ => self.scalar(value),
        }
    }

    #[inline]
    fn put(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        if self.body.len() + bytes.len() > self.limit {
            self.overflown = true;
            return Err(Problem::TooLarge);
        }
        self.body.extend_from_slice(bytes);
        Ok(())
    }

    #[inline]
    fn len(&self) -> usize {
        self.body.len()
    }
}

impl Writer for &mut Encoder<'_> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        // The one error that this gives, and no other comes from here.
        self.put(bytes).map_err(|_| EncodeError::UnexpectedEnd)
    }
}

/// One level deeper, if that is still allowed.
#[inline]
fn deeper(nesting: u32, weight: u32) -> Result<u32, Problem> {
    let nesting = nesting + weight;
    if nesting > MAX_NESTING {
        Err(Problem::new("values are nested more than 128 levels deep"))
    } else {
        Ok(nesting)
    }
}
