//! Messages that carry their own names, of every wire but the native one.

use std::ops::Range;

use super::{Link, Role, State, Turn};
use crate::codec::bincode::Problem;
use crate::codec::rencode::{self, NoMessage};
use crate::error::Plain;
use crate::inbox::{Dict, DictForm, What};
use crate::protocol::frame;
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
            let name = rencode::action(turn.inbox.body(start, end)).map_err(Fault::from);
            name.and_then(|name| {
                Dict::new(DictForm::Rencode, start, &name, end).ok_or_else(Fault::name)
            })
        } else {
            let mut unpacked = turn.inbox.take_unpacked();
            let body = turn.inbox.body(start, end);
            let dict = unpack(body, coding, turn.codecs, &mut unpacked);
            turn.inbox.put_unpacked(unpacked);
            dict
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
    pub(super) fn take_framed(&mut self, turn: &mut Turn<'_>, coding: Coding, body: &[u8]) {
        let mut unpacked = turn.inbox.take_unpacked();
        let dict = unpack(body, coding, turn.codecs, &mut unpacked);
        turn.inbox.put_unpacked(unpacked);
        match dict {
            Ok(dict) => self.take_dict(turn, dict, body.len()),
            Err(Fault::Undeliverable(problem)) => self.undeliverable(turn, problem, body.len()),
            Err(Fault::Malformed(problem)) => {
                let error = Error::Decode {
                    action: String::new(),
                    field: "".into(),
                    problem,
                };
                log::debug!("{}: {error}", turn.outbox.peer);
                turn.outbox.faults().bad += 1;
                self.record(turn, What::Error(Box::new(error)), body.len());
                self.bad_message(turn);
            }
        }
    }

    fn take_dict(&mut self, turn: &mut Turn<'_>, dict: Dict, bytes: usize) {
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
        if self.greeted(turn) && turn.inbox.name(&dict) == "connected" {
            return;
        }
        self.record_dict(turn, dict, bytes);
    }

    pub(super) fn record_dict(&mut self, turn: &mut Turn<'_>, dict: Dict, bytes: usize) {
        let name = turn.inbox.name(&dict);
        let is_own = || turn.actions.known().are_for(name);
        let label = turn.tally.names.label(name, is_own);
        turn.outbox.received.dict(label, bytes);
        self.record(turn, What::Dict(dict), bytes);
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

/// Appends a body in another coding to `out`, so that podsix can read it.
fn unpack(body: &[u8], coding: Coding, codecs: &Codecs, out: &mut Vec<u8>) -> Result<Dict, Fault> {
    let start = out.len();
    let written = match coding {
        Coding::Custom(place) => decode(body, usize::from(place), codecs, out),
        #[cfg(feature = "json")]
        Coding::Json | Coding::Web => transcode(body, out),
        _ => Err(Fault::Malformed("no codec for it".to_owned())),
    };
    let dict = written.and_then(|(form, name)| {
        let name = name.start - start..name.end - start;
        Dict::unpacked(form, start, &name, out.len()).ok_or_else(Fault::name)
    });
    if dict.is_err() {
        out.truncate(start);
    }
    dict
}

/// Turns JSON into rencode; where its action is.
#[cfg(feature = "json")]
fn transcode(body: &[u8], out: &mut Vec<u8>) -> Result<(DictForm, Range<usize>), Fault> {
    let start = out.len();
    // A number of two characters can take nine bytes; hardly more.
    let limit = start.saturating_add(body.len().saturating_mul(10));
    crate::codec::json::to_rencode(body, out, limit)?;
    let name = rencode::action(out.get(start..).unwrap_or_default())?;
    Ok((DictForm::Rencode, start + name.start..start + name.end))
}

/// Has the game's own codec read a body; where its action is.
fn decode(
    body: &[u8],
    place: usize,
    codecs: &Codecs,
    out: &mut Vec<u8>,
) -> Result<(DictForm, Range<usize>), Fault> {
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
    Ok((DictForm::Native, name))
}

impl Fault {
    fn name() -> Self {
        Self::Undeliverable("an action that has not 1 to 255 bytes")
    }
}

impl From<NoMessage> for Fault {
    fn from(fault: NoMessage) -> Self {
        match fault {
            NoMessage::NoDict => Self::Undeliverable("a message that is no dict"),
            NoMessage::NoAction => Self::Undeliverable("a dict without an `action`"),
            NoMessage::ActionIsNoText => Self::Malformed("an `action` that is no text".to_owned()),
        }
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self::Malformed(Plain(&problem.to_string()).to_string())
    }
}
