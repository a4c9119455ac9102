//! What stands inside a value.

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, Error as _, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::super::tokens::{Token, code, inside};
use super::{Deserializer, Place, Result};
use crate::rencode::Error;
use crate::value::Names;

/// How many elements or entries are to come.
#[derive(Clone, Copy)]
enum Left {
    Count(usize),
    /// Those up to a mark.
    Marked,
}

impl Left {
    fn new(count: Option<usize>) -> Self {
        count.map_or(Self::Marked, Self::Count)
    }

    /// Whether there is one more, which is then taken off.
    #[inline]
    fn take(&mut self, de: &mut Deserializer<'_>) -> bool {
        match self {
            Self::Count(0) => false,
            Self::Count(count) => {
                *count -= 1;
                true
            }
            Self::Marked if de.reader.take_end() || de.is_lost() => {
                *self = Self::Count(0);
                false
            }
            Self::Marked => true,
        }
    }

    /// No more than there are bytes for.
    fn hint(self, de: &Deserializer<'_>) -> Option<usize> {
        match self {
            Self::Count(count) => Some(count.min(de.reader.left())),
            Self::Marked => None,
        }
    }
}

/// The elements of a list or tuple.
pub(super) struct Items<'a, 'de> {
    de: &'a mut Deserializer<'de>,
    left: Left,
    taken: usize,
}

impl<'a, 'de> Items<'a, 'de> {
    #[inline]
    pub(super) fn new(de: &'a mut Deserializer<'de>, count: Option<usize>) -> Self {
        Self {
            de,
            left: Left::new(count),
            taken: 0,
        }
    }

    /// Has all of them taken.
    #[inline]
    pub(super) fn visit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value> {
        let value = visitor.visit_seq(&mut self)?;
        if self.left.take(self.de) {
            return Err(self.more_than_taken());
        }
        Ok(value)
    }

    #[cold]
    fn more_than_taken(&mut self) -> Error {
        let mut count = self.taken;
        loop {
            count += 1;
            if let Err(error) = self.de.skip() {
                return error;
            }
            if !self.left.take(self.de) {
                return Error::invalid_length(count, &&*format!("{} elements", self.taken));
            }
        }
    }
}

impl<'de> SeqAccess<'de> for &mut Items<'_, 'de> {
    type Error = Error;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if !self.left.take(self.de) {
            return Ok(None);
        }
        match self.de.inner(Place::Plain, seed) {
            Ok(item) => {
                self.taken += 1;
                Ok(Some(item))
            }
            Err(error) => {
                self.taken += 1;
                Err(error.in_element(self.taken - 1))
            }
        }
    }

    fn size_hint(&self) -> Option<usize> {
        self.left.hint(self.de)
    }
}

/// What the keys of a dict are to its reader.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Any keys.
    Map,
    /// The names of fields: an entry with another key is none of them.
    Struct,
}

/// The entries of a dict.
pub(super) struct Fields<'a, 'de> {
    de: &'a mut Deserializer<'de>,
    left: Left,
    kind: Kind,
    hides_action: bool,
    // The last entry's key, encoded.
    key: &'de [u8],
    // Whether the value of that entry comes next.
    owes_value: bool,
}

impl<'a, 'de> Fields<'a, 'de> {
    #[inline]
    pub(super) fn new(
        de: &'a mut Deserializer<'de>,
        count: Option<usize>,
        kind: Kind,
        hides_action: bool,
    ) -> Self {
        Self {
            de,
            left: Left::new(count),
            kind,
            hides_action,
            key: &[],
            owes_value: false,
        }
    }

    /// Passes over those that were not asked for.
    #[inline]
    pub(super) fn visit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value> {
        let value = visitor.visit_map(&mut self)?;
        self.skip_value()?;
        while self.left.take(self.de) {
            self.de.skip_entry()?;
        }
        Ok(value)
    }

    #[inline]
    fn skip_value(&mut self) -> Result<()> {
        if self.owes_value {
            self.owes_value = false;
            self.de.skip()?;
        }
        Ok(())
    }

    /// Whether the key that comes next is text.
    #[inline]
    fn is_text(&self) -> bool {
        matches!(
            self.de.reader.peek(),
            Some(code::SHORT_STR..=code::LAST_SHORT_STR | code::DIGIT_0..=code::DIGIT_9)
        )
    }

    /// Whether the entry that comes next is none for this reader.
    #[inline]
    fn is_hidden(&self) -> bool {
        (self.kind == Kind::Struct && !self.is_text())
            || (self.hides_action && is_action(self.de))
            || (!self.de.left_out.is_empty() && self.de.is_left_out(self.de.reader.position()))
    }
}

/// Whether the text `action` comes next.
fn is_action(de: &Deserializer<'_>) -> bool {
    de.reader.clone().token() == Ok(Token::Str(b"action"))
}

impl<'de> MapAccess<'de> for &mut Fields<'_, 'de> {
    type Error = Error;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        self.skip_value()?;
        while self.left.take(self.de) {
            if self.is_hidden() {
                self.de.skip_entry()?;
                continue;
            }
            let start = self.de.reader.position();
            if !self.is_text() {
                // Its type would not mind a list.
                let checked = self.de.reader.clone().skip_key(self.de.levels);
                checked.map_err(|problem| self.de.lost(problem))?;
            }
            let key = self.de.inner(Place::Key, seed);
            self.key = self.de.reader.range(start, self.de.reader.position());
            self.owes_value = true;
            return match key {
                Ok(key) => Ok(Some(key)),
                Err(error) => Err(error.in_entry(self.key)),
            };
        }
        Ok(None)
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        if !self.owes_value {
            return Err(Error::new("a map's value was asked for before its key"));
        }
        self.owes_value = false;
        match self.de.inner(Place::Plain, seed) {
            Ok(value) => Ok(value),
            Err(error) => Err(error.in_entry(self.key)),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        match self.kind {
            Kind::Map if !self.hides_action => self.left.hint(self.de),
            _ => None,
        }
    }
}

/// A variant of an enum: its name, and whether what it holds comes next.
pub(super) struct Variant<'a, 'de> {
    de: &'a mut Deserializer<'de>,
    name: &'de str,
    holds: bool,
}

impl<'a, 'de> Variant<'a, 'de> {
    /// Has the variant taken that comes next: its name alone, or a dict of one entry.
    #[inline]
    pub(super) fn visit<V: Visitor<'de>>(
        de: &'a mut Deserializer<'de>,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let start = de.reader.position();
        match de.next()? {
            Token::Str(bytes) => match str::from_utf8(bytes) {
                Ok(name) => visitor.visit_enum(Variant {
                    de,
                    name,
                    holds: false,
                }),
                Err(_) => Err(no_variant(de, start, variants)),
            },
            Token::Dict(count) => {
                let hidden = matches!(de.place, Place::ActionShown | Place::ActionHidden);
                de.place = Place::Plain;
                de.levels = inside(de.levels)?;
                let mut left = Left::new(count);
                let Some(name) = Self::next_name(de, &mut left, hidden)? else {
                    return Err(no_variant(de, start, variants));
                };
                let held = de.reader.position();
                let value = visitor.visit_enum(Variant {
                    de: &mut *de,
                    name,
                    holds: true,
                })?;
                if de.reader.position() == held {
                    de.skip()?;
                }
                if has_entry(de, &mut left, hidden)? {
                    return Err(no_variant(de, start, variants));
                }
                de.levels += 1;
                Ok(value)
            }
            _ => Err(no_variant(de, start, variants)),
        }
    }

    /// The name of the first entry that counts, if it is text.
    #[inline]
    fn next_name(
        de: &mut Deserializer<'de>,
        left: &mut Left,
        hidden: bool,
    ) -> Result<Option<&'de str>> {
        if !has_entry(de, left, hidden)? {
            return Ok(None);
        }
        Ok(match de.next()? {
            Token::Str(name) => str::from_utf8(name).ok(),
            _ => None,
        })
    }
}

/// Whether there is one more entry that counts, which then comes next.
#[inline]
fn has_entry(de: &mut Deserializer<'_>, left: &mut Left, hidden: bool) -> Result<bool> {
    while left.take(de) {
        let does_not_count = (hidden && is_action(de)) || de.is_left_out(de.reader.position());
        if !does_not_count {
            return Ok(true);
        }
        de.skip_entry()?;
    }
    Ok(false)
}

/// What comes at `start` is none of the variants.
#[cold]
fn no_variant(de: &Deserializer<'_>, start: usize, variants: &'static [&'static str]) -> Error {
    de.mismatch(start, &&*Names(variants).to_string())
}

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Error;
    type Variant = Self;

    #[inline]
    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self)> {
        let name = seed.deserialize(BorrowedStrDeserializer::<Error>::new(self.name))?;
        Ok((name, self))
    }
}

impl<'de> Variant<'_, 'de> {
    #[inline]
    fn read<T>(self, read: impl FnOnce(&mut Deserializer<'de>) -> Result<T>) -> Result<T> {
        let result = if self.holds {
            self.de.wraps = 0;
            read(self.de)
        } else {
            // A variant that holds `()` looks like one that holds nothing.
            let nothing = &mut Deserializer::of(&[code::NONE], Place::Plain);
            read(nothing)
                .map_err(|_| Error::new("expected what the variant holds, found its name alone"))
        };
        result.map_err(|error| error.in_field(self.name))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<()> {
        self.read(|de| {
            let start = de.reader.position();
            match de.next()? {
                Token::None => Ok(()),
                _ => Err(de.mismatch(start, &"a variant that holds nothing")),
            }
        })
    }

    #[inline]
    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        self.read(|de| seed.deserialize(de))
    }

    #[inline]
    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value> {
        self.read(|de| de.items(Some(length), visitor))
    }

    #[inline]
    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.read(|de| de.entries(Kind::Struct, false, visitor))
    }
}
