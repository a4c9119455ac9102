//! A whiteboard that many draw on: what `whiteboard_server` and its clients say
//! to each other, and the board. `examples/whiteboard/PROTOCOL.md` tells what
//! each message means and when it is sent.

use std::collections::BTreeMap;

mod board;
mod page;
mod view;

pub use board::{Board, Drawn};
pub use page::PAGES;
pub use view::View;

/// The width of the board. An `x` goes from 0 to this.
pub const WIDTH: i32 = 1600;

/// The height of the board. A `y` goes from 0 to this.
pub const HEIGHT: i32 = 1000;

/// A message with more points than these is not taken.
pub const MAX_MESSAGE_POINTS: usize = 256;

/// A stroke gets no more points than these; what follows begins a new one.
pub const MAX_STROKE_POINTS: usize = 2_000;

/// Red, green and blue.
pub type Color = [u8; 3];

/// A point: `x` from the left, `y` from the top.
pub type Point = (i32, i32);

/// What somebody draws in, as long as nobody else here does. They can be told
/// from white paper and from dark.
pub const COLORS: [Color; 10] = [
    [53, 117, 243],
    [182, 104, 3],
    [2, 143, 65],
    [213, 65, 148],
    [159, 89, 224],
    [11, 138, 138],
    [225, 64, 54],
    [134, 126, 5],
    [6, 133, 176],
    [194, 75, 187],
];

/// What a client sends. In `points`, each `x` is followed by its `y`.
#[derive(podsix::Message, Clone, Debug, PartialEq)]
pub enum ToServer {
    /// To take part; sent again, it changes the name.
    Join {
        /// The name, as it was typed.
        name: String,
    },
    /// Begins a stroke.
    Stroke {
        /// Its first points.
        points: Vec<i32>,
    },
    /// Goes on with the stroke that this client began last.
    Draw {
        /// Its next points.
        points: Vec<i32>,
    },
    /// Where the client's pointer is.
    Cursor {
        /// On the board, or nowhere.
        at: Option<Point>,
    },
    /// Erases the client's newest stroke.
    Undo,
    /// Erases everything.
    Clear,
    /// Asks for a `Pong`.
    Ping {
        /// Comes back in it.
        number: u32,
    },
    /// As PodSixNet's whiteboard: begins a stroke.
    Startline {
        /// Its first point.
        point: Point,
    },
    /// As PodSixNet's whiteboard: goes on with it.
    Drawpoint {
        /// Its next point.
        point: Point,
    },
}

/// What the server sends.
#[derive(podsix::Message, Clone, Debug, PartialEq)]
pub enum ToClient {
    /// The answer to the first `Join`.
    Welcome {
        /// Who this client is.
        id: String,
        /// The colour that it draws in.
        color: Color,
        /// The whole board.
        strokes: Vec<Stroke>,
    },
    /// Who is here now.
    People {
        /// Who came first is first.
        people: Vec<Person>,
    },
    /// A stroke began.
    Stroke {
        /// Its number.
        stroke: u32,
        /// Who draws it.
        id: String,
        /// Its colour.
        color: Color,
        /// Its first points.
        points: Vec<i32>,
    },
    /// A stroke goes on.
    Draw {
        /// Its number.
        stroke: u32,
        /// Its next points.
        points: Vec<i32>,
    },
    /// Strokes are gone.
    Erase {
        /// Their numbers.
        strokes: Vec<u32>,
    },
    /// All strokes are gone.
    Clear {
        /// Who cleared the board.
        id: String,
    },
    /// Somebody's pointer moved.
    Cursor {
        /// Whose it is.
        id: String,
        /// Where it is now, or nowhere.
        at: Option<Point>,
    },
    /// The answer to a `Ping`.
    Pong {
        /// The number that it had.
        number: u32,
    },
    /// As PodSixNet's whiteboard: the whole board.
    Initial {
        /// What each id has drawn.
        lines: BTreeMap<String, Lines>,
    },
    /// As PodSixNet's whiteboard: who is here or has a stroke on the board.
    Players {
        /// The colour of each id.
        players: BTreeMap<String, Color>,
    },
    /// As PodSixNet's whiteboard: a stroke began.
    Startline {
        /// Who draws it.
        id: String,
        /// Its first point.
        point: Point,
    },
    /// As PodSixNet's whiteboard: a point for the newest stroke of this id.
    Drawpoint {
        /// Who draws it.
        id: String,
        /// Its next point.
        point: Point,
    },
}

/// What was drawn between putting the pen down and lifting it.
#[derive(podsix::Data, Clone, Debug, PartialEq)]
pub struct Stroke {
    /// Its number. Later strokes have larger ones and lie above.
    pub stroke: u32,
    /// Who drew it.
    pub id: String,
    /// Its colour.
    pub color: Color,
    /// Each `x` followed by its `y`.
    pub points: Vec<i32>,
}

/// Somebody who is here.
#[derive(podsix::Data, Clone, Debug, PartialEq)]
pub struct Person {
    /// The id, which nobody else ever has.
    pub id: String,
    /// The name, which others can have too.
    pub name: String,
    /// The colour.
    pub color: Color,
}

/// What somebody drew, as PodSixNet's whiteboard has it.
#[derive(podsix::Data, Clone, Debug, Default, PartialEq)]
pub struct Lines {
    /// The colour.
    pub color: Color,
    /// The strokes.
    pub lines: Vec<Vec<Point>>,
}

/// The points of a flat list.
pub fn pairs(points: &[i32]) -> impl Iterator<Item = Point> {
    points.as_chunks().0.iter().map(|&[x, y]| (x, y))
}

/// How somebody is called who typed this name.
pub fn clean_name(typed: &str, id: &str) -> String {
    const MAX_CHARS: usize = 24;

    let shown: String = typed.chars().filter(|char| !char.is_control()).collect();
    match shown.trim() {
        "" => format!("guest {id}"),
        name => name.chars().take(MAX_CHARS).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (typed, name) in [
            ("ann", "ann"),
            ("  Zoë 👋\n", "Zoë 👋"),
            ("a\u{1b}[31mb\u{7}", "a[31mb"),
            (" \t\u{0}", "guest 7"),
            ("abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwx"),
        ] {
            assert_eq!(clean_name(typed, "7"), name);
        }
    }

    #[test]
    fn points_come_in_pairs() {
        let points: Vec<Point> = pairs(&[1, 2, 3, 4]).collect();
        assert_eq!(points, [(1, 2), (3, 4)]);
    }
}
