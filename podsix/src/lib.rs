//! Multiplayer networking for games: one program sends an action, the method
//! of that name is called in another, and the game's loop calls `pump` once a
//! turn.
//!
//! ```
//! use podsix::{Channel, Connection, Server, network_handler};
//!
//! #[derive(podsix::Message)]
//! enum ToServer { Roll { dice: u32 } }
//!
//! #[derive(podsix::Message)]
//! enum ToClient { Rolled { points: u32 } }
//!
//! struct Table;
//!
//! #[network_handler(ToServer)]
//! impl Table {
//!     fn network_roll(&mut self, channel: &mut Channel<()>, dice: u32) {
//!         channel.broadcast(&ToClient::Rolled { points: dice * 6 });
//!     }
//! }
//!
//! #[derive(Default)]
//! struct Score { points: u32 }
//!
//! #[network_handler(ToClient)]
//! impl Score {
//!     fn network_rolled(&mut self, points: u32) {
//!         self.points += points;
//!     }
//! }
//!
//! # fn main() -> podsix::Result<()> {
//! // Two programs, as a rule; here both are in one.
//! let mut server = Server::<()>::bind("127.0.0.1:0")?;
//! let address = server.addr().expect("it listens").to_string();
//! let mut connection = Connection::connect(&address)?;
//! connection.send(&ToServer::Roll { dice: 2 })?;
//!
//! let (mut table, mut score) = (Table, Score::default());
//! while score.points < 12 {
//!     server.pump()?;
//!     server.dispatch(&mut table);
//!     connection.pump()?;
//!     connection.dispatch(&mut score);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The [`guide`] begins with a [first game](guide::first_game). The README has a
//! whole server and a whole client to paste, and what podsix does not do. For
//! those who know PodSixNet, there is [porting a game](guide::porting).
//!
//! # The words
//!
//! They are PodSixNet's, the Python library that this one follows.
//!
//! - An **action** is what one program tells another: a name with fields. Here
//!   it is a variant of an enum that derives [`Message`](derive@Message), and
//!   its name is the variant's in snake_case.
//! - A **connection** is a client's way to its server: [`Connection`].
//! - A **channel** is the server's end of one client: [`Channel`]. (Other
//!   libraries call a lane of delivery or a queue so.) It dereferences to what
//!   the game keeps for that client.
//! - To **pump** is to send what is to be sent and to receive what is there:
//!   once in a game's loop, and never blocking. [`Server::wait`] and
//!   [`Connection::wait`] do the same, but first sleep until something happens.
//! - To **dispatch** is to call an object's `network_` methods for what was
//!   received: [`Server::dispatch`], [`Connection::dispatch`].
//!
//! # Where to find what
//!
//! - What is said: [`#[derive(Message)]`](derive@Message) for the actions,
//!   [`#[derive(Data)]`](derive@Data) for types inside them, and the trait
//!   [`Message`](trait@Message)
//! - Who listens: [`#[network_handler]`](macro@network_handler) on an `impl`
//!   block, [`NetworkHandler`] for what it makes, [`Event`] for a method that
//!   sees everything
//! - A server: [`Server`], [`ServerBuilder`]; its clients: [`Channel`] in a
//!   handler, [`Channels`] for all, [`Peer`] and [`PeerMut`] for one of them,
//!   [`Audience`] for some, [`ChannelId`], [`PeerAddr`]
//! - A client: [`Connection`], [`ConnectionBuilder`]; from other threads
//!   [`Sender`]
//! - Who may say what: [`Protocol`] for a server or a connection that sends
//!   nothing but its own enum, [`OnMismatch`] for one that meets other enums;
//!   [`Untyped`] is what ends are without, [`ServerSends`] and [`ClientSends`]
//!   are for functions that work with both
//! - Programs in Python and browsers: the [addresses](guide::python#listening-for-both)
//!   that [`Server::listen`] and [`Connection::connect`] take, and the
//!   [features](#features) that some of them need
//! - Messages without a type: [`Value`], made by [`data!`] and read with
//!   [`Value::get`]; how they become bytes: [`codec`] with its trait
//!   [`Codec`](codec::Codec), and [`rencode`], PodSixNet's coding
//! - Time: [`Ticker`] for a fixed step, [`Waker`] to end a wait
//! - What is [going on](guide::figures): [`LinkStats`] for the time of a round trip and
//!   other figures of one connection, [`Stats`] and [`ServerStats`] for all of them
//! - What ends or fails: [`Reason`], [`Error`], [`Result`]
//! - What is bounded: [`Limits`], [`OnFullQueue`]
//! - To test: [`testing`], a network in memory with a clock to be moved by hand
//! - To read: the [`guide`], from your [first game](guide::first_game) in ten
//!   minutes to [when things go wrong](guide::trouble)
//!
//! # What comes when
//!
//! A client's `network_connected` comes when the server has let it in; a
//! server's, when a client is in. Then come its messages, in the order in which
//! they were sent, and at the end exactly one `network_disconnected` with the
//! [`Reason`]. A connection that never comes up has neither, but one
//! `network_error`. A server does not hear of a client that it refused itself;
//! of one that went in the moment in which it was let in, it hears that it came
//! and went. `network_error` also tells what failed while the connection stays
//! up: [`Error::connection_is_up`].
//!
//! What a handler sends leaves when `dispatch` returns. Events stay for further
//! handlers until the next pump.
//!
//! # Log
//!
//! What is not worth an event (a client that was refused, a stranger at the
//! port, a message to a client that is gone) is told to the
//! [`log`](https://docs.rs/log) crate; give it a logger, such as `env_logger`,
//! to see it. How often such things happened is counted: [`Server::stats`].
//!
//! # Features
//!
//! All are off by default.
//!
//! - `json`: messages as JSON, for PodSixNet programs that were changed to it
//!   (`podsixnet+json://`), in [`codec`]. Builds `serde_json`.
//! - `keepalive`: TCP's own signs of life on PodSixNet's wire, which has none. Builds
//!   `socket2`.
//! - `metrics`: [`ServerStats::record_metrics`](guide::figures#for-a-dashboard), for
//!   dashboards. Builds `metrics`.
//! - `websocket`: browsers, at `ws://` and at every native address. Turns `json`
//!   on and builds `tungstenite`.

// The macros name this crate by its path, which has to work here as well.
#[allow(unused_extern_crates)]
extern crate self as podsix;

mod actions;
mod address;
mod bound;
pub mod codec;
mod connection;
mod dispatch;
mod encode;
mod endpoint;
mod error;
mod event;
mod events;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod guide;
mod handler;
mod inbox;
mod limits;
mod message;
mod outgoing;
mod peer_addr;
mod private;
mod protocol;
#[cfg(test)]
mod random;
mod reason;
mod server;
mod shape;
mod sink;
#[cfg(feature = "websocket")]
mod site;
mod slots;
mod source;
mod stats;
pub mod testing;
mod ticker;
mod transport;
pub mod value;
mod waker;
mod wire;

pub use podsix_macros::{Data, Message, network_handler};

pub use crate::bound::{ClientSends, OnMismatch, Protocol, ServerSends, Untyped};
pub use crate::codec::rencode;
pub use crate::connection::{Connection, ConnectionBuilder, Sender};
pub use crate::error::{Error, Result};
pub use crate::event::{Event, EventKind};
pub use crate::events::{ContextFree, Events, ServerEvent, ServerEvents};
pub use crate::handler::NetworkHandler;
pub use crate::limits::{Limits, OnFullQueue};
pub use crate::message::{Incoming, Message};
pub use crate::peer_addr::PeerAddr;
pub use crate::reason::Reason;
pub use crate::server::{
    Audience, Channel, ChannelId, Channels, DefaultState, MakeState, Peer, PeerMut, Peers,
    PeersMut, Server, ServerBuilder, StateFrom,
};
pub use crate::stats::{
    HandlingTime, LimitCounts, LinkStats, ReasonCounts, ReceivedAction, SentAction, ServerStats,
    Stats,
};
pub use crate::ticker::Ticker;
pub use crate::value::Value;
pub use crate::waker::Waker;

const _: () = {
    const fn is_shareable<T: Send + Sync>() {}
    is_shareable::<Server<()>>();
    is_shareable::<Connection>();
    is_shareable::<Connection<Protocol<*const (), ()>>>();
    is_shareable::<Sender>();
    is_shareable::<Waker>();
};

/// What the macros' output needs; not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::handler::Bindings;
    pub use crate::message::{Action, Table};
    pub use crate::private::*;
    pub use crate::shape::Fields;
    pub use crate::sink::{FieldProblem, Sink};
    pub use crate::source::{ByNames, ByPlaces, Source, Way};
    pub use serde;
}

/// The programs in the README are built with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
