//! The limit: a loop on mio that was written for this one message. A length of two bytes
//! and the body in bincode; one read and one write a turn; parsed in place.
//!
//! Its clients serve other peers too: all in one poll, so that a thousand of them cost
//! little beside the server that is measured.

use std::io::{ErrorKind, Read, Write};
use std::marker::PhantomData;
use std::net::TcpStream as StdStream;

use mio::event::Source;
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

use super::EVERYTHING;
use crate::peer::{Clients, Job, Move, Peer, Result, Server, decode, encode};
use crate::play::play;
use crate::serve::serve;

pub const PEER: Peer = Peer {
    name: "mio",
    rival: None,
    workloads: EVERYTHING,
    serve: |plan| serve::<RawServer>("", plan),
    play: play::<RawClients>,
};

const ROOM: usize = 64 << 10;
const LISTENER: Token = Token(usize::MAX);

struct End {
    stream: TcpStream,
    /// The begin of a message whose end did not come yet.
    tail: Vec<u8>,
    outgoing: Vec<u8>,
}

/// How a message stands on the wire.
pub trait Framing {
    /// What a client says before its first message.
    fn opening() -> Result<Vec<u8>>;

    fn write(message: &Move, outgoing: &mut Vec<u8>) -> Result<()>;

    /// What the bytes begin with: how long it is, and the body if it is a message.
    fn next(bytes: &[u8]) -> Option<(usize, Option<&[u8]>)>;
}

/// A length of two bytes and the body.
pub struct Length;

impl Framing for Length {
    fn opening() -> Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn write(message: &Move, outgoing: &mut Vec<u8>) -> Result<()> {
        let start = outgoing.len();
        outgoing.extend_from_slice(&[0; 2]);
        encode(message, outgoing)?;
        let length = u16::try_from(outgoing.len() - start - 2)?;
        outgoing[start..start + 2].copy_from_slice(&length.to_be_bytes());
        Ok(())
    }

    #[inline]
    fn next(bytes: &[u8]) -> Option<(usize, Option<&[u8]>)> {
        let [high, low] = bytes.get(..2)? else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        Some((2 + length, Some(bytes.get(2..2 + length)?)))
    }
}

struct Ends<F> {
    framing: PhantomData<F>,
    poll: Poll,
    events: Events,
    ends: Vec<End>,
    /// Ends that have something to send.
    dirty: Vec<usize>,
    room: Vec<u8>,
}

impl<F: Framing> Ends<F> {
    fn new() -> Result<Self> {
        Ok(Self {
            framing: PhantomData,
            poll: Poll::new()?,
            events: Events::with_capacity(1024),
            ends: Vec::new(),
            dirty: Vec::new(),
            room: vec![0; ROOM],
        })
    }

    fn add(&mut self, mut stream: TcpStream) -> Result<()> {
        stream.set_nodelay(true)?;
        let token = Token(self.ends.len());
        let interest = Interest::READABLE | Interest::WRITABLE;
        stream.register(self.poll.registry(), token, interest)?;
        self.ends.push(End {
            stream,
            tail: Vec::new(),
            outgoing: Vec::new(),
        });
        Ok(())
    }

    fn send(&mut self, end: usize, message: &Move) -> Result<()> {
        let outgoing = &mut self.ends[end].outgoing;
        if outgoing.is_empty() {
            self.dirty.push(end);
        }
        F::write(message, outgoing)
    }

    fn flush(&mut self) -> Result<()> {
        for end in self.dirty.drain(..) {
            let end = &mut self.ends[end];
            flush(end)?;
        }
        Ok(())
    }

    fn turn(
        &mut self,
        block: bool,
        mut take: impl FnMut(&Move) -> Option<Move>,
        mut accept: impl FnMut() -> std::io::Result<TcpStream>,
    ) -> Result<()> {
        self.flush()?;
        let timeout = (!block).then_some(std::time::Duration::ZERO);
        self.poll.poll(&mut self.events, timeout)?;
        let mut new = Vec::new();
        for event in &self.events {
            let Token(index) = event.token();
            if event.token() == LISTENER {
                while let Ok(stream) = accept() {
                    new.push(stream);
                }
                continue;
            }
            let end = &mut self.ends[index];
            if event.is_readable() {
                receive::<F>(end, &mut self.room, &mut take)?;
            }
            flush(end)?;
        }
        for stream in new {
            self.add(stream)?;
        }
        Ok(())
    }
}

/// Reads what is there.
fn receive<F: Framing>(
    end: &mut End,
    room: &mut [u8],
    take: &mut impl FnMut(&Move) -> Option<Move>,
) -> Result<()> {
    loop {
        let kept = end.tail.len();
        room[..kept].copy_from_slice(&end.tail);
        let read = match end.stream.read(&mut room[kept..]) {
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let bytes = &room[..kept + read];
        let mut at = 0;
        while let Some((length, body)) = F::next(&bytes[at..]) {
            at += length;
            if let Some(body) = body
                && let Some(answer) = take(&decode(body)?)
            {
                F::write(&answer, &mut end.outgoing)?;
            }
        }
        end.tail.clear();
        end.tail.extend_from_slice(&bytes[at..]);
        // A short read took all that was there.
        if kept + read < room.len() {
            return Ok(());
        }
    }
}

fn flush(end: &mut End) -> Result<()> {
    let mut written = 0;
    while written < end.outgoing.len() {
        match end.stream.write(&end.outgoing[written..]) {
            Ok(bytes) => written += bytes,
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => return Err(error.into()),
        }
    }
    // A rest leaves when the socket is writable again.
    end.outgoing.drain(..written);
    Ok(())
}

pub struct RawServer {
    listener: TcpListener,
    ends: Ends<Length>,
}

impl Server for RawServer {
    fn bind(_wire: &str, _clients: usize) -> Result<(Self, String)> {
        let ends = Ends::new()?;
        let mut listener = TcpListener::bind("127.0.0.1:0".parse()?)?;
        listener.register(ends.poll.registry(), LISTENER, Interest::READABLE)?;
        let address = listener.local_addr()?.to_string();
        Ok((Self { listener, ends }, address))
    }

    fn clients(&self) -> usize {
        self.ends.ends.len()
    }

    fn turn(&mut self, job: &mut Job, block: bool) -> Result<()> {
        let Self { listener, ends } = self;
        let take = |message: &Move| job.take(message);
        ends.turn(block, take, || listener.accept().map(|(stream, _)| stream))
    }

    fn broadcast(&mut self, message: &Move) -> Result<()> {
        // Encoded once.
        let mut bytes = Vec::new();
        Length::write(message, &mut bytes)?;
        for (index, end) in self.ends.ends.iter_mut().enumerate() {
            if end.outgoing.is_empty() {
                self.ends.dirty.push(index);
            }
            end.outgoing.extend_from_slice(&bytes);
        }
        Ok(())
    }
}

pub struct RawClients<F = Length>(Ends<F>);

impl<F: Framing> Clients for RawClients<F> {
    fn connect(address: &str, count: usize) -> Result<Self> {
        let opening = F::opening()?;
        let mut ends = Ends::new()?;
        for _ in 0..count {
            let mut stream = StdStream::connect(address)?;
            stream.write_all(&opening)?;
            stream.set_nonblocking(true)?;
            ends.add(TcpStream::from_std(stream))?;
        }
        Ok(Self(ends))
    }

    fn send(&mut self, client: usize, message: &Move) -> Result<()> {
        self.0.send(client, message)
    }

    fn turn(&mut self, block: bool) -> Result<u64> {
        let mut received = 0;
        let take = |_: &Move| {
            received += 1;
            None
        };
        let nobody = || Err(ErrorKind::WouldBlock.into());
        self.0.turn(block, take, nobody)?;
        Ok(received)
    }
}
