//! `#[derive(Data)]`: serde's two derives, by way of podsix.

mod expand;
mod fields;

use proc_macro2::TokenStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Expr, Lit, LitStr, Meta, Path, Token};

use crate::crate_path;
use crate::errors::Errors;
use crate::{self_type, spelling};

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
    errors
        .finish()
        .unwrap_or_else(|| expand::data(&input, &krate))
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
            "remove it, since podsix brings serde along (`#[data(crate = \"…\")]` says where podsix is)"
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

/// The settings in all attributes of this name.
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
