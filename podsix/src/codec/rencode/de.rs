//! Bytes to any type.

mod access;
mod encoded;
mod next;
mod numbers;
mod read;
mod simple;

use serde::de::{self, DeserializeSeed, Error as _, Expected, Unexpected, Visitor};

use self::access::{Fields, Items, Kind, Variant};
use self::encoded::Encoded;
pub(crate) use self::read::{read, read_fields, read_valid};
use super::Error;
use super::scan::validate;
use super::tokens::{Reader, Token, inside};
use crate::value::{MAX_LEVELS, marks};

type Result<T> = std::result::Result<T, Error>;

/// Reads one value, for types that are deserialized by hand. [`from_slice`](super::from_slice) does the same, is shorter,
/// and takes the last of a struct's fields that comes twice, which is refused here.
///
/// ```
/// use podsix::rencode::Deserializer;
/// use serde::Deserialize;
///
/// let mut deserializer = Deserializer::new(b"\xE2\x01\x81a")?;
/// assert_eq!(<(u8, &str)>::deserialize(&mut deserializer)?, (1, "a"));
/// # Ok::<(), podsix::rencode::Error>(())
/// ```
#[derive(Debug)]
pub struct Deserializer<'de> {
    reader: Reader<'de>,
    place: Place,
    // How many levels may still begin.
    levels: usize,
    // How often what comes next was wrapped in an option or a newtype, none of which takes a byte.
    wraps: u8,
    // The positions of keys, in order, whose entries do not count.
    left_out: Vec<u32>,
}

/// Where the value stands that comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Anywhere.
    Plain,
    /// It is a key of a dict, which may be an integer as text.
    Key,
    /// It is a message whose action is no entry to those who ask for a map or a variant.
    ActionShown,
    /// It is a message whose action is no entry.
    ActionHidden,
}

/// A type that wraps itself so often, and nothing else, would never come to an end.
const MAX_WRAPS: u8 = 32;

impl<'de> Deserializer<'de> {
    /// A deserializer for the value that `bytes` are.
    ///
    /// # Errors
    ///
    /// An [`Error`] if they are no valid value, or hold anything after it.
    pub fn new(bytes: &'de [u8]) -> Result<Self> {
        validate(bytes)?;
        Ok(Self::of(bytes, Place::Plain))
    }

    /// For any bytes: what is wrong with them is found on the way.
    #[inline]
    fn of(bytes: &'de [u8], place: Place) -> Self {
        Self {
            reader: Reader::new(bytes),
            place,
            levels: MAX_LEVELS,
            wraps: 0,
            left_out: Vec::new(),
        }
    }

    #[cold]
    fn mismatch(&self, start: usize, expected: &dyn Expected) -> Error {
        mismatch(Reader::at(self.reader.bytes(), start), expected)
    }

    /// Reads what stands inside of what is being read. Whatever its type does, what comes next is what follows it.
    #[inline]
    fn inner<S: DeserializeSeed<'de>>(&mut self, place: Place, seed: S) -> Result<S::Value> {
        let (start, levels, wraps) = (self.reader.position(), self.levels, self.wraps);
        self.place = place;
        self.wraps = 0;
        let result = seed.deserialize(&mut *self);
        self.wraps = wraps;
        self.levels = levels;
        let is_read = result.is_ok() && self.reader.position() != start;
        if !is_read {
            self.reader = Reader::at(self.reader.bytes(), start);
            self.place = place;
            if let Err(error) = self.skip() {
                self.place = Place::Plain;
                return result.and(Err(error));
            }
        }
        self.place = Place::Plain;
        result
    }

    #[inline]
    fn wrap(&mut self) -> Result<()> {
        self.wraps += 1;
        if self.wraps > MAX_WRAPS {
            return Err(Error::new("its type holds nothing but itself"));
        }
        Ok(())
    }

    /// The elements, to a type that wants so many, or any number of them.
    #[inline]
    fn items<V: Visitor<'de>>(&mut self, length: Option<usize>, visitor: V) -> Result<V::Value> {
        let start = self.reader.position();
        match self.next()? {
            Token::List(count) | Token::Tuple(count)
                if length.is_none() || count.is_none() || length == count =>
            {
                self.levels = inside(self.levels)?;
                let value = Items::new(self, count).visit(visitor)?;
                self.levels += 1;
                Ok(value)
            }
            _ => Err(self.mismatch(start, &visitor)),
        }
    }

    #[inline]
    fn entries<V: Visitor<'de>>(
        &mut self,
        kind: Kind,
        hides_action: bool,
        visitor: V,
    ) -> Result<V::Value> {
        let start = self.reader.position();
        match self.next()? {
            Token::Dict(count) => {
                self.levels = inside(self.levels)?;
                let value = Fields::new(self, count, kind, hides_action).visit(visitor)?;
                self.levels += 1;
                Ok(value)
            }
            _ => Err(self.mismatch(start, &visitor)),
        }
    }

    fn is_left_out(&self, position: usize) -> bool {
        u32::try_from(position).is_ok_and(|position| self.left_out.binary_search(&position).is_ok())
    }
}

/// What was expected, and what is there.
#[cold]
fn mismatch(mut reader: Reader<'_>, expected: &dyn Expected) -> Error {
    let token = match reader.next() {
        Ok(token) => token,
        Err(problem) => return problem.into(),
    };
    let several = |kind: &str, count: Option<usize>, of: &str| match count {
        Some(count) => format!("{kind} of {count} {of}"),
        None => kind.to_owned(),
    };
    let words;
    let found = match token {
        Token::None => Unexpected::Unit,
        Token::Bool(value) => Unexpected::Bool(value),
        Token::Int(number) => Unexpected::Signed(number),
        Token::BigInt(text) => Unexpected::Other(text),
        Token::Float(number) => Unexpected::Float(number),
        Token::Str(bytes) => match str::from_utf8(bytes) {
            Ok(text) => Unexpected::Str(text),
            Err(_) => Unexpected::Bytes(bytes),
        },
        Token::List(count) => {
            words = several("a list", count, "elements");
            Unexpected::Other(&words)
        }
        Token::Tuple(count) => {
            words = several("a tuple", count, "elements");
            Unexpected::Other(&words)
        }
        Token::Dict(count) => {
            words = several("a dict", count, "entries");
            Unexpected::Other(&words)
        }
        Token::End => Unexpected::Other("the end"),
    };
    Error::invalid_value(found, expected)
}

/// Implements the methods that only pass on.
macro_rules! forward {
    ($($method:ident($($argument:ident: $type:ty),*) to $own:ident($($given:expr),*);)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value> {
            self.$own($($given,)* visitor)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for &mut Deserializer<'de> {
    type Error = Error;

    forward! {
        deserialize_i8() to integer();
        deserialize_i16() to integer();
        deserialize_i32() to integer();
        deserialize_i64() to integer();
        deserialize_u8() to integer();
        deserialize_u16() to integer();
        deserialize_u32() to integer();
        deserialize_u64() to integer();
        deserialize_i128() to signed_128();
        deserialize_u128() to unsigned_128();
        deserialize_char() to deserialize_str();
        deserialize_string() to deserialize_str();
        deserialize_identifier() to deserialize_str();
        deserialize_byte_buf() to deserialize_bytes();
        deserialize_unit_struct(_name: &'static str) to deserialize_unit();
        deserialize_seq() to items(None);
        deserialize_tuple(length: usize) to items(Some(length));
        deserialize_tuple_struct(_name: &'static str, length: usize) to items(Some(length));
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        // What holds others, and 128 bits, is read by its own methods, which begin with it again.
        let before = self.reader.clone();
        match self.next()? {
            Token::None => visitor.visit_unit(),
            Token::Bool(value) => visitor.visit_bool(value),
            Token::Int(number) => visitor.visit_i64(number),
            Token::Float(number) => visitor.visit_f64(number),
            Token::Str(bytes) => match str::from_utf8(bytes) {
                Ok(text) => visitor.visit_borrowed_str(text),
                Err(_) => visitor.visit_borrowed_bytes(self.no_key(bytes)?),
            },
            token => {
                self.reader = before;
                match token {
                    Token::BigInt(text) if text.starts_with('-') => self.signed_128(visitor),
                    Token::BigInt(_) => self.unsigned_128(visitor),
                    Token::Dict(_) => {
                        let hides = self.place == Place::ActionHidden;
                        self.entries(Kind::Map, hides, visitor)
                    }
                    _ => self.items(None, visitor),
                }
            }
        }
    }

    #[inline]
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let start = self.reader.position();
        match self.next()? {
            Token::Bool(value) => visitor.visit_bool(value),
            _ => Err(self.mismatch(start, &visitor)),
        }
    }

    #[inline]
    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let start = self.reader.position();
        let number = self.float(&visitor)?;
        if number.is_finite() && (number as f32).is_infinite() {
            return Err(self.mismatch(start, &visitor));
        }
        visitor.visit_f32(number as f32)
    }

    #[inline]
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let number = self.float(&visitor)?;
        visitor.visit_f64(number)
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let start = self.reader.position();
        let bytes = match self.reader.take_text() {
            Some(bytes) => bytes,
            None => match self.next()? {
                Token::Str(bytes) => bytes,
                _ => return Err(self.mismatch(start, &visitor)),
            },
        };
        match str::from_utf8(bytes) {
            Ok(text) => visitor.visit_borrowed_str(text),
            Err(_) => Err(self.mismatch(start, &visitor)),
        }
    }

    #[inline]
    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let before = self.reader.clone();
        match self.next()? {
            Token::Str(bytes) => visitor.visit_borrowed_bytes(self.no_key(bytes)?),
            _ => {
                self.reader = before;
                self.items(None, visitor)
            }
        }
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let before = self.reader.clone();
        match self.next()? {
            Token::None => visitor.visit_none(),
            _ => {
                self.reader = before;
                self.wrap()?;
                visitor.visit_some(self)
            }
        }
    }

    #[inline]
    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let start = self.reader.position();
        match self.next()? {
            Token::None => visitor.visit_unit(),
            _ => Err(self.mismatch(start, &visitor)),
        }
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        self.wrap()?;
        if name == marks::VALUE {
            Encoded::visit(self, visitor)
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    #[inline]
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let hides = matches!(self.place, Place::ActionShown | Place::ActionHidden);
        self.entries(Kind::Map, hides, visitor)
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let hides = self.place == Place::ActionHidden;
        self.entries(Kind::Struct, hides, visitor)
    }

    #[inline]
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        Variant::visit(self, variants, visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.skip()?;
        visitor.visit_unit()
    }
}
