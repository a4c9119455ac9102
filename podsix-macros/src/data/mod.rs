//! `#[derive(Data)]`: serde's two derives, by way of podsix.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Attribute, Data, DeriveInput, Expr, Field, Fields, GenericParam, Lit, LitStr, Meta, Path,
    Token, Visibility, parse_quote,
};

use crate::case::plain;
use crate::crate_path;
use crate::errors::Errors;
use crate::self_type;
use crate::spelling::{self, mentions};
use crate::types::{self, Suspect};

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let mut input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    self_type::name_it(&mut input);
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
///     // So that the first error is ours.
///     const fn __fields() {
///         let _ = <Suit as Written<Suit>>::write_inner;
///     }
///
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
        if needs_default(&input.data, ident) {
            let default = parse_quote!(#ident: ::core::default::Default);
            reading.make_where_clause().predicates.push(default);
        }
    }
    let lifetimes = input.generics.lifetimes().map(|param| &param.lifetime);
    let de: GenericParam = parse_quote!('__de: #(#lifetimes)+*);
    let (_, _, write_clause) = writing.split_for_impl();
    let mut with_de = reading.clone();
    with_de.params.insert(0, de);
    let (de_params, _, read_clause) = with_de.split_for_impl();
    let turbofish = arguments.as_turbofish();
    let checks = checks(input, krate);
    let checks = (!checks.is_empty()).then(|| {
        quote! {
            #[allow(dead_code)]
            const fn __fields #params () #write_clause {
                #checks
            }
        }
    });
    quote! {
        const _: () = {
            #checks
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

/// Whether a field of a type with this parameter is filled with its default
/// where it is missing: then serde wants the parameter to have one.
fn needs_default(data: &Data, param: &Ident) -> bool {
    let fields: Vec<&Field> = match data {
        Data::Struct(data) => data.fields.iter().collect(),
        Data::Enum(data) => data
            .variants
            .iter()
            .flat_map(|variant| &variant.fields)
            .collect(),
        Data::Union(_) => Vec::new(),
    };
    fields.into_iter().any(|field| {
        let settings = metas(&field.attrs, "serde", &mut Errors::new());
        let defaults = settings.iter().any(|setting| match setting {
            Meta::Path(key) => ["default", "skip", "skip_deserializing"]
                .iter()
                .any(|name| key.is_ident(name)),
            _ => false,
        });
        let name = param.to_string();
        defaults && mentions(field.ty.to_token_stream(), &[name])
    })
}

/// For each field whose type may not be serde's: a statement that tells so
/// before serde does.
fn checks(input: &DeriveInput, krate: &Path) -> TokenStream {
    // Attributes on the way to a field can mean that it needs nothing of serde's.
    let harmless = |attrs: &[Attribute]| {
        metas(attrs, "serde", &mut Errors::new())
            .iter()
            .all(|meta| {
                let harmless = ["rename", "rename_all", "alias", "default", "borrow"];
                harmless.iter().any(|name| meta.path().is_ident(name))
            })
    };
    if !harmless(&input.attrs) {
        return TokenStream::new();
    }
    let fields: Vec<&Field> = match &input.data {
        Data::Struct(data) => data.fields.iter().collect(),
        Data::Enum(data) => {
            let variants = data
                .variants
                .iter()
                .filter(|variant| harmless(&variant.attrs));
            variants.flat_map(|variant| &variant.fields).collect()
        }
        Data::Union(_) => Vec::new(),
    };
    let check = |field: &Field| {
        let ty = &field.ty;
        let Suspect::Type(suspect) = types::suspect(ty, true) else {
            return None;
        };
        if !harmless(&field.attrs) {
            return None;
        }
        let written = quote_spanned!(ty.span()=> <#ty as #krate::__private::Written<#suspect>>);
        Some(quote!(let _ = #written::write_inner;))
    };
    fields.into_iter().filter_map(check).collect()
}

/// The type under another name, with serde's derives and nothing but the
/// attributes for them.
fn copy_of(input: &DeriveInput, copy: &Ident, serde: &TokenStream) -> TokenStream {
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
    input.vis = Visibility::Inherited;
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
        field.vis = Visibility::Inherited;
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
