//! Tests without sockets and without waiting.
//!
//! [`Network`] joins servers and clients through memory, with a clock that the
//! test moves by hand: bytes arrive in pieces, late, or not at all, and the
//! same seed does the same again.

mod network;

pub use network::{Conditions, Direction, LinkId, Network};
