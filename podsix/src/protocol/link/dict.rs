//! Messages that carry their own names, of every wire but the native one.

use std::ops::Range;

use super::{Link, Role, State, Turn};
use crate::codec::bincode::Problem;
use crate::codec::rencode::NoMessage;
use crate::error::Plain;
use crate::inbox::{Dict, Dicts, What};
use crate::protocol::frame;
use crate::stats::Label;
use crate::wire::{Codecs, Coding};
use crate::{Error, Reason, Value};

/// Why a body is no message.
enum Fault {
    /// It is something, but names no action.
    Undeliverable(&'static str),
    /// It is nothing that its coding knows.
    Malformed(String),
}

impl Link {
    /// Takes the body that lies between `start` and `end`. It ends the
    /// connection if it does not parse, since it marks its own end.
    pub(super) fn take_body(
        &mut self,
        turn: &mut Turn<'_>,
        coding: Coding,
        start: usize,
        end: usize,
    ) {
        let taken = if coding == Coding::Rencode {
            turn.inbox.take_dict(start, end).map_err(Fault::from)
        } else {
            let (body, dicts) = turn.inbox.unpack(start, end);
            unpack(body, coding, turn.codecs, dicts)
        };
        match taken {
            Ok(dict) => self.take_dict(turn, dict, end - start),
            Err(Fault::Undeliverable(problem)) => self.undeliverable(turn, problem, end - start),
            Err(Fault::Malformed(problem)) => self.malformed(turn, &problem),
        }
    }

    /// Takes a body that came in a frame, which marked its end: one that does
    /// not parse is merely a bad message.
    #[cfg(feature = "websocket")]
    pub(super) fn take_framed(&mut self, turn: &mut Turn<'_>, body: &[u8]) {
        let (_, dicts) = turn.inbox.unpack(0, 0);
        let dict = unpack(body, Coding::Web, turn.codecs, dicts);
        self.take_unpacked(turn, dict, body.len());
    }

    /// The same for a body that lies between `start` and `end`.
    #[cfg(feature = "websocket")]
    pub(super) fn take_framed_at(&mut self, turn: &mut Turn<'_>, start: usize, end: usize) {
        let (body, dicts) = turn.inbox.unpack(start, end);
        let dict = unpack(body, Coding::Web, turn.codecs, dicts);
        self.take_unpacked(turn, dict, end - start);
    }

    #[cfg(feature = "websocket")]
    fn take_unpacked(&mut self, turn: &mut Turn<'_>, dict: Result<Dict, Fault>, bytes: usize) {
        match dict {
            Ok(dict) => self.take_dict(turn, dict, bytes),
            Err(Fault::Undeliverable(problem)) => self.undeliverable(turn, problem, bytes),
            Err(Fault::Malformed(problem)) => {
                let error = Error::Decode {
                    action: String::new(),
                    field: "".into(),
                    problem,
                };
                log::debug!("{}: {error}", turn.outbox.peer);
                turn.outbox.faults().bad += 1;
                self.record(turn, What::Error(Box::new(error)), bytes);
                self.bad_message(turn);
            }
        }
    }

    pub(super) fn take_dict(&mut self, turn: &mut Turn<'_>, dict: Dict, bytes: usize) {
        let words = self.read_words(turn, &dict);
        if let (State::Opening { .. }, Some(words)) = (self.state, &words) {
            // It is refused: whom a server lets in it greets first.
            let words = words.clone();
            self.end_silently(turn, Reason::ClosedByPeer { words });
            turn.outbox.discard();
            self.state = State::Over;
            return;
        }
        self.dicts.words = words;
        // Only the first one is the greeting: any other is a message.
        if self.greeted(turn) && turn.inbox.bodies().name(&dict) == "connected" {
            return;
        }
        self.record_dict(turn, dict, bytes);
    }

    pub(super) fn record_dict(&mut self, turn: &mut Turn<'_>, dict: Dict, bytes: usize) {
        self.put_down(turn, dict, bytes);
        self.recorded(turn, 1, bytes);
    }

    /// Puts a message into the inbox, and counts it by its action.
    #[inline(always)]
    pub(super) fn put_down(&self, turn: &mut Turn<'_>, dict: Dict, bytes: usize) {
        let label = match dict.label() {
            Label::OTHERS => label(turn, &dict),
            label => label,
        };
        turn.outbox.received.dict(label, bytes);
        turn.inbox.push_dict(self.slot, dict, label);
    }

    fn undeliverable(&mut self, turn: &mut Turn<'_>, problem: &str, bytes: usize) {
        self.dicts.words = None;
        self.greeted(turn);
        let error = Error::Undeliverable {
            problem: problem.to_owned(),
        };
        log::debug!("{}: {error}", turn.outbox.peer);
        turn.outbox.faults().undeliverable += 1;
        self.record(turn, What::Error(Box::new(error)), bytes);
    }

    /// A client is in with the first thing that PodSixNet's server says.
    fn greeted(&mut self, turn: &mut Turn<'_>) -> bool {
        let first =
            matches!(self.state, State::Opening { .. }) && matches!(self.role, Role::Client { .. });
        if first {
            self.come_up(turn);
        }
        first
    }
}

/// The label of the name of a dict's action.
#[inline(never)]
fn label(turn: &mut Turn<'_>, dict: &Dict) -> Label {
    let bodies = turn.inbox.bodies();
    let names = &mut turn.tally.names;
    names.recent(bodies.name_bytes(dict)).unwrap_or_else(|| {
        let name = bodies.name(dict);
        let label = names.label(name, || turn.actions.known().are_for(name));
        names.came(name, label);
        label
    })
}

/// Unpacks a body in another coding, so that podsix can read it.
fn unpack(body: &[u8], coding: Coding, codecs: &Codecs, dicts: &mut Dicts) -> Result<Dict, Fault> {
    dicts.unpack(|out| match coding {
        Coding::Custom(place) => decode(body, usize::from(place), codecs, out).map(Some),
        #[cfg(feature = "json")]
        Coding::Json | Coding::Web => {
            // A number of two characters can take nine bytes; hardly more.
            let limit = out.len().saturating_add(body.len().saturating_mul(10));
            crate::codec::json::to_rencode(body, out, limit)?;
            Ok(None)
        }
        _ => Err(Fault::Malformed("no codec for it".to_owned())),
    })
}

/// Has the game's own codec read a body; where its action is.
fn decode(
    body: &[u8],
    place: usize,
    codecs: &Codecs,
    out: &mut Vec<u8>,
) -> Result<Range<usize>, Fault> {
    let malformed = |problem: String| Fault::Malformed(Plain(&problem).to_string());
    let codec = codecs.get(place);
    let codec = codec.ok_or_else(|| malformed("no codec for it".to_owned()))?;
    let value = codec
        .decode(body)
        .map_err(|error| malformed(error.to_string()))?;
    let Value::Map(fields) = &value else {
        return Err(NoMessage::NoDict.into());
    };
    let action = fields.get("action").ok_or(NoMessage::NoAction)?;
    let action = action.as_str().ok_or(NoMessage::ActionIsNoText)?;
    frame::write_dict_name(action, out);
    let name = out.len() - action.len()..out.len();
    value.encode(out, usize::MAX)?;
    Ok(name)
}

impl From<NoMessage> for Fault {
    fn from(fault: NoMessage) -> Self {
        match fault {
            NoMessage::NoDict => Self::Undeliverable("a message that is no dict"),
            NoMessage::NoAction => Self::Undeliverable("a dict without an `action`"),
            NoMessage::NoName => Self::Undeliverable("an action that has not 1 to 255 bytes"),
            NoMessage::ActionIsNoText => Self::Malformed("an `action` that is no text".to_owned()),
        }
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self::Malformed(Plain(&problem.to_string()).to_string())
    }
}
