//! The items of the format, written one by one, each as PodSixNet writes it.

use std::io::Write;

use super::tokens::code;
use crate::codec::bincode::Problem;

/// The body would pass its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full;

impl From<Full> for Problem {
    #[cold]
    fn from(_: Full) -> Self {
        Self::TooLarge
    }
}

/// Appends items to a body, which may grow to a limit.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    body: &'a mut Vec<u8>,
    limit: usize,
}

/// What holds other values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    List,
    Tuple,
    Dict,
}

/// A list, tuple or dict that was begun and not ended: where its first byte is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Open(usize);

impl<'a> Writer<'a> {
    /// Appends to `body`, which may grow to `limit` bytes, those it has included. Memory is taken only within the limit.
    #[inline]
    pub(crate) fn new(body: &'a mut Vec<u8>, limit: usize) -> Self {
        Self { body, limit }
    }

    /// The same, for as long as it is borrowed.
    #[inline]
    pub(super) fn reborrow(&mut self) -> Writer<'_> {
        Writer {
            body: self.body,
            limit: self.limit,
        }
    }

    #[inline]
    pub(crate) fn none(&mut self) -> Result<(), Full> {
        self.put(&[code::NONE])
    }

    #[inline]
    pub(crate) fn bool(&mut self, value: bool) -> Result<(), Full> {
        self.put(&[if value { code::TRUE } else { code::FALSE }])
    }

    /// An integer in as few bytes as possible.
    #[inline]
    pub(crate) fn int(&mut self, number: i64) -> Result<(), Full> {
        if let Ok(number) = i8::try_from(number) {
            return match number {
                0..=43 => self.put(&[number as u8]),
                // -1 is the first.
                -32..=-1 => self.put(&[code::MINUS_1 + (-1 - number) as u8]),
                _ => self.coded(code::INT_1, number.to_be_bytes()),
            };
        }
        if let Ok(number) = i16::try_from(number) {
            self.coded(code::INT_2, number.to_be_bytes())
        } else if let Ok(number) = i32::try_from(number) {
            self.coded(code::INT_4, number.to_be_bytes())
        } else {
            self.coded(code::INT_8, number.to_be_bytes())
        }
    }

    /// An integer in decimal, which only those beyond 64 bits need.
    pub(crate) fn decimal(&mut self, number: impl std::fmt::Display) -> Result<(), Full> {
        self.put(&[code::DECIMAL])?;
        write!(self, "{number}").map_err(|_| Full)?;
        self.put(&[code::END])
    }

    /// A float that four bytes hold exactly.
    #[inline]
    pub(crate) fn short_float(&mut self, number: f32) -> Result<(), Full> {
        self.coded(code::FLOAT_4, number.to_be_bytes())
    }

    /// A float in four bytes if they hold it exactly (NaN counts as held), otherwise in eight.
    #[inline]
    pub(crate) fn float(&mut self, number: f64) -> Result<(), Full> {
        let short = number as f32;
        if f64::from(short) == number || number.is_nan() {
            self.short_float(short)
        } else {
            self.coded(code::FLOAT_8, number.to_be_bytes())
        }
    }

    /// A string. PodSixNet gives up on one that is not UTF-8.
    #[inline]
    pub(crate) fn str(&mut self, bytes: &[u8]) -> Result<(), Full> {
        match u8::try_from(bytes.len()) {
            Ok(short) if short <= code::LAST_SHORT_STR - code::SHORT_STR => {
                if bytes.len() >= self.room() {
                    return Err(Full);
                }
                self.body.push(code::SHORT_STR + short);
                self.body.extend_from_slice(bytes);
                Ok(())
            }
            _ => self.long_str(bytes),
        }
    }

    /// A string of up to eight bytes: the first so many of these.
    #[cfg(feature = "json")]
    #[inline]
    pub(crate) fn short_str(&mut self, bytes: &[u8; 8], length: usize) -> Result<(), Full> {
        let [a, b, c, d, e, f, g, h] = *bytes;
        let first = code::SHORT_STR + length as u8;
        let end = self.body.len() + 1 + length;
        // All of them are sooner written than some.
        self.put(&[first, a, b, c, d, e, f, g, h])?;
        self.body.truncate(end);
        Ok(())
    }

    fn long_str(&mut self, bytes: &[u8]) -> Result<(), Full> {
        // Before any of it is written.
        if bytes.len() > self.room() {
            return Err(Full);
        }
        write!(self, "{}:", bytes.len()).map_err(|_| Full)?;
        self.put(bytes)
    }

    /// Begins a list, tuple or dict. Its values come next, then [`close`](Self::close).
    #[inline]
    pub(crate) fn open(&mut self) -> Result<Open, Full> {
        // `close` writes over it.
        self.open_with(&[code::END])
    }

    /// As [`open`](Self::open), with these bytes: one that is written over, and what is inside first.
    #[inline]
    pub(super) fn open_with(&mut self, bytes: &[u8]) -> Result<Open, Full> {
        let start = self.body.len();
        self.put(bytes)?;
        Ok(Open(start))
    }

    /// Ends what was opened last, of which so many values (in a dict, pairs) were written.
    #[inline]
    pub(crate) fn close(
        &mut self,
        open: Open,
        container: Container,
        count: usize,
    ) -> Result<(), Full> {
        let (short, shorts, long) = match container {
            Container::List => (code::SHORT_LIST, 32, code::LIST),
            Container::Tuple => (code::SHORT_TUPLE, 32, code::TUPLE),
            Container::Dict => (code::SHORT_DICT, 25, code::DICT),
        };
        let first = if count < shorts {
            short + count as u8
        } else {
            self.put(&[code::END])?;
            long
        };
        if let Some(byte) = self.body.get_mut(open.0) {
            *byte = first;
        }
        Ok(())
    }

    /// How many bytes the body has.
    #[cfg(feature = "json")]
    #[inline]
    pub(crate) fn position(&self) -> usize {
        self.body.len()
    }

    /// What was written since then.
    pub(super) fn written(&self, open: Open) -> &[u8] {
        self.body.get(open.0..).unwrap_or_default()
    }

    /// Bytes as they are.
    #[inline]
    pub(crate) fn put(&mut self, bytes: &[u8]) -> Result<(), Full> {
        if bytes.len() > self.room() {
            return Err(Full);
        }
        self.body.extend_from_slice(bytes);
        Ok(())
    }

    /// What was written.
    #[inline]
    pub(crate) fn body(&mut self) -> &mut Vec<u8> {
        self.body
    }

    #[inline]
    fn coded<const N: usize>(&mut self, code: u8, bytes: [u8; N]) -> Result<(), Full> {
        if N >= self.room() {
            return Err(Full);
        }
        // Not put together first: the processor would wait until what was written by bytes
        // can be read as one.
        self.body.reserve(1 + N);
        self.body.push(code);
        self.body.extend_from_slice(&bytes);
        Ok(())
    }

    #[inline]
    fn room(&self) -> usize {
        self.limit.saturating_sub(self.body.len())
    }
}

impl Write for Writer<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self.put(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(Full) => Err(std::io::ErrorKind::StorageFull.into()),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
