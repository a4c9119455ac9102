//! Multiplayer networking for games.

// The macros name this crate by its path, which has to work here as well.
#[allow(unused_extern_crates)]
extern crate self as podsix;

mod actions;
mod address;
mod codec;
mod connection;
mod dispatch;
mod encode;
mod endpoint;
mod error;
mod event;
mod handler;
mod inbox;
mod limits;
mod link_stats;
mod message;
mod outgoing;
mod peer_addr;
mod private;
mod protocol;
mod reason;
mod server;
mod shape;
pub mod testing;
mod ticker;
mod transport;
mod waker;

pub use podsix_macros::{Data, Message, network_handler};

pub use crate::connection::{Connection, ConnectionBuilder, Sender};
pub use crate::error::{Error, Result};
pub use crate::event::{Event, EventKind};
pub use crate::handler::NetworkHandler;
pub use crate::limits::{Limits, OnFullQueue};
pub use crate::link_stats::LinkStats;
pub use crate::message::{Incoming, Message};
pub use crate::peer_addr::PeerAddr;
pub use crate::reason::Reason;
pub use crate::server::{
    Audience, Channel, ChannelId, Channels, DefaultState, MakeState, Peer, PeerMut, Server,
    ServerBuilder, StateFrom,
};
pub use crate::ticker::Ticker;
pub use crate::waker::Waker;

/// The protocol of an end that may send any message.
#[derive(Clone, Copy, Debug)]
pub struct Untyped;

/// What the macros' output needs; not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::handler::Bindings;
    pub use crate::message::{Action, FieldProblem, Sink, Source, Table};
    pub use crate::private::*;
    pub use crate::shape::Fields;
    pub use serde;
}
