//! The generic parameters of an enum, in the forms that the generated code needs.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    GenericParam, Generics as SynGenerics, Lifetime, Path, Type, TypeParamBound, WherePredicate,
    parse_quote,
};

use crate::{lifetimes, spelling};

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
        let bounds: TokenStream = match (send_only, original.lifetimes().next()) {
            (false, _) => quote!(#serde::Serialize + #serde::de::DeserializeOwned + 'static),
            // The family has `'static` for the lifetimes, which the types may
            // have to outlive.
            (true, Some(_)) => quote!(#serde::Serialize + 'static),
            (true, None) => quote!(#serde::Serialize),
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

    /// `<'static, T>` as arguments of the enum.
    ///
    /// Where a bound like `T: Borrows<'a>` stands in the way, the lifetimes stay:
    /// the compiler can't tell two such bounds on one type apart.
    pub(crate) fn family(&self) -> TokenStream {
        if self.has_bounds_with_lifetimes() {
            return self.arguments();
        }
        lifetimes::renamed(self.arguments(), &|_| Some("static"))
    }

    /// Whether a trait that a type has to implement depends on a lifetime.
    fn has_bounds_with_lifetimes(&self) -> bool {
        let lifetimes = self.original.lifetimes();
        let lifetimes = lifetimes.map(|param| param.lifetime.ident.to_string());
        let lifetimes: Vec<_> = lifetimes.collect();
        let depends = |bound: &TypeParamBound| {
            !matches!(bound, TypeParamBound::Lifetime(_))
                && spelling::mentions(bound.to_token_stream(), &lifetimes)
        };
        let clause = self.original.where_clause.iter();
        let mut predicates = clause.flat_map(|clause| &clause.predicates);
        let mut types = self.original.type_params();
        types.any(|param| param.bounds.iter().any(depends))
            || predicates.any(|predicate| match predicate {
                WherePredicate::Type(of) => of.bounds.iter().any(depends),
                _ => false,
            })
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
