//! The state machine alone: byte literals and time in, records and bytes out.
//!
//! A frame is its body's length, its code, its body. The codes from 128 on take
//! two bytes: `80 01` hello, `81 01` name, `82 01` ping, `83 01` pong, `84 01`
//! goodbye.

#[cfg(feature = "websocket")]
mod autobahn;
mod bound;
mod closing;
mod frames;
mod garbage;
#[cfg(feature = "websocket")]
mod http;
mod names;
mod opening;
mod podsixnet;
mod rates;
mod several;
mod timers;
mod waiting;
#[cfg(feature = "websocket")]
mod websocket;

#[cfg(feature = "websocket")]
pub(super) use autobahn::is_echo;

use super::end::{self, OPENING, PONG};

const PING: &[u8] = b"\x00\x82\x01";

/// Action 0 is called `move` and has no fields.
const NAME: &[u8] = b"\x08\x81\x01\x00\x04move\x15\x00";

/// Action 1 is called `chat` and has a text.
const NAME_CHAT: &[u8] = b"\x0D\x81\x01\x01\x04chat\x15\x01\x03who\x0F";

/// Closed, with the word `bye`.
const GOODBYE: &[u8] = b"\x04\x84\x01\x00bye";
