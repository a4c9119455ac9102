//! One connection's state machine, at either end.
//!
//! The caller hands in what it read ([`Link::receive`]), that the other end
//! stopped ([`Link::stopped`]) or that time passed ([`Link::handle_timeout`]);
//! the link records what happened in the inbox and puts what it has to say
//! into the outbox. It never ends itself in silence: each way out leads
//! through [`Link::end`].

use super::frame::{self, Code, Header, Parsed};
use super::{Time, foreign};
use crate::actions::{MAX_NAME_BYTES, RemoteActions};
use crate::error::{Plain, Quoted};
use crate::inbox::{Inbox, What};
use crate::limits::Limits;
use crate::outgoing::Outbox;
use crate::shape::Shape;
use crate::{Error, PeerAddr, Reason};

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
}

/// One connection, as the protocol sees it.
#[derive(Debug)]
pub(crate) struct Link {
    role: Role,
    /// The slot by which inbox and outbox know this connection.
    slot: u32,
    state: State,
    /// Whether the other end's magic and version have come.
    magic_read: bool,
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
    /// The other end's numbers of its actions; `NOT_NAMED` where it has not told.
    remote: Vec<u32>,
    remote_bytes: usize,
    /// The actions of which the other end was told that they don't fit.
    told_differs: Vec<u32>,
    /// The actions of this end that the other one can't take.
    heard_differs: Vec<u32>,
    bad_messages: u32,
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

const NOT_NAMED: u32 = u32::MAX;

/// Tails up to this size keep their memory for the next cut frame.
const KEPT_TAIL_BYTES: usize = 4 << 10;

impl Link {
    pub(crate) fn new(role: Role, slot: u32, now: Time) -> Self {
        Self {
            role,
            slot,
            state: State::Opening { since: now },
            magic_read: false,
            stopped: false,
            said_all: false,
            tail: Vec::new(),
            needed: 0,
            frame_began: None,
            remote: Vec::new(),
            remote_bytes: 0,
            told_differs: Vec::new(),
            heard_differs: Vec::new(),
            bad_messages: 0,
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
                Some(since.saturating_add(limits.connect_timeout))
            }
            State::Up => {
                let alive = if self.awaits_pong {
                    self.dead_at(limits)
                } else {
                    self.ping_at(limits)
                };
                let frame = self
                    .frame_began
                    .map(|began| began.saturating_add(limits.frame_timeout));
                Some(frame.map_or(alive, |frame| frame.min(alive)))
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
        }
        if self.has_ended() {
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
        let (position, received) = self.parse(turn, start, end, budget);
        self.keep_tail(turn, position, end, received.more);
        turn.inbox.keep(position);
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
        let message = if self.tail.is_empty() {
            "the other end stopped without a goodbye"
        } else {
            "the other end stopped in the middle of a message"
        };
        let reason = Reason::Io {
            kind: std::io::ErrorKind::UnexpectedEof,
            message: message.to_owned(),
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
                let waited = limits.connect_timeout;
                if turn.now >= since.saturating_add(waited) {
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
                if began.is_some_and(|began| turn.now >= began.saturating_add(waited)) {
                    let waited_for = format!("a message was not complete after {waited:?}");
                    self.end(turn, Reason::TimedOut { waited_for });
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
                    self.state = State::Over;
                }
            }
            State::Over => {}
        }
    }

    // ---- commands ----

    /// Begins a client's side of the connection.
    pub(crate) fn open(turn: &mut Turn<'_>) {
        let max_body = turn.limits.max_body();
        turn.outbox
            .control(|out| frame::write_opening(max_body, out));
    }

    /// Lets a knocking client in.
    pub(crate) fn admit(&mut self, turn: &mut Turn<'_>) {
        let max_body = turn.limits.max_body();
        turn.outbox
            .control(|out| frame::write_opening(max_body, out));
        self.come_up(turn);
    }

    /// Ends the connection and tells the other end why.
    pub(crate) fn end(&mut self, turn: &mut Turn<'_>, reason: Reason) {
        if self.has_ended() {
            return;
        }
        if !self.is_up() && self.is_server() {
            // The server has not said anything yet.
            turn.outbox.control(frame::write_version);
        }
        turn.outbox
            .control(|out| frame::write_goodbye(&reason, out));
        self.end_silently(turn, reason);
    }

    /// Everything that was to be written has been. Unless the other end has
    /// stopped as well, waits a little for that: closing a socket with unread
    /// input would make the system throw our last words away.
    pub(crate) fn flushed(&mut self, turn: &Turn<'_>) {
        self.said_all = true;
        self.finish();
        if let State::Ending { until } = self.state {
            let linger = Time::from_secs(1);
            self.state = State::Ending {
                until: until.min(turn.now.saturating_add(linger)),
            };
        }
    }

    /// Ends it at once; nothing more is read or written.
    pub(crate) fn abandon(&mut self) {
        self.state = State::Over;
    }

    /// Lets go of what the other end announced.
    pub(crate) fn forget(&mut self, actions: &mut RemoteActions) {
        for remote in std::mem::take(&mut self.remote) {
            if remote != NOT_NAMED {
                actions.forget(remote);
            }
        }
    }

    /// Tells the other end that its fields of an action can't be taken.
    pub(crate) fn differs(&mut self, turn: &mut Turn<'_>, action: &str, theirs: &str, ours: &str) {
        // It may have two of that name, from two versions of an enum.
        let named = |remote: &u32| {
            let known = turn.actions.known().get(*remote);
            known.is_some_and(|known| *known.name == *action && known.shape.to_string() == theirs)
        };
        let number = self.remote.iter().position(named);
        if let Some(number) = number.and_then(|number| u32::try_from(number).ok())
            && self.is_up()
            && !self.told_differs.contains(&number)
        {
            self.told_differs.push(number);
            log::warn!(
                "{}: the other end sends {}, this end expects {} (told once)",
                Quoted(action),
                Plain(theirs),
                Plain(ours)
            );
            turn.outbox
                .control(|out| frame::write_differs(number, ours, out));
        }
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

    /// It is over once both ends have said their last.
    fn finish(&mut self) {
        if self.stopped && self.said_all {
            self.state = State::Over;
        }
    }

    /// Takes the frames between `start` and `end`; where the rest begins.
    fn parse(
        &mut self,
        turn: &mut Turn<'_>,
        start: usize,
        end: usize,
        budget: usize,
    ) -> (usize, Received) {
        let mut position = start;
        let mut received = Received::default();
        if !self.magic_read && !self.read_magic(turn, &mut position, end) {
            return (if self.has_ended() { end } else { position }, received);
        }
        loop {
            if self.has_ended() {
                return (end, received);
            }
            let header = match frame::read_header(turn.inbox.body(position, end)) {
                Parsed::Header(header) => header,
                Parsed::Incomplete(body) => {
                    // Not even a control frame may be so long.
                    self.check_length(turn, Code::Name, body.unwrap_or(0));
                    break;
                }
                Parsed::Invalid => {
                    let problem = "a frame's length or code is no valid number".to_owned();
                    self.end(turn, Reason::Malformed { problem });
                    continue;
                }
            };
            if !self.check_length(turn, header.code, header.body) {
                continue;
            }
            let body_start = position + header.bytes;
            let body_end = body_start + header.body;
            if body_end > end {
                self.needed = body_end - position;
                break;
            }
            if self.is_knocking() || received.frames == budget {
                received.more = true;
                break;
            }
            received.frames += 1;
            self.take(turn, header, body_start, body_end);
            position = body_end;
        }
        if self.has_ended() {
            position = end;
        }
        (position, received)
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
            _ if self.tail.is_empty() || more => None,
            Some(began) if position == turn.inbox.used() => Some(began),
            _ => Some(turn.now),
        };
    }

    /// Reads the other end's magic and version, if all of it is there.
    fn read_magic(&mut self, turn: &mut Turn<'_>, position: &mut usize, end: usize) -> bool {
        let bytes = turn.inbox.body(*position, end);
        let magic = bytes.get(..frame::MAGIC.len()).unwrap_or(bytes);
        if !frame::MAGIC.starts_with(magic) {
            let mut problem = foreign::describe(bytes);
            if !self.is_server() && problem.contains("PodSixNet") {
                problem.push_str("; connect to it with podsixnet://");
            }
            // What does not speak podsix would not understand a goodbye.
            self.end_silently(turn, Reason::ProtocolMismatch { problem });
            return false;
        }
        let Some(&version) = bytes.get(frame::MAGIC.len()) else {
            return false;
        };
        if version != frame::VERSION {
            let problem = format!(
                "the other end speaks version {version} of podsix's protocol, this end version \
                 {}; build both with the same version of podsix",
                frame::VERSION
            );
            self.end(turn, Reason::ProtocolMismatch { problem });
            return false;
        }
        *position += frame::OPENING_BYTES;
        self.magic_read = true;
        true
    }

    /// Checks a claimed length before anything is kept for it.
    fn check_length(&mut self, turn: &mut Turn<'_>, code: Code, body: usize) -> bool {
        let max_body = turn.limits.max_body() as usize;
        let max = match code {
            // Whoever has not even said hello gets no memory.
            _ if matches!(self.state, State::Opening { .. }) => MAX_OPENING_BYTES,
            Code::Action(_) | Code::Dict => max_body,
            // A name with its shape may be larger than a small limit on messages.
            _ => max_body.max(turn.limits.max_action_bytes),
        };
        if body <= max {
            return true;
        }
        let remote = match code {
            Code::Action(number) => self.remote.get(number as usize).copied(),
            _ => None,
        };
        let problem = match remote.map(|remote| turn.actions.known().name(remote)) {
            Some(action) if !action.is_empty() => {
                format!("{} has {body} bytes, the limit is {max}", Quoted(action))
            }
            _ => format!("a message claims {body} bytes, the limit is {max}"),
        };
        self.end(turn, Reason::TooLarge { problem });
        false
    }

    #[inline]
    fn take(&mut self, turn: &mut Turn<'_>, header: Header, start: usize, end: usize) {
        match (header.code, self.state) {
            (Code::Action(number), State::Up) => self.take_message(turn, number, start, end),
            (Code::Dict, State::Up) => self.take_dict(turn, start, end),
            (code, _) => self.take_control(turn, code, start, end),
        }
    }

    #[inline]
    fn take_message(&mut self, turn: &mut Turn<'_>, number: u32, start: usize, end: usize) {
        let remote = self
            .remote
            .get(number as usize)
            .copied()
            .unwrap_or(NOT_NAMED);
        if remote == NOT_NAMED {
            let problem = format!("a message with the number {number}, which has no name yet");
            return self.end(turn, Reason::Malformed { problem });
        }
        let bytes = end - start;
        self.record(turn, What::Message { remote, start, end }, bytes);
    }

    fn take_dict(&mut self, turn: &mut Turn<'_>, start: usize, end: usize) {
        let name = frame::read_dict_name(turn.inbox.body(start, end));
        let Some(name) = name.filter(|name| (1..=MAX_NAME_BYTES).contains(&name.len())) else {
            return self.malformed(turn, "a dict without a sound name");
        };
        let what = What::Dict {
            start: start + name.start,
            name_end: start + name.end,
            end,
        };
        self.record(turn, what, end - start);
    }

    #[inline]
    fn record(&mut self, turn: &mut Turn<'_>, what: What, bytes: usize) {
        turn.inbox.push(self.slot, what);
        turn.outbox.stats.messages_received += 1;
        if self.waiting_epoch != turn.inbox.epoch() {
            self.waiting_epoch = turn.inbox.epoch();
            self.waiting_messages = 0;
            self.waiting_bytes = 0;
        }
        self.waiting_messages += 1;
        self.waiting_bytes += bytes;
    }

    fn take_control(&mut self, turn: &mut Turn<'_>, code: Code, start: usize, end: usize) {
        match (code, self.state) {
            (Code::Hello, State::Opening { since }) => {
                let body = turn.inbox.body(start, end);
                let Some(max_body) = frame::read_hello(body) else {
                    return self.malformed(turn, "a hello without its limit");
                };
                turn.outbox.max_body = turn.outbox.max_body.min(max_body);
                match self.role {
                    Role::Server { .. } => self.state = State::Knocking { since },
                    Role::Client { .. } => self.come_up(turn),
                }
            }
            (Code::Goodbye, _) => {
                let reason = frame::read_goodbye(turn.inbox.body(start, end));
                let reason = match (&self.role, reason) {
                    // Only a server can say these; a client's word for them
                    // would be shown to everybody else.
                    (
                        Role::Server { .. },
                        Reason::ServerFull
                        | Reason::ShuttingDown
                        | Reason::HandlerPanicked
                        | Reason::QueueFull { .. },
                    ) => Reason::ClosedByPeer {
                        words: String::new(),
                    },
                    (Role::Server { .. }, Reason::Refused { words }) => {
                        Reason::ClosedByPeer { words }
                    }
                    (_, reason) => reason,
                };
                self.end_silently(turn, reason);
                // It reads nothing more, and has said its last.
                turn.outbox.discard();
                self.state = State::Over;
            }
            (_, State::Opening { .. }) => self.malformed(turn, "no hello in the first frame"),
            (Code::Hello, _) => self.malformed(turn, "a second hello"),
            (Code::Name, _) => {
                if let Err(reason) = self.take_name(turn, start, end) {
                    self.end(turn, reason);
                }
            }
            (Code::Ping, _) => {
                let body = turn.inbox.body(start, end);
                // An answer that nobody reads must not fill the queue.
                if body.len() <= MAX_PING_BYTES
                    && turn.outbox.pending().len() < turn.limits.max_outgoing_bytes
                {
                    turn.outbox
                        .control(|out| frame::write(Code::Pong, body, out));
                }
            }
            (Code::Pong, _) => {
                if std::mem::replace(&mut self.awaits_pong, false) {
                    self.measured(turn.now.saturating_sub(self.pinged));
                    if let Some(time) = self.round_trip_time {
                        turn.outbox.set_round_trip_time(time);
                    }
                }
            }
            (Code::Differs, _) => {
                let differs = frame::read_differs(turn.inbox.body(start, end));
                // Each action can differ once, whatever the other end repeats.
                let new = |(number, _): &(u32, String)| !self.heard_differs.contains(number);
                let room = self.heard_differs.len() < turn.limits.max_actions;
                if let Some(differs) = differs.filter(|differs| room && new(differs)) {
                    self.heard_differs.push(differs.0);
                    turn.outbox.differs.push(differs);
                }
            }
            // A later version may have further ones; they can be passed over.
            (Code::Unknown(_) | Code::Action(_) | Code::Dict, _) => {}
        }
    }

    /// Takes note of an action that the other end is going to use.
    fn take_name(&mut self, turn: &mut Turn<'_>, start: usize, end: usize) -> Result<(), Reason> {
        let malformed = |problem: &str| Reason::Malformed {
            problem: problem.to_owned(),
        };
        let body = turn.inbox.body(start, end);
        let (number, name, shape_bytes) = frame::read_name(body)
            .filter(|(_, name, _)| !name.is_empty() && name.len() <= MAX_NAME_BYTES)
            .ok_or_else(|| malformed("an action without a sound name"))?;
        let index = number as usize;
        self.remote_bytes += body.len();
        if index >= turn.limits.max_actions || self.remote_bytes > turn.limits.max_action_bytes {
            return Err(Reason::TooManyMessages {
                problem: format!(
                    "more than {} actions, or more than {} bytes of names and shapes",
                    turn.limits.max_actions, turn.limits.max_action_bytes
                ),
            });
        }
        if self
            .remote
            .get(index)
            .is_some_and(|known| *known != NOT_NAMED)
        {
            return Err(malformed("an action was named twice"));
        }
        let shape = Shape::decode(shape_bytes)
            .map_err(|problem| malformed(&format!("the shape of an action: {problem}")))?;
        if self.remote.len() <= index {
            self.remote.resize(index + 1, NOT_NAMED);
        }
        if let Some(place) = self.remote.get_mut(index) {
            *place = turn.actions.announce(name, shape, shape_bytes);
        }
        Ok(())
    }

    fn come_up(&mut self, turn: &mut Turn<'_>) {
        self.state = State::Up;
        turn.inbox.push(self.slot, What::Connected);
        // So that there is a round-trip time from the start.
        self.ping(turn);
    }

    fn ping(&mut self, turn: &mut Turn<'_>) {
        self.pinged = turn.now;
        self.awaits_pong = true;
        turn.outbox
            .control(|out| frame::write(Code::Ping, &[], out));
    }

    fn malformed(&mut self, turn: &mut Turn<'_>, problem: &str) {
        let problem = problem.to_owned();
        self.end(turn, Reason::Malformed { problem });
    }

    /// Ends the connection without telling the other end.
    fn end_silently(&mut self, turn: &mut Turn<'_>, reason: Reason) {
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
        self.frame_began = None;
        self.tail = Vec::new();
        self.needed = 0;
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

/// The largest first frame: a hello, or a goodbye with its words.
const MAX_OPENING_BYTES: usize = 4 << 10;

/// A ping may carry some bytes, which its answer carries back.
const MAX_PING_BYTES: usize = 16;
