//! How islands are shown in a terminal, and squares are typed.

use std::collections::BTreeMap;

use super::rules::{SIZE, Square};

const COLUMNS: &str = "abcde";

/// `(1, 2)` is called b3.
pub fn square_name((column, row): Square) -> String {
    let column = COLUMNS.chars().nth(column.into()).unwrap_or('?');
    format!("{column}{}", u32::from(row) + 1)
}

/// The square of that name, if there is one.
pub fn parse_square(text: &str) -> Option<Square> {
    let text = text.to_lowercase();
    squares().find(|square| square_name(*square) == text)
}

fn squares() -> impl Iterator<Item = Square> {
    (0..SIZE).flat_map(|column| (0..SIZE).map(move |row| (column, row)))
}

/// Both islands, side by side. Holes are the steps for each square.
pub fn draw_islands(
    my_holes: &BTreeMap<Square, u8>,
    my_chest: Option<Square>,
    rivals_holes: &BTreeMap<Square, u8>,
    rival: &str,
) -> String {
    let mine = draw_island(my_holes, my_chest);
    let theirs = draw_island(rivals_holes, None);
    let title = format!("   {:<20}{rival}'s island", "Your island");
    let mut lines = vec![String::new(), title];
    for (left, right) in mine.iter().zip(&theirs) {
        lines.push(format!("   {left:<20}{right}"));
    }
    lines.join("\n")
}

fn draw_island(holes: &BTreeMap<Square, u8>, chest: Option<Square>) -> Vec<String> {
    let columns: Vec<String> = COLUMNS.chars().map(String::from).collect();
    let mut lines = vec![format!("  {}", columns.join(" "))];
    for row in 0..SIZE {
        let squares = (0..SIZE).map(|column| draw_square(holes, chest, (column, row)));
        let squares: Vec<String> = squares.collect();
        lines.push(format!("{} {}", row + 1, squares.join(" ")));
    }
    lines
}

fn draw_square(holes: &BTreeMap<Square, u8>, chest: Option<Square>, square: Square) -> String {
    match holes.get(&square) {
        Some(0) => "*".to_owned(), // a chest that was found
        Some(steps) => steps.to_string(),
        None if chest == Some(square) => "#".to_owned(),
        None => ".".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_have_names() {
        assert_eq!(square_name((1, 2)), "b3");
        assert_eq!(parse_square("b3"), Some((1, 2)));
        assert_eq!(parse_square("E5"), Some((4, 4)));
        for no_square in ["", "b", "3", "b6", "b0", "f1", "b33", "3b", "é"] {
            assert_eq!(parse_square(no_square), None, "{no_square}");
        }
        // Also what no server should send has a name.
        assert_eq!(square_name((255, 255)), "?256");
    }

    #[test]
    fn islands_stand_side_by_side() {
        let mine = BTreeMap::from([((0, 0), 3)]);
        let theirs = BTreeMap::from([((4, 4), 0), ((2, 1), 5)]);
        assert_eq!(
            draw_islands(&mine, Some((1, 2)), &theirs, "ann"),
            "
   Your island         ann's island
     a b c d e           a b c d e
   1 3 . . . .         1 . . . . .
   2 . . . . .         2 . . 5 . .
   3 . # . . .         3 . . . . .
   4 . . . . .         4 . . . . .
   5 . . . . .         5 . . . . *"
        );
    }
}
