//! How a connection ends.

use super::tail::Tail;
use super::{Link, Role, State, Turn};
use crate::inbox::What;
use crate::protocol::Time;
use crate::wire::Wire;
use crate::{Error, Reason};

/// How long to wait for the other end to close as well, once it was told
/// everything; and for one that does not read.
const LINGER: Time = Time::from_secs(1);

/// What is read after the end, only so that our last words are not lost.
const MAX_THROWN_AWAY: usize = 8 << 20;

impl Link {
    /// The other end sends nothing more.
    pub(crate) fn stopped(&mut self, turn: &mut Turn<'_>) {
        self.stopped = true;
        if self.has_ended() {
            return self.finish();
        }
        let unexpected = |message: &str| Reason::Io {
            kind: std::io::ErrorKind::UnexpectedEof,
            message: message.to_owned(),
        };
        let reason = match (self.tail.is_empty(), self.wire) {
            (false, _) => unexpected("the other end stopped in the middle of a message"),
            // To stop is the goodbye there.
            (true, Wire::PodSixNet(_)) if self.is_up() => Reason::ClosedByPeer {
                words: self.dicts.words.take().unwrap_or_default(),
            },
            (true, _) => unexpected("the other end stopped without a goodbye"),
        };
        self.end_silently(turn, reason);
    }

    /// The connection broke.
    pub(crate) fn broke(&mut self, turn: &mut Turn<'_>, error: &std::io::Error) {
        if !self.has_ended() {
            let reason = match self.dicts.words.take() {
                Some(words) => Reason::ClosedByPeer { words },
                None => Reason::from_io(error),
            };
            self.end_silently(turn, reason);
        }
        self.state = State::Over;
    }

    /// Ends the connection and tells the other end why.
    pub(crate) fn end(&mut self, turn: &mut Turn<'_>, reason: Reason) {
        if self.has_ended() {
            return;
        }
        if let (Reason::TooLarge { .. }, State::Up) = (&reason, self.state) {
            turn.outbox.limits().max_message_bytes += 1;
        }
        match self.wire {
            Wire::Native => self.write_goodbye(turn, &reason),
            Wire::PodSixNet(coding) => self.write_words(turn, coding, &reason),
            #[cfg(feature = "websocket")]
            Wire::WebSocket => self.write_web_close(turn, &reason),
        }
        self.end_silently(turn, reason);
    }

    /// Everything that was to be written has been. Unless the other end has
    /// stopped as well, waits a little for that: closing a socket with unread
    /// input would make the system throw our last words away.
    pub(crate) fn flushed(&mut self, turn: &Turn<'_>) {
        self.said_all = true;
        self.finish();
        self.linger(turn.now);
    }

    /// Ends it at once; nothing more is read or written.
    pub(crate) fn abandon(&mut self) {
        self.state = State::Over;
    }

    /// It is over once both ends have said their last.
    pub(super) fn finish(&mut self) {
        if self.stopped && self.said_all {
            self.state = State::Over;
        }
    }

    /// Waits for the other end no longer than a little.
    fn linger(&mut self, now: Time) {
        if let State::Ending { until } = self.state {
            let until = until.min(now.saturating_add(LINGER));
            self.state = State::Ending { until };
        }
    }

    /// Who goes on sending after the end is not listened to for ever.
    pub(super) fn throw_away(&mut self, fresh: usize) {
        self.thrown_away += fresh;
        if self.thrown_away > MAX_THROWN_AWAY {
            self.state = State::Over;
        }
    }

    pub(super) fn malformed(&mut self, turn: &mut Turn<'_>, problem: &str) {
        let problem = problem.to_owned();
        self.end(turn, Reason::Malformed { problem });
    }

    /// Ends the connection without telling the other end.
    pub(super) fn end_silently(&mut self, turn: &mut Turn<'_>, reason: Reason) {
        match self.state {
            State::Ending { .. } | State::Over => return,
            State::Up => turn.tally.ended.note(&reason),
            State::Opening { .. } | State::Knocking { .. } => turn.tally.refused.note(&reason),
        }
        let does_not_read = matches!(reason, Reason::QueueFull { .. });
        let what = match (&self.role, self.state) {
            (_, State::Up) => Some(What::Disconnected(Box::new(reason))),
            (Role::Client { address }, _) => Some(What::Error(Box::new(Error::NotConnected {
                address: address.clone(),
                reason,
            }))),
            // Who never came in is no channel: the game does not hear of it.
            (Role::Server, _) => {
                // What speaks another protocol is somebody's mistake, or an attack.
                let level = match reason {
                    Reason::ProtocolMismatch { .. } | Reason::Malformed { .. } => log::Level::Warn,
                    // It came for a page, and got it.
                    Reason::Closed { .. } => log::Level::Debug,
                    _ => log::Level::Info,
                };
                let peer = turn.outbox.peer;
                log::log!(level, "{peer} did not come in: {reason}");
                None
            }
        };
        if let Some(what) = what {
            turn.inbox.push(self.slot, what);
        }
        self.state = State::Ending {
            until: turn.now.saturating_add(turn.limits.close_timeout),
        };
        if does_not_read {
            self.linger(turn.now);
        }
        self.frame_began = None;
        self.tail = Tail::default();
        self.has_more = false;
        self.needed = 0;
        #[cfg(feature = "websocket")]
        {
            self.web = None;
        }
    }
}
