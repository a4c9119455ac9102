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
        mod $name {
            #![allow(unused_imports, dead_code, reason = "one message of each is sent")]

            use super::types::*;

            #[derive(podsix::Message, Clone, Debug, PartialEq)]
            pub(super) enum Old {
                $($old)*
                Other { number: u8 },
            }

            #[derive(podsix::Message, Clone, Debug, PartialEq)]
            pub(super) enum New {
                Other { number: u8 },
                $($new)*
            }

            impl super::Version for Old {
                fn other(number: u8) -> Self {
                    Self::Other { number }
                }
            }

            impl super::Version for New {
                fn other(number: u8) -> Self {
                    Self::Other { number }
                }
            }
        }
    };
}

trait Version: Message + for<'de> Incoming<'de> + Clone + Debug + PartialEq {
    /// The action that did not change.
    fn other(number: u8) -> Self;
}

mod types {
    use podsix::Data;

    #[derive(Data, Clone, Debug, PartialEq)]
    pub(super) struct Card {
        pub(super) suit: u8,
        pub(super) rank: u8,
    }

    #[derive(Data, Clone, Debug, PartialEq)]
    pub(super) struct TurnedCard {
        pub(super) rank: u8,
        pub(super) suit: u8,
    }

    #[derive(Data, Clone, Debug, PartialEq)]
    pub(super) struct DefaultCard {
        pub(super) suit: u8,
        pub(super) rank: u8,
        #[serde(default)]
        pub(super) gold: bool,
    }

    #[derive(Data, Clone, Debug, PartialEq)]
    pub(super) struct GoldCard {
        pub(super) suit: u8,
        pub(super) rank: u8,
        pub(super) gold: bool,
    }

    #[derive(Data, Clone, Debug, PartialEq)]
    pub(super) enum Tool {
        Pen,
        Line { width: u8 },
    }

    #[derive(Data, Clone, Debug, PartialEq)]
    pub(super) enum DashedTool {
        Pen,
        Line { width: u8, dashes: bool },
    }

    #[derive(Data, Clone, Debug, PartialEq)]
    pub(super) enum MoreTools {
        Eraser,
        Line { width: u8 },
        Pen,
    }
}

versions!(default { Say { text: String }, } {
    Say { text: String, #[serde(default)] loud: bool },
});
versions!(option { Say { text: String }, } { Say { text: String, to: Option<u8> }, });
versions!(required { Say { text: String }, } { Say { text: String, to: u8 }, });
versions!(order { Move { x: i32, y: i32, who: String }, } {
    Move { who: String, y: i32, x: i32 },
});
versions!(integer { Score { points: u8 }, } { Score { points: u32 }, });
versions!(float { Score { points: f32 }, } { Score { points: f64 }, });
versions!(mixed { Score { points: i32 }, } { Score { points: f64 }, });
versions!(kind { Score { points: String }, } { Score { points: u32 }, });
versions!(renamed { Say { message: String }, } { Say { text: String }, });
versions!(aliased { Say { message: String }, } {
    Say { #[serde(alias = "message")] text: String },
});
versions!(optional { Score { points: u8 }, } { Score { points: Option<u8> }, });
versions!(variants { Quit, } { Leave { words: String }, });
versions!(nested_default { Play { card: Card }, } { Play { card: DefaultCard }, });
versions!(nested_required { Play { card: Card }, } { Play { card: GoldCard }, });
versions!(nested_order { Play { card: Card }, } { Play { card: TurnedCard }, });
versions!(newtype_default { Play(Card), } { Play(DefaultCard), });
versions!(tool_required { Draw { tool: Tool }, } { Draw { tool: DashedTool }, });
versions!(tools { Draw { tool: Tool }, } { Draw { tool: MoreTools }, });
versions!(newtype { Play(Card), } { Play { suit: u8, rank: u8 }, });
versions!(lists { Path { points: Vec<(u8, u8)> }, } { Path { points: [(u8, u8); 2] }, });

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

fn fields() -> Vec<Row> {
    let mut rows = Vec::new();
    {
        use default::{New, Old};
        rows.push(Row::new(
            "a field added, with `#[serde(default)]`",
            of(
                Old::Say { text: text() },
                Some((
                    New::Say {
                        text: text(),
                        loud: false,
                    },
                    DEFAULT,
                )),
            ),
            of(
                New::Say {
                    text: text(),
                    loud: true,
                },
                Some((Old::Say { text: text() }, WITHOUT)),
            ),
        ));
        rows.push(Row::new(
            "a field removed that had `#[serde(default)]`",
            of(
                New::Say {
                    text: text(),
                    loud: true,
                },
                Some((Old::Say { text: text() }, WITHOUT)),
            ),
            of(
                Old::Say { text: text() },
                Some((
                    New::Say {
                        text: text(),
                        loud: false,
                    },
                    DEFAULT,
                )),
            ),
        ));
    }
    {
        use option::{New, Old};
        rows.push(Row::new(
            "an `Option` added",
            of(
                Old::Say { text: text() },
                Some((
                    New::Say {
                        text: text(),
                        to: None,
                    },
                    NONE,
                )),
            ),
            of(
                New::Say {
                    text: text(),
                    to: Some(3),
                },
                Some((Old::Say { text: text() }, WITHOUT)),
            ),
        ));
    }
    {
        use required::{New, Old};
        rows.push(Row::new(
            "a field added, with neither",
            of::<Old, New>(Old::Say { text: text() }, None),
            of(
                New::Say {
                    text: text(),
                    to: 3,
                },
                Some((Old::Say { text: text() }, WITHOUT)),
            ),
        ));
        rows.push(Row::new(
            "a field removed that had neither",
            of(
                New::Say {
                    text: text(),
                    to: 3,
                },
                Some((Old::Say { text: text() }, WITHOUT)),
            ),
            of::<Old, New>(Old::Say { text: text() }, None),
        ));
    }
    {
        use order::{New, Old};
        let old = Old::Move {
            x: -1,
            y: 300,
            who: text(),
        };
        let new = New::Move {
            x: -1,
            y: 300,
            who: text(),
        };
        rows.push(Row::new(
            "fields in another order",
            of(old.clone(), arrives(new.clone())),
            of(new, arrives(old)),
        ));
    }
    {
        use renamed::{New, Old};
        rows.push(Row::new(
            "a field renamed",
            of::<Old, New>(Old::Say { message: text() }, None),
            of::<New, Old>(New::Say { text: text() }, None),
        ));
    }
    {
        use aliased::{New, Old};
        rows.push(Row::new(
            "a field renamed, with `#[serde(alias = \"…\")]`",
            of(
                Old::Say { message: text() },
                arrives(New::Say { text: text() }),
            ),
            of::<New, Old>(New::Say { text: text() }, None),
        ));
    }
    rows
}

fn numbers() -> Vec<Row> {
    let mut rows = Vec::new();
    {
        use integer::{New, Old};
        rows.push(Row::new(
            "`u8` to `u32`, a number that fits both",
            of(
                Old::Score { points: 255 },
                arrives(New::Score { points: 255 }),
            ),
            of(
                New::Score { points: 255 },
                arrives(Old::Score { points: 255 }),
            ),
        ));
        rows.push(Row::new(
            "`u8` to `u32`, a larger number",
            "—".to_owned(),
            of::<New, Old>(New::Score { points: 256 }, None),
        ));
    }
    {
        use float::{New, Old};
        rows.push(Row::new(
            "`f32` to `f64`, 0.1",
            of(
                Old::Score { points: 0.1 },
                arrives(New::Score {
                    points: 0.1_f32.into(),
                }),
            ),
            of(
                New::Score { points: 0.1 },
                Some((Old::Score { points: 0.1 }, ROUNDED)),
            ),
        ));
        rows.push(Row::new(
            "`f32` to `f64`, a number beyond `f32`",
            "—".to_owned(),
            of::<New, Old>(New::Score { points: 1e300 }, None),
        ));
    }
    {
        use mixed::{New, Old};
        rows.push(Row::new(
            "`i32` to `f64`, a whole number",
            of(
                Old::Score { points: -7 },
                arrives(New::Score { points: -7.0 }),
            ),
            of(
                New::Score { points: -7.0 },
                arrives(Old::Score { points: -7 }),
            ),
        ));
        rows.push(Row::new(
            "`i32` to `f64`, a number with a fraction",
            "—".to_owned(),
            of::<New, Old>(New::Score { points: 0.5 }, None),
        ));
    }
    {
        use kind::{New, Old};
        rows.push(Row::new(
            "`String` to `u32`",
            of::<Old, New>(
                Old::Score {
                    points: "7".to_owned(),
                },
                None,
            ),
            of::<New, Old>(New::Score { points: 7 }, None),
        ));
    }
    {
        use optional::{New, Old};
        rows.push(Row::new(
            "`u8` to `Option<u8>`, `Some`",
            of(
                Old::Score { points: 1 },
                arrives(New::Score { points: Some(1) }),
            ),
            of(
                New::Score { points: Some(1) },
                arrives(Old::Score { points: 1 }),
            ),
        ));
        rows.push(Row::new(
            "`u8` to `Option<u8>`, `None`",
            "—".to_owned(),
            of::<New, Old>(New::Score { points: None }, None),
        ));
    }
    rows
}

fn nested() -> Vec<Row> {
    use types::{Card, DashedTool, DefaultCard, GoldCard, MoreTools, Tool, TurnedCard};
    let mut rows = Vec::new();
    let card = Card { suit: 2, rank: 11 };
    {
        use nested_default::{New, Old};
        let default = |gold| DefaultCard {
            suit: 2,
            rank: 11,
            gold,
        };
        rows.push(Row::new(
            "a field added inside a struct, with `#[serde(default)]` or an `Option`",
            of(
                Old::Play { card: card.clone() },
                Some((
                    New::Play {
                        card: default(false),
                    },
                    DEFAULT,
                )),
            ),
            of(
                New::Play {
                    card: default(true),
                },
                Some((Old::Play { card: card.clone() }, WITHOUT)),
            ),
        ));
    }
    {
        use nested_required::{New, Old};
        let gold = GoldCard {
            suit: 2,
            rank: 11,
            gold: true,
        };
        rows.push(Row::new(
            "a field added inside a struct, with neither",
            of::<Old, New>(Old::Play { card: card.clone() }, None),
            of(
                New::Play { card: gold },
                Some((Old::Play { card: card.clone() }, WITHOUT)),
            ),
        ));
    }
    {
        use tool_required::{New, Old};
        let line = Tool::Line { width: 3 };
        let dashed = DashedTool::Line {
            width: 3,
            dashes: true,
        };
        rows.push(Row::new(
            "a field added inside a variant of an enum, with neither",
            of::<Old, New>(Old::Draw { tool: line.clone() }, None),
            of(
                New::Draw { tool: dashed },
                Some((Old::Draw { tool: line }, WITHOUT)),
            ),
        ));
    }
    {
        use nested_order::{New, Old};
        let turned = TurnedCard { suit: 2, rank: 11 };
        rows.push(Row::new(
            "a struct's fields in another order",
            of(
                Old::Play { card: card.clone() },
                arrives(New::Play {
                    card: turned.clone(),
                }),
            ),
            of(
                New::Play { card: turned },
                arrives(Old::Play { card: card.clone() }),
            ),
        ));
    }
    {
        use tools::{New, Old};
        rows.push(Row::new(
            "a variant added inside an enum, or its variants in another order",
            of(
                Old::Draw {
                    tool: Tool::Line { width: 3 },
                },
                arrives(New::Draw {
                    tool: MoreTools::Line { width: 3 },
                }),
            ),
            of(
                New::Draw {
                    tool: MoreTools::Pen,
                },
                arrives(Old::Draw { tool: Tool::Pen }),
            ),
        ));
        rows.push(Row::new(
            "a variant added inside an enum, the new one",
            "—".to_owned(),
            of::<New, Old>(
                New::Draw {
                    tool: MoreTools::Eraser,
                },
                None,
            ),
        ));
    }
    {
        use lists::{New, Old};
        rows.push(Row::new(
            "`Vec<T>` to `[T; 2]`, two elements",
            of(
                Old::Path {
                    points: vec![(1, 2), (3, 4)],
                },
                arrives(New::Path {
                    points: [(1, 2), (3, 4)],
                }),
            ),
            of(
                New::Path {
                    points: [(1, 2), (3, 4)],
                },
                arrives(Old::Path {
                    points: vec![(1, 2), (3, 4)],
                }),
            ),
        ));
        rows.push(Row::new(
            "`Vec<T>` to `[T; 2]`, another number",
            of::<Old, New>(
                Old::Path {
                    points: vec![(1, 2)],
                },
                None,
            ),
            "—".to_owned(),
        ));
    }
    {
        use newtype::{New, Old};
        rows.push(Row::new(
            "`Play(Card)` to `Play { … }` with the fields of `Card`",
            of(
                Old::Play(card.clone()),
                arrives(New::Play { suit: 2, rank: 11 }),
            ),
            of(
                New::Play { suit: 2, rank: 11 },
                arrives(Old::Play(card.clone())),
            ),
        ));
    }
    {
        use newtype_default::{New, Old};
        let default = |gold| DefaultCard {
            suit: 2,
            rank: 11,
            gold,
        };
        rows.push(Row::new(
            "`Play(Card)`, and a field with `#[serde(default)]` added to `Card`",
            of(
                Old::Play(card.clone()),
                Some((New::Play(default(false)), DEFAULT)),
            ),
            of(New::Play(default(true)), Some((Old::Play(card), WITHOUT))),
        ));
    }
    rows
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
    let mut rows = fields();
    rows.extend(numbers());
    rows.extend(nested());
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
    use required::{New, Old};
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
                 {text: string, to: u8}; the messages are dropped, the connection is still up"
                    .to_owned()
            )]
        );
        assert_eq!(
            crossing.receiver.first(),
            Some(&Fault::Differs(
                "say: the other end sends {text: string}, this end expects \
                 {text: string, to: u8}; the messages are dropped, the connection is still up"
                    .to_owned()
            ))
        );
        assert!(ends.client.is_connected());
    }
}

#[test]
fn both_versions_in_one_program_are_told_apart() {
    use required::{New, Old};
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
