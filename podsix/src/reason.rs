//! Why a connection ended.

use std::{fmt, io};

use crate::error::{Plain, Quoted};

/// Why a connection ended: the same enum at both ends, handed to
/// `network_disconnected`.
///
/// Its `Display` is fit to be shown to a player.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// This end closed the connection.
    Closed {
        /// The words given to `close`, which the other end was told; may be empty.
        words: String,
    },
    /// The other end closed the connection.
    ClosedByPeer {
        /// The other end's words; may be empty.
        words: String,
    },
    /// The server has as many clients as it takes.
    ServerFull,
    /// The server is being shut down.
    ShuttingDown,
    /// Nothing was heard from the other end for too long, or it took too long
    /// to complete something it had begun.
    TimedOut {
        /// What was waited for, such as "nothing heard for 30 s".
        waited_for: String,
    },
    /// The server's own rules refused this client.
    Refused {
        /// The server's words.
        words: String,
    },
    /// One end sent bytes that are not podsix's protocol.
    Malformed {
        /// What was seen, as told by the end that saw it.
        problem: String,
    },
    /// One end sent a message larger than the other one takes.
    TooLarge {
        /// Its action and size against the limit, as told by the end that saw it.
        problem: String,
    },
    /// One end sent more than the other one allows, or named more actions.
    TooManyMessages {
        /// Which limit, as told by the end that saw it.
        problem: String,
    },
    /// The other end read so slowly that the queue of messages for it was full.
    QueueFull {
        /// The limit of the queue, in bytes: less than usual where too much
        /// waited for all clients together.
        max: usize,
    },
    /// A handler on the server panicked while it worked for this client.
    HandlerPanicked,
    /// The two ends speak different protocols or different versions.
    ProtocolMismatch {
        /// What each end speaks.
        problem: String,
    },
    /// The connection broke: the network failed, or the program at the other
    /// end was killed.
    Io {
        /// The kind of failure.
        kind: io::ErrorKind,
        /// What the operating system said.
        message: String,
    },
}

impl Reason {
    /// The reason for an error of the operating system.
    pub(crate) fn from_io(error: &io::Error) -> Self {
        Self::Io {
            kind: error.kind(),
            message: error.to_string(),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed { words } => with_words(f, "closed by this end", words),
            Self::ClosedByPeer { words } => with_words(f, "closed by the other end", words),
            Self::ServerFull => f.write_str("the server is full"),
            Self::ShuttingDown => f.write_str("the server is shutting down"),
            Self::TimedOut { waited_for } => write!(f, "timed out: {}", Plain(waited_for)),
            Self::Refused { words } => with_words(f, "refused by the server", words),
            Self::Malformed { problem } => write!(f, "malformed data: {}", Plain(problem)),
            Self::TooLarge { problem } => write!(f, "message too large: {}", Plain(problem)),
            Self::TooManyMessages { problem } => write!(f, "too many messages: {}", Plain(problem)),
            Self::QueueFull { max } => write!(
                f,
                "too slow: {max} bytes were waiting to be read by the client"
            ),
            Self::HandlerPanicked => f.write_str("the server failed while it handled a message"),
            Self::ProtocolMismatch { problem } => {
                write!(f, "protocol mismatch: {}", Plain(problem))
            }
            Self::Io { message, .. } => write!(f, "connection lost: {message}"),
        }
    }
}

impl std::error::Error for Reason {}

fn with_words(f: &mut fmt::Formatter<'_>, what: &str, words: &str) -> fmt::Result {
    match words {
        "" => f.write_str(what),
        words => write!(f, "{what}: {}", Quoted(words)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_peer_says_can_do_nothing_to_a_terminal() {
        let problem = "\u{1b}[31mred\r\nann left: forged \u{202e}line";
        let text = || problem.to_owned();
        for reason in [
            Reason::Closed { words: text() },
            Reason::ClosedByPeer { words: text() },
            Reason::TimedOut { waited_for: text() },
            Reason::Refused { words: text() },
            Reason::Malformed { problem: text() },
            Reason::TooLarge { problem: text() },
            Reason::TooManyMessages { problem: text() },
            Reason::ProtocolMismatch { problem: text() },
        ] {
            let shown = reason.to_string();
            let harmless = |char: char| !char.is_control() && char != '\u{202e}';
            assert!(shown.chars().all(harmless), "{shown:?}");
            assert!(shown.contains("red"), "{shown:?}");
        }
        let problem = "é".repeat(5000);
        assert!(Reason::Malformed { problem }.to_string().len() < 600);
    }
}
