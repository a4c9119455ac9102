//! Reads `#[message(…)]`, and `#[serde(…)]` where it is no field's.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Lit, LitStr, Meta, Path, Token};

use crate::case::Case;
use crate::crate_path;
use crate::errors::Errors;

/// What `#[message(…)]` can say of an enum, a struct or a variant.
#[derive(Default)]
pub(crate) struct MessageAttrs {
    pub(crate) krate: Option<Path>,
    pub(crate) rename_all: Option<Case>,
    pub(crate) send_only: bool,
    pub(crate) action: Option<LitStr>,
}

/// Where an attribute stands.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Place {
    Enum,
    Struct,
    Variant,
}

impl Place {
    fn allows(self, key: &str) -> bool {
        match key {
            "crate" | "send_only" => self != Self::Variant,
            "rename_all" => self == Self::Enum,
            "action" => self != Self::Enum,
            _ => false,
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Self::Enum => {
                "an enum takes `rename_all = \"…\"`, `send_only` and `crate = \"…\"`; \
                 `action = \"…\"` goes on a variant"
            }
            Self::Struct => "a struct takes `action = \"…\"`, `send_only` and `crate = \"…\"`",
            Self::Variant => "a variant takes `action = \"…\"`; everything else goes on the enum",
        }
    }
}

pub(crate) fn message(attrs: &[Attribute], place: Place, errors: &mut Errors) -> MessageAttrs {
    let mut found = MessageAttrs::default();
    for meta in metas(attrs, "message", errors) {
        let path = meta.path();
        let key = key(&meta);
        if !place.allows(&key) {
            errors.at(
                path,
                format!("`{key}` is no setting of a message here: {}", place.hint()),
            );
            continue;
        }
        let twice = match key.as_str() {
            "crate" => found.krate.is_some(),
            "rename_all" => found.rename_all.is_some(),
            "action" => found.action.is_some(),
            _ => found.send_only,
        };
        if twice {
            errors.at(path, format!("`{key}` is set twice: remove one"));
            continue;
        }
        match key.as_str() {
            "crate" => {
                let text = text(&meta, errors);
                found.krate = text.and_then(|text| errors.ok(crate_path::from_text(&text)));
            }
            "rename_all" => {
                let text = text(&meta, errors);
                found.rename_all = text.and_then(|text| {
                    let case = Case::from_spelling(&text.value());
                    if case.is_none() {
                        errors.at(
                            &text,
                            format!(
                                "`{}` is no spelling podsix knows: write one of {}",
                                text.value(),
                                Case::spellings()
                            ),
                        );
                    }
                    case
                });
            }
            "action" => found.action = text(&meta, errors),
            _ => match &meta {
                Meta::Path(_) => found.send_only = true,
                _ => errors.at(&meta, "`send_only` takes no value: write `send_only` alone"),
            },
        }
    }
    found
}

/// Refuses `#[message(…)]` on a field.
pub(crate) fn refuse_on_field(attrs: &[Attribute], errors: &mut Errors) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("message")) {
        errors.at(
            attr.path(),
            "`#[message]` goes on the enum or a variant; to rename a field write \
             `#[serde(rename = \"…\")]`",
        );
    }
}

/// Refuses what `#[serde(…)]` would change of an enum, a struct or a variant:
/// a message has one form on the wire, which serde's derive is not asked for.
pub(crate) fn check_serde(attrs: &[Attribute], place: Place, errors: &mut Errors) {
    for meta in metas(attrs, "serde", errors) {
        let key = key(&meta);
        let (why, remedy) = match (key.as_str(), place) {
            // These are between serde's own derive and itself.
            ("crate" | "bound" | "expecting" | "deny_unknown_fields", _) => continue,
            ("rename_all", Place::Enum) => ("", "write `#[message(rename_all = \"…\")]`"),
            ("rename", Place::Variant | Place::Struct) => {
                ("", "write `#[message(action = \"…\")]`")
            }
            ("rename", Place::Enum) => (", as an enum's name is not sent", "remove it"),
            ("rename_all" | "rename_all_fields", _) => {
                ("", "write `#[serde(rename = \"…\")]` on each field")
            }
            ("alias", _) => (", as an action has one name", "remove it"),
            ("default", _) => (
                "",
                "write `#[serde(default)]` on each field that may be missing",
            ),
            ("tag" | "content" | "untagged", _) => (
                ", as an action's name always crosses beside its fields",
                "remove it, or put the other form into an enum of its own inside a field",
            ),
            _ => (
                "",
                "remove it, or put the value into a type of its own inside a field",
            ),
        };
        errors.at(
            meta.path(),
            format!("a message can't honour `#[serde({key})]` here{why}: {remedy}"),
        );
    }
}

/// The settings in all attributes of this name.
pub(crate) fn metas(attrs: &[Attribute], name: &str, errors: &mut Errors) -> Vec<Meta> {
    let mut metas = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
        let list = attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
        metas.extend(errors.ok(list).into_iter().flatten());
    }
    metas
}

pub(crate) fn key(meta: &Meta) -> String {
    meta.path().to_token_stream().to_string().replace(' ', "")
}

/// The text of `key = "text"`.
pub(crate) fn text(meta: &Meta, errors: &mut Errors) -> Option<LitStr> {
    if let Meta::NameValue(pair) = meta
        && let Expr::Lit(value) = &pair.value
        && let Lit::Str(text) = &value.lit
    {
        return Some(text.clone());
    }
    let guilty: TokenStream = match meta {
        Meta::NameValue(pair) => pair.value.to_token_stream(),
        _ => meta.to_token_stream(),
    };
    let key = key(meta);
    errors.at(
        guilty,
        format!("`{key}` takes a text: write `{key} = \"…\"`"),
    );
    None
}
