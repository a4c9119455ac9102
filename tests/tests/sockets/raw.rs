//! Peers that are not podsix: sockets and the bytes of the native wire,
//! written down anew from its description.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

use crate::support::End;

pub(crate) const MAGIC_AND_VERSION: [u8; 5] = [0xF6, b'p', b'd', b'6', 1];

pub(crate) const HELLO: u32 = 128;
pub(crate) const NAME: u32 = 129;
pub(crate) const PING: u32 = 130;
pub(crate) const PONG: u32 = 131;
pub(crate) const GOODBYE: u32 = 132;

/// A shape with one field, of text: `{text: string}`.
pub(crate) const TEXT_SHAPE: [u8; 8] = [21, 1, 4, b't', b'e', b'x', b't', 15];

/// A frame: the length of its body, its code, its body.
pub(crate) fn frame(code: u32, body: &[u8]) -> Vec<u8> {
    let mut bytes = varint(body.len() as u32);
    bytes.extend(varint(code));
    bytes.extend_from_slice(body);
    bytes
}

pub(crate) fn varint(mut value: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// What either end begins with.
pub(crate) fn opening() -> Vec<u8> {
    let mut bytes = MAGIC_AND_VERSION.to_vec();
    bytes.extend(frame(HELLO, &varint(1 << 20)));
    bytes
}

/// The announcement of an action.
pub(crate) fn name(number: u32, name: &[u8], shape: &[u8]) -> Vec<u8> {
    let mut body = varint(number);
    body.extend(varint(name.len() as u32));
    body.extend_from_slice(name);
    body.extend_from_slice(shape);
    frame(NAME, &body)
}

/// A message of the action with this number, whose one field is a text.
pub(crate) fn text_message(number: u32, text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).ok().filter(|length| *length < 251);
    let mut body = vec![length.expect("a short text")];
    body.extend_from_slice(text.as_bytes());
    frame(number, &body)
}

/// How a peer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It sends nothing more.
    Stopped,
    /// The connection broke.
    Broke,
}

/// A socket that speaks whatever bytes a test gives it.
pub(crate) struct Raw {
    stream: TcpStream,
    /// Everything it was told.
    pub(crate) got: Vec<u8>,
    pub(crate) end: Option<Ended>,
    /// Whether it reads at all.
    pub(crate) reads: bool,
}

impl Raw {
    pub(crate) fn connect(addr: &str) -> Self {
        Self::of(TcpStream::connect(addr).unwrap())
    }

    /// A client that has said its hello.
    pub(crate) fn client(addr: &str) -> Self {
        let mut raw = Self::connect(addr);
        raw.write(&opening());
        raw
    }

    pub(crate) fn of(stream: TcpStream) -> Self {
        stream.set_nodelay(true).unwrap();
        stream.set_nonblocking(true).unwrap();
        Self {
            stream,
            got: Vec::new(),
            end: None,
            reads: true,
        }
    }

    /// Writes all of these bytes, which have to fit into the system's buffers.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).unwrap();
    }

    /// Writes as many of these bytes as there is room for.
    pub(crate) fn try_write(&mut self, bytes: &[u8]) -> usize {
        match self.stream.write(bytes) {
            Ok(written) => written,
            Err(error) if error.kind() == ErrorKind::WouldBlock => 0,
            Err(error) => panic!("the other end is gone: {error}"),
        }
    }

    /// Says that nothing more comes.
    pub(crate) fn stop(&mut self) {
        self.stream.shutdown(Shutdown::Write).unwrap();
    }

    /// Whether there is something to read that was not read.
    pub(crate) fn has_unread(&self) -> bool {
        matches!(self.stream.peek(&mut [0]), Ok(1))
    }

    /// The frames it was told so far: their codes and bodies.
    pub(crate) fn frames(&self) -> Vec<(u32, Vec<u8>)> {
        let mut frames = Vec::new();
        let Some(mut rest) = self.got.get(MAGIC_AND_VERSION.len()..) else {
            return frames;
        };
        assert!(self.got.starts_with(&MAGIC_AND_VERSION), "{:?}", self.got);
        loop {
            let Some((length, after)) = read_varint(rest) else {
                return frames;
            };
            let Some((code, after)) = read_varint(after) else {
                return frames;
            };
            let Some((body, after)) = after.split_at_checked(length as usize) else {
                return frames;
            };
            frames.push((code, body.to_vec()));
            rest = after;
        }
    }

    /// The bodies of the frames with this code.
    pub(crate) fn bodies(&self, code: u32) -> Vec<Vec<u8>> {
        let frames = self.frames().into_iter();
        frames
            .filter(|(other, _)| *other == code)
            .map(|(_, body)| body)
            .collect()
    }

    /// The kind and the words of the goodbye that it was told.
    pub(crate) fn goodbye(&self) -> Option<(u8, String)> {
        let body = self.bodies(GOODBYE).pop()?;
        let (kind, words) = body.split_first().expect("a goodbye has a kind");
        Some((*kind, String::from_utf8_lossy(words).into_owned()))
    }

    /// Whether it was let in.
    pub(crate) fn is_up(&self) -> bool {
        !self.bodies(HELLO).is_empty()
    }
}

fn read_varint(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut value = 0;
    for (index, byte) in bytes.iter().enumerate() {
        value |= u32::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(index + 1..)?));
        }
    }
    None
}

impl End for Raw {
    fn turn(&mut self) {
        let mut buffer = [0; 65536];
        while self.end.is_none() && self.reads {
            match self.stream.read(&mut buffer) {
                Ok(0) => self.end = Some(Ended::Stopped),
                Ok(count) => self.got.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => self.end = Some(Ended::Broke),
            }
        }
    }

    fn report(&self) -> String {
        let some = self.got.get(..100).unwrap_or(&self.got);
        let (count, end) = (self.got.len(), self.end);
        format!("raw peer: {count} bytes, end {end:?}, begins {some:02x?}")
    }
}

/// A listener whose connections speak whatever bytes a test gives them.
pub(crate) struct RawListener {
    listener: TcpListener,
    pub(crate) addr: String,
    pub(crate) peers: Vec<Raw>,
}

impl RawListener {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let addr = listener.local_addr().unwrap().to_string();
        Self {
            listener,
            addr,
            peers: Vec::new(),
        }
    }

    /// The first connection.
    pub(crate) fn peer(&mut self) -> &mut Raw {
        self.peers.first_mut().expect("a client came")
    }
}

impl End for RawListener {
    fn turn(&mut self) {
        if let Ok((stream, _)) = self.listener.accept() {
            self.peers.push(Raw::of(stream));
        }
        for peer in &mut self.peers {
            peer.turn();
        }
    }

    fn report(&self) -> String {
        let reports: Vec<String> = self.peers.iter().map(Raw::report).collect();
        format!("raw listener: {reports:?}")
    }
}
