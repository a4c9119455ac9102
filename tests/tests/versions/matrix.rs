//! The table of `podsix::guide::versions`, each row of it against what happens.

use std::fmt::Debug;

use podsix::{Incoming, Message};

use crate::support::{Crossing, Ends, Fault, WAYS};

const PAGE: &str = include_str!("../../../podsix/src/guide/versions.md");

const ARRIVES: &str = "arrives";
const DEFAULT: &str = "arrives, the field is its default";
const NONE: &str = "arrives, the field is `None`";
const WITHOUT: &str = "arrives without the field";
const ROUNDED: &str = "arrives, rounded to what the type has";

/// The enums of an old program and a new one, each with an action that
/// changed and one that did not. What is in the types does not depend on what
/// they are called.
macro_rules! versions {
    ($name:ident { $($old:tt)* } { $($new:tt)* }) => {
        pub(crate) mod $name {
            #![allow(unused_imports, dead_code, reason = "one message of each is sent")]

            use super::*;

            #[derive(podsix::Message, Clone, Debug, PartialEq)]
            pub(crate) enum Old {
                $($old)*
                Other { number: u8 },
            }

            #[derive(podsix::Message, Clone, Debug, PartialEq)]
            pub(crate) enum New {
                Other { number: u8 },
                $($new)*
            }

            impl Version for Old {
                fn other(number: u8) -> Self {
                    Self::Other { number }
                }
            }

            impl Version for New {
                fn other(number: u8) -> Self {
                    Self::Other { number }
                }
            }
        }
    };
}

// They use the macro above.
mod fields;
mod nested;
mod numbers;

trait Version: Message + for<'de> Incoming<'de> + Clone + Debug + PartialEq {
    /// The action that did not change.
    fn other(number: u8) -> Self;
}

versions!(variants { Quit, } { Leave { words: String }, });

struct Row {
    change: &'static str,
    /// What becomes of what the old program sends, and of what the new one does.
    outcomes: [String; 2],
}

impl Row {
    fn new(change: &'static str, forth: String, back: String) -> Self {
        Self {
            change,
            outcomes: [forth, back],
        }
    }
}

/// Sends a message of one version to the other, in both directions; what
/// became of it. If it arrives, it has to be as `arrives` says.
fn of<S: Version, R: Version>(message: S, arrives: Option<(R, &str)>) -> String {
    let action = S::ACTIONS[message.slot()];
    let [up, down] = WAYS.map(|way| {
        let messages = [message.clone(), S::other(7)];
        let mut crossing: Crossing<R> = Ends::new().cross(way, &messages);
        // Whatever becomes of the one, the other goes on.
        assert_eq!(crossing.got.pop(), Some(R::other(7)), "{crossing:?}");
        match (&*crossing.got, &*crossing.receiver, &*crossing.sender) {
            ([got], [], []) => {
                let (expected, outcome) = arrives.as_ref().expect("it should not arrive");
                assert_eq!(got, expected);
                (*outcome).to_owned()
            }
            ([], [], []) => "passed over".to_owned(),
            ([], [Fault::Differs(here)], [Fault::Differs(there)]) => {
                let begins = format!("{action}: the other end sends {{");
                assert!(here.starts_with(&begins), "{here}");
                assert!(here.contains("}, this end expects {"), "{here}");
                let begins = format!("{action}: this end sends {{");
                assert!(there.starts_with(&begins), "{there}");
                assert!(there.contains("}, the other end expects {"), "{there}");
                "refused at both ends".to_owned()
            }
            ([], [Fault::Decode { field, words }], []) => {
                assert!(words.starts_with(&format!("`{action}`: ")), "{words}");
                format!("an error that names `{field}`")
            }
            _ => panic!("{crossing:?}"),
        }
    });
    assert_eq!(up, down);
    up
}

fn arrives<R>(as_this: R) -> Option<(R, &'static str)> {
    Some((as_this, ARRIVES))
}

fn text() -> String {
    "hi".to_owned()
}

fn actions() -> Vec<Row> {
    use variants::{New, Old};
    vec![
        Row::new(
            "an action added",
            "—".to_owned(),
            of::<New, Old>(New::Leave { words: text() }, None),
        ),
        Row::new(
            "an action removed",
            of::<Old, New>(Old::Quit, None),
            "—".to_owned(),
        ),
    ]
}

/// The cells of each line of the page's table.
fn table() -> Vec<Vec<&'static str>> {
    let lines = PAGE.lines().filter(|line| line.starts_with('|'));
    let rows = lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect());
    rows.skip(2).collect()
}

#[test]
fn the_table_in_the_guide_is_what_happens() {
    let mut rows = fields::rows();
    rows.extend(numbers::rows());
    rows.extend(nested::rows());
    rows.extend(actions());
    let is: Vec<String> = rows
        .iter()
        .map(|row| format!("| {} | {} |", row.change, row.outcomes.join(" | ")))
        .collect();
    let says: Vec<String> = table()
        .iter()
        .map(|cells| format!("| {} |", cells.join(" | ")))
        .collect();
    assert_eq!(says, is, "the table should be\n{}\n", is.join("\n"));
}

#[test]
fn what_differs_is_told_once_and_does_no_harm_however_often_it_comes() {
    use fields::required::{New, Old};
    for way in WAYS {
        let mut ends = Ends::new();
        let mut messages = vec![Old::Say { text: text() }; 500];
        messages.push(Old::Other { number: 1 });
        let crossing: Crossing<New> = ends.cross(way, &messages);
        assert_eq!(crossing.got, [New::Other { number: 1 }]);
        assert_eq!(
            crossing.sender,
            [Fault::Differs(
                "say: this end sends {text: string}, the other end expects \
                 {text: string, to: u8}; the messages are dropped, the connection is still up; \
                 build both from one enum, or give a new field a `#[serde(default)]`"
                    .to_owned()
            )]
        );
        assert_eq!(
            crossing.receiver.first(),
            Some(&Fault::Differs(
                "say: the other end sends {text: string}, this end expects \
                 {text: string, to: u8}; the messages are dropped, the connection is still up; \
                 build both from one enum, or give a new field a `#[serde(default)]`"
                    .to_owned()
            ))
        );
        assert!(ends.client.is_connected());
    }
}

#[test]
fn both_versions_in_one_program_are_told_apart() {
    use fields::required::{New, Old};
    for way in WAYS {
        let mut ends = Ends::new();
        ends.send(
            way,
            &New::Say {
                text: text(),
                to: 3,
            },
        );
        let crossing: Crossing<New> = ends.cross(way, &[Old::Say { text: text() }]);
        assert_eq!(
            crossing.got,
            [New::Say {
                text: text(),
                to: 3
            }]
        );
        let [Fault::Differs(words)] = &*crossing.sender else {
            panic!("{crossing:?}");
        };
        assert!(words.contains("this end sends {text: string}, "), "{words}");
    }
}
