//! The game Buried: what its servers and clients say to each other, its rules,
//! and how it looks. The programs are `board_game_server` and
//! `board_game_client`, and the same with `loose` in their names, which do not
//! use these enums; the folder `board_game` has the game in Python.

mod island;
mod rules;

pub use self::island::{draw_islands, parse_square, square_name};
pub use self::rules::{Refused, Round, Square};

/// What a client sends.
#[derive(podsix::Message, Debug, PartialEq)]
pub enum ToServer {
    /// It wants to play.
    Join {
        /// The player's name, as it was typed.
        name: String,
    },
    /// Buries its chest, before the round.
    Bury {
        /// Where.
        square: Square,
    },
    /// Digs a hole on the rival's island.
    Dig {
        /// Where.
        square: Square,
    },
    /// Carries its own chest one step on.
    Carry {
        /// Where to.
        square: Square,
    },
    /// Wants another round.
    Rematch,
}

/// What the server sends.
#[derive(podsix::Message, Debug, PartialEq)]
pub enum ToClient {
    /// Nobody else is there.
    Waiting,
    /// A round begins: each player buries a chest.
    Begin {
        /// The name of the other player.
        rival: String,
    },
    /// Where this player's own chest is now; the rival is not told.
    Chest {
        /// Where.
        square: Square,
    },
    /// Whose turn it is.
    Turn {
        /// Whether it is this player's.
        yours: bool,
    },
    /// Somebody dug a hole on the other's island.
    Dug {
        /// Whether it was this player.
        yours: bool,
        /// Where.
        square: Square,
        /// How far away the chest is; 0 if it was found.
        steps: u8,
    },
    /// The rival's chest is one step further.
    Carried,
    /// The round is over.
    Over {
        /// Whether this player won.
        won: bool,
        /// Where the rival's chest is.
        chest: Square,
        /// The rounds that this player and the rival won.
        score: (u32, u32),
    },
    /// The rival wants another round.
    Rematch,
    /// The rival is gone.
    Left,
    /// What this player wanted can't be done.
    Refused {
        /// Why not.
        why: String,
    },
}
