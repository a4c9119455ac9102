//! Fields that get another type.

use super::*;

versions!(integer { Score { points: u8 }, } { Score { points: u32 }, });
versions!(float { Score { points: f32 }, } { Score { points: f64 }, });
versions!(mixed { Score { points: i32 }, } { Score { points: f64 }, });
versions!(kind { Score { points: String }, } { Score { points: u32 }, });
versions!(optional { Score { points: u8 }, } { Score { points: Option<u8> }, });

pub(super) fn rows() -> Vec<Row> {
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
