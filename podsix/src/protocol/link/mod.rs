//! One connection's state machine, at either end.
//!
//! The caller hands in what it read ([`Link::receive`]), that the other end
//! stopped ([`Link::stopped`]) or that time passed ([`Link::handle_timeout`]);
//! the link records what happened in the inbox and puts what it has to say
//! into the outbox. It never ends itself in silence: each way out leads
//! through [`Link::end`].

#[cfg(feature = "websocket")]
mod close_code;
mod dict;
#[cfg(feature = "websocket")]
mod http;
mod native;
mod podsixnet;
mod rate;
#[cfg(feature = "websocket")]
pub(crate) mod websocket;

use super::Time;
use super::frame::{self, Code};
use crate::actions::RemoteActions;
use crate::bound::Bound;
use crate::inbox::{Inbox, What};
use crate::limits::Limits;
use crate::outgoing::Outbox;
#[cfg(feature = "websocket")]
use crate::site::Site;
use crate::wire::{Codecs, Wire};
use crate::{Error, PeerAddr, Reason};
use native::Native;
use podsixnet::Dicts;
use rate::Allowance;
#[cfg(feature = "websocket")]
use websocket::Web;

/// Which end of a connection a link is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The server, and where the client is.
    Server { client: PeerAddr },
    /// The client, and the address it was given.
    Client { address: String },
}

/// Everything that a link works on besides itself, for one turn.
pub(crate) struct Turn<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) now: Time,
    pub(crate) inbox: &'a mut Inbox,
    pub(crate) actions: &'a mut RemoteActions,
    pub(crate) outbox: &'a mut Outbox,
    pub(crate) codecs: &'a Codecs,
    /// The enums that this end is bound to, if it is.
    pub(crate) bound: Option<&'a Bound>,
    /// What it shows to browsers.
    #[cfg(feature = "websocket")]
    pub(crate) site: &'a Site,
    /// The actions that it tells of in its opening: how many, and their frames.
    pub(crate) announced: &'a (u32, Vec<u8>),
}

/// One connection, as the protocol sees it.
#[derive(Debug)]
pub(crate) struct Link {
    role: Role,
    wire: Wire,
    /// The slot by which inbox and outbox know this connection.
    slot: u32,
    state: State,
    /// Whether the other end sends nothing more.
    stopped: bool,
    /// Whether this end has written its last.
    said_all: bool,
    /// A cut frame, until the rest of it comes.
    tail: Vec<u8>,
    /// How many bytes the tail must have before it is worth looking at again.
    needed: usize,
    /// When the frame in the tail began to arrive.
    frame_began: Option<Time>,
    /// What only the native wire has.
    native: Native,
    /// What only PodSixNet's wire has.
    dicts: Dicts,
    /// What only a WebSocket has.
    #[cfg(feature = "websocket")]
    web: Web,
    bad_messages: u32,
    /// What the other end may still send, where that is limited.
    messages: Allowance,
    bytes: Allowance,
    /// What came after the end and was thrown away.
    thrown_away: usize,
    /// When the last message came.
    spoke: Time,
    /// When something was last heard from the other end.
    heard: Time,
    /// When the last ping was sent.
    pinged: Time,
    awaits_pong: bool,
    round_trip_time: Option<Time>,
    /// How much of this connection waits in the inbox, and since which batch.
    waiting_messages: usize,
    waiting_bytes: usize,
    waiting_epoch: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The other end's opening has not come yet.
    Opening {
        since: Time,
    },
    /// A client's opening has come; the server has to admit or refuse it.
    Knocking {
        since: Time,
    },
    Up,
    /// It has ended for the game; what is in the outbox may still leave.
    Ending {
        until: Time,
    },
    /// Nothing more is read or written.
    Over,
}

/// What a link did with what it was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Received {
    /// How many frames were taken.
    pub(crate) frames: usize,
    /// Whether whole frames were left for a later turn.
    pub(crate) more: bool,
}

/// How long to wait for the other end to close as well, once it was told
/// everything; and for one that does not read.
const LINGER: Time = Time::from_secs(1);

/// What is read after the end, only so that our last words are not lost.
const MAX_THROWN_AWAY: usize = 8 << 20;

/// Tails up to this size keep their memory for the next cut frame.
const KEPT_TAIL_BYTES: usize = 4 << 10;

impl Link {
    pub(crate) fn new(role: Role, wire: Wire, slot: u32, now: Time) -> Self {
        let state = match (wire, &role) {
            // There the server speaks first.
            (Wire::PodSixNet(_), Role::Server { .. }) => State::Knocking { since: now },
            _ => State::Opening { since: now },
        };
        Self {
            role,
            wire,
            slot,
            state,
            stopped: false,
            said_all: false,
            tail: Vec::new(),
            needed: 0,
            frame_began: None,
            native: Native::default(),
            dicts: Dicts::default(),
            #[cfg(feature = "websocket")]
            web: Web::default(),
            bad_messages: 0,
            messages: Allowance::default(),
            bytes: Allowance::default(),
            thrown_away: 0,
            spoke: now,
            heard: now,
            pinged: now,
            awaits_pong: false,
            round_trip_time: None,
            waiting_messages: 0,
            waiting_bytes: 0,
            waiting_epoch: 0,
        }
    }

    // ---- questions ----

    /// Whether a client's opening waits for [`admit`](Self::admit) or [`end`](Self::end).
    pub(crate) fn is_knocking(&self) -> bool {
        matches!(self.state, State::Knocking { .. })
    }

    pub(crate) fn is_up(&self) -> bool {
        self.state == State::Up
    }

    /// Whether it has ended for the game.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.state, State::Ending { .. } | State::Over)
    }

    /// Whether nothing more is read or written.
    pub(crate) fn is_over(&self) -> bool {
        self.state == State::Over
    }

    /// Whether the other end sends nothing more.
    pub(crate) fn has_stopped(&self) -> bool {
        self.stopped
    }

    pub(crate) fn wire(&self) -> Wire {
        self.wire
    }

    fn is_server(&self) -> bool {
        matches!(self.role, Role::Server { .. })
    }

    /// Whether everything was written, and the other end closed after that.
    pub(crate) fn has_delivered_all(&self) -> bool {
        self.said_all && self.stopped
    }

    /// How many bytes wait to be put in front of the next read.
    pub(crate) fn gap(&self) -> usize {
        self.tail.len()
    }

    /// Whether so much waits to be dispatched that nothing more must be read.
    pub(crate) fn is_full(&self, inbox: &Inbox, limits: &Limits) -> bool {
        self.waiting_epoch == inbox.epoch()
            && (self.waiting_messages >= limits.max_incoming_messages.max(1)
                || self.waiting_bytes >= limits.max_incoming_bytes.max(1))
    }

    /// When [`handle_timeout`](Self::handle_timeout) has to be called at the latest.
    pub(crate) fn deadline(&self, limits: &Limits) -> Option<Time> {
        match self.state {
            State::Opening { since } | State::Knocking { since } => {
                Some(self.up_by(since, limits).0)
            }
            State::Up => {
                let alive = self.wire.pings().then(|| match self.awaits_pong {
                    true => self.dead_at(limits),
                    false => self.ping_at(limits),
                });
                let frame = self
                    .frame_began
                    .map(|began| began.saturating_add(limits.frame_timeout));
                let idle = limits.idle_timeout;
                let idle = idle.map(|idle| self.spoke.saturating_add(idle));
                [alive, frame, idle].into_iter().flatten().min()
            }
            State::Ending { until } => Some(until),
            State::Over => None,
        }
    }

    // ---- inputs from the wire ----

    /// Takes the `fresh` bytes that were read into the inbox behind this
    /// link's [`gap`](Self::gap), and at most `budget` frames of them.
    pub(crate) fn receive(&mut self, turn: &mut Turn<'_>, fresh: usize, budget: usize) -> Received {
        if fresh > 0 {
            self.heard = turn.now;
            turn.outbox.stats.bytes_received += fresh as u64;
            self.count_bytes(turn, fresh);
        }
        if self.has_ended() {
            self.throw_away(fresh);
            return Received::default();
        }
        let start = turn.inbox.used();
        let end = start + self.tail.len() + fresh;
        if self.tail.len() + fresh < self.needed {
            // Still the same cut frame: keep what came, look at none of it twice.
            let fresh = turn.inbox.body(start + self.tail.len(), end);
            self.tail.extend_from_slice(fresh);
            self.frame_began.get_or_insert(turn.now);
            return Received::default();
        }
        if !self.tail.is_empty() {
            turn.inbox.fill_gap(&self.tail);
            self.tail.clear();
        }
        self.needed = 0;
        let allowed = self.messages_allowed(turn);
        let budget = budget.min(allowed);
        let (position, received) = match self.wire {
            Wire::Native => self.parse(turn, start, end, budget),
            Wire::PodSixNet(coding) => self.parse_dicts(turn, coding, start, end, budget),
            #[cfg(feature = "websocket")]
            Wire::WebSocket => self.parse_web(turn, start, end, budget),
        };
        self.keep_tail(turn, position, end, received.more);
        turn.inbox.keep(position);
        self.count_messages(turn, received, allowed);
        received
    }

    /// This end has not read all that is there: that the frame in the tail is
    /// still cut is not the other end's fault.
    pub(crate) fn excuse(&mut self) {
        self.frame_began = None;
    }

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
            // Nobody says goodbye there.
            (true, Wire::PodSixNet(_)) if self.is_up() => Reason::ClosedByPeer {
                words: String::new(),
            },
            (true, _) => unexpected("the other end stopped without a goodbye"),
        };
        self.end_silently(turn, reason);
    }

    /// The connection broke.
    pub(crate) fn broke(&mut self, turn: &mut Turn<'_>, error: &std::io::Error) {
        if !self.has_ended() {
            self.end_silently(turn, Reason::from_io(error));
        }
        self.state = State::Over;
    }

    /// Time has passed: a ping may be due, or the other end be too late.
    pub(crate) fn handle_timeout(&mut self, turn: &mut Turn<'_>) {
        let limits = turn.limits;
        match self.state {
            State::Opening { since } | State::Knocking { since } => {
                let (by, waited) = self.up_by(since, limits);
                if turn.now >= by {
                    if let (Role::Server { client }, 0) =
                        (&self.role, turn.outbox.stats.bytes_received)
                    {
                        log::warn!(
                            "the client at {client} said nothing; a PodSixNet program waits for \
                             the server to speak first, and needs a `podsixnet://` address"
                        );
                    }
                    let waited_for = match self.role {
                        Role::Client { .. } => format!("no answer for {waited:?}"),
                        Role::Server { .. } => format!("no hello for {waited:?}"),
                    };
                    self.end(turn, Reason::TimedOut { waited_for });
                }
            }
            State::Up => {
                let waited = limits.frame_timeout;
                let began = self.frame_began;
                let idle = limits.idle_timeout;
                if let Some(idle) = idle
                    && turn.now >= self.spoke.saturating_add(idle)
                {
                    let waited_for = format!("no message for {idle:?}");
                    self.end(turn, Reason::TimedOut { waited_for });
                } else if began.is_some_and(|began| turn.now >= began.saturating_add(waited)) {
                    let waited_for = format!("a message was not complete after {waited:?}");
                    self.end(turn, Reason::TimedOut { waited_for });
                } else if !self.wire.pings() {
                    // Silence means nothing where nobody pings.
                } else if self.awaits_pong {
                    if turn.now >= self.dead_at(limits) {
                        let waited_for = format!("nothing heard for {:?}", limits.dead_after);
                        self.end(turn, Reason::TimedOut { waited_for });
                    }
                } else if turn.now >= self.ping_at(limits) {
                    self.shrink(turn.outbox);
                    self.ping(turn);
                }
            }
            State::Ending { until } => {
                if turn.now >= until {
                    #[cfg(feature = "websocket")]
                    if let Some(until) = self.more_time(turn) {
                        self.state = State::Ending { until };
                        return;
                    }
                    self.state = State::Over;
                }
            }
            State::Over => {}
        }
    }

    // ---- commands ----

    /// Begins a client's side of the connection.
    pub(crate) fn open(&mut self, turn: &mut Turn<'_>) {
        match self.wire {
            Wire::Native => Self::write_opening(turn),
            // The server speaks first.
            Wire::PodSixNet(_) => {}
            #[cfg(feature = "websocket")]
            Wire::WebSocket => self.ask(turn),
        }
    }

    /// Lets a knocking client in.
    pub(crate) fn admit(&mut self, turn: &mut Turn<'_>) {
        match self.wire {
            Wire::Native => Self::write_opening(turn),
            Wire::PodSixNet(coding) => Self::write_greeting(turn, coding),
            #[cfg(feature = "websocket")]
            Wire::WebSocket => self.open_web(turn),
        }
        self.come_up(turn);
    }

    /// Ends the connection and tells the other end why.
    pub(crate) fn end(&mut self, turn: &mut Turn<'_>, reason: Reason) {
        if self.has_ended() {
            return;
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

    /// Takes note of a message whose body did not fit its type.
    pub(crate) fn bad_message(&mut self, turn: &mut Turn<'_>) {
        self.bad_messages += 1;
        if self.bad_messages > turn.limits.max_bad_messages {
            let problem = format!("more than {} bad messages", turn.limits.max_bad_messages);
            self.end(turn, Reason::Malformed { problem });
        }
    }

    // ---- within ----

    /// When a connection that began at `since` has to be up, and how long it
    /// was waited for then.
    fn up_by(&self, since: Time, limits: &Limits) -> (Time, Time) {
        let waited = limits.connect_timeout;
        let by = since.saturating_add(waited);
        #[cfg(feature = "websocket")]
        if self.wire == Wire::WebSocket
            && self.is_server()
            && let Some(began) = self.frame_began
            && let hurry = began.saturating_add(http::HEAD_TIMEOUT)
            && hurry < by
        {
            return (hurry, http::HEAD_TIMEOUT);
        }
        (by, waited)
    }

    /// It is over once both ends have said their last.
    fn finish(&mut self) {
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
    fn throw_away(&mut self, fresh: usize) {
        self.thrown_away += fresh;
        if self.thrown_away > MAX_THROWN_AWAY {
            self.state = State::Over;
        }
    }

    /// Keeps the bytes between `position` and `end` for the next turn.
    fn keep_tail(&mut self, turn: &Turn<'_>, position: usize, end: usize, more: bool) {
        let rest = turn.inbox.body(position, end);
        if self.tail.capacity() > KEPT_TAIL_BYTES && rest.len() < KEPT_TAIL_BYTES {
            self.tail = Vec::new();
        }
        self.tail.extend_from_slice(rest);
        // A frame that waits for us rather than for the other end has no time-out.
        self.frame_began = match self.frame_began {
            // Between the parts of a message the tail may well be empty.
            #[cfg(feature = "websocket")]
            _ if self.fragments_began().is_some() => self.fragments_began(),
            _ if self.tail.is_empty() || more => None,
            Some(began) if position == turn.inbox.used() => Some(began),
            _ => Some(turn.now),
        };
    }

    #[inline]
    fn record(&mut self, turn: &mut Turn<'_>, what: What, bytes: usize) {
        turn.inbox.push(self.slot, what);
        self.spoke = turn.now;
        turn.outbox.stats.messages_received += 1;
        if self.waiting_epoch != turn.inbox.epoch() {
            self.waiting_epoch = turn.inbox.epoch();
            self.waiting_messages = 0;
            self.waiting_bytes = 0;
        }
        self.waiting_messages += 1;
        self.waiting_bytes += bytes;
    }

    fn come_up(&mut self, turn: &mut Turn<'_>) {
        self.state = State::Up;
        self.spoke = turn.now;
        turn.inbox.push(self.slot, What::Connected);
        if self.wire.pings() {
            // So that there is a round-trip time from the start.
            self.ping(turn);
        }
    }

    fn ping(&mut self, turn: &mut Turn<'_>) {
        self.pinged = turn.now;
        self.awaits_pong = true;
        match self.wire {
            #[cfg(feature = "websocket")]
            Wire::WebSocket => self.write_web_ping(turn),
            _ => turn
                .outbox
                .control(|out| frame::write(Code::Ping, &[], out)),
        }
    }

    /// The answer to a ping.
    fn answered(&mut self, turn: &mut Turn<'_>) {
        if std::mem::replace(&mut self.awaits_pong, false) {
            self.measured(turn.now.saturating_sub(self.pinged));
            if let Some(time) = self.round_trip_time {
                turn.outbox.set_round_trip_time(time);
            }
        }
    }

    fn malformed(&mut self, turn: &mut Turn<'_>, problem: &str) {
        let problem = problem.to_owned();
        self.end(turn, Reason::Malformed { problem });
    }

    /// Ends the connection without telling the other end.
    fn end_silently(&mut self, turn: &mut Turn<'_>, reason: Reason) {
        let does_not_read = matches!(reason, Reason::QueueFull { .. });
        let what = match (&self.role, self.state) {
            (_, State::Ending { .. } | State::Over) => return,
            (_, State::Up) => Some(What::Disconnected(Box::new(reason))),
            (Role::Client { address }, _) => Some(What::Error(Box::new(Error::NotConnected {
                address: address.clone(),
                reason,
            }))),
            // Who never came in is no channel: the game does not hear of it.
            (Role::Server { client }, _) => {
                // What speaks another protocol is somebody's mistake, or an attack.
                let level = match reason {
                    Reason::ProtocolMismatch { .. } | Reason::Malformed { .. } => log::Level::Warn,
                    // It came for a page, and got it.
                    Reason::Closed { .. } => log::Level::Debug,
                    _ => log::Level::Info,
                };
                log::log!(level, "the client at {client} did not come in: {reason}");
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
        self.tail = Vec::new();
        self.needed = 0;
        #[cfg(feature = "websocket")]
        {
            self.web = Web::default();
        }
    }

    /// When a ping is due: after silence, and now and then to keep the
    /// round-trip time fresh.
    fn ping_at(&self, limits: &Limits) -> Time {
        let silence = self.heard.saturating_add(ping_after(limits));
        let refresh = self
            .pinged
            .saturating_add(limits.ping_after.saturating_mul(5));
        silence.min(refresh)
    }

    /// When the other end is dead, unless it says something. It had all the
    /// time from the ping on to answer, also if this end slept before it asked.
    fn dead_at(&self, limits: &Limits) -> Time {
        let silence = self.heard.saturating_add(limits.dead_after);
        let patience = limits.dead_after.saturating_sub(ping_after(limits));
        silence.max(self.pinged.saturating_add(patience))
    }

    /// Smooths the round-trip time as TCP does (RFC 6298).
    fn measured(&mut self, sample: Time) {
        self.round_trip_time = Some(match self.round_trip_time {
            Some(smoothed) => (smoothed * 7 + sample) / 8,
            None => sample,
        });
    }

    fn shrink(&mut self, outbox: &mut Outbox) {
        if self.tail.is_empty() {
            self.tail = Vec::new();
        }
        outbox.shrink();
    }
}

/// The silence after which a ping is due: in time before the other end would be
/// dead, whatever the limits say.
fn ping_after(limits: &Limits) -> Time {
    if limits.ping_after < limits.dead_after {
        limits.ping_after
    } else {
        limits.dead_after / 2
    }
}
