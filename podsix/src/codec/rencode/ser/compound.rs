//! What holds other values.

use serde::Serialize;
use serde::ser::SerializeMap;

use super::super::Error;
use super::super::double_keys::check_keys;
use super::super::writer::{Container, Open};
use super::{Result, Serializer};
use crate::codec::compounds::compounds;

/// A list, tuple or dict on the way; what serde knows under seven names.
#[derive(Debug)]
pub struct Compound<'a> {
    inside: Serializer<'a>,
    container: Container,
    open: Open,
    // How many elements or pairs are whole.
    count: usize,
    state: State,
    // Where the last pair's key begins.
    key: usize,
    // Whether any of the keys holds bytes, which are written as text is.
    keys_hold_bytes: bool,
    // The variant whose content this is.
    variant: Option<&'static str>,
}

/// What was written of a [`Compound`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Elements or pairs.
    Whole,
    /// A key, whose value begins here, and what is whole before it.
    Key(usize),
    /// Something that failed.
    Broken,
}

impl<'a> Compound<'a> {
    #[inline]
    pub(super) fn new(
        inside: Serializer<'a>,
        container: Container,
        open: Open,
        variant: Option<&'static str>,
    ) -> Self {
        Self {
            inside,
            container,
            open,
            count: 0,
            state: State::Whole,
            key: 0,
            keys_hold_bytes: false,
            variant,
        }
    }

    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result {
        match self.write(item, false) {
            Ok(()) => {
                self.count += 1;
                Ok(())
            }
            Err(error) => Err(self.outside(error.in_element(self.count))),
        }
    }

    #[inline]
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result {
        let named = self.inside.writer.str(name.as_bytes());
        let written = match named {
            Ok(()) => self.write(value, false),
            Err(full) => {
                self.state = State::Broken;
                Err(full.into())
            }
        };
        match written {
            Ok(()) => {
                self.count += 1;
                Ok(())
            }
            Err(error) => Err(self.outside(error.in_field(name))),
        }
    }

    #[inline]
    fn write<T: Serialize + ?Sized>(&mut self, value: &T, is_key: bool) -> Result {
        // Overwritten where it goes well.
        let state = std::mem::replace(&mut self.state, State::Broken);
        let mut serializer = self.inside.reborrow();
        if is_key && serializer.key.is_none() {
            serializer.key = Some(&mut self.keys_hold_bytes);
        }
        value.serialize(serializer)?;
        self.state = state;
        Ok(())
    }

    #[inline]
    fn finish(mut self) -> Result {
        match self.state {
            State::Whole => {
                let writer = &mut self.inside.writer;
                writer.close(self.open, self.container, self.count)?;
                if self.keys_hold_bytes {
                    check_keys(writer.written(self.open))?;
                }
                Ok(())
            }
            State::Key(_) => Err(Error::new("a map's last key came without a value")),
            State::Broken => Err(Error::new("what failed before can't be finished")),
        }
    }

    #[cold]
    fn outside(&self, error: Error) -> Error {
        match self.variant {
            Some(name) => error.in_field(name),
            None => error,
        }
    }
}

impl SerializeMap for Compound<'_> {
    type Ok = ();
    type Error = Error;

    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result {
        if self.state != State::Whole {
            return Err(Error::new("a map's key came without a value"));
        }
        self.key = self.inside.writer.body().len();
        self.write(key, true)?;
        self.state = State::Key(self.inside.writer.body().len());
        Ok(())
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        let State::Key(end) = self.state else {
            return Err(Error::new("a map's value came without a key"));
        };
        match self.write(value, false) {
            Ok(()) => {
                self.count += 1;
                self.state = State::Whole;
                Ok(())
            }
            Err(error) => {
                let body = self.inside.writer.body();
                Err(error.in_entry(body.get(self.key..end).unwrap_or_default()))
            }
        }
    }

    #[inline]
    fn end(self) -> Result {
        self.finish()
    }
}

compounds!(Compound<'_>, Error);
