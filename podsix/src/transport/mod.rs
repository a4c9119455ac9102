//! The thin shell between the protocol and the operating system: sockets,
//! readiness, time, name look-up.

mod clock;
mod connected;
mod dial;
mod driver;
#[cfg(feature = "keepalive")]
mod keepalive;
mod listener;
mod memory;
mod pace;
mod platform;
mod poller;
#[cfg(test)]
mod scripted;
mod signal;
mod stream;
#[cfg(test)]
mod tests;

pub(crate) use clock::{Clock, at_most};
pub(crate) use dial::{Dial, Dialed};
pub(crate) use driver::Driver;
pub(crate) use listener::Listeners;
pub(crate) use memory::{Cable, MemoryStream, held_pair, pair};
pub(crate) use signal::Signal;
pub(crate) use stream::Stream;
