//! Where a server is listening.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::time::Duration;

use mio::net::{TcpListener, TcpStream};

use super::platform;
use super::poller::Poller;
use crate::address::{Address, unresolved};
use crate::protocol::Time;
use crate::wire::Wire;
use crate::{Error, Result};

/// A server's listening sockets.
#[derive(Debug, Default)]
pub(crate) struct Listeners {
    listeners: Vec<Listener>,
    /// After running out of something: when to try again, and with which.
    retry: Option<(Time, Vec<usize>)>,
    last_complaint: Option<Time>,
}

/// One of them.
#[derive(Debug)]
struct Listener {
    socket: TcpListener,
    addr: SocketAddr,
    wire: Wire,
}

/// How many clients one pump accepts from one address.
const ACCEPTS_A_PUMP: usize = 64;

/// How long to wait when the system has no descriptor left for a new client.
const RETRY_AFTER: Duration = Duration::from_millis(100);

const COMPLAIN_AFTER: Duration = Duration::from_secs(1);

impl Listeners {
    /// Listens at the first of the address's addresses that works.
    pub(crate) fn listen(&mut self, poller: &Poller, address: &Address) -> Result<SocketAddr> {
        let failed = |source| Error::Bind {
            address: address.to_string(),
            source,
        };
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        let found = address.host_and_port().to_socket_addrs();
        for addr in found.map_err(|error| failed(unresolved(&error)))? {
            match TcpListener::bind(addr) {
                Ok(mut socket) => {
                    let index = self.listeners.len();
                    poller.add_listener(&mut socket, index).map_err(failed)?;
                    let addr = socket.local_addr().map_err(failed)?;
                    let wire = address.wire();
                    self.listeners.push(Listener { socket, addr, wire });
                    return Ok(addr);
                }
                Err(error) => last = error,
            }
        }
        Err(failed(last))
    }

    pub(crate) fn addrs(&self) -> impl Iterator<Item = SocketAddr> {
        self.listeners.iter().map(|listener| listener.addr)
    }

    /// Stops listening.
    pub(crate) fn close(&mut self) {
        self.listeners.clear();
        self.retry = None;
    }

    /// When to call [`accept`](Self::accept) again although nothing is ready.
    pub(crate) fn deadline(&self) -> Option<Time> {
        self.retry.as_ref().map(|(time, _)| *time)
    }

    /// Accepts from the listeners in `ready`, and leaves there those that may
    /// have more.
    pub(crate) fn accept(
        &mut self,
        ready: &mut Vec<usize>,
        now: Time,
        mut accepted: impl FnMut(TcpStream, SocketAddr, Wire),
    ) {
        if let Some((time, listeners)) = self.retry.take() {
            if now >= time {
                ready.extend(listeners);
            } else {
                self.retry = Some((time, listeners));
            }
        }
        let mut exhausted = Vec::new();
        ready.retain(|&index| {
            let Some(listener) = self.listeners.get(index) else {
                return false;
            };
            for _ in 0..ACCEPTS_A_PUMP {
                match listener.socket.accept() {
                    Ok((stream, addr)) => accepted(stream, addr, listener.wire),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => return false,
                    Err(error) if platform::is_of_one_connection(&error) => {}
                    Err(error) => {
                        // No descriptor or memory is left. The client waits in
                        // the system's queue; there is no further event for it.
                        let complained = self.last_complaint;
                        if complained.is_none_or(|last| now >= last.saturating_add(COMPLAIN_AFTER))
                        {
                            log::error!("can't accept a client, trying again: {error}");
                            self.last_complaint = Some(now);
                        }
                        exhausted.push(index);
                        return false;
                    }
                }
            }
            true
        });
        if !exhausted.is_empty() {
            self.retry = Some((now.saturating_add(RETRY_AFTER), exhausted));
        }
    }
}
