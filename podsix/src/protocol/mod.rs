//! The native wire: bytes and time go in, events and bytes come out. Nothing
//! in here does any I/O or reads a clock.

#[cfg(any(test, fuzzing))]
pub(crate) mod end;
mod foreign;
pub(crate) mod frame;
mod link;
pub(crate) mod run;
#[cfg(test)]
mod tests;
mod varint;

use std::time::Duration;

#[cfg(feature = "websocket")]
pub(crate) use foreign::may_be_http;
#[cfg(feature = "websocket")]
pub(crate) use link::websocket;
pub(crate) use link::{Link, Received, Role, Turn};

/// Time since an end was made: all that the protocol knows of clocks.
pub(crate) type Time = Duration;
