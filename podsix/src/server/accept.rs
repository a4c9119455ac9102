//! How clients come in.

use std::net::SocketAddr;
use std::time::Duration;

use mio::net::TcpStream;

use super::builder::Accept;
use super::{Channels, Server};
use crate::dispatch::PeerName;
use crate::endpoint::Endpoint;
use crate::protocol::Role;
use crate::transport::Stream;
use crate::wire::Wire;
use crate::{PeerAddr, Reason};

/// Sockets that have not come in yet, beyond the clients that a server takes.
const MAX_KNOCKING: usize = 256;

/// How often it is logged that there is no room, at the most.
const COMPLAIN_AFTER: Duration = Duration::from_secs(1);

impl<T, P> Server<T, P> {
    pub(crate) fn attach_local(&mut self, stream: Stream, wire: Wire) -> std::io::Result<()> {
        self.endpoint.now = self.driver.now();
        let client = PeerAddr::Local;
        let peer = PeerName::Caller(client);
        let slot = self.endpoint.open(Role::Server, peer, wire);
        self.finish_attach(slot, stream, client, Ok(()))
    }

    pub(super) fn accept_clients(&mut self) {
        if self.driver.ready_listeners.is_empty() && self.listeners.deadline().is_none() {
            return;
        }
        let now = self.endpoint.now;
        let mut ready = std::mem::take(&mut self.driver.ready_listeners);
        let mut listeners = std::mem::take(&mut self.listeners);
        listeners.accept(&mut ready, now, |stream, addr, wire| {
            if let Err(error) = self.take_in(stream, addr, wire) {
                log::warn!("can't take in a client from {addr}: {error}");
            }
        });
        self.listeners = listeners;
        self.driver.ready_listeners = ready;
    }

    fn take_in(
        &mut self,
        mut stream: TcpStream,
        addr: SocketAddr,
        wire: Wire,
    ) -> std::io::Result<()> {
        let most = self
            .endpoint
            .limits
            .max_channels
            .saturating_add(MAX_KNOCKING);
        if self.driver.stream_count() >= most {
            self.endpoint.shared.lock().turned_away();
            let now = self.endpoint.now;
            let complained = self.complained.replace(now);
            if complained.is_none_or(|last| now >= last.saturating_add(COMPLAIN_AFTER)) {
                log::warn!("no room even to refuse {addr}: {most} connections are open");
            } else {
                self.complained = complained;
            }
            return Ok(());
        }
        let most = self.endpoint.limits.max_channels_per_address;
        if self.addresses.count(addr.ip()) >= most {
            self.refuse(&mut stream, addr, wire, most);
            return Ok(());
        }
        // A game's messages are small and must not wait for one another.
        stream.set_nodelay(true)?;
        let client = PeerAddr::Socket(addr);
        let peer = PeerName::Caller(client);
        let slot = self.endpoint.open(Role::Server, peer, wire);
        let poller = self.driver.poller(&self.endpoint);
        let added = poller.and_then(|poller| poller.add_stream(&mut stream, slot));
        self.finish_attach(slot, Stream::Tcp(stream), client, added)
    }

    fn finish_attach(
        &mut self,
        slot: u32,
        stream: Stream,
        addr: PeerAddr,
        added: std::io::Result<()>,
    ) -> std::io::Result<()> {
        self.addresses.insert(slot, addr);
        let attached = added.and_then(|()| self.driver.attach(&self.endpoint, slot, stream));
        if let Err(error) = &attached {
            let reason = Reason::from_io(error);
            self.endpoint.shared.lock().tally.refused.note(&reason);
            if let Some(link) = self.endpoint.link_mut(slot) {
                link.abandon();
            }
            self.driver.note_change(slot);
        }
        attached
    }
}

/// Asks the game whether a client may come in, and gives it a place.
pub(super) fn let_in<T, P>(
    channels: &mut Channels<T, P>,
    endpoint: &mut Endpoint,
    accept: &mut Accept<T>,
    slot: u32,
) {
    let peer = endpoint.shared.lock().get(slot).map(|outbox| outbox.peer);
    let addr = match peer {
        Some(PeerName::Caller(addr) | PeerName::Client(_, addr)) => addr,
        Some(PeerName::Server) | None => PeerAddr::Local,
    };
    if channels.seated() >= endpoint.limits.max_channels {
        endpoint.note_limit(slot, |limits| limits.max_channels += 1);
        return endpoint.end(slot, Reason::ServerFull);
    }
    match accept.ask(&addr) {
        Ok(state) => match channels.seat(slot, addr, state) {
            Some(id) => {
                if let Some(outbox) = endpoint.shared.lock().get_mut(slot) {
                    outbox.peer = PeerName::Client(id, addr);
                }
                endpoint.admit(slot);
            }
            None => endpoint.end(slot, Reason::ServerFull),
        },
        Err(reason) => endpoint.end(slot, reason),
    }
}
