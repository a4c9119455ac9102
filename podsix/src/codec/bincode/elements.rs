//! What a sequence, map, struct or tuple of a body holds, one after the other.

use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

use super::de::Deserializer;
use super::{Decoder, MAX_ZERO_SIZED, Problem};

/// The fields of a struct or tuple: as many as the type has.
pub(super) struct Fields<'a, 'de> {
    body: &'a mut Decoder<'de>,
    nesting: u32,
    left: usize,
}

impl<'a, 'de> Fields<'a, 'de> {
    #[inline]
    pub(super) fn new(body: &'a mut Decoder<'de>, nesting: u32, left: usize) -> Self {
        Self {
            body,
            nesting,
            left,
        }
    }
}

impl<'de> SeqAccess<'de> for Fields<'_, 'de> {
    type Error = Problem;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Problem> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        seed.deserialize(Deserializer::new(self.body, self.nesting))
            .map(Some)
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

/// The elements of a sequence: as many as the body claims.
pub(super) struct Elements<'a, 'de> {
    body: &'a mut Decoder<'de>,
    nesting: u32,
    left: usize,
}

impl<'a, 'de> Elements<'a, 'de> {
    #[inline]
    pub(super) fn new(body: &'a mut Decoder<'de>, nesting: u32, left: usize) -> Self {
        Self {
            body,
            nesting,
            left,
        }
    }

    /// Counts the element that started with `before` bytes left, if it took none.
    #[inline]
    fn check(&mut self, before: usize) -> Result<(), Problem> {
        if self.body.remaining() < before {
            return Ok(());
        }
        match self.body.zero_sized.checked_sub(1) {
            Some(left) => self.body.zero_sized = left,
            None => {
                return Err(Problem::new(format_args!(
                    "more than {MAX_ZERO_SIZED} elements take no bytes"
                )));
            }
        }
        Ok(())
    }

    /// What a type may take memory for at once. It is the exact number, unless the elements take no bytes.
    #[inline]
    fn hint(&self) -> usize {
        self.left.min(self.body.remaining())
    }
}

impl<'de> SeqAccess<'de> for Elements<'_, 'de> {
    type Error = Problem;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Problem> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        let before = self.body.remaining();
        let element = seed.deserialize(Deserializer::new(self.body, self.nesting))?;
        self.check(before)?;
        Ok(Some(element))
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        Some(self.hint())
    }
}

/// The entries of a map: as many as the body claims.
pub(super) struct Entries<'a, 'de> {
    elements: Elements<'a, 'de>,
    // How many bytes were left before the key of the present entry.
    before: usize,
}

impl<'a, 'de> Entries<'a, 'de> {
    #[inline]
    pub(super) fn new(body: &'a mut Decoder<'de>, nesting: u32, left: usize) -> Self {
        let before = body.remaining();
        Self {
            elements: Elements::new(body, nesting, left),
            before,
        }
    }
}

impl<'de> MapAccess<'de> for Entries<'_, 'de> {
    type Error = Problem;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Problem> {
        let Some(left) = self.elements.left.checked_sub(1) else {
            return Ok(None);
        };
        self.elements.left = left;
        self.before = self.elements.body.remaining();
        seed.deserialize(Deserializer::new(self.elements.body, self.elements.nesting))
            .map(Some)
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Problem> {
        let value =
            seed.deserialize(Deserializer::new(self.elements.body, self.elements.nesting))?;
        self.elements.check(self.before)?;
        Ok(value)
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        Some(self.elements.hint())
    }
}
