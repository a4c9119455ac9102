//! The rules for the parameter of a method without an enum: the whole message
//! as one value.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Lifetime, Type};

use super::super::ast::Wired;
use super::super::block::Method;
use super::params::check_unconditional;
use crate::errors::Errors;
use crate::spelling;
use crate::types::bare;

/// Without an enum the one parameter is the whole message. Its name is the
/// user's affair.
pub(super) fn check_payload(wired: &Wired<'_>, errors: &mut Errors) {
    // What `check_context` has reported is none.
    let is_mut = |ty: &Type| matches!(bare(ty), Type::Reference(ty) if ty.mutability.is_some());
    let mut payloads = wired.params.iter().filter(|param| !is_mut(param.ty));
    if let Some(payload) = payloads.next() {
        check_payload_type(payload.ty, wired.method, errors);
    }
    if let Some(second) = payloads.next() {
        errors.at(
            second.pattern,
            "without an enum, a handler takes the whole message as one parameter: write a struct \
             of its fields with `#[derive(podsix::Data)]`, or name the enum, as in \
             `#[network_handler(ToServer)]`, to take fields by name",
        );
    }
    check_unconditional(wired, errors);
}

/// A payload is made for the call, and lent where the method asks for `&T`.
fn check_payload_type(ty: &Type, method: &Method, errors: &mut Errors) {
    let owned = match bare(ty) {
        Type::Reference(reference) => {
            if let Some(lifetime) = &reference.lifetime
                && lifetime.ident != "_"
                && !is_lifetime_of(method, lifetime)
            {
                let owned = spelling::of(&reference.elem);
                errors.at(
                    lifetime,
                    format!("a payload lives no longer than the call: write `&{owned}`"),
                );
            }
            bare(&reference.elem)
        }
        ty => ty,
    };
    match owned {
        Type::ImplTrait(ty) => errors.at(
            ty,
            "a handler can't be generic: write the payload's type instead of `impl …`",
        ),
        Type::TraitObject(ty) => errors.at(
            ty,
            "nothing tells podsix what type to make: write the payload's type instead of `dyn …`",
        ),
        ty => {
            if let Some(reference) = first_reference(ty.to_token_stream()) {
                errors.at(
                    reference,
                    "a payload can't borrow, apart from `&T` as a whole: write the type that owns \
                     its data, such as `String` for `&str`, or name an enum that borrows, as in \
                     `#[network_handler(ToServer)]`",
                );
            }
        }
    }
}

/// The first `&` in the tokens of a type.
fn first_reference(tokens: TokenStream) -> Option<TokenTree> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Punct(punct) if punct.as_char() == '&' => Some(punct.into()),
        TokenTree::Group(group) => first_reference(group.stream()),
        _ => None,
    })
}

fn is_lifetime_of(method: &Method, lifetime: &Lifetime) -> bool {
    let mut lifetimes = method.sig.generics.lifetimes();
    lifetimes.any(|param| param.lifetime == *lifetime)
}
