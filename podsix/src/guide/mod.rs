//! The guide: what there is to read beside the documentation of each type.
//!
//! In the order in which a new game needs it:
//!
//! 1. [`first_game`]: your first game in ten minutes
//! 2. [`dispatch`]: how your methods come to be called, and when
//! 3. [`holding`]: where a game keeps its connection, from one loop to scenes,
//!    systems and threads
//! 4. [`ticks`]: ticks and time
//! 5. [`coming_back`]: leaving and coming back: the old seat for a player who
//!    returns
//! 6. [`testing`]: a whole game in one test
//! 7. [`cost`]: what a message costs, and what makes it cost less
//! 8. [`trouble`]: when things go wrong: each reason, each error, what to do
//! 9. [`figures`]: what is going on: figures by action, limits that were
//!    reached, dashboards
//! 10. [`versions`]: old clients and new servers: what may change between two
//!     versions of a game
//! 11. [`mistakes`]: what the compiler says when a handler or a message is not
//!     right, and what to write instead
//! 12. [`wires`]: Python programs and browsers in the same game, and what
//!     becomes of each kind of value on each wire
//! 13. [`porting`]: porting a PodSixNet game: from Python to Rust
//! 14. [`python`]: your Python clients, a Rust server
//! 15. [`native_wire`]: what two podsix programs say to each other, byte by
//!     byte
//!
//! There is no code in here; what the pages show is compiled and run with the
//! tests.

#[expect(
    clippy::test_attr_in_doctest,
    reason = "it shows what a test of the reader's own looks like, and runs it"
)]
#[doc = include_str!("first_game.md")]
pub mod first_game {}

#[doc = include_str!("dispatch.md")]
pub mod dispatch {}

#[doc = include_str!("holding.md")]
pub mod holding {}

#[doc = include_str!("ticks.md")]
pub mod ticks {}

#[doc = include_str!("coming_back.md")]
pub mod coming_back {}

#[doc = include_str!("testing.md")]
pub mod testing {}

#[doc = include_str!("cost.md")]
pub mod cost {}

#[doc = include_str!("trouble.md")]
pub mod trouble {}

#[doc = include_str!("figures.md")]
pub mod figures {}

#[doc = include_str!("mistakes.md")]
pub mod mistakes {}

#[doc = include_str!("versions.md")]
pub mod versions {}

#[doc = include_str!("porting.md")]
pub mod porting {}

#[doc = include_str!("python.md")]
pub mod python {}

#[doc = include_str!("wires.md")]
pub mod wires {}

#[doc = include_str!("native_wire.md")]
pub mod native_wire {}
