//! The serializer: bincode's format, and no value that a decoder would refuse.

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::{BODY_LEVEL, Encoder, MAX_ZERO_SIZED, Problem, TYPE_LEVEL, deeper};

/// Writes one value.
pub(super) struct Serializer<'a, 'b> {
    body: &'a mut Encoder<'b>,
    nesting: u32,
}

impl<'a, 'b> Serializer<'a, 'b> {
    #[inline]
    pub(super) fn new(body: &'a mut Encoder<'b>) -> Self {
        Self { body, nesting: 0 }
    }

    #[inline]
    fn inside(self, weight: u32) -> Result<Self, Problem> {
        Ok(Self {
            nesting: deeper(self.nesting, weight)?,
            body: self.body,
        })
    }

    #[inline]
    fn fields(self) -> Result<Fields<'a, 'b>, Problem> {
        let Self { body, nesting } = self.inside(TYPE_LEVEL)?;
        Ok(Fields { body, nesting })
    }

    #[inline]
    fn variant(self, index: u32) -> Result<Fields<'a, 'b>, Problem> {
        let Self { body, nesting } = self.inside(BODY_LEVEL)?;
        body.varint(index)?;
        Ok(Fields { body, nesting })
    }

    #[inline]
    fn elements(self, length: Option<usize>, what: &str) -> Result<Elements<'a, 'b>, Problem> {
        let Some(length) = length else {
            return Err(Problem::new(format_args!(
                "{what} of unknown length has no form as a body"
            )));
        };
        let Self { body, nesting } = self.inside(BODY_LEVEL)?;
        body.varint(length)?;
        let before = body.len();
        Ok(Elements {
            body,
            nesting,
            left: length,
            before,
        })
    }

    #[inline]
    fn bytes(self, bytes: &[u8]) -> Result<(), Problem> {
        self.body.varint(bytes.len())?;
        self.body.put(bytes)
    }
}

macro_rules! scalars {
    ($($serialize:ident $type:ident $write:ident)*) => {$(
        #[inline]
        fn $serialize(self, value: $type) -> Result<(), Problem> {
            self.body.$write(value)
        }
    )*};
}

impl<'a, 'b> serde::Serializer for Serializer<'a, 'b> {
    type Ok = ();
    type Error = Problem;
    type SerializeSeq = Elements<'a, 'b>;
    type SerializeTuple = Fields<'a, 'b>;
    type SerializeTupleStruct = Fields<'a, 'b>;
    type SerializeTupleVariant = Fields<'a, 'b>;
    type SerializeMap = Elements<'a, 'b>;
    type SerializeStruct = Fields<'a, 'b>;
    type SerializeStructVariant = Fields<'a, 'b>;

    scalars! {
        serialize_bool bool scalar
        serialize_i8 i8 scalar
        serialize_i16 i16 zigzag
        serialize_i32 i32 zigzag
        serialize_i64 i64 zigzag
        serialize_i128 i128 zigzag
        serialize_u8 u8 scalar
        serialize_u16 u16 varint
        serialize_u32 u32 varint
        serialize_u64 u64 varint
        serialize_u128 u128 varint
        serialize_char char scalar
    }

    #[inline]
    fn serialize_f32(self, value: f32) -> Result<(), Problem> {
        self.body.put(&value.to_le_bytes())
    }

    #[inline]
    fn serialize_f64(self, value: f64) -> Result<(), Problem> {
        self.body.put(&value.to_le_bytes())
    }

    #[inline]
    fn serialize_str(self, text: &str) -> Result<(), Problem> {
        self.bytes(text.as_bytes())
    }

    #[inline]
    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Problem> {
        self.bytes(bytes)
    }

    #[inline]
    fn serialize_none(self) -> Result<(), Problem> {
        self.body.scalar(0_u8)
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Problem> {
        self.body.scalar(1_u8)?;
        value.serialize(self.inside(BODY_LEVEL)?)
    }

    #[inline]
    fn serialize_unit(self) -> Result<(), Problem> {
        Ok(())
    }

    #[inline]
    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Problem> {
        Ok(())
    }

    #[inline]
    fn serialize_unit_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
    ) -> Result<(), Problem> {
        self.variant(index).map(drop)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Problem> {
        value.serialize(self.inside(TYPE_LEVEL)?)
    }

    #[inline]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Problem> {
        self.variant(index)?.field(value)
    }

    #[inline]
    fn serialize_seq(self, length: Option<usize>) -> Result<Elements<'a, 'b>, Problem> {
        self.elements(length, "a sequence")
    }

    #[inline]
    fn serialize_tuple(self, _: usize) -> Result<Fields<'a, 'b>, Problem> {
        self.fields()
    }

    #[inline]
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Fields<'a, 'b>, Problem> {
        self.fields()
    }

    #[inline]
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Fields<'a, 'b>, Problem> {
        self.variant(index)
    }

    #[inline]
    fn serialize_map(self, length: Option<usize>) -> Result<Elements<'a, 'b>, Problem> {
        self.elements(length, "a map")
    }

    #[inline]
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'a, 'b>, Problem> {
        self.fields()
    }

    #[inline]
    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Fields<'a, 'b>, Problem> {
        self.variant(index)
    }

    #[inline]
    fn is_human_readable(&self) -> bool {
        false
    }
}

/// The fields of a struct, tuple or variant.
pub(super) struct Fields<'a, 'b> {
    body: &'a mut Encoder<'b>,
    nesting: u32,
}

impl Fields<'_, '_> {
    #[inline]
    fn field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        value.serialize(Serializer {
            body: self.body,
            nesting: self.nesting,
        })
    }

    /// Without names the reader would take the next field for the one that is missing.
    #[cold]
    fn skipped(name: &str) -> Problem {
        Problem::new(format_args!(
            "field `{name}` is left out, as by `skip_serializing_if`, but a body without field names holds them all"
        ))
    }
}

macro_rules! fields {
    ($($trait:ident $method:ident)*) => {$(
        impl $trait for Fields<'_, '_> {
            type Ok = ();
            type Error = Problem;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
                self.field(value)
            }

            #[inline]
            fn end(self) -> Result<(), Problem> {
                Ok(())
            }
        }
    )*};
}

fields! {
    SerializeTuple serialize_element
    SerializeTupleStruct serialize_field
    SerializeTupleVariant serialize_field
}

macro_rules! named_fields {
    ($($trait:ident)*) => {$(
        impl $trait for Fields<'_, '_> {
            type Ok = ();
            type Error = Problem;

            #[inline]
            fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result<(), Problem> {
                self.field(value)
            }

            fn skip_field(&mut self, name: &'static str) -> Result<(), Problem> {
                Err(Self::skipped(name))
            }

            #[inline]
            fn end(self) -> Result<(), Problem> {
                Ok(())
            }
        }
    )*};
}

named_fields! { SerializeStruct SerializeStructVariant }

/// The elements of a sequence or the entries of a map.
pub(super) struct Elements<'a, 'b> {
    body: &'a mut Encoder<'b>,
    nesting: u32,
    // How many of the promised elements are still to come.
    left: usize,
    // The length of the body before the present element.
    before: usize,
}

impl Elements<'_, '_> {
    #[inline]
    fn start(&mut self) -> Result<(), Problem> {
        self.left = self.left.checked_sub(1).ok_or_else(Self::miscounted)?;
        self.before = self.body.len();
        Ok(())
    }

    #[inline]
    fn part<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        value.serialize(Serializer {
            body: self.body,
            nesting: self.nesting,
        })
    }

    #[inline]
    fn finish(&mut self) -> Result<(), Problem> {
        if self.body.len() == self.before {
            self.body.zero_sized = self.body.zero_sized.checked_sub(1).ok_or_else(|| {
                Problem::new(format_args!(
                    "more than {MAX_ZERO_SIZED} elements take no bytes"
                ))
            })?;
        }
        Ok(())
    }

    #[inline]
    fn close(&self) -> Result<(), Problem> {
        if self.left == 0 {
            Ok(())
        } else {
            Err(Self::miscounted())
        }
    }

    #[cold]
    fn miscounted() -> Problem {
        Problem::new("a sequence or map has another length than its `Serialize` promised")
    }
}

impl SerializeSeq for Elements<'_, '_> {
    type Ok = ();
    type Error = Problem;

    #[inline]
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        self.start()?;
        self.part(value)?;
        self.finish()
    }

    #[inline]
    fn end(self) -> Result<(), Problem> {
        self.close()
    }
}

impl SerializeMap for Elements<'_, '_> {
    type Ok = ();
    type Error = Problem;

    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Problem> {
        self.start()?;
        self.part(key)
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        self.part(value)?;
        self.finish()
    }

    #[inline]
    fn end(self) -> Result<(), Problem> {
        self.close()
    }
}
