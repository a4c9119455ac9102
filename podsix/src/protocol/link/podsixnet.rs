//! PodSixNet's wire: dicts, each with a terminator behind it.

use super::{Link, Received, Role, State, Turn};
use crate::codec::Codec;
use crate::codec::bincode::Problem;
use crate::codec::rencode::{self, Scanner, TERMINATOR};
use crate::error::Plain;
use crate::inbox::Dict;
use crate::protocol::{foreign, frame};
use crate::wire::{Coding, Wire};
use crate::{Reason, Value, encode};

/// What a link on PodSixNet's wire knows of a body that is cut.
#[derive(Debug, Default)]
pub(super) struct Dicts {
    /// Follows a body that tells its own end. Made for the first one.
    scanner: Option<Box<Scanner>>,
    /// Where that body ends, once it is known.
    body: Option<usize>,
    /// Up to where the terminator of any other body was searched, and how many
    /// were found that are inside of it.
    pub(super) searched: usize,
    inside: u32,
    /// The words of a server, if they are the last that it has said.
    pub(super) words: Option<String>,
}

impl Dicts {
    /// Whether nothing of the body was looked at yet.
    #[inline]
    fn is_at_start(&self) -> bool {
        let scanner = self.scanner.as_ref();
        self.body.is_none()
            && self.searched == 0
            && scanner.is_none_or(|scanner| scanner.is_at_start())
    }
}

/// Each of them makes a codec look at the message once more.
const MAX_TERMINATORS_INSIDE: u32 = 64;

/// What is at the beginning of the bytes that were received.
enum Found {
    /// A whole body of so many bytes, and the terminator behind it.
    Body(usize),
    /// The beginning of one; this many bytes are the next to look at.
    Cut { needed: usize },
}

impl Link {
    /// Says what PodSixNet's server says first.
    pub(super) fn write_greeting(turn: &mut Turn<'_>, coding: Coding) {
        let greeting = crate::data! { "action": "connected" };
        Self::write_dict(turn, coding, &greeting);
    }

    /// Tells a client why it is sent away, as PodSixNet tells of errors: there
    /// is no goodbye that it would know. [`words_in`] reads it.
    pub(super) fn write_words(&self, turn: &mut Turn<'_>, coding: Coding, reason: &Reason) {
        let words = match reason {
            Reason::Closed { words } => words.clone(),
            Reason::ShuttingDown | Reason::Io { .. } => return,
            reason => reason.to_string(),
        };
        if matches!(self.role, Role::Server) && !words.is_empty() {
            let error = crate::data! { "action": "error", "error": (0, words) };
            Self::write_dict(turn, coding, &error);
        }
    }

    /// The words with which a server may have sent this client away. Only the
    /// end itself tells: any of its messages can look so, such as one of
    /// another client that it passes on.
    pub(super) fn read_words(&self, turn: &Turn<'_>, dict: &Dict) -> Option<String> {
        match (&self.role, self.wire) {
            (Role::Client { .. }, Wire::PodSixNet(_))
                if turn.inbox.bodies().name(dict) == "error" =>
            {
                words_in(&turn.inbox.value(dict).ok()?)
            }
            _ => None,
        }
    }

    fn write_dict(turn: &mut Turn<'_>, coding: Coding, dict: &Value) {
        let max_body = turn.limits.max_body() as usize;
        let body = encode::dict(dict, coding, turn.codecs, max_body);
        match body {
            Ok(body) => turn.outbox.control(|out| {
                out.extend_from_slice(&body);
                out.extend_from_slice(TERMINATOR);
            }),
            Err(error) => log::warn!("{}: {error}", turn.outbox.peer),
        }
    }

    /// Takes the bodies between `start` and `end`; where the rest begins.
    // Not among the code for the native wire, which would have fewer registers.
    #[inline(never)]
    pub(super) fn parse_dicts(
        &mut self,
        turn: &mut Turn<'_>,
        coding: Coding,
        start: usize,
        end: usize,
        budget: usize,
    ) -> (usize, Received) {
        let mut position = start;
        let mut received = Received::default();
        loop {
            let whole = &mut received;
            position += self.take_whole_messages(turn, coding, position, end, budget, whole);
            if self.has_ended() {
                return (end, received);
            }
            if position == end {
                break;
            }
            if self.is_knocking() || received.frames == budget {
                received.more = true;
                break;
            }
            match self.find_body(turn, coding, position, end) {
                Ok(Found::Body(body)) => {
                    self.dicts.searched = 0;
                    self.dicts.inside = 0;
                    received.frames += 1;
                    self.take_body(turn, coding, position, position + body);
                    position += body + TERMINATOR.len();
                }
                Ok(Found::Cut { needed }) => {
                    self.needed = needed;
                    break;
                }
                Err(reason) => self.end(turn, reason),
            }
        }
        (position, received)
    }

    /// Takes as many messages as there are whole ones in front of which nothing
    /// is to be said, as nearly all are; how many bytes they take.
    fn take_whole_messages(
        &mut self,
        turn: &mut Turn<'_>,
        coding: Coding,
        start: usize,
        end: usize,
        budget: usize,
        received: &mut Received,
    ) -> usize {
        // What was looked at and is cut is not looked at again and again.
        if !self.is_up() || !self.dicts.is_at_start() {
            return 0;
        }
        let most = turn.limits.max_body() as usize + TERMINATOR.len();
        let mut position = start;
        let frames = received.frames;
        let mut bytes = 0;
        while received.frames < budget {
            let end = end.min(position + most);
            let known = match coding {
                Coding::Rencode => turn.inbox.take_known_dict(position, end),
                _ => None,
            };
            let body = match known {
                Some(dict) => {
                    let body = dict.end() - position;
                    self.take_whole(turn, dict, position, body, end)
                }
                None => self.take_other(turn, coding, position, end),
            };
            let Some(body) = body else { break };
            received.frames += 1;
            bytes += body;
            position += body + TERMINATOR.len();
        }
        let frames = received.frames - frames;
        if frames > 0 {
            self.recorded(turn, frames, bytes);
        }
        position - start
    }

    /// Takes a message, if its body is a whole one; how many bytes that has.
    #[inline(never)]
    fn take_other(
        &mut self,
        turn: &mut Turn<'_>,
        coding: Coding,
        start: usize,
        end: usize,
    ) -> Option<usize> {
        let (dict, body) = match coding {
            Coding::Rencode => {
                let dict = turn.inbox.take_dict(start, end).ok()?;
                (dict, dict.end() - start)
            }
            #[cfg(feature = "json")]
            Coding::Json => turn.inbox.take_json(start, end)?,
            _ => return None,
        };
        self.take_whole(turn, dict, start, body, end)
    }

    /// Takes a message whose body begins at `start`, if the terminator is behind it;
    /// how many bytes the body has.
    #[inline(always)]
    fn take_whole(
        &mut self,
        turn: &mut Turn<'_>,
        dict: Dict,
        start: usize,
        body: usize,
        end: usize,
    ) -> Option<usize> {
        if !turn.inbox.body(start + body, end).starts_with(TERMINATOR) {
            turn.inbox.put_back(&dict);
            return None;
        }
        if matches!(self.role, Role::Client { .. }) {
            self.dicts.words = self.read_words(turn, &dict);
        }
        self.put_down(turn, dict, body);
        Some(body)
    }
    fn find_body(
        &mut self,
        turn: &Turn<'_>,
        coding: Coding,
        start: usize,
        end: usize,
    ) -> Result<Found, Reason> {
        let bytes = turn.inbox.body(start, end);
        let max_body = turn.limits.max_body() as usize;
        let found = match coding {
            Coding::Rencode => self.follow(bytes, max_body),
            Coding::Custom(place) => {
                let codec = turn.codecs.get(usize::from(place));
                self.search(bytes, codec.map(|codec| &**codec), max_body)
            }
            // A body in JSON can't contain it.
            _ => self.search(bytes, None, max_body),
        };
        found.map_err(|reason| match (reason, self.state) {
            // A stranger, who has something else in mind.
            (Reason::Malformed { problem }, State::Up | State::Opening { .. })
                if turn.outbox.stats.messages_received == 0 =>
            {
                Reason::ProtocolMismatch {
                    problem: stranger(bytes).unwrap_or(problem),
                }
            }
            (reason, _) => reason,
        })
    }

    /// Follows a body to its end as it tells itself, so that one which
    /// contains the terminator arrives whole.
    fn follow(&mut self, bytes: &[u8], max_body: usize) -> Result<Found, Reason> {
        let new = || Box::new(Scanner::new(max_body));
        let scanner = self.dicts.scanner.get_or_insert_with(new);
        let body = match self.dicts.body {
            Some(body) => body,
            None => match scanner.scan(bytes) {
                Ok(Some(body)) => body,
                Ok(None) => {
                    return Ok(Found::Cut {
                        needed: scanner.needed(),
                    });
                }
                Err(Problem::TooLarge) => return Err(too_large(max_body)),
                Err(Problem::Invalid(problem)) => {
                    return Err(Reason::Malformed { problem: *problem });
                }
            },
        };
        let behind = bytes.get(body..).unwrap_or_default();
        if behind.starts_with(TERMINATOR) {
            scanner.reset();
            self.dicts.body = None;
            Ok(Found::Body(body))
        } else if TERMINATOR.starts_with(behind) {
            self.dicts.body = Some(body);
            Ok(Found::Cut {
                needed: body + TERMINATOR.len(),
            })
        } else {
            Err(malformed("no terminator behind a message"))
        }
    }

    /// Searches the terminator behind a body. A codec may know better where
    /// the body ends; it is asked only where a terminator is, so that a body
    /// which comes byte by byte is not read again for each of them.
    fn search(
        &mut self,
        bytes: &[u8],
        codec: Option<&dyn Codec>,
        max_body: usize,
    ) -> Result<Found, Reason> {
        let mut from = self.dicts.searched.min(bytes.len());
        loop {
            let fresh = bytes.get(from..).unwrap_or_default();
            let found = rencode::find_terminator(fresh).map(|place| from + place);
            let Some(body) = found else {
                // Its beginning may be there already.
                let searched = bytes.len().saturating_sub(TERMINATOR.len() - 1);
                self.dicts.searched = searched.max(from);
                if self.dicts.searched > max_body {
                    return Err(too_large(max_body));
                }
                let needed = bytes.len() + 1;
                return Ok(Found::Cut { needed });
            };
            if body > max_body {
                return Err(too_large(max_body));
            }
            let end = codec.map(|codec| codec.end(bytes)).transpose();
            let end = end.map_err(|error| malformed(&Plain(&error.to_string()).to_string()))?;
            match end {
                None => return Ok(Found::Body(body)),
                Some(Some(end)) if end == body => return Ok(Found::Body(body)),
                Some(Some(end)) if end < body => {
                    return Err(malformed("no terminator behind a message"));
                }
                Some(_) => {}
            }
            // It is one inside the body.
            self.dicts.inside += 1;
            if self.dicts.inside > MAX_TERMINATORS_INSIDE {
                return Err(malformed("a message with too many terminators inside"));
            }
            from = body + 1;
        }
    }
}

/// The words in an error that is none of the operating system.
fn words_in(error: &Value) -> Option<String> {
    match error.get("error") {
        Ok((0, words)) if error.as_map()?.len() == 2 => Some(words),
        _ => None,
    }
}

/// What speaks another protocol, if it is a known one.
fn stranger(bytes: &[u8]) -> Option<String> {
    if bytes.starts_with(&frame::MAGIC) {
        let words = "podsix's own wire instead of PodSixNet's; use podsix:// at both ends";
        return Some(words.to_owned());
    }
    foreign::recognise(bytes).map(|seen| format!("{seen} instead of PodSixNet's wire"))
}

fn too_large(max: usize) -> Reason {
    Reason::TooLarge {
        problem: format!("a message has more than {max} bytes, the limit"),
    }
}

fn malformed(problem: &str) -> Reason {
    Reason::Malformed {
        problem: problem.to_owned(),
    }
}
