//! From syn's tree to ours.

use proc_macro2::{Ident, Span};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Fields};

use super::ast::{Action, Body, Message};
use super::attr::{self, MessageAttrs, Place};
use super::field::field;
use crate::case::{Case, plain};
use crate::crate_path;
use crate::errors::Errors;

pub(crate) fn message<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Message<'a> {
    let place = match &input.data {
        Data::Struct(_) | Data::Union(_) => Place::Struct,
        Data::Enum(_) => Place::Enum,
    };
    let attrs = attr::message(&input.attrs, place, errors);
    attr::check_serde(&input.attrs, place, errors);
    let case = attrs.rename_all.unwrap_or(Case::Snake);
    let actions = match &input.data {
        Data::Struct(data) => Vec::from_iter(action(
            &input.ident,
            &data.fields,
            place,
            &attrs,
            case,
            errors,
        )),
        Data::Enum(data) => {
            if data.variants.is_empty() {
                errors.at(
                    &input.ident,
                    "an enum without variants has no actions: add a variant for each message, \
                     as `Chat { text: String }`",
                );
            }
            let variant = |variant: &'a syn::Variant| {
                let attrs = variant_attrs(&variant.attrs, errors);
                let (ident, fields) = (&variant.ident, &variant.fields);
                action(ident, fields, Place::Variant, &attrs, case, errors)
            };
            data.variants.iter().filter_map(variant).collect()
        }
        Data::Union(data) => {
            errors.at(
                data.union_token,
                "a union can't be a message, because nothing tells which of its fields is set: \
                 write an `enum`",
            );
            Vec::new()
        }
    };
    Message {
        krate: attrs.krate.unwrap_or_else(crate_path::default),
        vis: &input.vis,
        ident: &input.ident,
        generics: &input.generics,
        send_only: attrs.send_only,
        actions,
    }
}

fn variant_attrs(attrs: &[Attribute], errors: &mut Errors) -> MessageAttrs {
    attr::check_serde(attrs, Place::Variant, errors);
    attr::message(attrs, Place::Variant, errors)
}

fn action<'a>(
    ident: &'a Ident,
    fields: &'a Fields,
    place: Place,
    attrs: &MessageAttrs,
    case: Case,
    errors: &mut Errors,
) -> Option<Action<'a>> {
    let variant = plain(ident);
    let (name, name_tokens) = match &attrs.action {
        Some(name) => (name.value(), name.to_token_stream()),
        None => (case.apply(&variant), ident.to_token_stream()),
    };
    let path = match place {
        Place::Variant => quote!(Self::#ident),
        Place::Enum | Place::Struct => quote!(Self),
    };
    Some(Action {
        ident,
        path,
        name,
        name_tokens,
        method: Case::Snake.apply(&variant),
        body: body(ident, fields, errors)?,
    })
}

fn body<'a>(ident: &Ident, fields: &'a Fields, errors: &mut Errors) -> Option<Body<'a>> {
    match fields {
        Fields::Unit => Some(Body::Unit),
        Fields::Named(fields) => {
            let named = fields.named.iter().filter_map(|named| {
                let ident = named.ident.clone()?;
                Some(field(named, ident, false, errors))
            });
            Some(Body::Named(named.collect()))
        }
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            let inner = fields.unnamed.first()?;
            // At the type, so that nothing points at the whole derive.
            let data = Ident::new("data", Span::call_site().located_at(inner.ty.span()));
            Some(Body::Newtype(Box::new(field(inner, data, true, errors))))
        }
        Fields::Unnamed(fields) => {
            let types = fields
                .unnamed
                .iter()
                .map(|field| field.ty.to_token_stream());
            let names = types.zip(b'a'..=b'z');
            let names = names.map(|(ty, name)| format!("{}: {ty}", char::from(name)));
            let remedy = match names.collect::<Vec<_>>().join(", ") {
                none if none.is_empty() => format!("write `{ident}` without parentheses"),
                names => format!("name them, as `{ident} {{ {names} }}`"),
            };
            errors.at(
                fields,
                format!("a message's fields need names, by which handlers ask for them: {remedy}"),
            );
            None
        }
    }
}
