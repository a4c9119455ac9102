//! The rules for messages that concern more than one token.

use std::collections::HashMap;

use super::ast::{Action, Body, Field, Form, Message};
use crate::case::plain;
use crate::errors::Errors;
use crate::{names, types};

pub(crate) fn check(message: &Message<'_>, errors: &mut Errors) {
    for action in &message.actions {
        names::check_action(
            &action.name,
            &action.name_tokens,
            "#[message(action = \"…\")]",
            errors,
        );
        check_field_names(action, errors);
        check_field_types(action, message.send_only, errors);
    }
    check_duplicate_actions(message, errors);
    check_duplicate_methods(message, errors);
}

/// A message is a dict with the key `action` on some wires, so no field can be
/// called so; nor can two fields have one name.
fn check_field_names(action: &Action<'_>, errors: &mut Errors) {
    let Body::Named(fields) = &action.body else {
        return;
    };
    let mut seen: HashMap<String, &Field<'_>> = HashMap::new();
    for field in fields {
        if field.name == "action" {
            errors.at(
                &field.name_tokens,
                "a field can't be called `action`, where the message's own name stands: rename \
                 it, in Rust or by `#[serde(rename = \"…\")]`",
            );
        }
        if let Some(first) = seen.insert(field.name.clone(), field) {
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
    for field in fields {
        for alias in &field.aliases {
            let name = alias.value();
            if name == "action" {
                errors.at(
                    alias,
                    "a field can't be called `action`, where the message's own name stands: \
                     remove this alias",
                );
            } else if let Some(first) = seen.get(&name) {
                let first = plain(&first.ident);
                errors.at(
                    alias,
                    format!("the field `{first}` is called `{name}` already: remove this alias"),
                );
            } else {
                seen.insert(name, field);
            }
        }
    }
}

/// Some types are known to fit no wire.
fn check_field_types(action: &Action<'_>, send_only: bool, errors: &mut Errors) {
    for field in action.body.fields() {
        if let Form::Plain = field.form
            && let Some((ty, problem)) = types::refusal(field.ty, send_only)
        {
            errors.at(ty, problem);
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
