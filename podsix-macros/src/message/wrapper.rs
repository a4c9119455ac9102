//! Fields that do not cross the wire by their type's own `Serialize` and
//! `Deserialize`.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{GenericArgument, PathArguments, Type};

use super::ast::{Field, Form};
use super::generics::Generics;

/// How the generated code writes and reads one field.
pub(crate) struct Wire<'a> {
    field: &'a Field<'a>,
    generics: &'a Generics<'a>,
    private: &'a TokenStream,
    wrapper: Ident,
}

impl<'a> Wire<'a> {
    pub(crate) fn new(
        field: &'a Field<'a>,
        generics: &'a Generics<'a>,
        private: &'a TokenStream,
        (action, index): (usize, usize),
    ) -> Self {
        Self {
            field,
            generics,
            private,
            wrapper: format_ident!("__Action{action}Field{index}"),
        }
    }

    /// The type and the value to write, for a `value` of type `&Field`.
    pub(crate) fn written(&self, value: &Ident) -> (TokenStream, TokenStream) {
        match &self.field.form {
            Form::With {
                serialize: Some(_), ..
            } => {
                let (wrapper, mentioned) = (&self.wrapper, self.generics.mentioned());
                let phantom = quote!(::core::marker::PhantomData::<#mentioned>);
                (quote!(_), quote!(&__fields::#wrapper(#value, #phantom)))
            }
            _ => {
                let ty = self.field.ty;
                (quote!(#ty), quote!(#value))
            }
        }
    }

    /// The type that is read, and what comes after it to get at the field's value.
    pub(crate) fn read(&self) -> (TokenStream, TokenStream) {
        let ty = self.field.ty;
        self.read_as(&quote!(#ty))
    }

    /// The type that is read, in the form for tracing shapes.
    pub(crate) fn traced(&self) -> TokenStream {
        let (ty, _) = self.read_as(&self.generics.with_static(self.field.ty));
        ty
    }

    fn read_as(&self, ty: &TokenStream) -> (TokenStream, TokenStream) {
        let private = self.private;
        match &self.field.form {
            Form::With {
                deserialize: Some(_),
                ..
            } => {
                let (wrapper, mentioned) = (&self.wrapper, self.generics.mentioned());
                (quote!(__fields::#wrapper<#ty, #mentioned>), quote!(.0))
            }
            // serde makes a `String` of a `Cow` if not told otherwise.
            _ if is_cow_str(self.field.ty) => (quote!(#private::CowStr<#ty>), quote!(.0)),
            _ => (quote!(#ty), quote!()),
        }
    }

    /// The definition of the wrapper, for the module `__fields`.
    pub(crate) fn definition(&self) -> TokenStream {
        let wrapper = &self.wrapper;
        match self.field.form {
            Form::With { .. } => quote! {
                pub struct #wrapper<V, G>(pub V, pub ::core::marker::PhantomData<G>);
            },
            Form::Plain | Form::Skip => quote!(),
        }
    }

    /// The implementations of serde's traits for the wrapper.
    ///
    /// Input:
    /// ```text
    /// #[serde(with = "seconds")]
    /// left: Duration,
    /// ```
    ///
    /// Output:
    /// ```text
    /// impl<'__field> Serialize for __fields::__Action0Field0<&'__field Duration, ()> {
    ///     fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
    ///         seconds::serialize(self.0, serializer)
    ///     }
    /// }
    /// impl<'de> Deserialize<'de> for __fields::__Action0Field0<Duration, ()> {
    ///     fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
    ///         Ok(Self(seconds::deserialize(deserializer)?, PhantomData))
    ///     }
    /// }
    /// ```
    pub(crate) fn impls(&self, send_only: bool) -> TokenStream {
        let Form::With {
            serialize,
            deserialize,
        } = &self.field.form
        else {
            return quote!();
        };
        let (private, wrapper, ty) = (self.private, &self.wrapper, self.field.ty);
        let serde = quote!(#private::serde);
        let mentioned = self.generics.mentioned();
        let serialize = serialize.as_ref().map(|function| {
            let (params, clause) = self.generics.for_impl(&quote!('__field));
            quote! {
                #[automatically_derived]
                impl #params #serde::Serialize
                    for __fields::#wrapper<&'__field #ty, #mentioned> #clause
                {
                    fn serialize<__S: #serde::Serializer>(
                        &self,
                        serializer: __S,
                    ) -> ::core::result::Result<__S::Ok, __S::Error> {
                        #function(self.0, serializer)
                    }
                }
            }
        });
        let deserialize = deserialize.as_ref().filter(|_| !send_only).map(|function| {
            let de = &self.generics.de;
            let (params, clause) = self.generics.for_impl(&self.generics.de_outlives());
            quote! {
                #[automatically_derived]
                impl #params #serde::Deserialize<#de>
                    for __fields::#wrapper<#ty, #mentioned> #clause
                {
                    fn deserialize<__D: #serde::Deserializer<#de>>(
                        deserializer: __D,
                    ) -> ::core::result::Result<Self, __D::Error> {
                        ::core::result::Result::Ok(Self(
                            #function(deserializer)?,
                            ::core::marker::PhantomData,
                        ))
                    }
                }
            }
        });
        quote!(#serialize #deserialize)
    }
}

/// Whether this is `Cow<'a, str>`, as far as tokens tell.
fn is_cow_str(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else {
        return false;
    };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return false;
    };
    let is_str = |argument: &GenericArgument| matches!(argument, GenericArgument::Type(Type::Path(ty)) if ty.path.is_ident("str"));
    last.ident == "Cow" && arguments.args.iter().any(is_str)
}
