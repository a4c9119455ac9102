//! The rules for the parameters of a method: the context, and after it the
//! fields of a variant, or what there is to know of an event.

use quote::ToTokens;
use syn::{FnArg, Pat, Type};

use super::super::ast::{Handler, Role, Wired};
use crate::errors::Errors;
use crate::spelling;
use crate::types::bare;

/// The context comes first and as `&mut`.
pub(super) fn check_context(wired: &Wired<'_>, handler: &Handler<'_>, errors: &mut Errors) {
    for (index, param) in wired.params.iter().enumerate() {
        let Type::Reference(reference) = bare(param.ty) else {
            if index == 0 && is_context(param.ty, handler) {
                let ty = spelling::of(param.ty);
                errors.at(
                    param.ty,
                    format!("the context comes as `&mut`: write `&mut {ty}`"),
                );
            }
            continue;
        };
        let ty = spelling::of(&reference.elem);
        if reference.mutability.is_some() {
            let what = if handler.is_loose() {
                "the message"
            } else {
                "a field of the message"
            };
            errors.at(
                param.ty,
                if wired.context.is_some() {
                    format!(
                        "a handler has one context, its first parameter; {what} comes by value or \
                         borrowed: write `{ty}` or `&{ty}`"
                    )
                } else if is_context(&reference.elem, handler) {
                    format!("the context comes first: write `&mut {ty}` right after `&mut self`")
                } else {
                    format!(
                        "the context comes first: write `&mut {ty}` right after `&mut self`, or \
                         for {what} `{ty}` or `&{ty}`"
                    )
                },
            );
        } else if is_context(&reference.elem, handler) {
            errors.at(
                param.ty,
                format!("the context comes as `&mut`: write `&mut {ty}`"),
            );
        }
    }
}

/// Whether a type that is no `&mut` was probably meant as the context.
fn is_context(ty: &Type, handler: &Handler<'_>) -> bool {
    let known = handler.context();
    let same =
        |known: &Type| known.to_token_stream().to_string() == ty.to_token_stream().to_string();
    let named = match bare(ty) {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    };
    known.is_some_and(same) || named.is_some_and(|name| name == "Channel" || name == "Connection")
}

/// Every other parameter of a handler is a field of its message, by name.
pub(super) fn check_fields(wired: &Wired<'_>, errors: &mut Errors) {
    for param in &wired.params {
        if param.field.is_none() {
            let ty = spelling::of(param.ty);
            errors.at(
                param.pattern,
                match param.pattern {
                    Pat::Wild(_) => format!(
                        "a parameter has the name of the field that it takes: write `_field: \
                         {ty}` for one that is not used, or leave it out"
                    ),
                    _ => format!(
                        "a parameter has the name of the field that it takes: write `field: {ty}` \
                         and take it apart in the method"
                    ),
                },
            );
        }
        if let Type::ImplTrait(ty) = bare(param.ty) {
            errors.at(
                ty,
                "a handler can't be generic: write the field's type instead of `impl …`",
            );
        }
    }
    check_unconditional(wired, errors);
}

/// What a handler is called with is known here, before `cfg` is.
pub(super) fn check_unconditional(wired: &Wired<'_>, errors: &mut Errors) {
    for input in &wired.method.sig.inputs {
        let FnArg::Typed(param) = input else { continue };
        for attr in param
            .attrs
            .iter()
            .filter(|attr| attr.path().is_ident("cfg"))
        {
            errors.at(
                attr,
                "a parameter of a handler can't come and go: put `#[cfg]` on two methods",
            );
        }
    }
}

/// Lifecycle methods take what there is to know, or nothing; the observer takes
/// the event.
pub(super) fn check_lifecycle(wired: &Wired<'_>, handler: &Handler<'_>, errors: &mut Errors) {
    let ident = &wired.method.sig.ident;
    let (takes, variant) = match wired.role {
        Role::Connected => ("nothing but the context", "Connected"),
        Role::Disconnected => (
            "`reason: &Reason`, or nothing, after the context",
            "Disconnected",
        ),
        Role::Error => ("`error: &Error`, or nothing, after the context", "Error"),
        Role::Observer if wired.params.is_empty() => {
            let problem =
                format!("`{ident}` sees every event: write `fn {ident}(&mut self, event: &Event)`");
            return errors.at(ident, problem);
        }
        Role::Observer => ("`event: &Event` after the context, and nothing else", ""),
        Role::Variant { .. } | Role::Action { .. } => return,
    };
    let remedy = match variant {
        "" => format!("`{ident}` takes {takes}"),
        variant => {
            let action = match handler.is_loose() {
                true => format!("\"{}\"", variant.to_lowercase()),
                false => variant.to_owned(),
            };
            format!(
                "`{ident}` takes {takes}; a method for the message of that name has \
                 `#[action({action})]`"
            )
        }
    };
    let has_argument = !matches!(wired.role, Role::Connected);
    for (index, param) in wired.params.iter().enumerate() {
        // What `check_context` has reported.
        if matches!(bare(param.ty), Type::Reference(ty) if ty.mutability.is_some()) {
            continue;
        }
        match (has_argument, index) {
            (true, 0) if param.borrowed => {}
            (true, 0) => errors.at(param.ty, &remedy),
            _ => errors.at(param.pattern, &remedy),
        }
    }
}
