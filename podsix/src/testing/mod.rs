//! Tests without sockets and without waiting.
//!
//! [`Game`] has a server, its handler and its clients in one value, for tests of
//! what a game does. Below it, [`Network`] joins servers and clients through memory, with a clock that the
//! test moves by hand: bytes arrive in pieces, late, or not at all, and the
//! same seed does the same again.

mod game;
mod network;

pub use game::{ClientId, Game, Lifecycle};
pub use network::{Conditions, Direction, LinkId, Network};

/// Ends a test that can't go on.
#[track_caller]
#[expect(clippy::panic, reason = "this is how a test fails")]
fn fail(words: &str) -> ! {
    panic!("{words}")
}
