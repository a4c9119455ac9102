//! What is said of fields whose types may not be serde's.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Field, GenericParam, Generics, Path, Type};

use super::metas;
use crate::errors::Errors;
use crate::spelling::mentions;
use crate::types::{self, Suspect};

/// The fields of a type of which the tokens don't tell that they are serde's.
pub(crate) struct Checks<'a> {
    krate: &'a Path,
    /// Their types, and the traits that have the words for each.
    types: Vec<(&'a Type, TokenStream)>,
}

impl<'a> Checks<'a> {
    pub(crate) fn of(input: &'a DeriveInput, krate: &'a Path) -> Self {
        // A constant can't name them.
        let params = input.generics.params.iter().map(|param| match param {
            GenericParam::Lifetime(param) => param.lifetime.ident.to_string(),
            GenericParam::Type(param) => param.ident.to_string(),
            GenericParam::Const(param) => param.ident.to_string(),
        });
        let params: Vec<String> = params.collect();
        let fields = fields(input).into_iter();
        let fields = fields.filter(|field| !mentions(field.ty.to_token_stream(), &params));
        let types = fields.filter_map(|field| {
            let words = match types::suspect(&field.ty, true) {
                Suspect::Type(suspect) => quote!(#krate::__private::Inner<#suspect>),
                Suspect::Inside => quote!(#krate::__private::AllInner),
                Suspect::Nobody => return None,
            };
            Some((&field.ty, words))
        });
        Self {
            krate,
            types: types.collect(),
        }
    }

    /// Output:
    /// ```text
    /// const __FINE: bool = <Suit as Inner<Suit>>::IS_DATA && ..;
    /// ```
    pub(crate) fn constant(&self) -> Option<TokenStream> {
        let checks = self.types.iter().map(|(ty, words)| {
            // All of it at the type, where the mistake is.
            quote_spanned!(ty.span()=> <#ty as #words>::IS_DATA)
        });
        (!self.types.is_empty())
            .then(|| quote!(const __FINE: ::core::primitive::bool = #(#checks)&&*;))
    }

    /// The bounds with which serde's code compiles whatever the types are:
    /// those, and what stands in the clauses already.
    pub(crate) fn bounds(&self, writing: &Generics, reading: &Generics) -> Option<TokenStream> {
        if self.types.is_empty() {
            return None;
        }
        let krate = self.krate;
        // A bound that names no parameter the compiler would look into at once,
        // if there were no lifetime.
        let sent = self
            .types
            .iter()
            .map(|(ty, _)| quote!(for<'__sent> #ty: #krate::__private::Sent<'__sent>));
        let received = self
            .types
            .iter()
            .map(|(ty, _)| quote!(#ty: #krate::__private::serde::Deserialize<'de>));
        let clause = |generics: &Generics, more: &mut dyn Iterator<Item = TokenStream>| {
            let clause = generics.where_clause.as_ref();
            let given = clause.iter().flat_map(|clause| &clause.predicates);
            let given = given.map(ToTokens::to_token_stream);
            let all: Vec<TokenStream> = given.chain(more).collect();
            quote!(#(#all),*).to_string()
        };
        let sent = clause(writing, &mut { sent });
        let received = clause(reading, &mut { received });
        Some(quote!(#[serde(bound(serialize = #sent, deserialize = #received))]))
    }
}

/// The fields whose types have to be serde's, as no attribute on the way to them
/// says otherwise.
fn fields(input: &DeriveInput) -> Vec<&Field> {
    if !is_plain(&input.attrs) {
        return Vec::new();
    }
    let fields: Vec<&Field> = match &input.data {
        Data::Struct(data) => data.fields.iter().collect(),
        Data::Enum(data) => {
            let variants = data.variants.iter();
            let plain = variants.filter(|variant| is_plain(&variant.attrs));
            plain.flat_map(|variant| &variant.fields).collect()
        }
        Data::Union(_) => Vec::new(),
    };
    let plain = fields.into_iter().filter(|field| is_plain(&field.attrs));
    plain.collect()
}

/// Whether no attribute can mean that a type need not be serde's.
fn is_plain(attrs: &[Attribute]) -> bool {
    let harmless = ["rename", "rename_all", "alias", "default", "borrow"];
    let metas = metas(attrs, "serde", &mut Errors::new());
    metas
        .iter()
        .all(|meta| harmless.iter().any(|name| meta.path().is_ident(name)))
}
