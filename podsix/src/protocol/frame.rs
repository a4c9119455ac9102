//! Frames of the native wire: a length, a code, a body.

use std::ops::Range;

use super::varint::{self, Varint};
use crate::Reason;

/// What a client's and a server's bytes begin with. The first byte is no
/// printable character and begins no TLS record, so nothing else that meets a
/// native port looks like it.
pub(crate) const MAGIC: [u8; 4] = [0xF6, b'p', b'd', b'6'];

/// The version of everything behind the magic.
pub(crate) const VERSION: u8 = 1;

/// The length of magic and version together.
pub(crate) const OPENING_BYTES: usize = MAGIC.len() + 1;

/// Codes from here on are control frames …
const FIRST_CONTROL: u32 = 128;
/// … and from here on actions again.
const FIRST_LATE_ACTION: u32 = 160;

/// What a frame's code says about its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// A message: the sending end's number of its action.
    Action(u32),
    /// The first frame of each end.
    Hello,
    /// The name and shape of an action, before its first message.
    Name,
    /// A question whether the other end is there.
    Ping,
    /// The answer to a ping.
    Pong,
    /// The last frame: why the connection ends.
    Goodbye,
    /// A message that carries its action's name and its fields' names.
    Dict,
    /// An action whose fields the other end can't take.
    Differs,
    /// A control frame of a later version.
    Unknown(u32),
}

impl Code {
    /// The number that stands for this code in a frame.
    pub(crate) fn number(self) -> u32 {
        match self {
            Self::Action(action) if action < FIRST_CONTROL => action,
            Self::Action(action) => action.saturating_add(FIRST_LATE_ACTION - FIRST_CONTROL),
            Self::Hello => FIRST_CONTROL,
            Self::Name => FIRST_CONTROL + 1,
            Self::Ping => FIRST_CONTROL + 2,
            Self::Pong => FIRST_CONTROL + 3,
            Self::Goodbye => FIRST_CONTROL + 4,
            Self::Dict => FIRST_CONTROL + 5,
            Self::Differs => FIRST_CONTROL + 6,
            Self::Unknown(number) => number,
        }
    }

    fn from_number(number: u32) -> Self {
        match number {
            0..FIRST_CONTROL => Self::Action(number),
            FIRST_LATE_ACTION.. => Self::Action(number - (FIRST_LATE_ACTION - FIRST_CONTROL)),
            128 => Self::Hello,
            129 => Self::Name,
            130 => Self::Ping,
            131 => Self::Pong,
            132 => Self::Goodbye,
            133 => Self::Dict,
            134 => Self::Differs,
            _ => Self::Unknown(number),
        }
    }
}

/// The head of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) code: Code,
    /// The bytes of the header itself.
    pub(crate) bytes: usize,
    /// The bytes of the body behind it.
    pub(crate) body: usize,
}

/// What the first bytes of some input hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parsed {
    Header(Header),
    /// The beginning of a header; how long the body will be, once that is known.
    Incomplete(Option<usize>),
    Invalid,
}

#[inline]
pub(crate) fn read_header(bytes: &[u8]) -> Parsed {
    let (body, length_bytes) = match varint::read(bytes) {
        Varint::Value(body, used) => (body as usize, used),
        Varint::Incomplete => return Parsed::Incomplete(None),
        Varint::Invalid => return Parsed::Invalid,
    };
    match varint::read(bytes.get(length_bytes..).unwrap_or_default()) {
        Varint::Value(code, used) => Parsed::Header(Header {
            code: Code::from_number(code),
            bytes: length_bytes + used,
            body,
        }),
        Varint::Incomplete => Parsed::Incomplete(Some(body)),
        Varint::Invalid => Parsed::Invalid,
    }
}

#[inline]
pub(crate) fn write_header(code: Code, body: usize, out: &mut Vec<u8>) {
    if let (Ok(body @ 0..0x80), code @ 0..0x80) = (u8::try_from(body), code.number()) {
        // Each varint is one byte.
        return out.extend_from_slice(&[body, code as u8]);
    }
    // A body is never near 4 GiB: each limit on one is a `u32`.
    varint::write(u32::try_from(body).unwrap_or(u32::MAX), out);
    varint::write(code.number(), out);
}

/// The bytes that [`write_header`] takes.
pub(crate) fn header_len(code: Code, body: usize) -> usize {
    varint::len(u32::try_from(body).unwrap_or(u32::MAX)) + varint::len(code.number())
}

pub(crate) fn write(code: Code, body: &[u8], out: &mut Vec<u8>) {
    write_header(code, body.len(), out);
    out.extend_from_slice(body);
}

/// The opening of either end: magic, version and hello. The frames of so many
/// names follow it.
pub(crate) fn write_opening(max_body: u32, names: u32, out: &mut Vec<u8>) {
    write_version(out);
    let mut body = Vec::with_capacity(10);
    varint::write(max_body, &mut body);
    if names > 0 {
        varint::write(names, &mut body);
    }
    write(Code::Hello, &body, out);
}

/// Magic and version, all that a refusal has of the opening.
pub(crate) fn write_version(out: &mut Vec<u8>) {
    out.extend_from_slice(&MAGIC);
    out.push(VERSION);
}

/// What a hello tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hello {
    /// The largest body that the other end takes.
    pub(crate) max_body: u32,
    /// How many names follow at once: all actions of an end that is bound to a
    /// protocol.
    pub(crate) names: u32,
}

/// Reads a hello. Whatever follows what is known belongs to later versions.
pub(crate) fn read_hello(body: &[u8]) -> Option<Hello> {
    let Varint::Value(max_body, used) = varint::read(body) else {
        return None;
    };
    let rest = body.get(used..).unwrap_or_default();
    let names = match varint::read(rest) {
        Varint::Value(names, _) => names,
        Varint::Incomplete if rest.is_empty() => 0,
        Varint::Incomplete | Varint::Invalid => return None,
    };
    Some(Hello { max_body, names })
}

/// The body of a name frame: the action's number, the length of its name, the
/// name, and the rest is its shape.
pub(crate) fn write_name(number: u32, name: &str, shape: &[u8], out: &mut Vec<u8>) {
    let mut body = Vec::with_capacity(10 + name.len() + shape.len());
    varint::write(number, &mut body);
    varint::write(u32::try_from(name.len()).unwrap_or(u32::MAX), &mut body);
    body.extend_from_slice(name.as_bytes());
    body.extend_from_slice(shape);
    write(Code::Name, &body, out);
}

/// Number, name and shape of an action, from the body of a name frame.
pub(crate) fn read_name(body: &[u8]) -> Option<(u32, &str, &[u8])> {
    let Varint::Value(number, used) = varint::read(body) else {
        return None;
    };
    let body = body.get(used..)?;
    let Varint::Value(length, used) = varint::read(body) else {
        return None;
    };
    let body = body.get(used..)?;
    let (name, shape) = body.split_at_checked(length as usize)?;
    Some((number, std::str::from_utf8(name).ok()?, shape))
}

/// The beginning of a dict's body: the length of its action's name, and the
/// name. The rest is the dict.
pub(crate) fn write_dict_name(name: &str, out: &mut Vec<u8>) {
    varint::write(u32::try_from(name.len()).unwrap_or(u32::MAX), out);
    out.extend_from_slice(name.as_bytes());
}

/// Where the action's name stands in the body of a dict.
pub(crate) fn read_dict_name(body: &[u8]) -> Option<Range<usize>> {
    let Varint::Value(length, used) = varint::read(body) else {
        return None;
    };
    let range = used..used.checked_add(length as usize)?;
    std::str::from_utf8(body.get(range.clone())?).ok()?;
    Some(range)
}

/// An answer to a name: this end can't take the action of that number, since
/// it expects other fields.
pub(crate) fn write_differs(number: u32, ours: &str, out: &mut Vec<u8>) {
    let ours = ours.as_bytes();
    let ours = ours.get(..MAX_WORDS_BYTES).unwrap_or(ours);
    write_header(Code::Differs, varint::len(number) + ours.len(), out);
    varint::write(number, out);
    out.extend_from_slice(ours);
}

/// The number of the action, and the fields that the other end expects.
pub(crate) fn read_differs(body: &[u8]) -> Option<(u32, String)> {
    let Varint::Value(number, used) = varint::read(body) else {
        return None;
    };
    let words = body.get(used..)?;
    let words = words.get(..MAX_WORDS_BYTES).unwrap_or(words);
    Some((number, String::from_utf8_lossy(words).into_owned()))
}

/// A goodbye: one byte for the kind of reason, then words.
pub(crate) fn write_goodbye(reason: &Reason, out: &mut Vec<u8>) {
    let queue;
    let (kind, words) = match reason {
        Reason::Closed { words } | Reason::ClosedByPeer { words } => (0, words.as_str()),
        Reason::ServerFull => (1, ""),
        Reason::ShuttingDown => (2, ""),
        Reason::TimedOut { waited_for } => (3, waited_for.as_str()),
        Reason::Refused { words } => (4, words.as_str()),
        Reason::Malformed { problem } => (5, problem.as_str()),
        Reason::TooLarge { problem } => (6, problem.as_str()),
        Reason::TooManyMessages { problem } => (7, problem.as_str()),
        Reason::QueueFull { max } => {
            queue = max.to_string();
            (8, queue.as_str())
        }
        Reason::HandlerPanicked => (9, ""),
        Reason::ProtocolMismatch { problem } => (10, problem.as_str()),
        Reason::Io { message, .. } => (0, message.as_str()),
    };
    let words = words.as_bytes();
    let words = words.get(..MAX_WORDS_BYTES).unwrap_or(words);
    write_header(Code::Goodbye, 1 + words.len(), out);
    out.push(kind);
    out.extend_from_slice(words);
}

/// The reason in the body of a goodbye, as this end has it.
pub(crate) fn read_goodbye(body: &[u8]) -> Reason {
    let (kind, words) = body.split_first().unwrap_or((&0, &[]));
    let words = words.get(..MAX_WORDS_BYTES).unwrap_or(words);
    // Words are for people; a cut character must not lose the rest of them.
    let words = String::from_utf8_lossy(words).into_owned();
    match kind {
        1 => Reason::ServerFull,
        2 => Reason::ShuttingDown,
        3 => Reason::TimedOut { waited_for: words },
        4 => Reason::Refused { words },
        5 => Reason::Malformed { problem: words },
        6 => Reason::TooLarge { problem: words },
        7 => Reason::TooManyMessages { problem: words },
        8 => Reason::QueueFull {
            max: words.parse().unwrap_or(0),
        },
        9 => Reason::HandlerPanicked,
        10 => Reason::ProtocolMismatch { problem: words },
        _ => Reason::ClosedByPeer { words },
    }
}

/// The words of a goodbye are cut to this many bytes.
pub(crate) const MAX_WORDS_BYTES: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_messages_have_two_bytes_of_overhead() {
        for (action, body, expected) in [(0, 0, 2), (127, 127, 2), (128, 127, 3), (0, 128, 3)] {
            let code = Code::Action(action);
            assert_eq!(
                header_len(code, body),
                expected,
                "action {action}, body {body}"
            );
            let mut bytes = Vec::new();
            write_header(code, body, &mut bytes);
            assert_eq!(
                read_header(&bytes),
                Parsed::Header(Header {
                    code,
                    bytes: expected,
                    body
                })
            );
        }
    }

    #[test]
    fn codes_come_back() {
        let actions = [0, 1, 127, 128, 129, 1000, 4095].map(Code::Action);
        let control = [
            Code::Hello,
            Code::Name,
            Code::Ping,
            Code::Pong,
            Code::Goodbye,
            Code::Dict,
            Code::Differs,
        ];
        for code in actions
            .into_iter()
            .chain(control)
            .chain([Code::Unknown(159)])
        {
            assert_eq!(Code::from_number(code.number()), code);
        }
    }

    #[test]
    fn reasons_cross_the_wire() {
        let same = [
            Reason::ServerFull,
            Reason::ShuttingDown,
            Reason::TimedOut {
                waited_for: "a pong".into(),
            },
            Reason::Refused {
                words: "banned".into(),
            },
            Reason::Malformed {
                problem: "bad".into(),
            },
            Reason::TooLarge {
                problem: "big".into(),
            },
            Reason::TooManyMessages {
                problem: "many".into(),
            },
            Reason::QueueFull { max: 8 << 20 },
            Reason::HandlerPanicked,
            Reason::ProtocolMismatch {
                problem: "old".into(),
            },
            Reason::ClosedByPeer {
                words: "bye".into(),
            },
        ];
        for reason in same {
            assert_eq!(over_the_wire(&reason), reason);
        }
        let ours = Reason::Closed {
            words: "bye".into(),
        };
        assert_eq!(
            over_the_wire(&ours),
            Reason::ClosedByPeer {
                words: "bye".into()
            }
        );
        let long = Reason::Closed {
            words: "é".repeat(5000),
        };
        let Reason::ClosedByPeer { words } = over_the_wire(&long) else {
            unreachable!("a closing stays a closing");
        };
        assert!(words.len() <= MAX_WORDS_BYTES + 3);
    }

    fn over_the_wire(reason: &Reason) -> Reason {
        let mut bytes = Vec::new();
        write_goodbye(reason, &mut bytes);
        let Parsed::Header(header) = read_header(&bytes) else {
            unreachable!("a whole frame was written");
        };
        assert_eq!(header.code, Code::Goodbye);
        read_goodbye(&bytes[header.bytes..])
    }
}
