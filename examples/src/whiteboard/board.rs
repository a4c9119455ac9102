//! The board as the server keeps it.

use std::collections::{BTreeMap, HashMap};

use super::{
    Color, HEIGHT, Lines, MAX_MESSAGE_POINTS, MAX_STROKE_POINTS, Stroke, ToClient, WIDTH, pairs,
};

/// With more than these, the oldest strokes are erased.
const MAX_STROKES: usize = 4_000;
const MAX_POINTS: usize = 50_000;

/// The strokes on the board, and which of them can grow.
#[derive(Debug, Default)]
pub struct Board {
    strokes: BTreeMap<u32, Stroke>,
    /// How many points all strokes have together.
    points: usize,
    /// The number of the newest stroke that there ever was.
    last: u32,
    /// The stroke that each author goes on with, by the author's id.
    open: HashMap<String, u32>,
}

/// What became of points: those of the stroke with this number now.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// The number of the stroke.
    pub stroke: u32,
    /// Whether it began with them.
    pub begins: bool,
    /// The points, moved onto the board.
    pub points: Vec<i32>,
}

impl Board {
    /// Draws points, which begin a stroke or go on with one; none if they can't
    /// be taken.
    pub fn draw(
        &mut self,
        id: &str,
        color: Color,
        begins: bool,
        mut points: Vec<i32>,
    ) -> Option<Drawn> {
        let (pairs, []) = points.as_chunks_mut() else {
            return None;
        };
        let count = pairs.len();
        if !(1..=MAX_MESSAGE_POINTS).contains(&count) {
            return None;
        }
        for [x, y] in pairs {
            *x = (*x).clamp(0, WIDTH);
            *y = (*y).clamp(0, HEIGHT);
        }
        self.points += count;
        let open = self.open.get(id).filter(|_| !begins);
        let open = open.and_then(|number| self.strokes.get_mut(number));
        let room = |stroke: &&mut Stroke| stroke.points.len() / 2 + count <= MAX_STROKE_POINTS;
        if let Some(stroke) = open.filter(room) {
            stroke.points.extend(&points);
            return Some(Drawn {
                stroke: stroke.stroke,
                begins: false,
                points,
            });
        }
        self.last += 1;
        let stroke = Stroke {
            stroke: self.last,
            id: id.to_owned(),
            color,
            points: points.clone(),
        };
        self.strokes.insert(self.last, stroke);
        self.open.insert(id.to_owned(), self.last);
        Some(Drawn {
            stroke: self.last,
            begins: true,
            points,
        })
    }

    /// Erases the oldest strokes where there are too many: the numbers of those
    /// that are gone.
    pub fn make_room(&mut self) -> Vec<u32> {
        let mut gone = Vec::new();
        if self.strokes.len() <= MAX_STROKES && self.points <= MAX_POINTS {
            return gone;
        }
        // A quarter is made free, so that this is not to be done for each message.
        while self.strokes.len() > MAX_STROKES / 4 * 3 || self.points > MAX_POINTS / 4 * 3 {
            let Some((number, stroke)) = self.strokes.pop_first() else {
                break;
            };
            self.points -= stroke.points.len() / 2;
            gone.push(number);
        }
        self.open.retain(|_, open| self.strokes.contains_key(open));
        gone
    }

    /// Erases the newest stroke of this author; its number, if there was one.
    pub fn undo(&mut self, id: &str) -> Option<u32> {
        self.open.remove(id);
        let newest = self.strokes.values().rev().find(|stroke| stroke.id == id);
        let number = newest?.stroke;
        let stroke = self.strokes.remove(&number)?;
        self.points -= stroke.points.len() / 2;
        Some(number)
    }

    /// Erases everything.
    pub fn clear(&mut self) {
        self.strokes.clear();
        self.open.clear();
        self.points = 0;
    }

    /// This author draws no more. The strokes stay.
    pub fn leave(&mut self, id: &str) {
        self.open.remove(id);
    }

    /// The strokes, the oldest first.
    pub fn strokes(&self) -> impl Iterator<Item = &Stroke> {
        self.strokes.values()
    }

    /// The colours of these people, and of those who have a stroke on the board.
    pub fn players(
        &self,
        people: impl Iterator<Item = (String, Color)>,
    ) -> BTreeMap<String, Color> {
        let mut players: BTreeMap<String, Color> = people.collect();
        for Stroke { id, color, .. } in self.strokes.values() {
            if !players.contains_key(id) {
                players.insert(id.clone(), *color);
            }
        }
        players
    }

    /// The whole board, as PodSixNet's whiteboard has it, with these players.
    pub fn initial(&self, players: &BTreeMap<String, Color>) -> ToClient {
        let mut all: BTreeMap<String, Lines> = BTreeMap::new();
        for (id, &color) in players {
            let lines = Vec::new();
            all.insert(id.clone(), Lines { color, lines });
        }
        for stroke in self.strokes.values() {
            if let Some(player) = all.get_mut(&stroke.id) {
                player.lines.push(pairs(&stroke.points).collect());
            }
        }
        ToClient::Initial { lines: all }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: Color = [255, 0, 0];

    fn begin(board: &mut Board, id: &str, points: &[i32]) -> u32 {
        let drawn = board.draw(id, RED, true, points.to_vec()).unwrap();
        assert!(drawn.begins);
        drawn.stroke
    }

    fn go_on(board: &mut Board, id: &str, points: &[i32]) -> (u32, bool) {
        let drawn = board.draw(id, RED, false, points.to_vec()).unwrap();
        (drawn.stroke, drawn.begins)
    }

    fn numbers(board: &Board) -> Vec<u32> {
        board.strokes().map(|stroke| stroke.stroke).collect()
    }

    /// That the count of points is what a recount gives.
    fn check(board: &Board) {
        let points: usize = board.strokes().map(|stroke| stroke.points.len() / 2).sum();
        assert_eq!(board.points, points);
    }

    #[test]
    fn strokes_of_several_people_grow_side_by_side() {
        let mut board = Board::default();
        assert_eq!(begin(&mut board, "1", &[1, 1]), 1);
        assert_eq!(begin(&mut board, "2", &[2, 2]), 2);
        assert_eq!(go_on(&mut board, "1", &[3, 3, 4, 4]), (1, false));
        // Who has no stroke open begins one.
        assert_eq!(go_on(&mut board, "3", &[5, 5]), (3, true));
        let points: Vec<&[i32]> = board.strokes().map(|s| s.points.as_slice()).collect();
        assert_eq!(points, [&[1, 1, 3, 3, 4, 4][..], &[2, 2], &[5, 5]]);
        check(&board);
    }

    #[test]
    fn points_are_moved_onto_the_board() {
        let mut board = Board::default();
        let points = vec![-1, -1, 1601, 1001, i32::MIN, i32::MAX, 1600, 1000];
        let drawn = board.draw("1", RED, true, points).unwrap();
        let on_board = vec![0, 0, 1600, 1000, 0, 1000, 1600, 1000];
        assert_eq!(drawn.points, on_board);
        assert_eq!(board.strokes().next().unwrap().points, on_board);
    }

    #[test]
    fn what_can_not_be_taken_changes_nothing() {
        let mut board = Board::default();
        for count in [0, 1, 511, 513, 514] {
            assert_eq!(board.draw("1", RED, true, vec![5; count]), None, "{count}");
        }
        assert_eq!(board.strokes().count(), 0);
        check(&board);
        assert_eq!(begin(&mut board, "1", &[5; 512]), 1);
    }

    #[test]
    fn a_stroke_that_is_full_is_followed_by_another() {
        let mut board = Board::default();
        begin(&mut board, "1", &[0; 400]);
        for _ in 0..9 {
            assert_eq!(go_on(&mut board, "1", &[0; 400]), (1, false));
        }
        assert_eq!(go_on(&mut board, "1", &[0; 2]), (2, true));
        assert_eq!(go_on(&mut board, "1", &[0; 2]), (2, false));
        check(&board);
    }

    #[test]
    fn undo_takes_ones_own_newest_stroke() {
        let mut board = Board::default();
        for id in ["1", "1", "2"] {
            begin(&mut board, id, &[1, 1]);
        }
        assert_eq!(board.undo("1"), Some(2));
        assert_eq!(numbers(&board), [1, 3]);
        // It leaves none open, and no number is used twice.
        assert_eq!(go_on(&mut board, "1", &[1, 1]), (4, true));
        assert_eq!(board.undo("1"), Some(4));
        assert_eq!(board.undo("1"), Some(1));
        assert_eq!(board.undo("1"), None);
        assert_eq!(numbers(&board), [3]);
        check(&board);
    }

    #[test]
    fn clear_erases_all_and_leaves_none_open() {
        let mut board = Board::default();
        begin(&mut board, "1", &[1, 1]);
        board.clear();
        check(&board);
        assert!(numbers(&board).is_empty());
        assert_eq!(go_on(&mut board, "1", &[1, 1]), (2, true));
    }

    #[test]
    fn who_comes_back_goes_on_with_nothing() {
        let mut board = Board::default();
        begin(&mut board, "1", &[1, 1]);
        board.leave("1");
        assert_eq!(numbers(&board), [1]);
        assert_eq!(go_on(&mut board, "1", &[1, 1]), (2, true));
    }

    #[test]
    fn the_oldest_strokes_make_room() {
        let mut board = Board::default();
        for _ in 0..MAX_STROKES {
            begin(&mut board, "1", &[1, 1]);
            assert!(board.make_room().is_empty());
        }
        begin(&mut board, "2", &[1, 1]);
        let gone = board.make_room();
        assert_eq!(gone, (1..=1001).collect::<Vec<_>>());
        assert_eq!(board.strokes().count(), 3000);
        check(&board);
    }

    #[test]
    fn points_make_room_too_and_what_is_gone_is_not_open() {
        let mut board = Board::default();
        begin(&mut board, "old", &[1, 1]);
        let mut gone = Vec::new();
        while gone.is_empty() {
            begin(&mut board, "1", &[1; 512]);
            gone = board.make_room();
        }
        assert!(board.points <= 37_500 && board.points > 37_500 - 256);
        assert_eq!(gone.first(), Some(&1));
        check(&board);
        let (_, begins) = go_on(&mut board, "old", &[1, 1]);
        assert!(begins);
    }

    #[test]
    fn podsixnets_whiteboard_sees_all_players_and_lines() {
        let mut board = Board::default();
        begin(&mut board, "1", &[1, 2, 3, 4]);
        begin(&mut board, "1", &[5, 6]);
        // Number 1 has left, and 2 has not drawn yet.
        let players = board.players([("2".to_owned(), [0, 0, 255])].into_iter());
        let lines = |color, lines: &[&[_]]| Lines {
            color,
            lines: lines.iter().map(|line| line.to_vec()).collect(),
        };
        let expected = [
            ("1".to_owned(), lines(RED, &[&[(1, 2), (3, 4)], &[(5, 6)]])),
            ("2".to_owned(), lines([0, 0, 255], &[])),
        ];
        let lines = BTreeMap::from(expected);
        assert_eq!(board.initial(&players), ToClient::Initial { lines });
    }
}
