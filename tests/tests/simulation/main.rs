//! Servers and clients on the network in memory, with time moved by hand:
//! nothing in here sleeps, and every failure comes again by its seed.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "all of it is tests, also what stands outside of their functions"
)]

mod hostile;
mod messages;
mod model;
mod plan;
mod seeds;
mod splits;
mod time;
mod world;
