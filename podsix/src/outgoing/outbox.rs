//! What waits to be sent on one connection.

use std::time::Duration;

use crate::codec::rencode::TERMINATOR;
use crate::dispatch::PeerName;
use crate::error::Quoted;
#[cfg(feature = "websocket")]
use crate::protocol::websocket;
use crate::stats::Received;
use crate::wire::Coding;
use crate::{LimitCounts, LinkStats};

/// What waits to be sent on one connection.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    pub(super) bytes: Vec<u8>,
    // written <= bytes.len()
    written: usize,
    /// How much of it was there when a write was last tried.
    // flushed <= bytes.len()
    pub(super) flushed: usize,
    /// How many bytes waited after a write was last tried.
    pub(super) stuck: usize,
    /// One bit for each number of an action that the other end was told.
    announced: Vec<u64>,
    pub(super) open: bool,
    pub(super) dirty: bool,
    pub(super) coding: Coding,
    /// Whether the bodies of its frames have to be masked: those of a client's
    /// WebSocket.
    #[cfg(feature = "websocket")]
    masked: bool,
    /// What a client has to say once its WebSocket is open, until it is.
    #[cfg(feature = "websocket")]
    early: Option<Vec<u8>>,
    /// Whether a message to this closed connection was logged already.
    pub(super) told_closed: bool,
    /// The other end's actions of which handlers were told that their fields differ.
    told_differs: Vec<u32>,
    /// How many warnings this connection has caused.
    warnings: u32,
    /// The largest body that the other end takes.
    pub(crate) max_body: u32,
    /// The actions that the other end can't take, with the fields it expects.
    pub(crate) differs: Vec<(u32, String)>,
    /// Who is at the other end, for the log.
    pub(crate) peer: PeerName,
    pub(crate) stats: LinkStats,
    pub(crate) limits: LimitCounts,
    pub(crate) received: Received,
}

/// How many warnings one connection can cause, so that nobody fills a log.
const MAX_WARNINGS: u32 = 10;

impl Outbox {
    /// For a connection that begins.
    pub(super) fn new(coding: Coding, max_body: u32, peer: PeerName) -> Self {
        Self {
            open: true,
            coding,
            max_body,
            peer,
            ..Self::default()
        }
    }

    /// What is still to be written.
    #[inline]
    pub(crate) fn pending(&self) -> &[u8] {
        self.bytes.get(self.written..).unwrap_or_default()
    }

    /// How many bytes wait to be sent, those included that can't be written yet.
    #[inline]
    pub(crate) fn queued(&self) -> usize {
        #[cfg(feature = "websocket")]
        let early = self.early.as_ref().map_or(0, Vec::len);
        #[cfg(not(feature = "websocket"))]
        let early = 0;
        self.pending().len() + early
    }

    /// Whether messages have to wait until a WebSocket is open.
    pub(crate) fn is_holding(&self) -> bool {
        #[cfg(feature = "websocket")]
        return self.early.is_some();
        #[cfg(not(feature = "websocket"))]
        false
    }

    /// How much waits since the last write.
    #[inline]
    pub(crate) fn waiting(&self) -> usize {
        self.bytes.len() - self.flushed
    }

    /// Takes note that the first `count` of the pending bytes were written.
    pub(crate) fn wrote(&mut self, count: usize) {
        self.written = (self.written + count).min(self.bytes.len());
        self.stats.bytes_sent += count as u64;
        if self.written == self.bytes.len() {
            self.bytes.clear();
            self.written = 0;
            self.flushed = 0;
        } else if self.written > self.bytes.len() / 2 {
            // At most as many bytes are moved as were written since the last time.
            self.bytes.drain(..self.written);
            self.flushed = self.bytes.len();
            self.written = 0;
        }
    }

    /// Appends what belongs to the protocol rather than to the game.
    pub(crate) fn control(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.bytes);
    }

    /// Takes back what was sent too early for anybody to read it.
    pub(crate) fn discard(&mut self) {
        self.bytes = Vec::new();
        self.written = 0;
        self.flushed = 0;
    }

    /// Gives memory back that a quiet connection does not need.
    pub(crate) fn shrink(&mut self) {
        if self.pending().is_empty() {
            self.discard();
        }
    }

    /// How loud something is to be logged that the other end can bring about
    /// as often as it likes: the first few times as a warning.
    pub(crate) fn warning_level(&mut self) -> log::Level {
        if self.warnings == MAX_WARNINGS {
            return log::Level::Debug;
        }
        self.warnings += 1;
        log::Level::Warn
    }

    /// Takes note of a message whose fields differ from those of its handler;
    /// whether it is the first of its action, of which somebody is to be told.
    pub(crate) fn differing(&mut self, remote: u32) -> bool {
        let first = !self.told_differs.contains(&remote);
        if first {
            self.told_differs.push(remote);
        }
        self.stats.differing += 1;
        first
    }

    /// Logs that nothing handled a dict, once: a peer can make up as many names
    /// as it likes.
    pub(crate) fn unhandled_dict(&mut self, name: &str) {
        if self.stats.unhandled == 1 {
            log::warn!(
                "{}: no method handles the dict {} (further ones are only counted)",
                self.peer,
                Quoted(name)
            );
        }
    }

    pub(crate) fn set_round_trip_time(&mut self, time: Duration) {
        self.stats.round_trip_time = Some(time);
    }

    /// The bytes that go around a body of another wire than the native one.
    pub(super) fn foreign_len(&self, body: usize) -> usize {
        match self.coding {
            #[cfg(feature = "websocket")]
            Coding::Web => websocket::header_len(body, self.masked),
            _ => {
                let _ = body;
                TERMINATOR.len()
            }
        }
    }

    pub(super) fn write_foreign(&mut self, body: &[u8]) {
        match self.coding {
            #[cfg(feature = "websocket")]
            Coding::Web => {
                let out = self.early.as_mut().unwrap_or(&mut self.bytes);
                websocket::write_text(body, self.masked, out);
            }
            _ => {
                self.bytes.extend_from_slice(body);
                self.bytes.extend_from_slice(TERMINATOR);
            }
        }
    }

    /// From now on messages leave in the frames of a WebSocket; those of a
    /// client that were sent before do so now.
    #[cfg(feature = "websocket")]
    pub(crate) fn open_web(&mut self) {
        self.coding = Coding::Web;
        if let Some(early) = self.early.take() {
            self.bytes.extend_from_slice(&early);
        }
    }

    /// A client's messages have to wait until its WebSocket is open.
    #[cfg(feature = "websocket")]
    pub(crate) fn hold(&mut self) {
        self.masked = true;
        self.early = Some(Vec::new());
    }

    pub(super) fn is_announced(&self, number: u32) -> bool {
        let word = self.announced.get(number as usize / 64);
        word.is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    /// Takes note that the other end was told of the first so many actions.
    pub(crate) fn set_announced(&mut self, numbers: u32) {
        for number in 0..numbers {
            self.announce(number, &[]);
        }
    }

    #[cold]
    pub(super) fn announce(&mut self, number: u32, announcement: &[u8]) {
        let index = number as usize / 64;
        if self.announced.len() <= index {
            self.announced.resize(index + 1, 0);
        }
        if let Some(word) = self.announced.get_mut(index) {
            *word |= 1 << (number % 64);
        }
        self.bytes.extend_from_slice(announcement);
    }
}
