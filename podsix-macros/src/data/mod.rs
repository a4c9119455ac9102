//! `#[derive(Data)]`: serde's two derives, by way of podsix.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Data, DeriveInput, Expr, Fields, GenericParam, Lit, LitStr, Meta, Path, Token,
    parse_quote,
};

use crate::case::plain;
use crate::crate_path;
use crate::errors::Errors;
use crate::spelling;

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::new();
    if let Data::Union(data) = &input.data {
        errors.at(
            data.union_token,
            "a union can't be sent, because nothing tells which of its fields is set: write an \
             `enum`",
        );
    }
    let krate = crate_path(&input.attrs, &mut errors);
    check_serde(&input.attrs, &mut errors);
    // serde's own implementations where ours can't be made: one error is enough.
    errors.finish().unwrap_or_else(|| expand(&input, &krate))
}

/// Reads `#[data(crate = "…")]`.
fn crate_path(attrs: &[Attribute], errors: &mut Errors) -> Path {
    let mut found = None;
    for meta in metas(attrs, "data", errors) {
        match text(&meta) {
            Some(text) if meta.path().is_ident("crate") && found.is_none() => {
                found = errors.ok(crate_path::from_text(&text));
            }
            _ => errors.at(
                meta,
                "this is no setting of `Data`, which takes `crate = \"…\"`, once; how the type is \
                 written is told by `#[serde(…)]`",
            ),
        }
    }
    found.unwrap_or_else(crate_path::default)
}

/// Refuses what the generated code says itself, or can't carry along.
fn check_serde(attrs: &[Attribute], errors: &mut Errors) {
    for meta in metas(attrs, "serde", errors) {
        let remedy = if meta.path().is_ident("crate") {
            "remove it: podsix brings serde along (`#[data(crate = \"…\")]` says where podsix is)"
        } else if meta.path().is_ident("remote") || meta.path().is_ident("bound") {
            "derive serde's `Serialize` and `Deserialize` for this type instead of `Data`"
        } else {
            continue;
        };
        let key = spelling::of(meta.path());
        errors.at(
            meta.path(),
            format!("`Data` can't honour `#[serde({key})]`: {remedy}"),
        );
    }
}

/// serde's derives can't be added to a type from outside, so they go on a
/// hidden copy, as serde offers for types of other crates.
///
/// Input:
/// ```text
/// struct Card { suit: Suit, #[serde(default)] rank: u8 }
/// ```
///
/// Output:
/// ```text
/// const _: () = {
///     #[derive(Serialize, Deserialize)]
///     #[serde(crate = "::podsix::__private::serde", remote = "Card", rename = "Card")]
///     struct __Card { suit: Suit, #[serde(default)] rank: u8 }
///
///     impl Serialize for Card { /* by __Card::serialize */ }
///     impl<'de> Deserialize<'de> for Card { /* by __Card::deserialize */ }
/// };
/// ```
fn expand(input: &DeriveInput, krate: &Path) -> TokenStream {
    let serde = quote!(#krate::__private::serde);
    let ident = &input.ident;
    let (params, arguments, _) = input.generics.split_for_impl();
    let copy = format_ident!("__{}", plain(ident), span = Span::call_site());
    let definition = copy_of(input, &copy, &serde);

    let mut writing = input.generics.clone();
    let mut reading = input.generics.clone();
    for param in input.generics.type_params() {
        let ident = &param.ident;
        let write = parse_quote!(#ident: #serde::Serialize);
        writing.make_where_clause().predicates.push(write);
        let read = parse_quote!(#ident: #serde::Deserialize<'__de>);
        reading.make_where_clause().predicates.push(read);
    }
    let lifetimes = input.generics.lifetimes().map(|param| &param.lifetime);
    let de: GenericParam = parse_quote!('__de: #(#lifetimes)+*);
    let (_, _, write_clause) = writing.split_for_impl();
    let mut with_de = reading.clone();
    with_de.params.insert(0, de);
    let (de_params, _, read_clause) = with_de.split_for_impl();
    let turbofish = arguments.as_turbofish();
    quote! {
        const _: () = {
            #definition
            #[automatically_derived]
            impl #params #serde::Serialize for #ident #arguments #write_clause {
                fn serialize<__S: #serde::Serializer>(
                    &self,
                    serializer: __S,
                ) -> ::core::result::Result<__S::Ok, __S::Error> {
                    #copy #turbofish::serialize(self, serializer)
                }
            }
            #[automatically_derived]
            impl #de_params #serde::Deserialize<'__de> for #ident #arguments #read_clause {
                fn deserialize<__D: #serde::Deserializer<'__de>>(
                    deserializer: __D,
                ) -> ::core::result::Result<Self, __D::Error> {
                    #copy #turbofish::deserialize(deserializer)
                }
            }
        };
    }
}

/// The type under another name, with serde's derives and nothing but the
/// attributes for them.
fn copy_of(input: &DeriveInput, copy: &syn::Ident, serde: &TokenStream) -> TokenStream {
    let mut input = input.clone();
    // The original by its path, without arguments: serde adds them.
    let remote = input.ident.to_string();
    let path = spelling::of(serde);
    // The name that errors and some formats show.
    let name = plain(&input.ident);
    let renamed = metas(&input.attrs, "serde", &mut Errors::new())
        .iter()
        .any(|meta| meta.path().is_ident("rename"));
    let rename = (!renamed).then(|| quote!(, rename = #name));
    keep_serde(&mut input.attrs);
    match &mut input.data {
        Data::Struct(data) => keep_serde_of_fields(&mut data.fields),
        Data::Enum(data) => {
            for variant in &mut data.variants {
                keep_serde(&mut variant.attrs);
                keep_serde_of_fields(&mut variant.fields);
                variant.discriminant = None;
            }
        }
        Data::Union(_) => {}
    }
    input.ident = copy.clone();
    let definition = input.to_token_stream();
    quote! {
        #[derive(#serde::Serialize, #serde::Deserialize)]
        #[serde(crate = #path, remote = #remote #rename)]
        #[allow(dead_code)]
        #definition
    }
}

fn keep_serde(attrs: &mut Vec<Attribute>) {
    attrs.retain(|attr| attr.path().is_ident("serde"));
}

fn keep_serde_of_fields(fields: &mut Fields) {
    for field in fields {
        keep_serde(&mut field.attrs);
    }
}

fn metas(attrs: &[Attribute], name: &str, errors: &mut Errors) -> Vec<Meta> {
    let mut metas = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
        let list = attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
        metas.extend(errors.ok(list).into_iter().flatten());
    }
    metas
}

fn text(meta: &Meta) -> Option<LitStr> {
    if let Meta::NameValue(pair) = meta
        && let Expr::Lit(value) = &pair.value
        && let Lit::Str(text) = &value.lit
    {
        return Some(text.clone());
    }
    None
}
