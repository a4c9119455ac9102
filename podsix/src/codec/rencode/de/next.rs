//! What comes next, and what is no value.

use super::super::skip::key_text;
use super::super::tokens::{Reader, Token};
use super::{Deserializer, Place, Result};
use crate::codec::bincode::Problem;
use crate::rencode::Error;

impl<'de> Deserializer<'de> {
    /// Reads the token that comes next.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Token<'de>> {
        let token = self.reader.next();
        token.map_err(|problem| self.lost(problem))
    }

    /// Passes over the value that comes next.
    #[inline]
    pub(super) fn skip(&mut self) -> Result<()> {
        let skipped = match self.place {
            Place::Key => self.reader.skip_key(self.levels),
            _ => self.reader.skip(self.levels),
        };
        skipped.map_err(|problem| self.lost(problem))
    }

    /// Passes over the entry of a dict that comes next.
    pub(super) fn skip_entry(&mut self) -> Result<()> {
        let skipped = self.reader.skip_key(self.levels);
        skipped.map_err(|problem| self.lost(problem))?;
        self.skip()
    }

    /// Makes sure that a whole value was read, and that it is all there is.
    #[inline]
    pub(super) fn finish(&mut self) -> Result<()> {
        // A type may ask for nothing, or not mind that what came was no value.
        if self.reader.position() == 0 {
            self.skip()?;
        }
        Ok(self.reader.end()?)
    }

    /// What came is no value. Nothing can follow it, so that nobody tries for ever, or takes the rest for a value.
    #[cold]
    pub(super) fn lost(&mut self, problem: Problem) -> Error {
        self.reader = Reader::new(&[]);
        problem.into()
    }

    /// Bytes that need not be text, unless they are a key.
    #[inline]
    pub(super) fn no_key(&self, bytes: &'de [u8]) -> Result<&'de [u8]> {
        if self.place == Place::Key {
            key_text(bytes)?;
        }
        Ok(bytes)
    }

    /// Whether what came was no value, and nothing is left.
    #[inline]
    pub(super) fn is_lost(&self) -> bool {
        self.reader.bytes().is_empty()
    }
}
