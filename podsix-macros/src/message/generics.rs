//! The generic parameters of an enum, in the forms that the generated code needs.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{GenericParam, Generics as SynGenerics, Lifetime, Path, Type, parse_quote};

use crate::lifetimes;

pub(crate) struct Generics<'a> {
    original: &'a SynGenerics,
    /// With the bounds that fields need to be written, and read if they are read.
    bounded: SynGenerics,
    /// The lifetime of the received bytes, under a name the enum does not use.
    pub(crate) de: Lifetime,
}

impl<'a> Generics<'a> {
    pub(crate) fn new(original: &'a SynGenerics, krate: &Path, send_only: bool) -> Self {
        let serde = quote!(#krate::__private::serde);
        let bounds: TokenStream = if send_only {
            quote!(#serde::Serialize)
        } else {
            quote!(#serde::Serialize + #serde::de::DeserializeOwned + 'static)
        };
        let mut bounded = original.clone();
        for param in original.type_params() {
            let ident = &param.ident;
            let clause = bounded.make_where_clause();
            clause.predicates.push(parse_quote!(#ident: #bounds));
        }
        let taken = original
            .lifetimes()
            .any(|param| param.lifetime.ident == "de");
        let de = if taken {
            parse_quote!('__de)
        } else {
            parse_quote!('de)
        };
        Self {
            original,
            bounded,
            de,
        }
    }

    /// Whether an item that can't be generic can't name the enum.
    pub(crate) fn has_types(&self) -> bool {
        let is_lifetime = |param| matches!(param, &GenericParam::Lifetime(_));
        !self.original.params.iter().all(is_lifetime)
    }

    /// `<'a, T>` and the where-clause of an impl block, the former with `extra`
    /// lifetimes in front.
    pub(crate) fn for_impl(&self, extra: &TokenStream) -> (TokenStream, TokenStream) {
        let mut generics = self.bounded.clone();
        if !extra.is_empty() {
            generics.params.insert(0, parse_quote!(#extra));
        }
        let (params, _, clause) = generics.split_for_impl();
        (params.to_token_stream(), clause.to_token_stream())
    }

    /// `<'a, T>` as arguments of the enum.
    pub(crate) fn arguments(&self) -> TokenStream {
        let (_, arguments, _) = self.original.split_for_impl();
        arguments.to_token_stream()
    }

    /// `'de: 'a + 'b`, or just `'de`: the received bytes live as long as what
    /// the enum borrows from them.
    pub(crate) fn de_outlives(&self) -> TokenStream {
        let de = &self.de;
        let lifetimes = self.original.lifetimes().map(|param| &param.lifetime);
        quote!(#de: #(#lifetimes)+*)
    }

    /// `(T, U, [(); N])`: a type that mentions every type and constant.
    pub(crate) fn mentioned(&self) -> TokenStream {
        let mentions = self.original.params.iter().filter_map(|param| match param {
            GenericParam::Lifetime(_) => None,
            GenericParam::Type(param) => Some(param.ident.to_token_stream()),
            GenericParam::Const(param) => {
                let ident = &param.ident;
                Some(quote!([(); #ident]))
            }
        });
        quote!((#(#mentions,)*))
    }

    /// The type with `'static` for each of the enum's lifetimes, for where none
    /// can be named.
    pub(crate) fn with_static(&self, ty: &Type) -> TokenStream {
        if self.original.lifetimes().next().is_none() {
            return ty.to_token_stream();
        }
        let ours = |ident: &Ident| {
            let mut lifetimes = self.original.lifetimes();
            lifetimes.any(|param| param.lifetime.ident == *ident)
        };
        lifetimes::renamed(ty.to_token_stream(), &|ident| {
            ours(ident).then_some("static")
        })
    }
}
