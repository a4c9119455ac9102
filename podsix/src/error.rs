//! Everything that can go wrong, sorted by who can mend it.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt::Write as _;
use std::{fmt, io};

use crate::Reason;
use crate::value::ValueError;

/// A `Result` with podsix's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in words for the person in front of the screen.
///
/// Most of these never come as a `Result`: they are handed to
/// `network_error`, because what a peer or the network does must not stop a
/// game loop. Whether the connection is still there afterwards is told by
/// [`connection_is_up`](Self::connection_is_up).
///
/// `Debug` gives the same words as `Display`, since that is what a
/// `fn main() -> podsix::Result<()>` prints.
#[non_exhaustive]
pub enum Error {
    /// An address that can't be understood.
    Address {
        /// The address as given.
        address: String,
        /// What is wrong with it, and what to write instead.
        problem: String,
    },
    /// A server can't listen at an address.
    Bind {
        /// The address that was to be listened at.
        address: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// A client found no server at an address, or lost one that it can't connect to
    /// again, since it is in memory.
    Connect {
        /// The address as given to `connect`.
        address: String,
        /// What the operating system said for the last of the host's addresses.
        source: io::Error,
    },
    /// A server was reached but the connection did not come up: it was full,
    /// shutting down, refused this client, speaks another protocol, or did not
    /// answer in time.
    NotConnected {
        /// The address as given to `connect`.
        address: String,
        /// Why.
        reason: Reason,
    },
    /// The operating system's event queue failed: the only error that
    /// `pump` and `wait` return.
    EventLoop {
        /// What the operating system said.
        source: io::Error,
    },
    /// A message to send is larger than this end or the other one allows.
    TooLarge {
        /// The message's action.
        action: Cow<'static, str>,
        /// The smallest size known of the encoded message, in bytes.
        size: usize,
        /// The limit, in bytes.
        max: usize,
    },
    /// A message to send found the outgoing queue full: the other end reads
    /// more slowly than this one writes.
    QueueFull {
        /// The message's action.
        action: Cow<'static, str>,
        /// The size of the encoded message, in bytes.
        size: usize,
        /// The limit of the queue, in bytes.
        max: usize,
    },
    /// A message to send holds something that its wire can't carry.
    Encode {
        /// The message's action.
        action: Cow<'static, str>,
        /// The field, where it is known; otherwise empty.
        field: Cow<'static, str>,
        /// What is wrong with it.
        problem: String,
    },
    /// A received message does not fit the type that should take it.
    Decode {
        /// The message's action, as the other end sent it.
        action: String,
        /// The field, where it is known; otherwise empty.
        field: Cow<'static, str>,
        /// What is wrong with it.
        problem: String,
    },
    /// Something arrived that no handler can be called for, since it names no
    /// action: a number, say, or a dict without an `action`. PodSixNet programs
    /// can send such.
    Undeliverable {
        /// What it was.
        problem: String,
    },
    /// The two ends were built with different fields for an action.
    ShapesDiffer {
        /// The action.
        action: String,
        /// The fields that the other end has for it, such as `{who: string}`.
        theirs: String,
        /// The fields that this end has for it.
        ours: String,
        /// Whether this end sent it; otherwise it received it.
        sent: bool,
    },
    /// A `network_` method returned an error.
    Handler {
        /// The action, or `connected`, `disconnected`, `error` for a lifecycle method.
        action: String,
        /// What the method returned.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// A [`Value`](crate::Value) does not fit the type that should take it, or
    /// some data can't become one.
    Value(ValueError),
    /// podsix was called in a way that can't work, for instance `pump` from
    /// inside a handler.
    Misuse {
        /// What was done, and what to do instead.
        problem: Cow<'static, str>,
    },
}

impl Error {
    /// Whether the connection that this error belongs to is still up.
    ///
    /// ```
    /// # use podsix::Error;
    /// # fn show(error: &Error) {
    /// if !error.connection_is_up() {
    ///     println!("can't play: {error}");
    /// }
    /// # }
    /// ```
    pub fn connection_is_up(&self) -> bool {
        match self {
            Self::Address { .. }
            | Self::Bind { .. }
            | Self::Connect { .. }
            | Self::NotConnected { .. }
            | Self::EventLoop { .. } => false,
            Self::TooLarge { .. }
            | Self::QueueFull { .. }
            | Self::Encode { .. }
            | Self::Decode { .. }
            | Self::Undeliverable { .. }
            | Self::ShapesDiffer { .. }
            | Self::Handler { .. }
            | Self::Value(_)
            | Self::Misuse { .. } => true,
        }
    }
}

impl Error {
    /// The same error for another copy of a message that can't be encoded.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::TooLarge { action, size, max } => Self::TooLarge {
                action: action.clone(),
                size: *size,
                max: *max,
            },
            other => Self::Encode {
                action: match other {
                    Self::Encode { action, .. } => action.clone(),
                    _ => Cow::Borrowed(""),
                },
                field: match other {
                    Self::Encode { field, .. } => field.clone(),
                    _ => Cow::Borrowed(""),
                },
                problem: match other {
                    Self::Encode { problem, .. } => problem.clone(),
                    _ => other.to_string(),
                },
            },
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address { address, problem } => {
                write!(f, "can't use the address `{address}`: {problem}")
            }
            Self::Bind { address, source } => {
                write!(
                    f,
                    "can't listen at {address}: {source}{}",
                    bind_hint(source)
                )
            }
            Self::Connect { address, source } => {
                write!(
                    f,
                    "can't connect to {address}: {source}{}",
                    connect_hint(source)
                )
            }
            Self::NotConnected { address, reason } => {
                write!(
                    f,
                    "not connected to {address}: {reason}{}",
                    wire_hint(address, reason)
                )
            }
            Self::EventLoop { source } => {
                write!(f, "the operating system's event queue failed: {source}")
            }
            Self::TooLarge { action, size, max } => write!(
                f,
                "`{}` was not sent: it takes at least {size} bytes, the limit is {max}; send it in \
                 pieces, or raise `max_message_bytes` at both ends",
                Plain(action)
            ),
            Self::QueueFull { action, size, max } => write!(
                f,
                "`{}` ({size} bytes) was not sent: the outgoing queue of {max} bytes is \
                 full, the other end reads too slowly or this end has not pumped for long: is \
                 `pump` or `wait` in its loop?",
                Plain(action)
            ),
            Self::Encode {
                action,
                field,
                problem,
            } => match &**action {
                "" => write!(f, "a message without an action was not sent: {problem}"),
                // A value that is passed on may be a peer's.
                action => write!(
                    f,
                    "`{}` was not sent: {}{}",
                    Plain(action),
                    Place(field),
                    Plain(problem)
                ),
            },
            Self::Decode {
                action,
                field,
                problem,
            } => write!(
                f,
                "{}: {}{}; the message was dropped, the connection is still up",
                Quoted(action),
                Place(field),
                Plain(problem)
            ),
            Self::ShapesDiffer {
                action,
                theirs,
                ours,
                sent,
            } => {
                let (from, to) = if *sent {
                    (ours, theirs)
                } else {
                    (theirs, ours)
                };
                let (action, from, to) = (Plain(action), Plain(from), Plain(to));
                let (sender, receiver) = match sent {
                    true => ("this end", "the other end"),
                    false => ("the other end", "this end"),
                };
                write!(
                    f,
                    "{action}: {sender} sends {from}, {receiver} expects {to}; the messages are \
                     dropped, the connection is still up; build both from one enum, or give a \
                     new field a `#[serde(default)]`"
                )
            }
            Self::Handler { action, source } => {
                write!(f, "the handler of {} failed: {source}", Quoted(action))
            }
            Self::Undeliverable { problem } => write!(
                f,
                "{problem} came in; it was dropped, the connection is still up"
            ),
            Self::Value(error) => error.fmt(f),
            Self::Misuse { problem } => f.write_str(problem),
        }
    }
}

impl From<ValueError> for Error {
    fn from(error: ValueError) -> Self {
        Self::Value(error)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Bind { source, .. }
            | Self::Connect { source, .. }
            | Self::EventLoop { source } => Some(source),
            Self::NotConnected { reason, .. } => Some(reason),
            Self::Handler { source, .. } => Some(source.as_ref()),
            _ => None,
        }
    }
}

/// A text that a peer sent, safe to print: quoted, escaped and cut to 64 bytes.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MAX_BYTES: usize = 64;
        let Self(text) = self;
        let end = (0..=MAX_BYTES.min(text.len()))
            .rev()
            .find(|&end| text.is_char_boundary(end))
            .unwrap_or(0);
        let shown = text.get(..end).unwrap_or_default();
        write!(f, "`{}", shown.escape_debug())?;
        f.write_str(if end < text.len() { "…`" } else { "`" })
    }
}

/// A text in which words of a peer may stand, safe to print: what would move a
/// terminal's cursor or turn the direction of writing is escaped, and it is cut
/// to 512 bytes.
pub(crate) struct Plain<'a>(pub(crate) &'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MAX_BYTES: usize = 512;
        for (position, char) in self.0.char_indices() {
            if position >= MAX_BYTES {
                return f.write_char('…');
            }
            match char {
                '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                    write!(f, "{}", char.escape_unicode())?;
                }
                _ if char.is_control() => write!(f, "{}", char.escape_default())?,
                _ => f.write_char(char)?,
            }
        }
        Ok(())
    }
}

/// The name of a field in front of what is wrong with it.
struct Place<'a>(&'a str);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            "" => Ok(()),
            field => write!(f, "field `{}`: ", Plain(field)),
        }
    }
}

fn bind_hint(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::AddrInUse => {
            "; is another server running there? stop it, or choose another port \
             (port 0 takes a free one)"
        }
        io::ErrorKind::AddrNotAvailable => {
            "; this machine has no such address: 127.0.0.1 is for this machine alone, \
             0.0.0.0 for all its networks"
        }
        io::ErrorKind::PermissionDenied => "; choose a port above 1023",
        _ => "",
    }
}

/// What stands for an address where there is none.
pub(crate) const THIS_PROCESS: &str = "the server in this process";

/// How a client says that it waited for the server's hello.
pub(crate) const NO_ANSWER: &str = "no answer for";

/// What to look at where a server is there but seems to speak another wire.
fn wire_hint(address: &str, reason: &Reason) -> &'static str {
    let podsixnet = address.starts_with("podsixnet");
    match reason {
        // There the server speaks first; at its native port podsix does not.
        Reason::TimedOut { .. } if podsixnet => {
            "; does the server listen at `podsixnet://` there, or is that its port for podsix \
             programs?"
        }
        Reason::Malformed { .. } | Reason::ProtocolMismatch { .. } if podsixnet => {
            "; the server has to listen at the same kind of address: `podsixnet://` and \
             `podsixnet+json://` differ"
        }
        Reason::Io { .. } if address.starts_with("ws://") => {
            "; does the server have podsix's feature `websocket`, and no `podsixnet://` there?"
        }
        Reason::TimedOut { waited_for } if waited_for.starts_with(NO_ANSWER) => match address {
            THIS_PROCESS => "; does the server's loop call `pump` or `wait`?",
            _ => "; is it podsix that listens there, and does its loop call `pump` or `wait`?",
        },
        _ => "",
    }
}

fn connect_hint(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::ConnectionRefused => "; is the server running, and is the port right?",
        io::ErrorKind::TimedOut => "; is the address right, and does a firewall stand between?",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_wire_is_suspected_where_it_looks_like_one() {
        let shown = |address: &str, reason: Reason| {
            let address = address.to_owned();
            Error::NotConnected { address, reason }.to_string()
        };
        let silence = || Reason::TimedOut {
            waited_for: "no answer for 10s".to_owned(),
        };
        let nonsense = || Reason::Malformed {
            problem: "nonsense".to_owned(),
        };
        assert!(shown("podsixnet://a:1", silence()).ends_with("for podsix programs?"));
        for address in ["a:1", "ws://a:1"] {
            assert!(shown(address, silence()).contains("no answer for 10s; is it podsix"));
        }
        assert!(!shown(THIS_PROCESS, silence()).contains("is it podsix"));
        assert!(shown(THIS_PROCESS, silence()).ends_with("call `pump` or `wait`?"));
        let told = Reason::TimedOut {
            waited_for: "no hello for 10s".to_owned(),
        };
        assert!(shown("a:1", told).ends_with("no hello for 10s"));
        assert!(shown("podsixnet+json://a:1", nonsense()).ends_with("differ"));
        assert!(shown("a:1", nonsense()).ends_with("nonsense"));
        assert!(shown("podsixnet://a:1", Reason::ServerFull).ends_with("is full"));
        let broken = || Reason::from_io(&io::ErrorKind::UnexpectedEof.into());
        assert!(shown("ws://a:1", broken()).contains("`websocket`"));
        assert!(!shown("a:1", broken()).contains("`websocket`"));
    }
}
