//! The deserializer: bincode's format with every claim of the body checked before it is believed.

use serde::de::{DeserializeSeed, EnumAccess, IntoDeserializer, VariantAccess, Visitor};

use super::elements::{Elements, Entries, Fields};
use super::{BODY_LEVEL, Decoder, Problem, TYPE_LEVEL, deeper};

/// One value of a body. The nesting goes by value, so that it is right again when a level is left, also by an error
/// that a type swallows.
pub(super) struct Deserializer<'a, 'de> {
    body: &'a mut Decoder<'de>,
    nesting: u32,
}

impl<'a, 'de> Deserializer<'a, 'de> {
    #[inline]
    pub(super) fn new(body: &'a mut Decoder<'de>, nesting: u32) -> Self {
        Self { body, nesting }
    }

    #[inline]
    fn inside(self, weight: u32) -> Result<Self, Problem> {
        Ok(Self {
            nesting: deeper(self.nesting, weight)?,
            body: self.body,
        })
    }

    /// The length of text or bytes, which can't be longer than the body.
    #[inline]
    fn bytes(&mut self, what: &'static str) -> Result<&'de [u8], Problem> {
        let claimed: u64 = self.body.varint("a length")?;
        let taken = usize::try_from(claimed)
            .ok()
            .and_then(|length| self.body.take(length));
        taken.ok_or_else(|| {
            Problem::new(format_args!(
                "{what} claims {claimed} bytes, {} are left",
                self.body.remaining()
            ))
        })
    }

    /// The number of elements of a sequence or map. Each takes a byte or is one of the few that take none.
    #[inline]
    fn count(&mut self, what: &'static str) -> Result<usize, Problem> {
        let claimed: u64 = self.body.varint("a length")?;
        let most = self.body.remaining() as u64 + u64::from(self.body.zero_sized);
        match usize::try_from(claimed) {
            Ok(count) if claimed <= most => Ok(count),
            _ => Err(Problem::new(format_args!(
                "{what} claims {claimed} elements, {} bytes are left",
                self.body.remaining()
            ))),
        }
    }

    #[inline]
    fn text(&mut self) -> Result<&'de str, Problem> {
        core::str::from_utf8(self.bytes("a string")?)
            .map_err(|error| Problem::new(format_args!("a string is not UTF-8: {error}")))
    }

    #[inline]
    fn tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Problem> {
        let Self { body, nesting } = self.inside(TYPE_LEVEL)?;
        visitor.visit_seq(Fields::new(body, nesting, length))
    }

    #[cold]
    fn unnamed<T>(self) -> Result<T, Problem> {
        Err(Problem::new(
            "a type that looks at what it gets can't be read from a body without field names",
        ))
    }
}

macro_rules! scalars {
    ($($deserialize:ident $visit:ident $read:ident $what:literal)*) => {$(
        #[inline]
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
            visitor.$visit(self.body.$read($what)?)
        }
    )*};
}

macro_rules! floats {
    ($($deserialize:ident $visit:ident $type:ident $what:literal)*) => {$(
        #[inline]
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
            visitor.$visit($type::from_le_bytes(self.body.fixed($what)?))
        }
    )*};
}

impl<'de> serde::Deserializer<'de> for Deserializer<'_, 'de> {
    type Error = Problem;

    scalars! {
        deserialize_bool visit_bool scalar "a `bool`"
        deserialize_i8 visit_i8 scalar "an `i8`"
        deserialize_i16 visit_i16 zigzag "an `i16`"
        deserialize_i32 visit_i32 zigzag "an `i32`"
        deserialize_i64 visit_i64 zigzag "an `i64`"
        deserialize_i128 visit_i128 scalar "an `i128`"
        deserialize_u8 visit_u8 scalar "a `u8`"
        deserialize_u16 visit_u16 varint "a `u16`"
        deserialize_u32 visit_u32 varint "a `u32`"
        deserialize_u64 visit_u64 varint "a `u64`"
        deserialize_u128 visit_u128 scalar "a `u128`"
        deserialize_char visit_char scalar "a `char`"
    }

    floats! {
        deserialize_f32 visit_f32 f32 "an `f32`"
        deserialize_f64 visit_f64 f64 "an `f64`"
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_borrowed_str(self.text()?)
    }

    #[inline]
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_str(visitor)
    }

    #[inline]
    fn deserialize_bytes<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_borrowed_bytes(self.bytes("a byte string")?)
    }

    #[inline]
    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_bytes(visitor)
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.body.scalar::<u8>("an option")? {
            0 => visitor.visit_none(),
            1 => visitor.visit_some(self.inside(BODY_LEVEL)?),
            found => Err(Problem::new(format_args!(
                "expected an option (0 or 1), found {found}"
            ))),
        }
    }

    #[inline]
    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_unit()
    }

    #[inline]
    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_unit()
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self.inside(TYPE_LEVEL)?)
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Problem> {
        let left = self.count("a sequence")?;
        let Self { body, nesting } = self.inside(BODY_LEVEL)?;
        visitor.visit_seq(Elements::new(body, nesting, left))
    }

    #[inline]
    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.tuple(length, visitor)
    }

    #[inline]
    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.tuple(length, visitor)
    }

    #[inline]
    fn deserialize_map<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Problem> {
        let left = self.count("a map")?;
        let Self { body, nesting } = self.inside(BODY_LEVEL)?;
        visitor.visit_map(Entries::new(body, nesting, left))
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.tuple(fields.len(), visitor)
    }

    #[inline]
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_enum(self.inside(BODY_LEVEL)?)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Problem> {
        self.unnamed()
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Problem> {
        self.unnamed()
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Problem> {
        self.unnamed()
    }

    #[inline]
    fn is_human_readable(&self) -> bool {
        false
    }
}

impl<'de> EnumAccess<'de> for Deserializer<'_, 'de> {
    type Error = Problem;
    type Variant = Self;

    #[inline]
    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Problem> {
        let index: u32 = self.body.varint("an enum's variant")?;
        Ok((
            seed.deserialize(IntoDeserializer::<Problem>::into_deserializer(index))?,
            self,
        ))
    }
}

impl<'de> VariantAccess<'de> for Deserializer<'_, 'de> {
    type Error = Problem;

    #[inline]
    fn unit_variant(self) -> Result<(), Problem> {
        Ok(())
    }

    #[inline]
    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Problem> {
        seed.deserialize(self)
    }

    #[inline]
    fn tuple_variant<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_seq(Fields::new(self.body, self.nesting, length))
    }

    #[inline]
    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.tuple_variant(fields.len(), visitor)
    }
}
