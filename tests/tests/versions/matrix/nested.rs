//! What is inside of fields.

use podsix::Data;

use super::*;

#[derive(Data, Clone, Debug, PartialEq)]
pub(crate) struct Card {
    pub(crate) suit: u8,
    pub(crate) rank: u8,
}

#[derive(Data, Clone, Debug, PartialEq)]
pub(crate) struct TurnedCard {
    pub(crate) rank: u8,
    pub(crate) suit: u8,
}

#[derive(Data, Clone, Debug, PartialEq)]
pub(crate) struct DefaultCard {
    pub(crate) suit: u8,
    pub(crate) rank: u8,
    #[serde(default)]
    pub(crate) gold: bool,
}

#[derive(Data, Clone, Debug, PartialEq)]
pub(crate) struct GoldCard {
    pub(crate) suit: u8,
    pub(crate) rank: u8,
    pub(crate) gold: bool,
}

#[derive(Data, Clone, Debug, PartialEq)]
pub(crate) enum Tool {
    Pen,
    Line { width: u8 },
}

#[derive(Data, Clone, Debug, PartialEq)]
pub(crate) enum DashedTool {
    Pen,
    Line { width: u8, dashes: bool },
}

#[derive(Data, Clone, Debug, PartialEq)]
pub(crate) enum MoreTools {
    Eraser,
    Line { width: u8 },
    Pen,
}

versions!(nested_default { Play { card: Card }, } { Play { card: DefaultCard }, });
versions!(nested_required { Play { card: Card }, } { Play { card: GoldCard }, });
versions!(nested_order { Play { card: Card }, } { Play { card: TurnedCard }, });
versions!(newtype_default { Play(Card), } { Play(DefaultCard), });
versions!(tool_required { Draw { tool: Tool }, } { Draw { tool: DashedTool }, });
versions!(tools { Draw { tool: Tool }, } { Draw { tool: MoreTools }, });
versions!(newtype { Play(Card), } { Play { suit: u8, rank: u8 }, });
versions!(lists { Path { points: Vec<(u8, u8)> }, } { Path { points: [(u8, u8); 2] }, });

pub(super) fn rows() -> Vec<Row> {
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
