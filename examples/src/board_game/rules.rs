//! The rules of Buried, without any network.
//!
//! Two pirates have an island each, and bury a chest there that the other one
//! can't see. Then they take turns. Whoever has the turn either digs a hole on
//! the other's island, and both hear how many steps it is from there to the
//! chest, or carries the own chest one step on, in secret. To dig up the other's
//! chest is to win.

use std::collections::BTreeSet;

/// How many columns an island has, and how many rows.
pub(super) const SIZE: u8 = 5;

/// A column and a row, each from 0. A step leads to the next square to the left,
/// to the right, up or down.
pub type Square = (u8, u8);

/// What a player wants is against the rules, for this reason.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Refused(pub &'static str);

/// One round of the players 0 and 1.
#[derive(Clone, Debug)]
pub struct Round {
    turn: usize,
    winner: Option<usize>,
    // Of each player's island: where the chest is, and which holes there are.
    chests: [Option<Square>; 2],
    holes: [BTreeSet<Square>; 2],
}

impl Round {
    /// A round in which this player begins. Players are 0 or 1; any other number
    /// is a mistake of the program's, and panics.
    pub fn new(first: usize) -> Self {
        Self {
            turn: first,
            winner: None,
            chests: [None, None],
            holes: [BTreeSet::new(), BTreeSet::new()],
        }
    }

    /// Whether both chests are buried.
    pub fn has_begun(&self) -> bool {
        !self.chests.contains(&None)
    }

    /// Whose turn it is.
    pub fn turn(&self) -> usize {
        self.turn
    }

    /// Who has won, once somebody has.
    pub fn winner(&self) -> Option<usize> {
        self.winner
    }

    /// Where a player's chest is, once it is buried.
    pub fn chest(&self, player: usize) -> Option<Square> {
        self.chests[player]
    }

    /// Buries a player's chest.
    ///
    /// # Errors
    ///
    /// If it is buried already, or there is no such square.
    pub fn bury(&mut self, player: usize, square: Square) -> Result<(), Refused> {
        if self.chests[player].is_some() {
            return Err(Refused("your chest is buried already"));
        }
        check_square(square)?;
        self.chests[player] = Some(square);
        Ok(())
    }

    /// Digs on the other's island; gives the steps from there to the chest.
    ///
    /// # Errors
    ///
    /// If it is not this player's turn, or there is no such square, or a hole.
    pub fn dig(&mut self, player: usize, square: Square) -> Result<u8, Refused> {
        let rival = 1 - player;
        let [_, chest] = self.check_turn(player)?;
        check_square(square)?;
        if !self.holes[rival].insert(square) {
            return Err(Refused("there is a hole already"));
        }
        let steps = count_steps(square, chest);
        if steps == 0 {
            self.winner = Some(player);
        }
        self.turn = rival;
        Ok(steps)
    }

    /// Carries the player's own chest to a square beside it.
    ///
    /// # Errors
    ///
    /// If it is not this player's turn, or the square is not beside it, or has a
    /// hole.
    pub fn carry(&mut self, player: usize, square: Square) -> Result<(), Refused> {
        let [chest, _] = self.check_turn(player)?;
        check_square(square)?;
        if count_steps(square, chest) != 1 {
            return Err(Refused("a chest is carried one step at a time"));
        }
        if self.holes[player].contains(&square) {
            return Err(Refused("there is a hole"));
        }
        self.chests[player] = Some(square);
        self.turn = 1 - player;
        Ok(())
    }

    /// Gives the player's own chest and the other's, if it is this one's turn.
    fn check_turn(&self, player: usize) -> Result<[Square; 2], Refused> {
        let (Some(own), Some(other)) = (self.chests[player], self.chests[1 - player]) else {
            return Err(Refused("first both chests have to be buried"));
        };
        if self.winner.is_some() {
            return Err(Refused("this round is over"));
        }
        if self.turn != player {
            return Err(Refused("it is not your turn"));
        }
        Ok([own, other])
    }
}

fn check_square((column, row): Square) -> Result<(), Refused> {
    match column < SIZE && row < SIZE {
        true => Ok(()),
        false => Err(Refused("there is no such square")),
    }
}

fn count_steps(a: Square, b: Square) -> u8 {
    a.0.abs_diff(b.0) + a.1.abs_diff(b.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Player 0 begins; the chests are in opposite corners.
    fn begun() -> Round {
        let mut round = Round::new(0);
        assert_eq!(round.bury(0, (0, 0)), Ok(()));
        assert_eq!(round.bury(1, (4, 4)), Ok(()));
        round
    }

    #[test]
    fn who_digs_up_the_chest_wins() {
        let mut round = begun();
        assert_eq!(round.dig(0, (2, 3)), Ok(3));
        assert_eq!(round.dig(1, (1, 0)), Ok(1));
        assert_eq!(round.winner(), None);
        assert_eq!(round.dig(0, (4, 4)), Ok(0));
        assert_eq!(round.winner(), Some(0));
        assert_eq!(round.dig(1, (0, 0)), Err(Refused("this round is over")));
    }

    #[test]
    fn a_chest_is_carried_around_holes() {
        let mut round = begun();
        assert_eq!(round.carry(0, (0, 1)), Ok(()));
        assert_eq!(round.chest(0), Some((0, 1)));
        assert_eq!(round.dig(1, (0, 0)), Ok(1));
        let hole = Err(Refused("there is a hole"));
        assert_eq!(round.carry(0, (0, 0)), hole);
        let far = Err(Refused("a chest is carried one step at a time"));
        assert_eq!(round.carry(0, (1, 2)), far);
        assert_eq!(round.carry(0, (0, 1)), far);
        assert_eq!(round.turn(), 0);
    }

    #[test]
    fn nothing_is_dug_before_both_are_ready_or_out_of_turn() {
        let mut round = Round::new(1);
        let early = Err(Refused("first both chests have to be buried"));
        assert_eq!(round.dig(1, (0, 0)), early);
        assert_eq!(round.bury(0, (0, 0)), Ok(()));
        assert_eq!(round.dig(1, (0, 0)), early);
        let again = Err(Refused("your chest is buried already"));
        assert_eq!(round.bury(0, (1, 1)), again);
        assert_eq!(round.bury(1, (2, 2)), Ok(()));
        assert_eq!(round.dig(0, (0, 0)), Err(Refused("it is not your turn")));
        assert_eq!(round.dig(1, (4, 4)), Ok(8));
        assert_eq!(round.dig(0, (0, 0)), Ok(4));
        let hole = Err(Refused("there is a hole already"));
        assert_eq!(round.dig(1, (4, 4)), hole);
    }

    #[test]
    fn there_are_no_squares_in_the_sea() {
        let sea = Refused("there is no such square");
        for square in [(5, 0), (0, 5), (255, 255)] {
            assert_eq!(Round::new(0).bury(0, square), Err(sea));
            assert_eq!(begun().dig(0, square), Err(sea));
            assert_eq!(begun().carry(0, square), Err(sea));
        }
    }
}
