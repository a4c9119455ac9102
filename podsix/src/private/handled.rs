//! The report of actions that no method of a block handles.

use super::text::{Text, place_of, slot_of};
use crate::message::Table;

/// Stops the compiler if an action in `table` has no arm. `context` is what the
/// block's handlers have as their context: `, channel: &mut Channel<Player>`.
///
/// It says nothing where an arm fits no action: then the compiler has an error
/// already, a misspelt name, which would make this one misleading.
///
/// # Panics
///
/// At compile time, with the methods that are missing.
#[track_caller]
#[expect(clippy::panic, reason = "it stops the compiler, never a program")]
pub const fn all_handled(
    table: &'static Table,
    arms: &[&str],
    handler: &str,
    context: &str,
    linked: &str,
) {
    let mut arm = 0;
    let mut next = 0;
    while arm < arms.len() {
        // An empty one is configured away.
        if !arms[arm].is_empty() {
            match slot_of(table, arms[arm], next) {
                Some(slot) => next = slot + 1,
                None => return,
            }
        }
        arm += 1;
    }
    let mut missing = 0;
    let mut slot = 0;
    let mut next = 0;
    while slot < table.actions.len() {
        match place_of(arms, table.actions[slot].method, next) {
            Some(arm) => next = arm + 1,
            None => missing += 1,
        }
        slot += 1;
    }
    if missing == 0 {
        return;
    }
    let mut text = Text::new();
    text.push("`");
    text.push(handler);
    text.push(if missing == 1 {
        "` does not handle this action of `"
    } else {
        "` does not handle these actions of `"
    });
    text.push(table.name);
    text.push("`: ");
    list(&mut text, table, arms, missing);
    text.push("; write `#[network_handler(");
    text.push(linked);
    text.push(", ..)]` if others handle ");
    text.push(if missing == 1 {
        "it, or add this method:"
    } else {
        "them, or add these methods:"
    });
    methods(&mut text, table, arms, context);
    panic!("{}", text.as_str());
}

/// The missing actions, in a sentence.
const fn list(text: &mut Text, table: &Table, arms: &[&str], missing: usize) {
    let mut listed = 0;
    let mut slot = 0;
    while slot < table.actions.len() {
        let action = &table.actions[slot];
        slot += 1;
        if place_of(arms, action.method, 0).is_some() {
            continue;
        }
        if listed > 0 {
            text.push(if listed + 1 == missing { " and " } else { ", " });
        }
        listed += 1;
        text.push("`");
        text.push(action.name);
        text.push("`");
    }
}

/// The missing methods, each in a line, fit to be copied.
const fn methods(text: &mut Text, table: &Table, arms: &[&str], context: &str) {
    let mut slot = 0;
    while slot < table.actions.len() {
        let action = &table.actions[slot];
        slot += 1;
        if place_of(arms, action.method, 0).is_some() {
            continue;
        }
        text.push("\n");
        // Three names are those of the lifecycle methods.
        text.push(match action.method.as_bytes() {
            b"connected" => "#[action(Connected)] fn on_",
            b"disconnected" => "#[action(Disconnected)] fn on_",
            b"error" => "#[action(Error)] fn on_",
            _ => "fn network_",
        });
        text.push(action.method);
        text.push("(&mut self");
        text.push(context);
        if !action.params.is_empty() {
            text.push(", ");
            text.push(action.params);
        }
        text.push(") {}");
    }
}
