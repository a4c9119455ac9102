//! What holds other values.

use serde::Serialize;
use serde::ser::{Impossible, SerializeMap};

use super::{FIELD_LEVELS, Odd, Result, Serializer, Text};
use crate::codec::compounds::compounds;
use crate::value::marks;

/// An array or an object on the way; what serde knows under seven names.
#[derive(Debug)]
pub(crate) struct Compound<'t, 'a> {
    text: &'t mut Text<'a>,
    // How many levels may begin inside.
    levels: usize,
    last: u8,
    is_empty: bool,
    // Whether there are keys of text, and integers as keys.
    has_text: bool,
    has_integers: bool,
    // Whether a key waits for its value.
    has_key: bool,
    in_variant: bool,
}

impl<'t, 'a> Compound<'t, 'a> {
    #[inline]
    pub(super) fn new(text: &'t mut Text<'a>, levels: usize, last: u8) -> Self {
        Self {
            text,
            levels,
            last,
            is_empty: true,
            has_text: false,
            has_integers: false,
            has_key: false,
            in_variant: false,
        }
    }

    #[inline]
    pub(super) fn in_variant(self) -> Self {
        Self {
            in_variant: true,
            ..self
        }
    }

    #[inline]
    fn comma(&mut self) -> Result {
        if std::mem::replace(&mut self.is_empty, false) {
            return Ok(());
        }
        self.text.put(b",")
    }

    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result {
        let written = self.comma().and_then(|()| self.value(item));
        self.note(written)
    }

    #[inline]
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result {
        let written = self.key(name).and_then(|()| self.value(value));
        self.note(written)
    }

    #[inline]
    fn key(&mut self, name: &str) -> Result {
        if self.levels + 1 == FIELD_LEVELS && name == "action" {
            self.text.is_inline = false;
        }
        let is_first = std::mem::replace(&mut self.is_empty, false);
        self.text.key(name, is_first)
    }

    /// A key of a map, which is text. An integer could become the same.
    #[inline]
    fn text_key(&mut self, name: &str) -> Result {
        self.has_text = true;
        if self.has_integers {
            return Err(Odd);
        }
        self.key(name)
    }

    fn integer_key<T: Serialize>(&mut self, key: &T) -> Result {
        self.has_integers = true;
        if self.has_text {
            return Err(Odd);
        }
        if self.levels + 1 == FIELD_LEVELS {
            self.text.is_inline = false;
        }
        let is_first = std::mem::replace(&mut self.is_empty, false);
        self.text.integer_key(key, is_first)
    }

    #[inline]
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        value.serialize(Serializer {
            text: &mut *self.text,
            levels: self.levels,
        })
    }

    /// Takes note of what was odd, whatever the caller makes of it.
    #[inline]
    fn note(&mut self, written: Result) -> Result {
        if written.is_err() {
            self.text.is_odd = true;
        }
        written
    }

    #[inline]
    fn finish(mut self) -> Result {
        let written = if self.has_key {
            Err(Odd)
        } else if self.in_variant {
            self.text.put(&[self.last, b'}'])
        } else {
            self.text.put(&[self.last])
        };
        self.note(written)
    }
}

impl SerializeMap for Compound<'_, '_> {
    type Ok = ();
    type Error = Odd;

    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result {
        let written = if std::mem::replace(&mut self.has_key, true) {
            Err(Odd)
        } else {
            key.serialize(KeySerializer(self))
        };
        self.note(written)
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        let written = if std::mem::replace(&mut self.has_key, false) {
            self.value(value)
        } else {
            Err(Odd)
        };
        self.note(written)
    }

    #[inline]
    fn end(self) -> Result {
        self.finish()
    }
}

compounds!(Compound<'_, '_>, Odd);

/// Writes a key, which is text or an integer: any other takes a closer look.
struct KeySerializer<'k, 't, 'a>(&'k mut Compound<'t, 'a>);

macro_rules! integers {
    ($($serialize:ident $type:ident)*) => {$(
        fn $serialize(self, key: $type) -> Result {
            self.0.integer_key(&key)
        }
    )*};
}

macro_rules! odd {
    ($($serialize:ident($($type:ty),*) $(-> $result:ty)?;)*) => {$(
        fn $serialize(self, $(_: $type),*) -> odd!(@result $($result)?) {
            Err(Odd)
        }
    )*};
    (@result) => { Result };
    (@result $result:ty) => { Result<$result> };
}

impl serde::Serializer for KeySerializer<'_, '_, '_> {
    type Ok = ();
    type Error = Odd;
    type SerializeSeq = Impossible<(), Odd>;
    type SerializeTuple = Impossible<(), Odd>;
    type SerializeTupleStruct = Impossible<(), Odd>;
    type SerializeTupleVariant = Impossible<(), Odd>;
    type SerializeMap = Impossible<(), Odd>;
    type SerializeStruct = Impossible<(), Odd>;
    type SerializeStructVariant = Impossible<(), Odd>;

    #[inline]
    fn serialize_str(self, text: &str) -> Result {
        self.0.text_key(text)
    }

    #[inline]
    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result {
        self.0.text_key(name)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        key: &T,
    ) -> Result {
        if name == marks::INTEGER {
            return Err(Odd);
        }
        key.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result {
        Err(Odd)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result {
        Err(Odd)
    }

    integers!(
        serialize_i8 i8 serialize_i16 i16 serialize_i32 i32 serialize_i64 i64
        serialize_u8 u8 serialize_u16 u16 serialize_u32 u32 serialize_u64 u64
    );

    odd! {
        serialize_bool(bool);
        serialize_f32(f32);
        serialize_f64(f64);
        serialize_char(char);
        serialize_bytes(&[u8]);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(&'static str);
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct(&'static str, usize) -> Self::SerializeStruct;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }
}
