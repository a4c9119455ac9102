//! Values that are checked and passed over.

use super::tokens::{Reader, Stop, Token, code, inside};
use crate::codec::bincode::Problem;

impl<'a> Reader<'a> {
    /// Passes over a value in which so many levels may begin, and checks it: all that is wrong with a value is found here.
    #[inline]
    pub(super) fn skip(&mut self, levels: usize) -> Result<(), Problem> {
        match self.take_sized() {
            true => Ok(()),
            false => self.skip_any(levels, false),
        }
    }

    /// The same for a key of a dict.
    #[inline]
    pub(super) fn skip_key(&mut self, levels: usize) -> Result<(), Problem> {
        self.skip_any(levels, true)
    }

    fn skip_any(&mut self, levels: usize, is_key: bool) -> Result<(), Problem> {
        match self.next()? {
            Token::Str(text) if is_key => key_text(text).map(drop),
            Token::List(_) | Token::Dict(_) if is_key => Err(no_key()),
            Token::List(count) => self.skip_inside(count, levels, Self::skip),
            Token::Tuple(count) if is_key => self.skip_inside(count, levels, Self::skip_key),
            Token::Tuple(count) => self.skip_inside(count, levels, Self::skip),
            Token::Dict(count) => self.skip_inside(count, levels, |reader, levels| {
                reader.skip_key(levels)?;
                reader.skip(levels)
            }),
            Token::End => Err(Stop::NoToken(code::END).problem()),
            _ => Ok(()),
        }
    }

    #[inline]
    fn skip_inside(
        &mut self,
        count: Option<usize>,
        levels: usize,
        skip: impl Fn(&mut Self, usize) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let levels = inside(levels)?;
        let mut left = count.unwrap_or(usize::MAX);
        while left > 0 && !(count.is_none() && self.take_end()) {
            skip(self, levels)?;
            left -= 1;
        }
        Ok(())
    }

    /// Passes over the next token if it is a value by itself, whole, and of a size that its first byte tells. Gives
    /// whether it was.
    #[inline]
    pub(super) fn take_sized(&mut self) -> bool {
        let Some(first) = self.peek() else {
            return false;
        };
        let size = SIZES.get(usize::from(first)).copied().unwrap_or(0);
        let is_sized = size > 0 && usize::from(size) <= self.left();
        if is_sized {
            self.advance(size.into());
        }
        is_sized
    }

    /// As [`skip_key`](Self::skip_key); whether the key is the text `name`. `None` if it is no key or not all of it is there.
    pub(super) fn skip_other_key(&mut self, levels: usize, name: &[u8]) -> Option<bool> {
        let is_name = self.clone().token() == Ok(Token::Str(name));
        self.skip_key(levels).ok()?;
        Some(is_name)
    }
}

/// How many bytes a token has that begins so, where that tells it and the token is a value by itself; otherwise 0.
#[inline]
pub(super) fn sized(first: u8) -> usize {
    SIZES.get(usize::from(first)).copied().unwrap_or(0).into()
}

/// What follows the value that `bytes` begin with, if that is one token of a size that its first byte tells.
#[inline]
pub(super) fn skip_sized(bytes: &[u8]) -> Option<&[u8]> {
    let first = bytes.first()?;
    match SIZES.get(usize::from(*first)) {
        None | Some(0) => None,
        Some(size) => bytes.get(usize::from(*size)..),
    }
}

/// Whether the first eight bytes at most, so many, are ASCII, as those of most names are. It takes one look at all of
/// them, for which there must be eight.
#[inline]
pub(super) fn begins_with_ascii(bytes: &[u8], count: usize) -> bool {
    const NOT_ASCII: u64 = 0x8080_8080_8080_8080;
    match bytes.first_chunk() {
        Some(first) if (1..=8).contains(&count) => {
            u64::from_le_bytes(*first) & (NOT_ASCII >> (64 - 8 * count)) == 0
        }
        _ => false,
    }
}

/// Whether these bytes are text.
#[inline]
pub(super) fn is_utf8(bytes: &[u8]) -> bool {
    bytes.is_ascii() || str::from_utf8(bytes).is_ok()
}

/// The text that a key is.
#[inline]
pub(super) fn key_text(bytes: &[u8]) -> Result<&str, Problem> {
    str::from_utf8(bytes).map_err(|_| key_is_no_text())
}

#[cold]
pub(super) fn key_is_no_text() -> Problem {
    Problem::invalid("expected a key, found text that is not UTF-8".to_owned())
}

/// A list or a dict stands where a key should.
#[cold]
pub(super) fn no_key() -> Problem {
    Problem::invalid("expected a key, which holds no list and no dict, found one".to_owned())
}

/// The size of a token by its first byte, where that tells it and the token is a value by itself; otherwise 0.
const SIZES: [u8; 256] = {
    let mut sizes = [0; 256];
    let mut first = 0;
    while first < sizes.len() {
        #[expect(clippy::indexing_slicing, reason = "it is checked by the compiler")]
        {
            sizes[first] = size(first as u8);
        }
        first += 1;
    }
    sizes
};

pub(super) const fn size(first: u8) -> u8 {
    match first {
        0..=code::LAST_SMALL | code::TRUE..=code::NONE | code::MINUS_1..=code::MINUS_32 => 1,
        code::INT_1 => 2,
        code::INT_2 => 3,
        code::INT_4 | code::FLOAT_4 => 5,
        code::INT_8 | code::FLOAT_8 => 9,
        code::SHORT_STR..=code::LAST_SHORT_STR => 1 + first - code::SHORT_STR,
        _ => 0,
    }
}
