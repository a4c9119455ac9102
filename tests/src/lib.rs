//! Tests of podsix as its users meet it: one file a capability. Here is what
//! several of them use.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that unwraps says clearly enough what went wrong"
)]

pub mod attacks;
pub mod board_game;
pub mod program;
