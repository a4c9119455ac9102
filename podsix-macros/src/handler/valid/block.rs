//! The rules for a block as a whole.

use quote::ToTokens;

use super::super::ast::{Handler, Role, Wired};
use super::super::block::{Block, Method};
use super::super::near_miss;
use crate::errors::Errors;
use crate::spelling;

/// Handlers are a type's own methods.
pub(super) fn check_inherent(block: &Block, errors: &mut Errors) {
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
pub(super) fn check_any_handler(handler: &Handler<'_>, block: &Block, errors: &mut Errors) {
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
pub(super) fn check_near_misses(block: &Block, handler: &Handler<'_>, errors: &mut Errors) {
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
    // With an enum, it is known which actions there are.
    let by_name = |wired: &&Wired<'_>| wired.method.action_attrs().next().is_none();
    for wired in handler.wired.iter().filter(by_name) {
        if let Role::Action { action, .. } = &wired.role
            && let Some(meant) = near_miss::lifecycle(action)
        {
            let ident = &wired.method.sig.ident;
            errors.at(
                ident,
                format!(
                    "podsix would call `{ident}` for a message only: write `network_{meant}`, or \
                     `#[action(\"{action}\")]` if there is such a message"
                ),
            );
        }
    }
}

/// All handlers of a block have the same context type, which becomes the
/// parameter of the trait.
pub(super) fn check_one_context(handler: &Handler<'_>, errors: &mut Errors) {
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
pub(super) fn check_duplicates(handler: &Handler<'_>, errors: &mut Errors) {
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
