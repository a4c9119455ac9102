//! Which entries of dicts come again with the same key.

use super::Error;
use super::index::find_entries;
use super::tokens::{Reader, Token, inside};
use crate::codec::bincode::Problem;
use crate::value::MAX_LEVELS;

/// The positions, in order, of the keys in a valid value that stand again further on in the same dict: the entries that do
/// not count. Usually there are none.
#[cold]
pub(super) fn double_keys(bytes: &[u8]) -> Vec<u32> {
    let mut search = Search {
        reader: Reader::new(bytes),
        keys: Vec::new(),
        found: Vec::new(),
    };
    // Bytes that are no valid value have none either, as the reader will find out.
    if search.value(MAX_LEVELS).is_err() {
        return Vec::new();
    }
    search.found.sort_unstable();
    search.found
}

/// Checks a dict that was written with bytes in its keys: text and the same bytes are two keys, and are written alike.
///
/// # Errors
///
/// An [`Error`] that names the key.
#[cold]
pub(crate) fn check_keys(dict: &[u8]) -> Result<(), Error> {
    let mut entries = Vec::new();
    find_entries(dict, &mut entries);
    let mut keys: Vec<&[u8]> = entries.iter().map(|entry| entry.key(dict)).collect();
    keys.sort_unstable();
    for pair in keys.windows(2) {
        if let [key, same] = pair
            && key == same
        {
            let error = Error::new(
                "text and the same bytes are two keys here, and would arrive as one: rename one of them",
            );
            return Err(error.in_entry(key));
        }
    }
    Ok(())
}

struct Search<'a> {
    reader: Reader<'a>,
    /// The keys of the dicts on the way, with their positions.
    keys: Vec<(SameKey<'a>, u32)>,
    found: Vec<u32>,
}

/// What keys have in common that are one, by the rules of [`Key`](crate::value::Key).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum SameKey<'a> {
    None,
    /// Whole numbers of up to 64 bits, `false` and `true`.
    Whole(i64),
    Float(u64),
    NaN,
    BigInt(&'a str),
    Text(&'a [u8]),
    /// A tuple, which is the same only in the same bytes.
    Tuple(&'a [u8]),
}

impl<'a> SameKey<'a> {
    fn new(token: Token<'a>, bytes: &'a [u8]) -> Self {
        match token {
            Token::None => Self::None,
            Token::Bool(value) => Self::Whole(value.into()),
            Token::Int(number) => Self::Whole(number),
            Token::BigInt(text) => Self::BigInt(text),
            Token::Float(number) if number.is_nan() => Self::NaN,
            // The conversion saturates, so the comparison with the upper end, which is no `i64`, has to be a real one.
            Token::Float(number)
                if number as i64 as f64 == number && number < -(i64::MIN as f64) =>
            {
                Self::Whole(number as i64)
            }
            Token::Float(number) => Self::Float(number.to_bits()),
            Token::Str(text) => Self::Text(text),
            _ => Self::Tuple(bytes),
        }
    }
}

impl Search<'_> {
    fn value(&mut self, levels: usize) -> Result<(), Problem> {
        match self.reader.next()? {
            Token::List(count) | Token::Tuple(count) => {
                let levels = inside(levels)?;
                let mut left = count.unwrap_or(usize::MAX);
                while left > 0 && !(count.is_none() && self.reader.take_end()) {
                    self.value(levels)?;
                    left -= 1;
                }
                Ok(())
            }
            Token::Dict(count) => self.dict(count, inside(levels)?),
            _ => Ok(()),
        }
    }

    fn dict(&mut self, count: Option<usize>, levels: usize) -> Result<(), Problem> {
        let first = self.keys.len();
        let mut left = count.unwrap_or(usize::MAX);
        while left > 0 && !(count.is_none() && self.reader.take_end()) {
            let start = self.reader.position();
            let key = self.reader.clone().next()?;
            self.value(levels)?;
            let key = SameKey::new(key, self.reader.range(start, self.reader.position()));
            if let Ok(start) = u32::try_from(start) {
                self.keys.push((key, start));
            }
            self.value(levels)?;
            left -= 1;
        }
        let keys = self.keys.get_mut(first..).unwrap_or_default();
        keys.sort_unstable();
        for pair in keys.windows(2) {
            if let [(key, earlier), (same, _)] = pair
                && key == same
            {
                self.found.push(*earlier);
            }
        }
        self.keys.truncate(first);
        Ok(())
    }
}
