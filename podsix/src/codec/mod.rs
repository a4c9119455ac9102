//! How messages become bytes on PodSixNet's wire, and how a game brings its own way.
//!
//! PodSixNet programs can replace its `dumps` and `loads`, and some do: by `json`, by `msgpack`. A [`Codec`] does the same
//! here. It gets a name, and the name goes into the address:
//!
//! ```
//! use podsix::codec::{Codec, CodecResult};
//! use podsix::{Connection, Server, Value, network_handler};
//!
//! #[derive(Debug)]
//! struct MessagePack;
//!
//! impl Codec for MessagePack {
//!     fn name(&self) -> &str {
//!         "msgpack"
//!     }
//!
//!     fn encode(&self, message: &Value, body: &mut Vec<u8>) -> CodecResult<()> {
//!         Ok(rmp_serde::encode::write_named(body, message)?)
//!     }
//!
//!     fn decode(&self, body: &[u8]) -> CodecResult<Value> {
//!         Ok(rmp_serde::from_slice(body)?)
//!     }
//! }
//!
//! #[derive(podsix::Message)]
//! enum Both { Hello { who: String } }
//!
//! #[derive(Default)]
//! struct Greeter { heard: Vec<String> }
//!
//! #[network_handler(Both)]
//! impl Greeter {
//!     fn network_hello(&mut self, who: String) { self.heard.push(who); }
//! }
//!
//! # fn main() -> podsix::Result<()> {
//! let mut server = Server::<()>::builder().codec(MessagePack).bind("podsixnet+msgpack://127.0.0.1:0")?;
//! let address = format!("podsixnet+msgpack://{}", server.addr().expect("it listens"));
//! let mut connection = Connection::builder().codec(MessagePack).connect(&address)?;
//! connection.send(&Both::Hello { who: "Ann".into() })?;
//!
//! let mut greeter = Greeter::default();
//! while greeter.heard.is_empty() {
//!     connection.pump()?;
//!     server.pump()?;
//!     server.dispatch(&mut greeter);
//! }
//! assert_eq!(greeter.heard, ["Ann"]);
//! # Ok(())
//! # }
//! ```
//!
//! Handlers and messages stay as they are: the same server can listen at other addresses too, and serves all wires at
//! once. What podsix itself speaks there is [`Rencode`]; with the feature `json` there is `Json` as well.

pub(crate) mod bincode;
mod compounds;
#[cfg(feature = "json")]
pub mod json;
pub mod rencode;

use std::error::Error;
use std::fmt;

use crate::Value;

/// A way to write messages as bytes: what `dumps` and `loads` are in PodSixNet.
///
/// Given to a builder ([`ServerBuilder::codec`](crate::ServerBuilder::codec),
/// [`ConnectionBuilder::codec`](crate::ConnectionBuilder::codec)) it serves the addresses `podsixnet+<its name>://`. A
/// message is a map with an `action`. What a peer sends is given to [`decode`](Self::decode) only whole, and never larger
/// than [`max_message_bytes`](crate::Limits::max_message_bytes); a codec that makes more of it than was there has to mind
/// that itself, as it has to mind how deep values are nested.
pub trait Codec: fmt::Debug + Send + Sync {
    /// Its name in addresses: `podsixnet+<name>://host:port`.
    fn name(&self) -> &str;

    /// Appends `message` to `body`.
    ///
    /// # Errors
    ///
    /// Why it can't be written; who sent it is told.
    fn encode(&self, message: &Value, body: &mut Vec<u8>) -> CodecResult<()>;

    /// Reads the message that takes up all of `body`.
    ///
    /// # Errors
    ///
    /// Why it can't be read. The connection ends, since nobody can know where the next message begins.
    fn decode(&self, body: &[u8]) -> CodecResult<Value>;

    /// Where the message ends that `bytes` begin with, for a codec whose values tell their own end; `None` if it is not
    /// whole yet. Then a message arrives whole even if it contains the five bytes that follow each message, as one from
    /// another program may. By default a message ends where these bytes come first.
    ///
    /// # Errors
    ///
    /// Why it can't be read, as in [`decode`](Self::decode).
    fn end(&self, bytes: &[u8]) -> CodecResult<Option<usize>> {
        Ok(rencode::find_terminator(bytes))
    }
}

/// What a [`Codec`] gives: any error will do.
pub type CodecResult<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The coding of PodSixNet itself, which `podsixnet://` speaks: see [`rencode`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Rencode;

impl Codec for Rencode {
    fn name(&self) -> &str {
        "rencode"
    }

    fn encode(&self, message: &Value, body: &mut Vec<u8>) -> CodecResult<()> {
        Ok(rencode::encode(message, body, usize::MAX)?)
    }

    fn decode(&self, body: &[u8]) -> CodecResult<Value> {
        Ok(rencode::from_slice(body)?)
    }

    fn end(&self, bytes: &[u8]) -> CodecResult<Option<usize>> {
        let end = rencode::Scanner::new(usize::MAX).scan(bytes);
        Ok(end.map_err(rencode::Error::from)?)
    }
}
