//! Methods that were probably meant as handlers but don't have a handler's name.

use syn::FnArg;

use super::block::{Block, Method, name_of};
use crate::case::Case;

const PREFIX: &str = "network";

/// What other libraries put in front of an action's name.
const VERBS: [&str; 9] = [
    "on", "handle", "handler", "receive", "recv", "got", "process", "net", "listen",
];

/// For each of the methods in a block without handlers that looks like one:
/// the name that would make it one.
pub(crate) fn all(block: &Block) -> Vec<(&Method, String)> {
    let mut meant = Vec::new();
    for method in block.methods() {
        let has_self = matches!(method.sig.inputs.first(), Some(FnArg::Receiver(_)));
        if let Some(name) = guess(&name_of(&method.sig.ident)).filter(|_| has_self) {
            meant.push((method, name));
        }
    }
    meant
}

/// The same for one method beside handlers, so only where nobody can have
/// meant anything else.
pub(crate) fn certain(method: &Method) -> Option<String> {
    let name = name_of(&method.sig.ident);
    let (prefix, action) = name.split_once('_')?;
    let is_slip = slips(PREFIX).any(|slip| slip.eq_ignore_ascii_case(prefix));
    (is_slip && !action.is_empty()).then(|| format!("{PREFIX}_{action}"))
}

/// The lifecycle method that was meant by an action that nobody can have meant.
pub(crate) fn lifecycle(action: &str) -> Option<&'static str> {
    ["connected", "disconnected", "error"]
        .into_iter()
        .find(|name| slips(name).any(|slip| slip == action))
}

fn guess(name: &str) -> Option<String> {
    let (prefix, action) = match name.split_once('_') {
        Some((prefix, action)) => (prefix.to_ascii_lowercase(), action.to_owned()),
        // `networkMessage`
        None => {
            let mut capitals = name.char_indices().skip(1);
            let (index, _) = capitals.find(|(_, character)| character.is_uppercase())?;
            let (prefix, action) = name.split_at(index);
            (prefix.to_ascii_lowercase(), Case::Snake.apply(action))
        }
    };
    let meant = VERBS.contains(&&*prefix) || distance(&prefix, PREFIX) <= 2;
    let action = match &*action {
        "connect" => "connected",
        "disconnect" => "disconnected",
        "" => return None,
        action => action,
    };
    meant.then(|| format!("{PREFIX}_{action}"))
}

/// Slips of the finger: two letters swapped, one left out, one typed twice.
/// For the words in this file, none of them is a word.
fn slips(word: &str) -> impl Iterator<Item = String> {
    (0..word.len())
        .flat_map(move |index| {
            let (before, after) = word.split_at(index);
            let mut letters = after.chars();
            let letter = letters.next().into_iter();
            let next = letters.next().into_iter();
            let rest = letters.as_str();
            let swapped = next.clone().chain(letter.clone());
            let left_out = next.clone();
            let twice = letter.clone().chain(letter).chain(next);
            [
                swapped.collect::<String>(),
                left_out.collect(),
                twice.collect(),
            ]
            .map(|middle| format!("{before}{middle}{rest}"))
        })
        .filter(move |slip| slip != word)
}

/// How many letters have to be changed, added, removed or swapped with the next.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows = vec![(0..=other.len()).collect::<Vec<usize>>()];
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let changed = rows[i][j] + usize::from(a != b);
            let mut best = changed.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && one[i - 1] == *b && other[j - 1] == *a {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses_are_seen() {
        let table = [
            ("on_message", Some("network_message")),
            ("on_start_line", Some("network_start_line")),
            ("onStartLine", Some("network_start_line")),
            ("on_connect", Some("network_connected")),
            ("handle_message", Some("network_message")),
            ("networkMessage", Some("network_message")),
            ("NetworkMessage", Some("network_message")),
            ("netwrok_message", Some("network_message")),
            ("Netork_message", Some("network_message")),
            ("networking", None),
            ("message", None),
            ("draw_map", None),
            ("on_", None),
            ("once_more", None),
        ];
        for (name, expected) in table {
            assert_eq!(guess(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn slips_are_no_words() {
        let slips: Vec<String> = slips(PREFIX).collect();
        for slip in [
            "netwrok", "newtork", "nework", "nettwork", "networkk", "networ",
        ] {
            assert!(slips.iter().any(|known| known == slip), "{slip}");
        }
        for word in ["network", "networks", "networked", "artwork", "wetwork"] {
            assert!(!slips.iter().any(|known| known == word), "{word}");
        }
    }

    #[test]
    fn slips_in_lifecycle_methods_are_seen() {
        let table = [
            ("eror", Some("error")),
            ("conected", Some("connected")),
            ("disconnectd", Some("disconnected")),
            ("error", None),
            ("errors", None),
            ("connect", None),
        ];
        for (action, expected) in table {
            assert_eq!(lifecycle(action), expected, "{action}");
        }
    }
}
