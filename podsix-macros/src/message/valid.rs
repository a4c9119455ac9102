//! The rules for messages that concern more than one token.

use std::collections::HashMap;

use super::ast::{Action, Body, Message};
use crate::case::plain;
use crate::errors::Errors;

pub(crate) fn check(message: &Message<'_>, errors: &mut Errors) {
    for action in &message.actions {
        check_action_name(action, errors);
        check_field_names(action, errors);
    }
    check_duplicate_actions(message, errors);
    check_duplicate_methods(message, errors);
}

/// An action's name is 1 to 255 bytes long, since its length crosses in a byte.
fn check_action_name(action: &Action<'_>, errors: &mut Errors) {
    const MAX_BYTES: usize = 255;
    let size = action.name.len();
    if size == 0 {
        errors.at(
            &action.name_tokens,
            "an action can't be empty: write for example `action = \"start-line\"`",
        );
    } else if size > MAX_BYTES {
        errors.at(
            &action.name_tokens,
            format!(
                "this action takes {size} bytes, the limit is {MAX_BYTES}: write a shorter one \
                 as `#[message(action = \"…\")]`"
            ),
        );
    }
}

/// A message is a dict with the key `action` on some wires, so no field can be
/// called so; nor can two fields have one name.
fn check_field_names(action: &Action<'_>, errors: &mut Errors) {
    let Body::Named(fields) = &action.body else {
        return;
    };
    let mut seen = HashMap::new();
    for field in fields {
        if field.name == "action" {
            errors.at(
                &field.name_tokens,
                "a field can't be called `action`, where the message's own name stands: rename \
                 it, in Rust or by `#[serde(rename = \"…\")]`",
            );
        }
        if let Some(first) = seen.insert(&field.name, field) {
            errors.at(
                &field.name_tokens,
                format!(
                    "the fields `{}` and `{}` of `{}` are both called `{}` on the wire: rename \
                     one",
                    plain(&first.ident),
                    plain(&field.ident),
                    action.ident,
                    field.name
                ),
            );
        }
    }
}

/// Every action has a name of its own on the wire.
fn check_duplicate_actions(message: &Message<'_>, errors: &mut Errors) {
    let mut seen = HashMap::new();
    for action in &message.actions {
        if let Some(first) = seen.insert(&action.name, action) {
            let problem = format!(
                "the variants `{}` and `{}` have the same action `{}`: change one, by its name \
                 or by `#[message(action = \"…\")]`",
                first.ident, action.ident, action.name
            );
            errors.at(&action.name_tokens, problem);
            errors.at(
                &first.name_tokens,
                format!(
                    "the first variant with the action `{}` is here",
                    action.name
                ),
            );
        }
    }
}

/// Every action has a method of its own, also where the wire names differ.
fn check_duplicate_methods(message: &Message<'_>, errors: &mut Errors) {
    let mut seen = HashMap::new();
    for action in &message.actions {
        if let Some(first) = seen.insert(&action.method, action)
            && first.name != action.name
        {
            errors.at(
                action.ident,
                format!(
                    "the variants `{}` and `{}` would both be handled by `network_{}`: rename one",
                    first.ident, action.ident, action.method
                ),
            );
        }
    }
}
