//! Old clients and new servers, messages without an enum, and what games are
//! tested with: all in memory, with the clock in the test's hand.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that unwraps says clearly enough what went wrong"
)]

mod support;

mod batches;
mod forms;
mod game;
mod hostile;
mod loose;
mod matrix;
mod misuse;
mod pairs;
