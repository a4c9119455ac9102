//! The report of a method or `#[action(…)]` that fits no action.
//!
//! A name that is nearly an action's the compiler reports itself, with a fix
//! that mends it. But as all methods begin with `network_`, it takes names for
//! similar that have nothing else in common, and proposes those; there, we speak.

use super::text::{Text, slot_of};
use crate::message::{Action, Table};

/// Methods that are not called for an action, and when they are.
const LIFECYCLE: [(&str, &str); 3] = [
    ("connected", "when the connection is up"),
    ("disconnected", "when the connection is over"),
    ("error", "when something failed"),
];

/// How many actions a message lists.
const MAX_LISTED: usize = 12;

/// Whether a method `network_<method>` has its action, or the compiler will say
/// which one was meant. The action is looked for from the slot `start` on.
///
/// # Panics
///
/// At compile time, if it has none.
#[must_use]
#[track_caller]
#[expect(clippy::panic, reason = "it stops the compiler, never a program")]
pub const fn has_method(table: &'static Table, method: &str, start: usize) -> bool {
    if slot_of(table, method, start).is_some() {
        return true;
    }
    let mut lifecycle = (0, FAR);
    let mut index = 0;
    while index < LIFECYCLE.len() {
        let distance = distance(method, LIFECYCLE[index].0);
        if distance < lifecycle.1 {
            lifecycle = (index, distance);
        }
        index += 1;
    }
    if let Some((_, distance)) = nearest(table, method)
        && distance <= lifecycle.1
    {
        return true;
    }
    let mut text = Text::new();
    text.push("`");
    text.push(table.name);
    text.push("` has no action `");
    text.push(method);
    if lifecycle.1 < FAR {
        let (name, when) = LIFECYCLE[lifecycle.0];
        text.push("`: write `network_");
        text.push(name);
        text.push("`, which is called ");
        text.push(when);
    } else {
        text.push("`: add a variant `");
        text.push_variant(method);
        text.push("`, or give the method a name that does not begin with `network`");
        list(&mut text, table, "actions", false);
    }
    panic!("{}", text.as_str());
}

/// Whether there is a variant as `#[action(<variant>)]` names it; `method` is
/// what its method would be.
///
/// # Panics
///
/// At compile time, if there is none.
#[must_use]
#[track_caller]
#[expect(clippy::panic, reason = "it stops the compiler, never a program")]
pub const fn has_variant(table: &'static Table, method: &str, variant: &str) -> bool {
    if slot_of(table, method, 0).is_some() {
        return true;
    }
    let mut text = Text::new();
    text.push("`");
    text.push(table.name);
    text.push("` has no variant `");
    text.push(variant);
    match nearest(table, method) {
        Some((action, _)) => {
            text.push("`: write `#[action(");
            text.push_variant(action.method);
            text.push(")]`");
        }
        None => {
            text.push("`: add it, or name one that is there");
            list(&mut text, table, "variants", true);
        }
    }
    panic!("{}", text.as_str());
}

/// `; its actions are `chat` and `quit``, unless there are too many.
const fn list(text: &mut Text, table: &Table, what: &str, variants: bool) {
    let count = table.actions.len();
    if count < 2 || count > MAX_LISTED {
        return;
    }
    text.push("; its ");
    text.push(what);
    text.push(" are ");
    let mut slot = 0;
    while slot < count {
        if slot > 0 {
            text.push(if slot + 1 == count { " and " } else { ", " });
        }
        text.push("`");
        if variants {
            text.push_variant(table.actions[slot].method);
        } else {
            text.push(table.actions[slot].method);
        }
        text.push("`");
        slot += 1;
    }
}

/// The action whose name is nearest, and how near that is.
const fn nearest(table: &'static Table, method: &str) -> Option<(&'static Action, usize)> {
    let mut found: Option<(&Action, usize)> = None;
    let mut slot = 0;
    while slot < table.actions.len() {
        let action = &table.actions[slot];
        let distance = distance(method, action.method);
        let nearer = match found {
            Some((_, best)) => distance < best,
            None => distance < FAR,
        };
        if nearer {
            found = Some((action, distance));
        }
        slot += 1;
    }
    found
}

/// More than any distance of names that could be meant for one another.
const FAR: usize = usize::MAX;

/// How many bytes have to be changed, added, removed or swapped with the next
/// to make one name the other, if those are few: a third of the longer name.
const fn distance(one: &str, other: &str) -> usize {
    const MAX_BYTES: usize = 63;
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let long = if one.len() > other.len() {
        one.len()
    } else {
        other.len()
    };
    if long > MAX_BYTES {
        return FAR;
    }
    // `rows[i][j]`: from the first `i` bytes of `one` to the first `j` of `other`.
    let mut rows = [[0; MAX_BYTES + 1]; MAX_BYTES + 1];
    let mut i = 0;
    while i <= one.len() {
        let mut j = 0;
        while j <= other.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let changed = rows[i - 1][j - 1] + (one[i - 1] != other[j - 1]) as usize;
                let moved = min(rows[i - 1][j], rows[i][j - 1]) + 1;
                let swaps =
                    i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
                let swapped = if swaps { rows[i - 2][j - 2] + 1 } else { FAR };
                min(changed, min(moved, swapped))
            };
            j += 1;
        }
        i += 1;
    }
    let distance = rows[one.len()][other.len()];
    let allowed = if long < 6 { 1 } else { long / 3 };
    if distance > allowed { FAR } else { distance }
}

const fn min(one: usize, other: usize) -> usize {
    if one < other { one } else { other }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_near() {
        let table = [
            ("chat", "chat", 0),
            ("chatt", "chat", 1),
            ("caht", "chat", 1),
            ("cat", "chat", 1),
            ("jump", "chat", FAR),
            ("a", "b", 1),
            ("", "", 0),
            ("eror", "error", 1),
            ("conected", "connected", 1),
            ("connect", "connected", 2),
            ("disconnect", "disconnected", 2),
            ("corrected", "connected", 2),
            ("start_game", "start_line", 3),
            ("", "error", FAR),
        ];
        for (one, other, expected) in table {
            assert_eq!(distance(one, other), expected, "{one} {other}");
            assert_eq!(distance(other, one), expected, "{other} {one}");
        }
        let long = "x".repeat(64);
        assert_eq!(distance(&long, &long), FAR);
    }
}
