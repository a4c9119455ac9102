//! A client's way to its server: look up the name, then try each address.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mio::net::TcpStream;

use super::platform;
use super::poller::Poller;
use crate::address::{Address, unresolved};
use crate::outgoing::Shared;
use crate::protocol::Time;

/// A connection that is being made.
#[derive(Debug)]
pub(crate) struct Dial {
    state: State,
    /// How long all of it may take.
    timeout: Duration,
}

#[derive(Debug)]
enum State {
    // The lock only makes the receiver shareable: it is never contended.
    LookingUp(Mutex<Receiver<io::Result<Vec<SocketAddr>>>>),
    Connecting {
        /// The addresses still to try, the next one last.
        rest: Vec<SocketAddr>,
        current: Option<TcpStream>,
        until: Time,
        /// How long each address may take.
        share: Duration,
        last_error: Option<io::Error>,
    },
}

/// How far a dial has come.
#[derive(Debug)]
pub(crate) enum Dialed {
    Waiting,
    Connected(TcpStream),
    Failed(io::Error),
}

impl Dial {
    /// Begins. A name is looked up on a thread of its own, since the operating
    /// system may take as long for it as it likes; an address made of numbers
    /// needs none.
    pub(crate) fn new(address: &Address, timeout: Duration, shared: &Arc<Shared>) -> Self {
        let host_and_port = address.host_and_port().to_owned();
        let state = match host_and_port.parse::<SocketAddr>() {
            Ok(addr) => State::connecting(vec![addr], timeout),
            Err(_) => {
                let (found, receiver) = mpsc::channel();
                let shared = Arc::clone(shared);
                let look_up = move || {
                    let addrs = host_and_port.to_socket_addrs().map(Iterator::collect);
                    // The connection may have been dropped meanwhile.
                    let _ = found.send(addrs);
                    shared.signal.nudge();
                };
                let name = "podsix-name-lookup".to_owned();
                match std::thread::Builder::new().name(name).spawn(look_up) {
                    Ok(_) => State::LookingUp(Mutex::new(receiver)),
                    Err(error) => State::failed(error),
                }
            }
        };
        Self { state, timeout }
    }

    /// Goes on as far as it gets.
    pub(crate) fn advance(&mut self, poller: &Poller, now: Time) -> Dialed {
        if let State::LookingUp(receiver) = &mut self.state {
            let receiver = receiver.get_mut().unwrap_or_else(PoisonError::into_inner);
            self.state = match receiver.try_recv() {
                Ok(Ok(addrs)) => State::connecting(addrs, self.timeout),
                Ok(Err(error)) => State::failed(unresolved(&error)),
                Err(TryRecvError::Empty) => return Dialed::Waiting,
                Err(TryRecvError::Disconnected) => {
                    State::failed(io::Error::other("looking up the name failed"))
                }
            };
        }
        let State::Connecting {
            rest,
            current,
            until,
            share,
            last_error,
        } = &mut self.state
        else {
            return Dialed::Waiting;
        };
        loop {
            if let Some(stream) = current.take() {
                match progress(&stream) {
                    Ok(true) => return Dialed::Connected(stream),
                    Ok(false) if now < *until || rest.is_empty() => {
                        *current = Some(stream);
                        return Dialed::Waiting;
                    }
                    Ok(false) => *last_error = Some(io::ErrorKind::TimedOut.into()),
                    Err(error) => *last_error = Some(error),
                }
            }
            let Some(addr) = rest.pop() else {
                let nowhere = || io::Error::new(io::ErrorKind::NotFound, "the name has no address");
                return Dialed::Failed(last_error.take().unwrap_or_else(nowhere));
            };
            *until = now.saturating_add(*share);
            match begin(addr, poller) {
                Ok(stream) => *current = Some(stream),
                Err(error) => *last_error = Some(error),
            }
        }
    }

    /// When [`advance`](Self::advance) should be called although nothing is ready.
    pub(crate) fn deadline(&self) -> Option<Time> {
        match &self.state {
            State::Connecting { until, rest, .. } if !rest.is_empty() => Some(*until),
            _ => None,
        }
    }
}

impl State {
    fn connecting(mut addrs: Vec<SocketAddr>, timeout: Duration) -> Self {
        addrs.reverse();
        let count = u32::try_from(addrs.len()).unwrap_or(u32::MAX).max(1);
        Self::Connecting {
            rest: addrs,
            current: None,
            until: Time::ZERO,
            share: timeout / count,
            last_error: None,
        }
    }

    fn failed(error: io::Error) -> Self {
        Self::Connecting {
            rest: Vec::new(),
            current: None,
            until: Time::ZERO,
            share: Duration::ZERO,
            last_error: Some(error),
        }
    }
}

fn begin(addr: SocketAddr, poller: &Poller) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(addr)?;
    // A client has one connection, at slot 0.
    poller.add_stream(&mut stream, 0)?;
    Ok(stream)
}

/// Whether a socket is connected, after mio's recipe: being writable alone
/// does not say so.
fn progress(stream: &TcpStream) -> io::Result<bool> {
    if let Some(error) = stream.take_error()? {
        return Err(error);
    }
    match stream.peer_addr() {
        Ok(_) => {
            // A game's messages are small and must not wait for one another.
            stream.set_nodelay(true)?;
            Ok(true)
        }
        Err(error) if platform::is_connecting(&error) => Ok(false),
        Err(error) => Err(error),
    }
}
