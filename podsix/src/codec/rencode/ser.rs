//! Any data to bytes.

mod compound;

use serde::{Serialize, ser};

use self::compound::Compound;
use super::Error;
use super::tokens::{MAX_CHARACTERS, Reader, Token, code, inside};
use super::writer::{Container, Writer};
use crate::value::{MAX_LEVELS, SOME_OF_NOTHING, Value, marks};

type Result<T = ()> = std::result::Result<T, Error>;

/// Appends one value to a `Vec<u8>`, for types that are serialized by hand. [`to_vec`](super::to_vec) does the same and
/// is shorter.
///
/// After an error the end of the `Vec` is unfinished: truncate it.
///
/// ```
/// use podsix::rencode::Serializer;
/// use serde::Serialize;
///
/// let mut bytes = vec![0xFF];
/// (1, "a").serialize(Serializer::new(&mut bytes))?;
/// assert_eq!(bytes, b"\xFF\xE2\x01\x81a");
/// # Ok::<(), podsix::rencode::Error>(())
/// ```
#[derive(Debug)]
pub struct Serializer<'a> {
    writer: Writer<'a>,
    // How many levels may still begin.
    levels: usize,
    // In a key of a dict, or inside one: whether that holds bytes.
    key: Option<&'a mut bool>,
}

impl<'a> Serializer<'a> {
    /// A serializer that appends to `bytes`.
    pub fn new(bytes: &'a mut Vec<u8>) -> Self {
        Self::limited(bytes, usize::MAX)
    }

    /// A serializer that appends to `bytes`, which may grow to `limit` bytes, those it has included.
    #[inline]
    pub(crate) fn limited(bytes: &'a mut Vec<u8>, limit: usize) -> Self {
        Self {
            writer: Writer::new(bytes, limit),
            levels: MAX_LEVELS,
            key: None,
        }
    }

    /// A serializer for a key, which tells whether that holds bytes.
    pub(super) fn for_key(bytes: &'a mut Vec<u8>, limit: usize, holds_bytes: &'a mut bool) -> Self {
        Self {
            key: Some(holds_bytes),
            ..Self::limited(bytes, limit)
        }
    }

    /// The same, for as long as it is borrowed.
    #[inline]
    fn reborrow(&mut self) -> Serializer<'_> {
        Serializer {
            writer: self.writer.reborrow(),
            levels: self.levels,
            key: self.key.as_deref_mut(),
        }
    }

    #[inline]
    fn begin(
        mut self,
        container: Container,
        variant: Option<&'static str>,
    ) -> Result<Compound<'a>> {
        if self.key.is_some() && container != Container::Tuple {
            let found = match container {
                Container::List => "list",
                _ => "dict",
            };
            return Err(Error::new(format_args!(
                "expected a key, which is text, a number or a tuple of these, found a {found}"
            )));
        }
        let levels = inside(self.levels)?;
        let open = self.writer.open()?;
        let inside = Self { levels, ..self };
        Ok(Compound::new(inside, container, open, variant))
    }

    /// Begins a variant that holds something: a dict of one entry.
    #[inline]
    fn variant(mut self, name: &'static str) -> Result<Self> {
        if self.key.is_some() {
            return Err(Error::new(format_args!(
                "expected a key, which is text, a number or a tuple of these, found the variant \
                 `{name}` with data, which is a dict"
            )));
        }
        let levels = inside(self.levels)?;
        self.writer.put(&[code::SHORT_DICT + 1])?;
        self.writer.str(name.as_bytes())?;
        Ok(Self { levels, ..self })
    }
}

/// Implements the methods for what is written as an integer of at most 64 bits.
macro_rules! integers {
    ($($serialize:ident $type:ident)*) => {$(
        #[inline]
        fn $serialize(mut self, number: $type) -> Result {
            Ok(self.writer.int(number.into())?)
        }
    )*};
}

impl<'a> ser::Serializer for Serializer<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Compound<'a>;
    type SerializeTuple = Compound<'a>;
    type SerializeTupleStruct = Compound<'a>;
    type SerializeTupleVariant = Compound<'a>;
    type SerializeMap = Compound<'a>;
    type SerializeStruct = Compound<'a>;
    type SerializeStructVariant = Compound<'a>;

    integers!(
        serialize_i8 i8 serialize_i16 i16 serialize_i32 i32 serialize_i64 i64
        serialize_u8 u8 serialize_u16 u16 serialize_u32 u32
    );

    #[inline]
    fn serialize_u64(mut self, number: u64) -> Result {
        let written = match i64::try_from(number) {
            Ok(number) => self.writer.int(number),
            Err(_) => self.writer.decimal(number),
        };
        Ok(written?)
    }

    fn serialize_i128(mut self, number: i128) -> Result {
        let written = match i64::try_from(number) {
            Ok(number) => self.writer.int(number),
            Err(_) => self.writer.decimal(number),
        };
        Ok(written?)
    }

    fn serialize_u128(mut self, number: u128) -> Result {
        let written = match i64::try_from(number) {
            Ok(number) => self.writer.int(number),
            Err(_) => self.writer.decimal(number),
        };
        Ok(written?)
    }

    #[inline]
    fn serialize_bool(mut self, value: bool) -> Result {
        Ok(self.writer.bool(value)?)
    }

    #[inline]
    fn serialize_f32(mut self, number: f32) -> Result {
        Ok(self.writer.short_float(number)?)
    }

    #[inline]
    fn serialize_f64(mut self, number: f64) -> Result {
        Ok(self.writer.float(number)?)
    }

    #[inline]
    fn serialize_char(self, value: char) -> Result {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(mut self, text: &str) -> Result {
        Ok(self.writer.str(text.as_bytes())?)
    }

    fn serialize_bytes(mut self, bytes: &[u8]) -> Result {
        match str::from_utf8(bytes) {
            Ok(text) => {
                if let Some(holds_bytes) = self.key.as_deref_mut() {
                    *holds_bytes = true;
                }
                self.serialize_str(text)
            }
            Err(_) => Err(Error::new(format_args!(
                "expected text, found {} bytes that are not UTF-8: send them as a list of numbers, as a `Vec<u8>` is",
                bytes.len()
            ))),
        }
    }

    #[inline]
    fn serialize_none(mut self) -> Result {
        Ok(self.writer.none()?)
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(mut self, value: &T) -> Result {
        let start = self.writer.body().len();
        value.serialize(self.reborrow())?;
        match self.writer.body().get(start..) {
            Some([code::NONE]) => Err(Error::new(SOME_OF_NOTHING)),
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
        mut self,
        name: &'static str,
        value: &T,
    ) -> Result {
        if name != marks::INTEGER {
            return value.serialize(self);
        }
        let start = self.writer.body().len();
        value.serialize(self.reborrow())?;
        big_integer(&mut self.writer, start)
    }

    #[inline]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result {
        value
            .serialize(self.variant(name)?)
            .map_err(|error| error.in_field(name))
    }

    #[inline]
    fn serialize_seq(self, _: Option<usize>) -> Result<Compound<'a>> {
        self.begin(Container::List, None)
    }

    #[inline]
    fn serialize_tuple(self, _: usize) -> Result<Compound<'a>> {
        self.begin(Container::Tuple, None)
    }

    #[inline]
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Compound<'a>> {
        self.begin(Container::Tuple, None)
    }

    #[inline]
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Compound<'a>> {
        self.variant(name)?.begin(Container::Tuple, Some(name))
    }

    #[inline]
    fn serialize_map(self, _: Option<usize>) -> Result<Compound<'a>> {
        self.begin(Container::Dict, None)
    }

    #[inline]
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Compound<'a>> {
        self.begin(Container::Dict, None)
    }

    #[inline]
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Compound<'a>> {
        self.variant(name)?.begin(Container::Dict, Some(name))
    }
}

/// Makes an integer of the text that was written last.
#[cold]
fn big_integer(writer: &mut Writer<'_>, start: usize) -> Result {
    let written = writer.body().split_off(start);
    let text = match Reader::new(&written).next() {
        Ok(Token::Str(text)) => str::from_utf8(text).ok(),
        _ => None,
    };
    match text.and_then(Value::parse_int) {
        Some(Value::Int(number)) => Ok(writer.int(number)?),
        Some(Value::BigInt(number)) => Ok(writer.decimal(number)?),
        _ => Err(Error::new(format_args!(
            "expected an integer of at most {MAX_CHARACTERS} characters"
        ))),
    }
}
