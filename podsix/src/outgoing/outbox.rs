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
// What each message changes stands together at the front, so that a broadcast to
// many touches little memory of each.
#[derive(Debug, Default)]
#[repr(C)]
pub(crate) struct Outbox {
    pub(super) bytes: Vec<u8>,
    // written <= bytes.len()
    written: usize,
    /// How much of it was there when a write was last tried.
    // flushed <= bytes.len()
    pub(super) flushed: usize,
    /// How many bytes waited after a write was last tried.
    pub(super) stuck: usize,
    /// One bit for each number below 64 of an action that the other end was told.
    announced: u64,
    /// The largest body that the other end takes.
    pub(crate) max_body: u32,
    pub(super) open: bool,
    pub(super) dirty: bool,
    pub(super) coding: Coding,
    pub(crate) stats: Traffic,
    /// How many messages had been sent when a write was last tried.
    flushed_messages: u64,
    /// How many warnings this connection has caused.
    warnings: u32,
    /// Whether the bodies of its frames have to be masked: those of a client's
    /// WebSocket.
    #[cfg(feature = "websocket")]
    masked: bool,
    /// Whether a message to this closed connection was logged already.
    pub(super) told_closed: bool,
    /// Who is at the other end, for the log.
    pub(crate) peer: PeerName,
    pub(crate) received: Received,
    rare: Option<Box<Rare>>,
}

/// What every connection counts.
#[derive(Debug, Default)]
#[repr(C)]
pub(crate) struct Traffic {
    pub(crate) messages_sent: u64,
    pub(crate) bytes_sent: u64,
    pub(crate) messages_received: u64,
    pub(crate) bytes_received: u64,
    pub(crate) pings_sent: u64,
    pub(crate) round_trip_time: Option<Duration>,
}

/// What most connections never need: it takes memory from when it is changed.
#[derive(Debug, Default)]
struct Rare {
    /// What went wrong; not what is in [`Traffic`].
    faults: LinkStats,
    /// The limits that were reached; not how many pings were sent.
    limits: LimitCounts,
    /// One bit for each number from 64 on of an action that the other end was told.
    announced: Vec<u64>,
    /// What a client has to say once its WebSocket is open, until it is.
    #[cfg(feature = "websocket")]
    early: Option<Vec<u8>>,
    /// The other end's actions of which handlers were told that their fields differ.
    told_differs: Vec<u32>,
    /// The actions that the other end can't take, with the fields it expects.
    differs: Vec<(u32, String)>,
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

    /// Whether anything more may be sent.
    #[inline]
    pub(crate) fn is_open(&self) -> bool {
        self.open
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
        let early = self.early().map_or(0, Vec::len);
        #[cfg(not(feature = "websocket"))]
        let early = 0;
        self.pending().len() + early
    }

    /// Whether messages have to wait until a WebSocket is open.
    pub(crate) fn is_holding(&self) -> bool {
        #[cfg(feature = "websocket")]
        return self.early().is_some();
        #[cfg(not(feature = "websocket"))]
        false
    }

    /// Whether nothing waits, and nothing did when a write was last tried.
    #[inline]
    pub(crate) fn is_calm(&self) -> bool {
        self.stuck == 0 && self.bytes.is_empty()
    }

    /// How much waits since the last write.
    #[inline]
    pub(crate) fn waiting(&self) -> usize {
        self.bytes.len() - self.flushed
    }

    /// How many messages were sent since this was last asked.
    pub(crate) fn take_copies(&mut self) -> u64 {
        let before = std::mem::replace(&mut self.flushed_messages, self.stats.messages_sent);
        self.stats.messages_sent.saturating_sub(before)
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
        let rare = self.rare();
        rare.faults.differing += 1;
        let first = !rare.told_differs.contains(&remote);
        if first {
            rare.told_differs.push(remote);
        }
        first
    }

    /// Takes note of an action that the other end can't take, and of the fields
    /// that it expects.
    pub(crate) fn differs(&mut self, number: u32, theirs: String) {
        self.rare().differs.push((number, theirs));
    }

    /// Whether there is such an action of which the game was not told.
    pub(crate) fn has_differs(&self) -> bool {
        let rare = self.rare.as_ref();
        rare.is_some_and(|rare| !rare.differs.is_empty())
    }

    /// Takes them out, to tell the game.
    pub(crate) fn take_differs(&mut self) -> Vec<(u32, String)> {
        let rare = self.rare.as_mut();
        rare.map_or_else(Vec::new, |rare| std::mem::take(&mut rare.differs))
    }

    /// Logs that nothing handled a dict, once: a peer can make up as many names
    /// as it likes.
    pub(crate) fn unhandled_dict(&mut self, name: &str) {
        if self.faults().unhandled == 1 {
            log::warn!(
                "{}: no method handles the dict {} (further ones are only counted)",
                self.peer,
                Quoted(name)
            );
        }
    }

    /// Takes note of a round trip's time; smooths it as TCP does (RFC 6298).
    pub(crate) fn measured(&mut self, time: Duration) {
        self.stats.round_trip_time = Some(match self.stats.round_trip_time {
            Some(smoothed) => (smoothed * 7 + time) / 8,
            None => time,
        });
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
                let rare = self.rare.as_mut();
                let early = rare.and_then(|rare| rare.early.as_mut());
                let out = early.unwrap_or(&mut self.bytes);
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
        let rare = self.rare.as_mut();
        if let Some(early) = rare.and_then(|rare| rare.early.take()) {
            self.bytes.extend_from_slice(&early);
        }
    }

    /// A client's messages have to wait until its WebSocket is open.
    #[cfg(feature = "websocket")]
    pub(crate) fn hold(&mut self) {
        self.masked = true;
        self.rare().early = Some(Vec::new());
    }

    #[cfg(feature = "websocket")]
    fn early(&self) -> Option<&Vec<u8>> {
        self.rare.as_ref()?.early.as_ref()
    }

    /// Whether the bodies of its frames have to be masked.
    pub(super) fn masks(&self) -> bool {
        #[cfg(feature = "websocket")]
        return self.masked;
        #[cfg(not(feature = "websocket"))]
        false
    }

    /// Whether there is nothing against a message by its fields, whose action has
    /// this number, and whose body is so long.
    #[inline]
    pub(super) fn takes_fields(&self, number: u32, body: usize) -> bool {
        self.takes(Coding::Native, body) && self.is_announced(number)
    }

    /// Whether there is nothing against a dict that is so long.
    #[inline]
    pub(super) fn takes_dict(&self, coding: Coding, body: usize) -> bool {
        self.takes(coding, body) && !self.is_holding()
    }

    #[inline]
    fn takes(&self, coding: Coding, body: usize) -> bool {
        self.open && self.coding == coding && body <= self.max_body as usize
    }

    #[inline]
    pub(super) fn is_announced(&self, number: u32) -> bool {
        let word = match number {
            0..64 => self.announced,
            _ => self.announced_from_64(number),
        };
        word & (1 << (number % 64)) != 0
    }

    fn announced_from_64(&self, number: u32) -> u64 {
        let words = self.rare.as_ref().map(|rare| &rare.announced);
        let word = words.and_then(|words| words.get(number as usize / 64 - 1));
        word.copied().unwrap_or(0)
    }

    /// Takes note that the other end was told of the first so many actions.
    pub(crate) fn set_announced(&mut self, numbers: u32) {
        for number in 0..numbers {
            self.announce(number, &[]);
        }
    }

    #[cold]
    pub(super) fn announce(&mut self, number: u32, announcement: &[u8]) {
        let word = match number / 64 {
            0 => Some(&mut self.announced),
            word => {
                let words = &mut self.rare().announced;
                let index = word as usize - 1;
                words.resize(words.len().max(index + 1), 0);
                words.get_mut(index)
            }
        };
        if let Some(word) = word {
            *word |= 1 << (number % 64);
        }
        self.bytes.extend_from_slice(announcement);
    }

    // ---- what is counted ----

    /// Counts of what went wrong, to be changed.
    pub(crate) fn faults(&mut self) -> &mut LinkStats {
        &mut self.rare().faults
    }

    /// The limits that were reached, to be changed; but for pings, which are
    /// counted in [`stats`](Self::stats).
    pub(crate) fn limits(&mut self) -> &mut LimitCounts {
        &mut self.rare().limits
    }

    /// The few figures of this connection.
    pub(crate) fn link_stats(&self) -> LinkStats {
        let faults = self.rare.as_ref().map(|rare| rare.faults.clone());
        LinkStats {
            round_trip_time: self.stats.round_trip_time,
            messages_sent: self.stats.messages_sent,
            messages_received: self.stats.messages_received,
            bytes_sent: self.stats.bytes_sent,
            bytes_received: self.stats.bytes_received,
            queued_bytes: self.queued(),
            ..faults.unwrap_or_default()
        }
    }

    /// The limits that this connection reached.
    pub(crate) fn limit_counts(&self) -> LimitCounts {
        let limits = self.rare.as_ref().map(|rare| rare.limits);
        LimitCounts {
            ping_after: self.stats.pings_sent,
            ..limits.unwrap_or_default()
        }
    }

    #[cold]
    fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }
}
