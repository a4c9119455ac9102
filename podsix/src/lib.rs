//! Multiplayer networking for games.

// The macros name this crate by its path, which has to work here as well.
extern crate self as podsix;

mod actions;
mod codec;
mod error;
mod event;
mod handler;
mod inbox;
mod message;
mod reason;
mod shape;

pub use podsix_macros::{Data, Message, network_handler};

pub use crate::error::{Error, Result};
pub use crate::event::{Event, EventKind};
pub use crate::handler::NetworkHandler;
pub use crate::message::{Incoming, Message};
pub use crate::reason::Reason;

/// What the macros' output needs; not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::handler::Bindings;
    pub use crate::message::{Action, FieldProblem, Sink, Source, Table};
    pub use crate::shape::Fields;
    pub use serde;
}
