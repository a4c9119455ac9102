//! The rules for a method apart from its parameters.

use syn::{FnArg, ReceiverKind, Safety, Type};

use super::super::ast::Wired;
use super::super::block::Method;
use crate::errors::Errors;
use crate::spelling;
use crate::types::bare;

/// A handler is an ordinary method.
pub(super) fn check_qualifiers(method: &Method, errors: &mut Errors) {
    let sig = &method.sig;
    if let Some(token) = &sig.asyncness {
        errors.at(
            token,
            "a handler can't be `async`, since it runs within the game loop: remove `async`, and \
             give long work to a thread or task that answers later",
        );
    }
    if let Some(token) = &sig.constness {
        errors.at(token, "a handler can't be `const`: remove `const`");
    }
    if let Safety::Unsafe(token) = &sig.safety {
        errors.at(
            token,
            "a handler can't be `unsafe`, since anybody on the network can have it called: remove \
             `unsafe`",
        );
    }
    if let Some(abi) = &sig.abi {
        errors.at(abi, "a handler is an ordinary Rust method: remove `extern`");
    }
    for param in &sig.generics.params {
        let what = match param {
            syn::GenericParam::Lifetime(_) => continue,
            syn::GenericParam::Type(param) => &param.ident,
            syn::GenericParam::Const(param) => &param.ident,
        };
        errors.at(
            what,
            format!(
                "a handler can't be generic, because nothing tells podsix what `{what}` is: write \
                 the type, or make the `impl` block generic"
            ),
        );
    }
}

/// A handler takes `&mut self`.
pub(super) fn check_receiver(method: &Method, errors: &mut Errors) {
    let ident = &method.sig.ident;
    let Some(FnArg::Receiver(receiver)) = method.sig.inputs.first() else {
        errors.at(
            ident,
            format!(
                "a handler takes `&mut self`: write `fn {ident}(&mut self, ..)`, or give the \
                 function a name that does not begin with `network`"
            ),
        );
        return;
    };
    let written = match &receiver.kind {
        ReceiverKind::Reference(_, _, Some(_)) => return,
        ReceiverKind::Typed(_, ty) if is_mut_self(ty) => return,
        ReceiverKind::Reference(..) => "&self".to_owned(),
        ReceiverKind::Typed(_, ty) => format!("self: {}", spelling::of(ty)),
        _ => "self".to_owned(),
    };
    errors.at(
        receiver,
        format!(
            "a handler takes `&mut self`, not `{written}`: write `&mut self`, or give the method \
             a name that does not begin with `network`"
        ),
    );
}

/// Whether this is the type of `self: &mut Self`.
fn is_mut_self(ty: &Type) -> bool {
    matches!(bare(ty), Type::Reference(ty) if ty.mutability.is_some()
        && matches!(bare(&ty.elem), Type::Path(path) if path.path.is_ident("Self")))
}

/// A handler returns nothing, or whether it failed.
pub(super) fn check_output(wired: &Wired<'_>, errors: &mut Errors) {
    if let Some(Type::ImplTrait(ty)) = wired.output.map(bare) {
        errors.at(
            ty,
            "a handler returns nothing or `Result<(), E>`: write the error type instead of `impl \
             …`",
        );
    }
}
