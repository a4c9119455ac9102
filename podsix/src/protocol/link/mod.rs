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
mod ending;
#[cfg(feature = "websocket")]
mod http;
mod native;
mod podsixnet;
mod rate;
mod receive;
mod tail;
#[cfg(feature = "websocket")]
mod text_frame;
mod timers;
#[cfg(feature = "websocket")]
pub(crate) mod websocket;

use super::Time;
use crate::Reason;
use crate::actions::RemoteActions;
use crate::bound::Bound;
use crate::inbox::{Inbox, What};
use crate::limits::Limits;
use crate::outgoing::Outbox;
#[cfg(feature = "websocket")]
use crate::site::Site;
use crate::stats::Tally;
use crate::wire::{Codecs, Wire};
use native::Native;
use podsixnet::Dicts;
use rate::Allowances;
pub(crate) use receive::Received;
use tail::Tail;
#[cfg(feature = "websocket")]
use websocket::Web;

/// Which end of a connection a link is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The server.
    Server,
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
    pub(crate) tally: &'a mut Tally,
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
    /// A cut frame, until the rest of it comes; before it the whole frames that
    /// were more than a turn could take.
    tail: Tail,
    /// Whether there are such frames.
    has_more: bool,
    /// How many bytes the tail must have before it is worth looking at again.
    needed: usize,
    /// When the frame in the tail began to arrive.
    frame_began: Option<Time>,
    /// Whether that was forgotten, since this end had not read all.
    excused: bool,
    /// What only the native wire has.
    native: Native,
    /// What only PodSixNet's wire has.
    dicts: Dicts,
    /// What only a WebSocket has.
    #[cfg(feature = "websocket")]
    web: Option<Box<Web>>,
    bad_messages: u32,
    /// What the other end may still send, where that is limited.
    allowances: Option<Box<Allowances>>,
    /// What came after the end and was thrown away.
    thrown_away: usize,
    /// When the last message came.
    spoke: Time,
    /// When something was last heard from the other end.
    heard: Time,
    /// When the last ping was sent.
    pinged: Time,
    awaits_pong: bool,
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

impl Link {
    pub(crate) fn new(role: Role, wire: Wire, slot: u32, now: Time) -> Self {
        let state = match (wire, &role) {
            // There the server speaks first.
            (Wire::PodSixNet(_), Role::Server) => State::Knocking { since: now },
            _ => State::Opening { since: now },
        };
        Self {
            role,
            wire,
            slot,
            state,
            stopped: false,
            said_all: false,
            tail: Tail::default(),
            has_more: false,
            needed: 0,
            frame_began: None,
            excused: false,
            native: Native::default(),
            dicts: Dicts::default(),
            #[cfg(feature = "websocket")]
            web: None,
            bad_messages: 0,
            allowances: None,
            thrown_away: 0,
            spoke: now,
            heard: now,
            pinged: now,
            awaits_pong: false,
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
        matches!(self.role, Role::Server)
    }

    /// Whether everything was written, and the other end closed after that.
    pub(crate) fn has_delivered_all(&self) -> bool {
        self.said_all && self.stopped
    }

    /// Whether it has frames that were left for a later turn.
    #[cfg(test)]
    pub(crate) fn has_more(&self) -> bool {
        self.has_more
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

    /// Of a full link: whether it is full of messages, and of bytes.
    pub(crate) fn full_of(&self, limits: &Limits) -> (bool, bool) {
        (
            self.waiting_messages >= limits.max_incoming_messages.max(1),
            self.waiting_bytes >= limits.max_incoming_bytes.max(1),
        )
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

    /// Takes note of a message whose body did not fit its type.
    pub(crate) fn bad_message(&mut self, turn: &mut Turn<'_>) {
        self.bad_messages += 1;
        if self.bad_messages > turn.limits.max_bad_messages {
            turn.outbox.limits().max_bad_messages += 1;
            let problem = format!("more than {} bad messages", turn.limits.max_bad_messages);
            self.end(turn, Reason::Malformed { problem });
        }
    }

    // ---- within ----

    fn record(&mut self, turn: &mut Turn<'_>, what: What, bytes: usize) {
        turn.inbox.push(self.slot, what);
        self.recorded(turn, 1, bytes);
    }

    /// Takes note of messages that were put into the inbox.
    fn recorded(&mut self, turn: &mut Turn<'_>, messages: usize, bytes: usize) {
        self.spoke = turn.now;
        turn.outbox.stats.messages_received += messages as u64;
        if self.waiting_epoch != turn.inbox.epoch() {
            self.waiting_epoch = turn.inbox.epoch();
            self.waiting_messages = 0;
            self.waiting_bytes = 0;
        }
        self.waiting_messages += messages;
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
}
