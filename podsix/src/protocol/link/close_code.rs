//! A WebSocket's close frame: a number and words for each reason.

use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::Utf8Bytes;
use tungstenite::protocol::frame::coding::CloseCode;

use super::Role;
use crate::Reason;

/// Codes that only podsix uses, from the range that is free for that.
const TIMED_OUT: u16 = 4000;
const TOO_MANY_MESSAGES: u16 = 4001;
const QUEUE_FULL: u16 = 4002;
const HANDLER_PANICKED: u16 = 4003;
const PROTOCOL_MISMATCH: u16 = 4004;

/// How much of the words a close frame can carry.
const MAX_WORDS_BYTES: usize = 123;

/// The close frame that tells the other end of a reason.
pub(super) fn closing_frame(reason: &Reason) -> CloseFrame {
    let (code, words): (CloseCode, &str) = match reason {
        Reason::Closed { words } | Reason::ClosedByPeer { words } => (CloseCode::Normal, words),
        Reason::ServerFull => (CloseCode::Again, "server full"),
        Reason::ShuttingDown => (CloseCode::Away, "shutting down"),
        Reason::TimedOut { waited_for } => (TIMED_OUT.into(), waited_for),
        Reason::Refused { words } => (CloseCode::Policy, words),
        Reason::Malformed { problem } => (CloseCode::Protocol, problem),
        Reason::TooLarge { problem } => (CloseCode::Size, problem),
        Reason::TooManyMessages { problem } => (TOO_MANY_MESSAGES.into(), problem),
        Reason::QueueFull { max } => return frame(QUEUE_FULL.into(), &max.to_string()),
        Reason::HandlerPanicked => (HANDLER_PANICKED.into(), ""),
        Reason::ProtocolMismatch { problem } => (PROTOCOL_MISMATCH.into(), problem),
        Reason::Io { message, .. } => (CloseCode::Error, message),
    };
    frame(code, words)
}

/// A close frame with as much of the words as it can carry.
pub(super) fn frame(code: CloseCode, words: &str) -> CloseFrame {
    CloseFrame {
        code,
        reason: Utf8Bytes::from(cut(words, MAX_WORDS_BYTES)),
    }
}

/// The reason in the other end's close frame, as this end has it.
pub(super) fn closing_reason(role: &Role, frame: Option<CloseFrame>) -> Reason {
    let Some(frame) = frame else {
        return Reason::ClosedByPeer {
            words: String::new(),
        };
    };
    let words = frame.reason.as_str().to_owned();
    let is_client = matches!(role, Role::Client { .. });
    match frame.code {
        // Only a server can say these; a client's word for them would be shown
        // to everybody else.
        CloseCode::Again if is_client => Reason::ServerFull,
        CloseCode::Away | CloseCode::Restart if is_client => Reason::ShuttingDown,
        CloseCode::Policy if is_client => Reason::Refused { words },
        CloseCode::Library(QUEUE_FULL) if is_client => Reason::QueueFull {
            max: words.parse().unwrap_or(0),
        },
        CloseCode::Library(HANDLER_PANICKED) if is_client => Reason::HandlerPanicked,
        CloseCode::Protocol | CloseCode::Invalid | CloseCode::Unsupported => {
            Reason::Malformed { problem: words }
        }
        CloseCode::Size => Reason::TooLarge { problem: words },
        CloseCode::Library(TIMED_OUT) => Reason::TimedOut { waited_for: words },
        CloseCode::Library(TOO_MANY_MESSAGES) => Reason::TooManyMessages { problem: words },
        CloseCode::Library(PROTOCOL_MISMATCH) => Reason::ProtocolMismatch { problem: words },
        _ => Reason::ClosedByPeer { words },
    }
}

/// The beginning of a text, up to so many bytes.
fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}
