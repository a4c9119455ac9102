//! Reads the `#[serde(…)]` attributes of a field: each is honoured or refused.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Field as SynField, Meta, Path, parse_quote};

use super::ast::{Default, Field, Form};
use super::attr::{self, key, metas, text};
use crate::case::plain;
use crate::errors::Errors;

/// The field called `ident`, which is `data` where `newtype` holds.
pub(crate) fn field<'a>(
    field: &'a SynField,
    ident: Ident,
    newtype: bool,
    errors: &mut Errors,
) -> Field<'a> {
    attr::refuse_on_field(&field.attrs, errors);
    let mut found = Field {
        ty: &field.ty,
        name: plain(&ident),
        name_tokens: ident.to_token_stream(),
        ident,
        form: Form::Plain,
        default: None,
        aliases: Vec::new(),
    };
    let mut serialize = None;
    let mut deserialize = None;
    let mut skip = false;
    for meta in metas(&field.attrs, "serde", errors) {
        let key = key(&meta);
        if newtype && matches!(key.as_str(), "rename" | "alias" | "default" | "skip") {
            errors.at(
                meta.path(),
                format!(
                    "the value inside a newtype variant is the whole message and has no name: \
                     remove `{key}`, or name the field: `{{ name: Type }}`"
                ),
            );
            continue;
        }
        match (key.as_str(), &meta) {
            ("rename", _) => {
                if let Some(name) = text(&meta, errors) {
                    found.name = name.value();
                    found.name_tokens = name.to_token_stream();
                }
            }
            ("alias", _) => found.aliases.extend(text(&meta, errors)),
            ("skip", Meta::Path(_)) => skip = true,
            ("default", Meta::Path(_)) => found.default = Some(Default::Trait),
            ("default", _) => found.default = function(&meta, errors).map(Default::Function),
            ("with", _) => {
                if let Some(module) = function(&meta, errors) {
                    serialize = Some(parse_quote!(#module::serialize));
                    deserialize = Some(parse_quote!(#module::deserialize));
                }
            }
            ("serialize_with", _) => serialize = function(&meta, errors),
            ("deserialize_with", _) => deserialize = function(&meta, errors),
            // What a message can borrow it always borrows.
            ("borrow", _) => {}
            (unknown, _) => errors.at(
                meta.path(),
                format!(
                    "a message's field can't honour `#[serde({unknown})]`{}",
                    remedy(unknown)
                ),
            ),
        }
    }
    if skip {
        found.form = Form::Skip;
    } else if serialize.is_some() || deserialize.is_some() {
        found.form = Form::With {
            serialize,
            deserialize,
        };
    }
    found
}

fn function(meta: &Meta, errors: &mut Errors) -> Option<Path> {
    let text = text(meta, errors)?;
    let path = text.parse::<Path>().map_err(|_| {
        syn::Error::new(
            text.span(),
            format!(
                "this is not a path: write for example `{} = \"module::function\"`",
                key(meta)
            ),
        )
    });
    errors.ok(path)
}

/// Why a setting can't be honoured, if that needs to be said, and what to do.
fn remedy(key: &str) -> &'static str {
    match key {
        "flatten" => ": list the fields here, or keep them together as one field without it",
        "skip_serializing_if" => {
            ", as every field is always sent, `None` as well: remove it, and make the field an \
             `Option` where it may be missing"
        }
        "skip_serializing" | "skip_deserializing" => {
            ", as both ends have to agree on the fields: write `#[serde(skip)]`"
        }
        "getter" => ", which is for serde's remote types: remove it",
        "bound" => ", as a message's bounds are those of its type parameters: remove it",
        "tag" | "content" | "untagged" => ": write it on the field's own type",
        _ => {
            ": write one of `rename`, `alias`, `default`, `skip`, `with`, `serialize_with`, \
             `deserialize_with` and `borrow`"
        }
    }
}
