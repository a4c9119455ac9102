//! The wires beside each other: what becomes of each kind of value on each of
//! them, codecs of a game's own, and servers that speak all wires at once.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that unwraps says clearly enough what went wrong"
)]

mod support;

mod borrowed;
mod codecs;
mod games;
mod mixed;
mod refusals;
mod table;
