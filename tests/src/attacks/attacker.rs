//! A socket that plays an attack's script.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use socket2::SockRef;

use super::{Attack, Step, Wire};

/// How much it writes at a time.
const A_TURN: usize = 1 << 20;

/// How a connection ended, as an attacker sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The server sends nothing more.
    Stopped,
    /// The connection broke.
    Broke,
    /// It left itself.
    Left,
}

/// One connection of an attack.
#[derive(Debug)]
pub struct Attacker {
    stream: Option<TcpStream>,
    addr: SocketAddr,
    wire: Wire,
    steps: VecDeque<Step>,
    /// How much of the present step has been written.
    written: usize,
    /// Up to where it has looked for what it awaits.
    looked_at: usize,
    /// When the present pause began, or the last byte of a drip was written.
    since: Instant,
    reads: bool,
    /// Everything it was told.
    pub got: Vec<u8>,
    /// How its connection ended.
    pub end: Option<Ended>,
}

impl Attacker {
    /// Connects, as the `number`th of those that do it at once.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn connect(
        server: SocketAddr,
        attack: &Attack,
        wire: Wire,
        number: usize,
    ) -> std::io::Result<Self> {
        let stream = TcpStream::connect(server)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self {
            addr: stream.local_addr()?,
            stream: Some(stream),
            wire,
            steps: (attack.script)(wire, number).into(),
            written: 0,
            looked_at: 0,
            since: Instant::now(),
            reads: true,
            got: Vec::new(),
            end: None,
        })
    }

    /// Where it is.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Whether it has played all of its script.
    pub fn has_done_all(&self) -> bool {
        self.steps.is_empty()
    }

    /// What it does next.
    pub fn next_step(&self) -> Option<&Step> {
        self.steps.front()
    }

    /// Asks the game something, and awaits the answer: what shows that it is
    /// still a client as any other.
    pub fn asks(&mut self) {
        let question = self.wire.question();
        self.steps.push_back(Step::Write(question));
        self.steps.push_back(Step::Await(self.wire.answer()));
    }

    /// Reads and writes what it can; whether it did anything.
    pub fn turn(&mut self) -> bool {
        let mut busy = false;
        let mut left = A_TURN;
        while self.end.is_none() && left > 0 {
            let read = self.read();
            let (wrote, done) = self.play(left);
            left = left.saturating_sub(wrote);
            busy |= read || wrote > 0 || done;
            if !read && !done {
                break;
            }
        }
        busy
    }

    fn read(&mut self) -> bool {
        let Some(stream) = self.stream.as_mut().filter(|_| self.reads) else {
            return false;
        };
        let mut buffer = [0; 16 << 10];
        match stream.read(&mut buffer) {
            Ok(0) => self.end = Some(Ended::Stopped),
            Ok(count) => self.got.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => self.end = Some(Ended::Broke),
        }
        true
    }

    /// Plays on: how much was written, and whether that ended a step.
    fn play(&mut self, most: usize) -> (usize, bool) {
        let Some(step) = self.steps.front_mut() else {
            return (0, false);
        };
        let mut wrote = 0;
        let done = match step {
            Step::Write(bytes) => {
                let rest = &bytes[self.written..];
                match write(&mut self.stream, &rest[..rest.len().min(most)]) {
                    Some(count) => {
                        wrote = count;
                        self.written += count;
                        self.written == bytes.len()
                    }
                    None => return self.is_not_heard(),
                }
            }
            Step::Repeat(bytes, times) => {
                let rest = &bytes[self.written..];
                match write(&mut self.stream, rest) {
                    Some(count) => {
                        wrote = count;
                        self.written += count;
                        if self.written == bytes.len() {
                            self.written = 0;
                            *times = times.saturating_sub(1);
                        }
                        *times == 0
                    }
                    None => return self.is_not_heard(),
                }
            }
            Step::Drip(bytes, pause) => {
                if self.since.elapsed() < *pause {
                    return (0, false);
                }
                self.since = Instant::now();
                match write(&mut self.stream, &bytes[self.written..=self.written]) {
                    Some(count) => {
                        wrote = count;
                        self.written += count;
                        self.written == bytes.len()
                    }
                    None => return self.is_not_heard(),
                }
            }
            Step::Await(bytes) => {
                let fresh = &self.got[self.looked_at..];
                match find(fresh, bytes) {
                    Some(place) => {
                        self.looked_at += place + bytes.len();
                        true
                    }
                    None => return (0, false),
                }
            }
            Step::AwaitBytes(count) => self.got.len() >= *count,
            Step::Pause(time) => self.since.elapsed() >= *time,
            Step::Deafen => {
                self.reads = false;
                if let Some(stream) = &self.stream {
                    // Where the system keeps more for it, it only takes longer.
                    let _ = SockRef::from(stream).set_recv_buffer_size(16 << 10);
                }
                true
            }
            Step::Listen => {
                self.reads = true;
                true
            }
            Step::Urgent(byte) => match &self.stream {
                Some(stream) => SockRef::from(stream).send_out_of_band(&[*byte]).is_ok(),
                None => true,
            },
            Step::Stop => {
                // If the server was quicker, that is seen in the end.
                if let Some(stream) = &self.stream {
                    let _ = stream.shutdown(Shutdown::Write);
                }
                true
            }
            Step::Reset => {
                if let Some(stream) = self.stream.take() {
                    let _ = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
                }
                self.end = Some(Ended::Left);
                true
            }
        };
        if done {
            self.steps.pop_front();
            self.written = 0;
            self.since = Instant::now();
        }
        (wrote, done)
    }

    /// The server reads nothing more; what it said may still be there.
    fn is_not_heard(&mut self) -> (usize, bool) {
        self.steps.clear();
        self.reads = true;
        (0, true)
    }
}

/// How much of these bytes was written; none where the connection is over.
fn write(stream: &mut Option<TcpStream>, bytes: &[u8]) -> Option<usize> {
    match stream.as_mut()?.write(bytes) {
        Ok(count) => Some(count),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
            Some(0)
        }
        Err(_) => None,
    }
}

/// Where `wanted` begins in `bytes`.
pub fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    if wanted.is_empty() {
        return Some(0);
    }
    bytes.windows(wanted.len()).position(|some| some == wanted)
}
