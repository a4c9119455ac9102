//! What holds other values, under the names that serde has for it.

/// Implements for `$compound` those of serde's traits that differ in names alone: by
/// its `element` for what has no names, by its `field` for what has, and its `finish`.
macro_rules! compounds {
    ($compound:ty, $error:ty) => {
        $crate::codec::compounds::compounds! {
            @each $compound, $error:
            SerializeSeq serialize_element element();
            SerializeTuple serialize_element element();
            SerializeTupleStruct serialize_field element();
            SerializeTupleVariant serialize_field element();
            SerializeStruct serialize_field field(name);
            SerializeStructVariant serialize_field field(name);
        }
    };
    (@each $compound:ty, $error:ty: $($trait:ident $method:ident $own:ident($($name:ident)?);)*) => {$(
        impl serde::ser::$trait for $compound {
            type Ok = ();
            type Error = $error;

            #[inline]
            fn $method<T: serde::Serialize + ?Sized>(
                &mut self,
                $($name: &'static str,)?
                value: &T,
            ) -> std::result::Result<(), $error> {
                self.$own($($name,)? value)
            }

            #[inline]
            fn end(self) -> std::result::Result<(), $error> {
                self.finish()
            }
        }
    )*};
}

pub(super) use compounds;
