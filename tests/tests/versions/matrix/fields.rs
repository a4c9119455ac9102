//! Fields that are added, removed, moved and renamed.

use super::*;

versions!(default { Say { text: String }, } {
    Say { text: String, #[serde(default)] loud: bool },
});
versions!(option { Say { text: String }, } { Say { text: String, to: Option<u8> }, });
versions!(required { Say { text: String }, } { Say { text: String, to: u8 }, });
versions!(order { Move { x: i32, y: i32, who: String }, } {
    Move { who: String, y: i32, x: i32 },
});
versions!(renamed { Say { message: String }, } { Say { text: String }, });
versions!(aliased { Say { message: String }, } {
    Say { #[serde(alias = "message")] text: String },
});

pub(super) fn rows() -> Vec<Row> {
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
