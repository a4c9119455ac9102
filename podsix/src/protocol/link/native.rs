//! The native wire: frames with a number for their action.

use super::{Link, Received, Role, State, Turn};
use crate::Reason;
use crate::actions::{MAX_NAME_BYTES, RemoteAction};
use crate::bound::{Bound, Comparison, OnMismatch};
use crate::error::{Plain, Quoted};
use crate::inbox::{Dict, DictForm, Run};
use crate::protocol::foreign;
use crate::protocol::frame::{self, Code, Header, Parsed};
use crate::protocol::run;
use crate::shape::Shape;
#[cfg(feature = "websocket")]
use crate::wire::Wire;

/// What a link on the native wire knows of the other end.
#[derive(Debug, Default)]
pub(super) struct Native {
    /// Whether the other end's magic and version have come.
    magic_read: bool,
    /// After its hello: how many names it announced to follow at once.
    names_to_come: Option<u32>,
    /// The bytes of the names and shapes that the other end told.
    remote_bytes: usize,
    /// Nearly all connections have none.
    differs: Option<Box<Differs>>,
}

/// The actions of which the two ends have different fields.
#[derive(Debug, Default)]
struct Differs {
    /// Those of which the other end was told that they don't fit.
    told: Vec<u32>,
    /// Those of this end that the other one can't take.
    heard: Vec<u32>,
}

/// The largest first frame: a hello, or a goodbye with its words.
const MAX_OPENING_BYTES: usize = 4 << 10;

/// A ping may carry some bytes, which its answer carries back.
const MAX_PING_BYTES: usize = 16;

impl Link {
    pub(super) fn write_opening(turn: &mut Turn<'_>) {
        let max_body = turn.limits.max_body();
        let (names, frames) = turn.announced;
        turn.outbox.control(|out| {
            frame::write_opening(max_body, *names, out);
            out.extend_from_slice(frames);
        });
        turn.outbox.set_announced(*names);
    }

    pub(super) fn write_goodbye(&self, turn: &mut Turn<'_>, reason: &Reason) {
        if !self.is_up() && self.is_server() {
            // The server has not said anything yet.
            turn.outbox.control(frame::write_version);
        }
        turn.outbox.control(|out| frame::write_goodbye(reason, out));
    }

    /// Tells the other end that its fields of an action can't be taken.
    pub(crate) fn differs(&mut self, turn: &mut Turn<'_>, action: &str, theirs: &str, ours: &str) {
        // It may have two of that name, from two versions of an enum.
        let named = |(_, remote): &(u32, u32)| {
            let known = turn.actions.known().get(*remote);
            known.is_some_and(|known| *known.name == *action && known.shape.to_string() == theirs)
        };
        let number = turn.outbox.received.remotes().find(named);
        if let Some((number, _)) = number
            && self.is_up()
            && let told = &mut self.native.differs.get_or_insert_default().told
            && !told.contains(&number)
        {
            told.push(number);
            let level = turn.outbox.warning_level();
            log::log!(
                level,
                "{}: {}: the other end sends {}, this end expects {} (told once)",
                turn.outbox.peer,
                Quoted(action),
                Plain(theirs),
                Plain(ours)
            );
            turn.outbox
                .control(|out| frame::write_differs(number, ours, out));
        }
    }

    /// Takes the frames between `start` and `end`; where the rest begins.
    pub(super) fn parse(
        &mut self,
        turn: &mut Turn<'_>,
        start: usize,
        end: usize,
        budget: usize,
    ) -> (usize, Received) {
        let mut position = start;
        let mut received = Received::default();
        if !self.native.magic_read && !self.read_magic(turn, &mut position, end) {
            #[cfg(feature = "websocket")]
            if self.wire == Wire::WebSocket {
                return self.parse_web(turn, start, end, budget);
            }
            return (if self.has_ended() { end } else { position }, received);
        }
        loop {
            position += self.take_short_messages(turn, position, end, budget, &mut received);
            if self.has_ended() {
                return (end, received);
            }
            if position == end {
                break;
            }
            // Whatever follows a client's opening waits until it is let in.
            if self.is_knocking() {
                received.more = true;
                break;
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
            if received.frames == budget {
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

    /// Takes as many messages as there are in front whose header is short, as
    /// nearly all are, and which nothing else is to be said about; how many bytes
    /// they take.
    fn take_short_messages(
        &mut self,
        turn: &mut Turn<'_>,
        start: usize,
        end: usize,
        budget: usize,
        received: &mut Received,
    ) -> usize {
        if !self.is_up() {
            return 0;
        }
        let max_body = turn.limits.max_body();
        let (bytes, mut messages) = turn.inbox.parts(self.slot, start, end);
        let counts = &mut turn.outbox.received;
        let mut left = bytes;
        let frames = received.frames;
        while let Some(found) = run::read_run(left, max_body, budget - received.frames)
            && let bodies = found.bytes - found.count * run::SHORT_HEADER_BYTES
            && let Some(remote) = counts.messages(found.number, found.count, bodies)
        {
            let start = end - left.len();
            let first = start + run::SHORT_HEADER_BYTES;
            let last_end = start + found.bytes;
            let (start, end) = (first, first + found.first_body);
            let places = Run {
                start,
                end,
                last_end,
            };
            messages.push(remote, places, found.count);
            received.frames += found.count;
            left = left.get(found.bytes..).unwrap_or_default();
        }
        let taken = bytes.len() - left.len();
        let frames = received.frames - frames;
        if frames > 0 {
            self.recorded(turn, frames, taken - frames * run::SHORT_HEADER_BYTES);
        }
        taken
    }

    /// Reads the other end's magic and version, if all of it is there.
    fn read_magic(&mut self, turn: &mut Turn<'_>, position: &mut usize, end: usize) -> bool {
        let bytes = turn.inbox.body(*position, end);
        let magic = bytes.get(..frame::MAGIC.len()).unwrap_or(bytes);
        if !frame::MAGIC.starts_with(magic) {
            #[cfg(feature = "websocket")]
            if self.is_server() && foreign::may_be_http(bytes) {
                self.wire = Wire::WebSocket;
                return false;
            }
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
        self.native.magic_read = true;
        true
    }

    /// Checks a claimed length before anything is kept for it.
    fn check_length(&mut self, turn: &mut Turn<'_>, code: Code, body: usize) -> bool {
        let max_body = turn.limits.max_body() as usize;
        let max = match code {
            // Whoever has not even said hello gets no memory.
            _ if self.native.names_to_come.is_none() => MAX_OPENING_BYTES,
            Code::Action(_) | Code::Dict => max_body,
            // A name with its shape may be larger than a small limit on messages.
            _ => max_body.max(turn.limits.max_action_bytes),
        };
        if body <= max {
            return true;
        }
        let remote = match code {
            Code::Action(number) => turn.outbox.received.remote(number),
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

    fn take(&mut self, turn: &mut Turn<'_>, header: Header, start: usize, end: usize) {
        match (header.code, self.state) {
            (Code::Action(number), State::Up) => self.take_message(turn, number, start, end),
            (Code::Dict, State::Up) => self.take_dict_frame(turn, start, end),
            (code, _) => self.take_control(turn, code, start, end),
        }
    }

    fn take_message(&mut self, turn: &mut Turn<'_>, number: u32, start: usize, end: usize) {
        let bytes = end - start;
        let Some(remote) = turn.outbox.received.messages(number, 1, bytes) else {
            let problem = format!("a message with the number {number}, which has no name yet");
            return self.end(turn, Reason::Malformed { problem });
        };
        let run = Run {
            start,
            end,
            last_end: end,
        };
        let (_, mut messages) = turn.inbox.parts(self.slot, start, end);
        messages.push(remote, run, 1);
        self.recorded(turn, 1, bytes);
    }

    fn take_dict_frame(&mut self, turn: &mut Turn<'_>, start: usize, end: usize) {
        let name = frame::read_dict_name(turn.inbox.body(start, end));
        let dict = name.and_then(|name| Dict::new(DictForm::Native, start, &name, end));
        match dict {
            Some(dict) => self.record_dict(turn, dict, end - start),
            None => self.malformed(turn, "a dict without a sound name"),
        }
    }

    fn take_control(&mut self, turn: &mut Turn<'_>, code: Code, start: usize, end: usize) {
        match (code, self.state) {
            (Code::Hello, State::Opening { .. }) if self.native.names_to_come.is_none() => {
                let body = turn.inbox.body(start, end);
                let Some(hello) = frame::read_hello(body) else {
                    return self.malformed(turn, "a hello without its limit");
                };
                turn.outbox.max_body = turn.outbox.max_body.min(hello.max_body);
                self.native.names_to_come = Some(hello.names);
                self.finish_opening(turn);
            }
            (Code::Name, State::Opening { .. }) if self.native.names_to_come.is_some() => {
                if let Err(reason) = self.take_name(turn, start, end) {
                    return self.end(turn, reason);
                }
                let names = self.native.names_to_come;
                self.native.names_to_come = names.map(|names| names.saturating_sub(1));
                self.finish_opening(turn);
            }
            (Code::Goodbye, _) => {
                let reason = frame::read_goodbye(turn.inbox.body(start, end));
                let reason = match (&self.role, reason) {
                    // Only a server can say these; a client's word for them
                    // would be shown to everybody else.
                    (
                        Role::Server,
                        Reason::ServerFull
                        | Reason::ShuttingDown
                        | Reason::HandlerPanicked
                        | Reason::QueueFull { .. },
                    ) => Reason::ClosedByPeer {
                        words: String::new(),
                    },
                    (Role::Server, Reason::Refused { words }) => Reason::ClosedByPeer { words },
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
            (Code::Pong, _) => self.answered(turn),
            (Code::Differs, _) => {
                let differs = frame::read_differs(turn.inbox.body(start, end));
                // Each action can differ once, whatever the other end repeats.
                let heard = &mut self.native.differs.get_or_insert_default().heard;
                if let Some((number, theirs)) = differs
                    && heard.len() < turn.limits.max_actions
                    && !heard.contains(&number)
                {
                    heard.push(number);
                    turn.outbox.differs(number, theirs);
                }
            }
            // A later version may have further ones; they can be passed over.
            (Code::Unknown(_) | Code::Action(_) | Code::Dict, _) => {}
        }
    }

    /// The other end's opening is whole once all names are there that it
    /// announced: then two ends that are bound to a protocol compare them.
    fn finish_opening(&mut self, turn: &mut Turn<'_>) {
        let State::Opening { since } = self.state else {
            return;
        };
        if self.native.names_to_come != Some(0) {
            return;
        }
        if let Some(bound) = turn.bound
            && let Some(problem) = self.mismatch(turn, bound)
        {
            match bound.on_mismatch {
                OnMismatch::Refuse => return self.end(turn, Reason::ProtocolMismatch { problem }),
                OnMismatch::Warn => log::warn!("{}: {}", turn.outbox.peer, Plain(&problem)),
            }
        }
        match self.role {
            Role::Server => self.state = State::Knocking { since },
            Role::Client { .. } => self.come_up(turn),
        }
    }

    /// How the actions that the other end announced differ from those that
    /// this end receives.
    fn mismatch(&self, turn: &Turn<'_>, bound: &Bound) -> Option<String> {
        let (sender, receiver) = match self.role {
            Role::Server => ("the client", "the server"),
            Role::Client { .. } => ("the server", "the client"),
        };
        let known = turn.actions.known();
        let theirs = turn.outbox.received.remotes();
        let theirs: Vec<&RemoteAction> =
            theirs.filter_map(|(_, remote)| known.get(remote)).collect();
        let mut differences: Vec<String> = theirs
            .iter()
            .filter_map(|theirs| match bound.compare(theirs) {
                Comparison::Fits => None,
                Comparison::Unknown => Some(format!(
                    "{}: {sender} sends it, {receiver} does not know it",
                    Quoted(&theirs.name)
                )),
                Comparison::Differs(ours) => Some(format!(
                    "{}: {sender} sends {}, {receiver} expects {ours}",
                    Quoted(&theirs.name),
                    theirs.shape
                )),
            })
            .collect();
        if differences.is_empty() {
            return None;
        }
        let swapped = bound.other_end();
        if theirs
            .iter()
            .all(|theirs| swapped.compare(theirs) == Comparison::Fits)
        {
            differences.push("are the two enums swapped at one end?".to_owned());
        }
        Some(differences.join("; "))
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
        self.native.remote_bytes += body.len();
        if index >= turn.limits.max_actions
            || self.native.remote_bytes > turn.limits.max_action_bytes
        {
            if index >= turn.limits.max_actions {
                turn.outbox.limits().max_actions += 1;
            } else {
                turn.outbox.limits().max_action_bytes += 1;
            }
            return Err(Reason::TooManyMessages {
                problem: format!(
                    "more than {} actions, or more than {} bytes of names and shapes",
                    turn.limits.max_actions, turn.limits.max_action_bytes
                ),
            });
        }
        if turn.outbox.received.remote(number).is_some() {
            return Err(malformed("an action was named twice"));
        }
        let shape = Shape::decode(shape_bytes)
            .map_err(|problem| malformed(&format!("the shape of an action: {problem}")))?;
        let is_own = || turn.actions.known().are_for(name);
        let label = turn.tally.names.label(name, is_own);
        let remote = turn.actions.announce(name, shape, shape_bytes);
        turn.outbox.received.name(number, remote, label);
        Ok(())
    }
}
