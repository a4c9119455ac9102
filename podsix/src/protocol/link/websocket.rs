//! WebSocket: JSON in text frames, for browsers.
//!
//! The frames are read by tungstenite, which is handed one whole frame at a
//! time: so a cut one waits where cut frames of every wire wait, under the same
//! limits.

use std::io::{self, Cursor, Read, Write};

use tungstenite::Message;
use tungstenite::error::{CapacityError, Error as Failure};
use tungstenite::protocol::frame::coding::{CloseCode, Control, OpCode};
use tungstenite::protocol::frame::{CloseFrame, Frame, FrameHeader};
use tungstenite::protocol::{Role as End, WebSocketConfig, WebSocketContext};

use super::close_code::{self, closing_frame, closing_reason};
use super::tail::KEPT_TAIL_BYTES;
pub(crate) use super::text_frame::{unmask, write_head};
use super::{Link, Received, Role, Time, Turn, text_frame};
use crate::Reason;
use crate::error::Plain;
use crate::outgoing::Outbox;

/// What a link on a WebSocket knows of the other end, once it has asked or the HTTP
/// request that it begins with has come.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "it is in a box, and hardly ever anything but open"
)]
pub(super) enum Web {
    /// A client's: what its server has to answer.
    Asked {
        key: String,
    },
    /// A server's: the answer for when the client is let in.
    Knocking {
        answer: Vec<u8>,
    },
    Open(Frames),
    /// A page was asked for: how much had been sent when that was last looked
    /// at, and when it is over whatever was sent.
    Page {
        sent: u64,
        at_most: Time,
    },
}

/// The frames of an open WebSocket.
#[derive(Debug)]
pub(super) struct Frames {
    context: WebSocketContext,
    /// When a message in several frames began, and how many bytes of it came.
    fragments_began: Option<Time>,
    fragments_bytes: usize,
    /// Whether the context made room for a large frame.
    roomy: bool,
}

impl Frames {
    fn new(role: &Role, max_message: usize) -> Self {
        Self {
            context: context(role, max_message),
            fragments_began: None,
            fragments_bytes: 0,
            roomy: false,
        }
    }

    /// Takes note of a frame that was read, and gives the room for a large
    /// message back once it is whole.
    fn took(&mut self, header: &FrameHeader, frame: usize, body: usize, now: Time) -> bool {
        self.roomy |= frame > KEPT_TAIL_BYTES;
        if let OpCode::Data(_) = header.opcode {
            if header.is_final {
                self.fragments_began = None;
                self.fragments_bytes = 0;
            } else {
                self.fragments_began.get_or_insert(now);
                self.fragments_bytes += body;
            }
        }
        self.roomy && self.fragments_began.is_none()
    }
}

fn context(role: &Role, max_message: usize) -> WebSocketContext {
    let end = match role {
        Role::Server => End::Server,
        Role::Client { .. } => End::Client,
    };
    // It never sees more than one frame, and makes room for a large one.
    let config = WebSocketConfig::default()
        .read_buffer_size(512)
        .write_buffer_size(0)
        .max_message_size(Some(max_message))
        .max_frame_size(Some(max_message));
    WebSocketContext::new(end, Some(config))
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
    #[inline(never)]
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
            let used = match self.web.as_deref() {
                Some(Web::Open(_)) => match self.take_text(turn, position, end) {
                    Some(bytes) => Some(bytes),
                    None => self.take_frame(turn, position, end),
                },
                _ => self.take_head(turn, position, end),
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

    /// Takes one frame, if it is a whole text, as nearly all are, and nothing is
    /// to be said about it: how many bytes it has.
    #[inline]
    fn take_text(&mut self, turn: &mut Turn<'_>, start: usize, end: usize) -> Option<usize> {
        let bytes = turn.inbox.body(start, end);
        let (head, body, mask) = text_frame::head(bytes, self.is_server())?;
        if body > turn.limits.max_body() as usize || self.fragments_began().is_some() {
            return None;
        }
        let (begin, end) = (start + head, start + head + body);
        unmask(turn.inbox.body_mut(begin, end), mask);
        let takes = self.is_up();
        #[cfg(test)]
        let takes = takes && !crate::protocol::tests::is_echo();
        if takes && let Some(dict) = turn.inbox.take_whole_json(begin, end) {
            self.put_down(turn, dict, body);
            self.recorded(turn, 1, body);
            return Some(head + body);
        }
        let text = turn.inbox.body_mut(begin, end);
        if !text.is_ascii() && str::from_utf8(text).is_err() {
            // It is read again for what is to be said.
            unmask(text, mask);
            return None;
        }
        #[cfg(test)]
        if crate::protocol::tests::is_echo() {
            let text = String::from_utf8_lossy(text).into_owned();
            self.echoes(turn, &Message::text(text));
            return Some(head + body);
        }
        self.take_framed_at(turn, begin, end);
        Some(head + body)
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
        let head = cursor.position() as usize;
        let Some(Web::Open(frames)) = self.web.as_deref_mut() else {
            return None;
        };
        let so_far = match header.opcode {
            OpCode::Data(_) => frames.fragments_bytes,
            OpCode::Control(_) => 0,
        };
        if let Err(reason) = check_header(&header, head, body, so_far, max_body) {
            self.end(turn, reason);
            return None;
        }
        // It is small now.
        let body = body as usize;
        let whole = head + body;
        let Some(frame) = bytes.get(..whole) else {
            self.needed = whole;
            return None;
        };
        let asks = header.opcode == OpCode::Control(Control::Ping);
        if asks && turn.outbox.pending().len() >= turn.limits.max_outgoing_bytes {
            // An answer that nobody reads must not fill the queue.
            return Some(whole);
        }
        let mut answers = Vec::new();
        let mut stream = OneFrame {
            bytes: frame,
            answers: &mut answers,
        };
        let read = frames.context.read(&mut stream);
        // What it has to say by itself, it says when it is asked again.
        let _ = frames.context.flush(&mut stream);
        turn.outbox.control(|out| out.extend_from_slice(&answers));
        if frames.took(&header, whole, body, turn.now) {
            frames.context = context(&self.role, max_body);
            frames.roomy = false;
        }
        #[cfg(test)]
        if let Ok(message) = &read
            && self.echoes(turn, message)
        {
            return Some(whole);
        }
        match read {
            Ok(Message::Text(text)) => self.take_framed(turn, text.as_bytes()),
            Ok(Message::Binary(bytes)) => self.take_framed(turn, &bytes),
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
        match failure {
            Failure::Capacity(CapacityError::MessageTooLong { .. }) => {
                self.end(turn, Reason::TooLarge { problem });
            }
            // There is a code of its own for that.
            Failure::Utf8(_) => {
                let frame = close_code::frame(CloseCode::Invalid, &problem);
                self.write_close(turn, frame);
                self.end_silently(turn, Reason::Malformed { problem });
            }
            _ => self.malformed(turn, &problem),
        }
    }

    pub(super) fn write_web_ping(&self, turn: &mut Turn<'_>) {
        #[cfg(test)]
        if crate::protocol::tests::is_echo() {
            return;
        }
        self.write_frame(turn.outbox, Frame::ping(Vec::new()));
    }

    /// Says goodbye to the other end, if it has come so far that it would hear.
    pub(super) fn write_web_close(&mut self, turn: &mut Turn<'_>, reason: &Reason) {
        if let Some(Web::Knocking { answer }) = self.web.as_deref() {
            // Only what is open can be told why it is closed.
            turn.outbox.control(|out| out.extend_from_slice(answer));
        }
        match self.web.as_deref() {
            Some(Web::Knocking { .. } | Web::Open(_)) => {}
            None => return self.refuse_head(turn, reason),
            Some(Web::Asked { .. } | Web::Page { .. }) => return,
        }
        self.write_close(turn, closing_frame(reason));
    }

    fn write_close(&self, turn: &mut Turn<'_>, close: CloseFrame) {
        self.write_frame(turn.outbox, Frame::close(Some(close)));
    }

    pub(in crate::protocol) fn write_frame(&self, outbox: &mut Outbox, mut frame: Frame) {
        if matches!(self.role, Role::Client { .. }) {
            frame.header_mut().mask = Some(mask());
        }
        // To write into memory never fails.
        outbox.control(|out| drop(frame.format(out)));
    }

    /// From now on there are frames; a server says so.
    pub(super) fn open_web(&mut self, turn: &mut Turn<'_>) {
        if let Some(Web::Knocking { answer }) = self.web.as_deref() {
            turn.outbox.control(|out| out.extend_from_slice(answer));
        }
        turn.outbox.open_web();
        let frames = Frames::new(&self.role, turn.limits.max_body() as usize);
        self.web = Some(Box::new(Web::Open(frames)));
    }

    /// When a message in several frames began to arrive, if it is not whole yet.
    pub(super) fn fragments_began(&self) -> Option<Time> {
        match self.web.as_deref() {
            Some(Web::Open(frames)) => frames.fragments_began,
            _ => None,
        }
    }
}

/// Checks what the head of a frame claims, before anything is kept for it.
fn check_header(
    header: &FrameHeader,
    head: usize,
    body: u64,
    so_far: usize,
    max_body: usize,
) -> Result<(), Reason> {
    let malformed = |problem: &str| {
        let problem = problem.to_owned();
        Err(Reason::Malformed { problem })
    };
    if header.len(body) != head {
        return malformed("a frame's length takes more bytes than it has to");
    }
    if let OpCode::Control(_) = header.opcode
        && (body > MAX_CONTROL_BYTES || !header.is_final)
    {
        return malformed("a control frame that is large or in parts");
    }
    if body.saturating_add(so_far as u64) > max_body as u64 {
        let claimed = match so_far {
            0 => format!("a message claims {body} bytes"),
            _ => format!("a message in parts claims {body} bytes more than {so_far}"),
        };
        let problem = format!("{claimed}, the limit is {max_body}");
        return Err(Reason::TooLarge { problem });
    }
    Ok(())
}

/// The largest body of a ping, a pong or a close.
const MAX_CONTROL_BYTES: u64 = 125;

/// Writes a text frame with this body.
pub(crate) fn write_text(body: &[u8], masked: bool, out: &mut Vec<u8>) {
    let mask = masked.then(mask);
    write_head(body.len(), mask, out);
    let start = out.len();
    out.extend_from_slice(body);
    if let Some(mask) = mask {
        unmask(out.get_mut(start..).unwrap_or_default(), mask);
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
    Masks::default().next()
}

/// One mask after the other.
#[derive(Debug, Default)]
pub(crate) struct Masks {
    next: Option<[u8; 4]>,
}

impl Masks {
    pub(crate) fn next(&mut self) -> [u8; 4] {
        use std::hash::{BuildHasher, Hasher, RandomState};
        if let Some(mask) = self.next.take() {
            return mask;
        }
        let [first @ .., a, b, c, d] = RandomState::new().build_hasher().finish().to_ne_bytes();
        self.next = Some(first);
        [a, b, c, d]
    }
}
