//! Fields that do not cross the wire by their type's own `Serialize` and
//! `Deserialize`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{GenericArgument, PathArguments, Type};

use super::ast::{Body, Default, Field, Form, Message};
use super::generics::Generics;
use crate::types::{self, Suspect};

/// How the generated code writes and reads one field.
pub(crate) struct Wire<'a> {
    field: &'a Field<'a>,
    generics: &'a Generics<'a>,
    private: &'a TokenStream,
    wrapper: Ident,
    /// Whether it is the whole message.
    newtype: bool,
    send_only: bool,
}

impl<'a> Wire<'a> {
    pub(crate) fn new(
        message: &'a Message<'a>,
        (action, index): (usize, usize),
        generics: &'a Generics<'a>,
        private: &'a TokenStream,
    ) -> Option<Self> {
        let body = &message.actions.get(action)?.body;
        Some(Self {
            field: body.fields().get(index)?,
            generics,
            private,
            wrapper: format_ident!("__Action{action}Field{index}"),
            newtype: matches!(body, Body::Newtype(_)),
            send_only: message.send_only,
        })
    }

    /// The call that writes `value`, a reference to the field, to `sink`.
    ///
    /// Output, where the tokens leave no doubt that the type is serde's, and otherwise:
    /// ```text
    /// sink.field::<String>("name", value)
    /// <Vec<Card> as Field<'_, Card>>::write(value, sink, "cards")
    /// ```
    pub(crate) fn write(&self, sink: &Ident, value: &Ident) -> TokenStream {
        let name = self.name();
        let (method, trait_method) = self.methods("field", "write");
        let ty = self.field.ty;
        if let Form::With {
            serialize: Some(_), ..
        } = self.field.form
        {
            let (wrapper, mentioned) = (&self.wrapper, self.generics.mentioned());
            let phantom = quote!(::core::marker::PhantomData::<#mentioned>);
            let wrapped = quote!(&__fields::#wrapper(#value, #phantom));
            return quote!(#sink.#method::<_>(#(#name,)* #wrapped));
        }
        let name = name.iter();
        match self.as_field(&Type::to_token_stream) {
            Some(field) => quote!(#field::#trait_method(#value, #sink #(, #name)*)),
            None => quote!(#sink.#method::<#ty>(#(#name,)* #value)),
        }
    }

    /// The expression that reads the field's value from `source`.
    ///
    /// Output:
    /// ```text
    /// source.field::<String>("name")?
    /// source.field_or::<u8>("lives", &["hearts"], Some(three))?
    /// <Vec<Card> as Field<'_, Card>>::read(&mut source, "cards")?
    /// ```
    pub(crate) fn read(&self, source: &Ident) -> TokenStream {
        match (&self.field.form, &self.field.default) {
            (Form::Skip, Some(Default::Function(function))) => return quote!(#function()),
            (Form::Skip, _) => return quote!(::core::default::Default::default()),
            _ => {}
        }
        let by_name = self.field.default.is_some() || !self.field.aliases.is_empty();
        let (method, trait_method) = match by_name {
            true => self.methods("field_or", "read_or"),
            false => self.methods("field", "read"),
        };
        let mut arguments: Vec<TokenStream> = self.name();
        if by_name {
            let aliases = &self.field.aliases;
            arguments.push(quote!(&[#(#aliases),*]));
            arguments.push(self.default());
        }
        let (read, get) = self.read_as(&self.field.ty.to_token_stream());
        match self.as_field(&Type::to_token_stream) {
            Some(field) => quote!(#field::#trait_method(&mut #source #(, #arguments)*)?),
            None => quote!(#source.#method::<#read>(#(#arguments),*)? #get),
        }
    }

    /// The statement that records the field's shape in `fields`.
    pub(crate) fn trace(&self, fields: &Ident) -> TokenStream {
        let (method, trait_method) = match self.field.default {
            Some(_) => self.methods("field_or", "trace_or"),
            None => self.methods("field", "trace"),
        };
        let name = self.name();
        let name = name.iter();
        let with_static = |ty: &Type| self.generics.with_static(ty);
        let (read, _) = self.read_as(&with_static(self.field.ty));
        let traced = match self.as_field(&with_static) {
            Some(field) => quote!(#field::#trait_method(#fields #(, #name)*);),
            None => quote!(#fields.#method::<#read>(#(#name),*);),
        };
        let aliases = &self.field.aliases;
        if aliases.is_empty() {
            return traced;
        }
        quote!(#traced #fields.aliases(&[#(#aliases),*]);)
    }

    /// The field's name as an argument, which a whole message has not.
    fn name(&self) -> Vec<TokenStream> {
        let name = &self.field.name;
        Vec::from_iter((!self.newtype).then(|| quote!(#name)))
    }

    /// The methods' names, other ones for a whole message.
    fn methods(&self, own: &str, of_trait: &str) -> (Ident, Ident) {
        if self.newtype {
            (format_ident!("inner"), format_ident!("{of_trait}_inner"))
        } else {
            (format_ident!("{own}"), format_ident!("{of_trait}"))
        }
    }

    /// `<ty as Field<'_, Suspect>>`, a trait that has all that serde has and
    /// whose absence is told in our words; `None` where there is no need.
    fn as_field(&self, spelled: &dyn Fn(&Type) -> TokenStream) -> Option<TokenStream> {
        if !matches!(self.field.form, Form::Plain) || is_cow_str(self.field.ty) {
            return None;
        }
        let (private, ty) = (self.private, spelled(self.field.ty));
        let span = self.field.ty.span();
        Some(match types::suspect(self.field.ty, self.send_only) {
            Suspect::Nobody => return None,
            Suspect::Type(suspect) if self.send_only => {
                let suspect = spelled(suspect);
                quote_spanned!(span=> <#ty as #private::Written<#suspect>>)
            }
            Suspect::Type(suspect) => {
                let suspect = spelled(suspect);
                quote_spanned!(span=> <#ty as #private::Field<'_, #suspect>>)
            }
            Suspect::Inside if self.send_only => return None,
            Suspect::Inside => quote_spanned!(span=> <#ty as #private::AllFields<'_>>),
        })
    }

    /// The function that makes the value where the other end sends none.
    fn default(&self) -> TokenStream {
        let ty = self.field.ty;
        let function = match &self.field.default {
            None => return quote!(::core::option::Option::None),
            Some(Default::Trait) => {
                quote_spanned!(ty.span()=> <#ty as ::core::default::Default>::default)
            }
            Some(Default::Function(function)) => function.to_token_stream(),
        };
        let function = match self.field.form {
            Form::With {
                deserialize: Some(_),
                ..
            } => {
                let wrapper = &self.wrapper;
                quote!(|| __fields::#wrapper(#function(), ::core::marker::PhantomData))
            }
            _ if is_cow_str(ty) => {
                let private = self.private;
                quote!(|| #private::CowStr(#function()))
            }
            _ => function,
        };
        // All of it where the function is named.
        let span = function.span();
        quote_spanned!(span=> ::core::option::Option::Some(#function))
    }

    /// The type that is read, and what comes after it to get at the field's value.
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
    pub(crate) fn impls(&self) -> TokenStream {
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
        let deserialize = deserialize
            .as_ref()
            .filter(|_| !self.send_only)
            .map(|function| {
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
