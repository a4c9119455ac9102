//! What ends count: messages by action, reasons, limits, time.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that unwraps says clearly enough what went wrong"
)]

mod actions;
mod ends;
mod limits;
mod metrics;
mod table;
