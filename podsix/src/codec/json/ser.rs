//! Data to JSON in one quick pass, for data as games send it.
//!
//! What takes a closer look is [`Odd`]: it is written to rencode first, and from there to JSON, in the way that also
//! tells what is wrong. Whatever this pass writes, that way writes as well.

mod compound;
mod text;

use serde::{Serialize, ser};

use self::compound::Compound;
pub(crate) use self::text::Text;
use crate::value::{MAX_LEVELS, marks};

/// Something that has no form in JSON, passes the limit, or is rare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Odd;

type Result<T = ()> = std::result::Result<T, Odd>;

impl std::fmt::Display for Odd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("it takes a closer look")
    }
}

impl std::error::Error for Odd {}

impl ser::Error for Odd {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

/// How many levels may begin in a field of a message, which is a level itself.
const FIELD_LEVELS: usize = MAX_LEVELS - 1;

/// Writes one value.
#[derive(Debug)]
pub(crate) struct Serializer<'t, 'a> {
    text: &'t mut Text<'a>,
    // How many levels may still begin.
    levels: usize,
}

impl<'t, 'a> Serializer<'t, 'a> {
    #[inline]
    fn begin(self, first: u8, last: u8) -> Result<Compound<'t, 'a>> {
        let levels = self.levels.checked_sub(1).ok_or(Odd)?;
        self.text.put(&[first])?;
        if levels + 1 == FIELD_LEVELS {
            self.text.is_inline = first == b'{';
        }
        Ok(Compound::new(self.text, levels, last))
    }

    /// Begins a variant that holds something: an object of one entry.
    #[inline]
    fn variant(self, name: &'static str) -> Result<Self> {
        let levels = self.levels.checked_sub(1).ok_or(Odd)?;
        self.text.put(b"{")?;
        self.text.key(name, true)?;
        if levels + 1 == FIELD_LEVELS {
            self.text.is_inline = name != "action";
        }
        Ok(Self { levels, ..self })
    }
}

macro_rules! integers {
    ($($serialize:ident $type:ident)*) => {$(
        #[inline]
        fn $serialize(self, number: $type) -> Result {
            self.text.integer(number.into())
        }
    )*};
}

impl<'t, 'a> ser::Serializer for Serializer<'t, 'a> {
    type Ok = ();
    type Error = Odd;
    type SerializeSeq = Compound<'t, 'a>;
    type SerializeTuple = Compound<'t, 'a>;
    type SerializeTupleStruct = Compound<'t, 'a>;
    type SerializeTupleVariant = Compound<'t, 'a>;
    type SerializeMap = Compound<'t, 'a>;
    type SerializeStruct = Compound<'t, 'a>;
    type SerializeStructVariant = Compound<'t, 'a>;

    integers!(
        serialize_i8 i8 serialize_i16 i16 serialize_i32 i32 serialize_i64 i64
        serialize_u8 u8 serialize_u16 u16 serialize_u32 u32
    );

    #[inline]
    fn serialize_u64(self, number: u64) -> Result {
        self.text.integer(i64::try_from(number).map_err(|_| Odd)?)
    }

    fn serialize_i128(self, number: i128) -> Result {
        self.text.integer(i64::try_from(number).map_err(|_| Odd)?)
    }

    fn serialize_u128(self, number: u128) -> Result {
        self.text.integer(i64::try_from(number).map_err(|_| Odd)?)
    }

    #[inline]
    fn serialize_bool(self, value: bool) -> Result {
        self.text.put(if value { b"true" } else { b"false" })
    }

    #[inline]
    fn serialize_f32(self, number: f32) -> Result {
        self.serialize_f64(number.into())
    }

    #[inline]
    fn serialize_f64(self, number: f64) -> Result {
        if !number.is_finite() {
            return Err(Odd);
        }
        self.text.number(&number)
    }

    #[inline]
    fn serialize_char(self, value: char) -> Result {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, text: &str) -> Result {
        self.text.string(text)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result {
        Err(Odd)
    }

    #[inline]
    fn serialize_none(self) -> Result {
        self.text.put(b"null")
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
        let start = self.text.text.len();
        let Serializer { text, levels } = self;
        value.serialize(Serializer {
            text: &mut *text,
            levels,
        })?;
        match text.text.get(start..) {
            Some(b"null") => Err(Odd),
            _ => Ok(()),
        }
    }

    #[inline]
    fn serialize_unit(self) -> Result {
        self.serialize_none()
    }

    #[inline]
    fn serialize_unit_struct(self, _: &'static str) -> Result {
        self.serialize_none()
    }

    #[inline]
    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result {
        self.serialize_str(name)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result {
        if name == marks::INTEGER {
            return Err(Odd);
        }
        value.serialize(self)
    }

    #[inline]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result {
        let Serializer { text, levels } = self.variant(name)?;
        value.serialize(Serializer {
            text: &mut *text,
            levels,
        })?;
        text.put(b"}")
    }

    #[inline]
    fn serialize_seq(self, _: Option<usize>) -> Result<Compound<'t, 'a>> {
        self.begin(b'[', b']')
    }

    #[inline]
    fn serialize_tuple(self, _: usize) -> Result<Compound<'t, 'a>> {
        self.begin(b'[', b']')
    }

    #[inline]
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Compound<'t, 'a>> {
        self.begin(b'[', b']')
    }

    #[inline]
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Compound<'t, 'a>> {
        Ok(self.variant(name)?.begin(b'[', b']')?.in_variant())
    }

    #[inline]
    fn serialize_map(self, _: Option<usize>) -> Result<Compound<'t, 'a>> {
        self.begin(b'{', b'}')
    }

    #[inline]
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Compound<'t, 'a>> {
        self.begin(b'{', b'}')
    }

    #[inline]
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Compound<'t, 'a>> {
        Ok(self.variant(name)?.begin(b'{', b'}')?.in_variant())
    }
}
