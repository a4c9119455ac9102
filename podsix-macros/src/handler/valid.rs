//! The rules for handlers: first those for a block, then those for a method.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{FnArg, Lifetime, Pat, ReceiverKind, Safety, Type};

use super::ast::{Handler, Role, Wired};
use super::block::{Block, Method};
use super::near_miss;
use crate::errors::Errors;
use crate::types::bare;
use crate::{names, spelling};

pub(crate) fn check(handler: &Handler<'_>, block: &Block, errors: &mut Errors) {
    check_inherent(block, errors);
    check_any_handler(handler, block, errors);
    check_near_misses(block, errors);
    check_one_context(handler, errors);
    check_duplicates(handler, errors);
    for wired in &handler.wired {
        check_qualifiers(wired.method, errors);
        check_receiver(wired.method, errors);
        check_context(wired, handler, errors);
        match &wired.role {
            Role::Variant { .. } => check_fields(wired, errors),
            Role::Action { action, tokens } => {
                names::check_action(action, tokens, "#[action(\"…\")]", errors);
                check_payload(wired, errors);
            }
            _ => check_lifecycle(wired, handler, errors),
        }
        check_output(wired, errors);
    }
}

/// Handlers are a type's own methods.
fn check_inherent(block: &Block, errors: &mut Errors) {
    if let Some((path, _)) = &block.head.trait_ {
        let ty = spelling::of(&block.head.self_ty);
        errors.at(
            path,
            format!(
                "handlers are methods of the type itself, not of a trait: write `impl {ty} {{ … \
                 }}`"
            ),
        );
    }
    if let Some(token) = &block.head.unsafety {
        errors.at(token, "nothing here is unsafe: remove `unsafe`");
    }
}

/// A block has at least one handler.
fn check_any_handler(handler: &Handler<'_>, block: &Block, errors: &mut Errors) {
    if block.methods().any(Method::may_be_wired) {
        return;
    }
    let meant = near_miss::all(block);
    let Some((first, _)) = meant.first() else {
        errors.at(
            &block.head.self_ty,
            if handler.is_loose() {
                "this block has no handler: name a method after an action, as `fn \
                 network_chat(&mut self, chat: Chat)`, or `fn network_connected(&mut self)`"
            } else {
                "this block has no handler: name a method after an action, as `fn \
                 network_chat(&mut self, text: String)` for the variant `Chat { text: String }`, \
                 or `fn network_connected(&mut self)`"
            },
        );
        return;
    };
    let renamed = meant
        .iter()
        .map(|(method, name)| format!("`{}` to `{name}`", method.sig.ident));
    let renamed = renamed.collect::<Vec<_>>();
    let renamed = match &*renamed {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        all => all.concat(),
    };
    errors.at(
        &first.sig.ident,
        format!(
            "this block has no handler, which is a method called `network_<action>`: rename \
             {renamed}"
        ),
    );
}

/// A slip of the finger is no method of the user's own.
fn check_near_misses(block: &Block, errors: &mut Errors) {
    if !block.methods().any(Method::may_be_wired) {
        return;
    }
    for method in block.methods() {
        if let Some(meant) = near_miss::certain(method) {
            let ident = &method.sig.ident;
            errors.at(
                ident,
                format!("podsix would never call `{ident}`: write `{meant}`"),
            );
        }
    }
}

/// All handlers of a block have the same context type, which becomes the
/// parameter of the trait.
fn check_one_context(handler: &Handler<'_>, errors: &mut Errors) {
    let mut contexts = handler
        .wired
        .iter()
        .filter_map(|wired| Some((wired, wired.context?)));
    let Some((first, context)) = contexts.next() else {
        return;
    };
    let expected = context.to_token_stream().to_string();
    for (_, other) in contexts {
        if other.to_token_stream().to_string() != expected {
            let (context, first) = (spelling::of(context), &first.method.sig.ident);
            errors.at(
                other,
                format!(
                    "the handlers of a block have one context type, and that of `{first}` is \
                     `&mut {context}`: write `&mut {context}` here, or move this method to \
                     another type"
                ),
            );
        }
    }
}

/// One method for one action, unless `cfg` chooses between them.
fn check_duplicates(handler: &Handler<'_>, errors: &mut Errors) {
    for (index, wired) in handler.wired.iter().enumerate() {
        let before = handler.wired.iter().take(index);
        let same = |other: &&Wired<'_>| {
            other.role.key() == wired.role.key() && can_be_both(other.method, wired.method)
        };
        if let Some(first) = before.clone().find(same) {
            let what = match &wired.role {
                Role::Variant { method: action, .. } | Role::Action { action, .. } => {
                    format!("the action `{action}`")
                }
                Role::Observer => "every event".to_owned(),
                role => format!("`{}`", role.key().1),
            };
            errors.at(
                &wired.method.sig.ident,
                format!(
                    "`{}` handles {what} already: do both things in one of the two methods, and \
                     remove the other",
                    first.method.sig.ident
                ),
            );
            errors.at(
                &first.method.sig.ident,
                format!("the first method for {what} is here"),
            );
        }
    }
}

/// Whether two methods can be there at the same time, as far as tokens tell.
fn can_be_both(one: &Method, other: &Method) -> bool {
    let spelled = |method: &Method| -> Vec<String> {
        method
            .cfgs()
            .map(|attr| attr.to_token_stream().to_string())
            .collect()
    };
    let (one, other) = (spelled(one), spelled(other));
    one.is_empty() || other.is_empty() || one == other
}

/// A handler is an ordinary method.
fn check_qualifiers(method: &Method, errors: &mut Errors) {
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
fn check_receiver(method: &Method, errors: &mut Errors) {
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
        ReceiverKind::Reference(..) => "&self",
        _ => "self",
    };
    errors.at(
        receiver,
        format!("a handler takes `&mut self`, not `{written}`: write `&mut self`"),
    );
}

/// Whether this is the type of `self: &mut Self`.
fn is_mut_self(ty: &Type) -> bool {
    matches!(bare(ty), Type::Reference(ty) if ty.mutability.is_some()
        && matches!(bare(&ty.elem), Type::Path(path) if path.path.is_ident("Self")))
}

/// The context comes first and as `&mut`.
fn check_context(wired: &Wired<'_>, handler: &Handler<'_>, errors: &mut Errors) {
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
                         as `&T`"
                    )
                } else {
                    format!(
                        "the context `&mut {ty}` comes first, right after `&mut self`; {what} \
                         comes by value or as `&T`"
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
fn check_fields(wired: &Wired<'_>, errors: &mut Errors) {
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

/// Without an enum the one parameter is the whole message. Its name is the
/// user's affair.
fn check_payload(wired: &Wired<'_>, errors: &mut Errors) {
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

/// What a handler is called with is known here, before `cfg` is.
fn check_unconditional(wired: &Wired<'_>, errors: &mut Errors) {
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
fn check_lifecycle(wired: &Wired<'_>, handler: &Handler<'_>, errors: &mut Errors) {
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

/// A handler returns nothing, or whether it failed.
fn check_output(wired: &Wired<'_>, errors: &mut Errors) {
    if let Some(Type::ImplTrait(ty)) = wired.output.map(bare) {
        errors.at(
            ty,
            "a handler returns nothing or `Result<(), E>`: write the error type instead of `impl \
             …`",
        );
    }
}
