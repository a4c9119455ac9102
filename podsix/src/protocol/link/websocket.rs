//! WebSocket: JSON in text frames, for browsers.
//!
//! The frames are read by tungstenite, which is handed one whole frame at a
//! time: so a cut one waits where cut frames of every wire wait, under the same
//! limits.

use std::io::{self, Cursor, Read, Write};

use tungstenite::Message;
use tungstenite::error::{CapacityError, Error as Failure};
use tungstenite::protocol::frame::coding::{CloseCode, Control, Data, OpCode};
use tungstenite::protocol::frame::{CloseFrame, Frame, FrameHeader, Utf8Bytes};
use tungstenite::protocol::{Role as End, WebSocketConfig, WebSocketContext};

use super::{Link, Received, Role, Time, Turn};
use crate::Reason;
use crate::error::Plain;
use crate::outgoing::Outbox;
use crate::wire::Coding;

/// What a link on a WebSocket knows of the other end.
#[derive(Debug, Default)]
pub(super) enum Web {
    /// The HTTP request or answer that it begins with has not come yet.
    #[default]
    Opening,
    /// A client's: what its server has to answer.
    Asked {
        key: String,
    },
    /// A server's: the answer for when the client is let in.
    Knocking {
        answer: Vec<u8>,
    },
    Open(Box<Frames>),
}

/// The frames of an open WebSocket.
#[derive(Debug)]
pub(super) struct Frames {
    context: WebSocketContext,
    /// When a message in several frames began.
    pub(super) fragments_began: Option<Time>,
}

impl Frames {
    pub(super) fn new(role: &Role, max_message: usize) -> Box<Self> {
        let end = match role {
            Role::Server { .. } => End::Server,
            Role::Client { .. } => End::Client,
        };
        // It never sees more than one frame, and makes room for a large one.
        let config = WebSocketConfig::default()
            .read_buffer_size(512)
            .write_buffer_size(0)
            .max_message_size(Some(max_message))
            .max_frame_size(Some(max_message));
        Box::new(Self {
            context: WebSocketContext::new(end, Some(config)),
            fragments_began: None,
        })
    }
}

/// One frame to be read, and what tungstenite answers to it by itself.
struct OneFrame<'a> {
    bytes: &'a [u8],
    answers: &'a mut Vec<u8>,
}

impl Read for OneFrame<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if self.bytes.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.bytes.read(room)
    }
}

impl Write for OneFrame<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.answers.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Link {
    /// Takes what is between `start` and `end`; where the rest begins.
    pub(super) fn parse_web(
        &mut self,
        turn: &mut Turn<'_>,
        start: usize,
        end: usize,
        budget: usize,
    ) -> (usize, Received) {
        let mut position = start;
        let mut received = Received::default();
        while !self.has_ended() && position < end {
            if self.is_knocking() || received.frames == budget {
                received.more = true;
                break;
            }
            let used = match self.web {
                Web::Opening | Web::Asked { .. } | Web::Knocking { .. } => {
                    self.take_head(turn, position, end)
                }
                Web::Open(_) => self.take_frame(turn, position, end),
            };
            match used {
                Some(bytes) => {
                    received.frames += 1;
                    position += bytes;
                }
                None => break,
            }
        }
        if self.has_ended() {
            position = end;
        }
        (position, received)
    }

    /// Takes one frame, if it is whole: how many bytes it has.
    fn take_frame(&mut self, turn: &mut Turn<'_>, start: usize, end: usize) -> Option<usize> {
        let bytes = turn.inbox.body(start, end);
        let max_body = turn.limits.max_body() as usize;
        let mut cursor = Cursor::new(bytes);
        let (header, body) = match FrameHeader::parse(&mut cursor) {
            Ok(Some(parsed)) => parsed,
            Ok(None) => {
                self.needed = bytes.len() + 1;
                return None;
            }
            Err(failure) => {
                self.fail(turn, &failure);
                return None;
            }
        };
        if body > max_body as u64 {
            let problem = format!("a frame claims {body} bytes, the limit is {max_body}");
            self.end(turn, Reason::TooLarge { problem });
            return None;
        }
        // Both are small now.
        let whole = cursor.position() as usize + body as usize;
        let Some(frame) = bytes.get(..whole) else {
            self.needed = whole;
            return None;
        };
        let asks = header.opcode == OpCode::Control(Control::Ping);
        if asks && turn.outbox.pending().len() >= turn.limits.max_outgoing_bytes {
            // An answer that nobody reads must not fill the queue.
            return Some(whole);
        }
        let Web::Open(frames) = &mut self.web else {
            return None;
        };
        let mut answers = Vec::new();
        let mut stream = OneFrame {
            bytes: frame,
            answers: &mut answers,
        };
        let read = frames.context.read(&mut stream);
        // What it has to say by itself, it says when it is asked again.
        let _ = frames.context.flush(&mut stream);
        turn.outbox.control(|out| out.extend_from_slice(&answers));
        frames.fragments_began = match (&read, header.opcode) {
            (Err(Failure::Io(_)), OpCode::Data(_)) => frames.fragments_began.or(Some(turn.now)),
            (_, OpCode::Data(_)) => None,
            _ => frames.fragments_began,
        };
        match read {
            Ok(Message::Text(text)) => self.take_framed(turn, Coding::Web, text.as_bytes()),
            Ok(Message::Binary(bytes)) => self.take_framed(turn, Coding::Web, &bytes),
            Ok(Message::Pong(_)) => self.answered(turn),
            Ok(Message::Close(frame)) => {
                let reason = closing_reason(&self.role, frame);
                self.end_silently(turn, reason);
            }
            Ok(Message::Ping(_) | Message::Frame(_)) => {}
            // A part of a message.
            Err(Failure::Io(_)) => {}
            Err(failure) => self.fail(turn, &failure),
        }
        Some(whole)
    }

    fn fail(&mut self, turn: &mut Turn<'_>, failure: &Failure) {
        let problem = Plain(&failure.to_string()).to_string();
        let reason = match failure {
            Failure::Capacity(CapacityError::MessageTooLong { .. }) => Reason::TooLarge { problem },
            _ => Reason::Malformed { problem },
        };
        self.end(turn, reason);
    }

    pub(super) fn write_web_ping(&self, turn: &mut Turn<'_>) {
        self.write_frame(turn.outbox, Frame::ping(Vec::new()));
    }

    /// Says goodbye to the other end, if it has come so far that it would hear.
    pub(super) fn write_web_close(&mut self, turn: &mut Turn<'_>, reason: &Reason) {
        if let Web::Knocking { answer } = &self.web {
            // Only what is open can be told why it is closed.
            turn.outbox.control(|out| out.extend_from_slice(answer));
        }
        match self.web {
            Web::Knocking { .. } | Web::Open(_) => {}
            Web::Opening => return self.refuse_head(turn, reason),
            Web::Asked { .. } => return,
        }
        let (code, words) = closing_frame(reason);
        let close = CloseFrame {
            code: code.into(),
            reason: Utf8Bytes::from(cut(&words, MAX_CLOSE_WORDS).to_owned()),
        };
        self.write_frame(turn.outbox, Frame::close(Some(close)));
    }

    fn write_frame(&self, outbox: &mut Outbox, mut frame: Frame) {
        if matches!(self.role, Role::Client { .. }) {
            frame.header_mut().mask = Some(mask());
        }
        // To write into memory never fails.
        outbox.control(|out| drop(frame.format(out)));
    }

    /// From now on there are frames; a server says so.
    pub(super) fn open_web(&mut self, turn: &mut Turn<'_>) {
        if let Web::Knocking { answer } = &self.web {
            turn.outbox.control(|out| out.extend_from_slice(answer));
        }
        turn.outbox.web(matches!(self.role, Role::Client { .. }));
        self.web = Web::Open(Frames::new(&self.role, turn.limits.max_body() as usize));
    }

    /// When a message in several frames began to arrive, if it is not whole yet.
    pub(super) fn fragments_began(&self) -> Option<Time> {
        match &self.web {
            Web::Open(frames) => frames.fragments_began,
            _ => None,
        }
    }
}

/// Writes a text frame with this body.
pub(crate) fn write_text(body: &[u8], masked: bool, out: &mut Vec<u8>) {
    let header = FrameHeader {
        opcode: OpCode::Data(Data::Text),
        mask: masked.then(mask),
        ..FrameHeader::default()
    };
    // To write into memory never fails.
    let _ = header.format(body.len() as u64, out);
    match header.mask {
        Some(mask) => {
            let mask = mask.into_iter().cycle();
            out.extend(body.iter().zip(mask).map(|(byte, mask)| byte ^ mask));
        }
        None => out.extend_from_slice(body),
    }
}

/// The bytes that [`write_text`] puts in front of the body.
pub(crate) fn header_len(body: usize, masked: bool) -> usize {
    let length = match body {
        0..126 => 0,
        126..65536 => 2,
        _ => 8,
    };
    2 + length + if masked { 4 } else { 0 }
}

/// Four bytes that a web page can't foresee: all that a mask is for.
fn mask() -> [u8; 4] {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let [a, b, c, d, ..] = RandomState::new().build_hasher().finish().to_ne_bytes();
    [a, b, c, d]
}

/// How much of the words a close frame can carry.
const MAX_CLOSE_WORDS: usize = 123;

/// Codes that only podsix uses, from the range that is free for that.
mod code {
    pub(super) const TIMED_OUT: u16 = 4000;
    pub(super) const TOO_MANY_MESSAGES: u16 = 4001;
    pub(super) const QUEUE_FULL: u16 = 4002;
    pub(super) const HANDLER_PANICKED: u16 = 4003;
    pub(super) const PROTOCOL_MISMATCH: u16 = 4004;
}

/// The close frame that tells the other end of a reason.
fn closing_frame(reason: &Reason) -> (u16, String) {
    let text = |code: CloseCode, words: &str| (code.into(), words.to_owned());
    match reason {
        Reason::Closed { words } | Reason::ClosedByPeer { words } => text(CloseCode::Normal, words),
        Reason::ServerFull => text(CloseCode::Again, "server full"),
        Reason::ShuttingDown => text(CloseCode::Away, "shutting down"),
        Reason::TimedOut { waited_for } => (code::TIMED_OUT, waited_for.clone()),
        Reason::Refused { words } => text(CloseCode::Policy, words),
        Reason::Malformed { problem } => text(CloseCode::Protocol, problem),
        Reason::TooLarge { problem } => text(CloseCode::Size, problem),
        Reason::TooManyMessages { problem } => (code::TOO_MANY_MESSAGES, problem.clone()),
        Reason::QueueFull { max } => (code::QUEUE_FULL, max.to_string()),
        Reason::HandlerPanicked => (code::HANDLER_PANICKED, String::new()),
        Reason::ProtocolMismatch { problem } => (code::PROTOCOL_MISMATCH, problem.clone()),
        Reason::Io { message, .. } => text(CloseCode::Error, message),
    }
}

/// The reason in the other end's close frame, as this end has it.
fn closing_reason(role: &Role, frame: Option<CloseFrame>) -> Reason {
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
        CloseCode::Away if is_client => Reason::ShuttingDown,
        CloseCode::Policy if is_client => Reason::Refused { words },
        CloseCode::Library(code::QUEUE_FULL) if is_client => Reason::QueueFull {
            max: words.parse().unwrap_or(0),
        },
        CloseCode::Library(code::HANDLER_PANICKED) if is_client => Reason::HandlerPanicked,
        CloseCode::Protocol | CloseCode::Invalid | CloseCode::Unsupported => {
            Reason::Malformed { problem: words }
        }
        CloseCode::Size => Reason::TooLarge { problem: words },
        CloseCode::Library(code::TIMED_OUT) => Reason::TimedOut { waited_for: words },
        CloseCode::Library(code::TOO_MANY_MESSAGES) => Reason::TooManyMessages { problem: words },
        CloseCode::Library(code::PROTOCOL_MISMATCH) => Reason::ProtocolMismatch { problem: words },
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
