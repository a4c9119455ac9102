//! Refusing a client before it has a place.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr};

use mio::net::TcpStream;

use super::Server;
use crate::dispatch::PeerName;
use crate::outgoing::Outbox;
use crate::protocol::Role;
use crate::wire::Wire;
use crate::{PeerAddr, Reason};

impl<T, P> Server<T, P> {
    /// Tells a client in its own wire's words that there are enough from its
    /// address, without keeping anything of it.
    pub(super) fn refuse(
        &mut self,
        stream: &mut TcpStream,
        addr: SocketAddr,
        wire: Wire,
        most: usize,
    ) {
        // Unread input would make the system throw our words away. It also
        // tells who is there.
        let mut said = [0; 1024];
        let said = match stream.read(&mut said) {
            Ok(count) => said.get(..count).unwrap_or_default(),
            Err(_) => &[],
        };
        let words = format!("{most} connections from one address are enough");
        let peer = PeerName::Caller(PeerAddr::Socket(addr));
        let wire = spoken(wire, said);
        let slot = self.endpoint.open(Role::Server, peer, wire);
        self.endpoint
            .note_limit(slot, |limits| limits.max_channels_per_address += 1);
        self.endpoint.end(slot, Reason::Refused { words });
        {
            let outgoing = self.endpoint.shared.lock();
            let pending = outgoing.get(slot).map(Outbox::pending);
            // What does not fit into the buffer of a new socket is not worth
            // waiting for, and who is gone needs no words.
            let _ = stream.write(pending.unwrap_or_default());
        }
        let _ = stream.shutdown(Shutdown::Write);
        if let Some(link) = self.endpoint.link_mut(slot) {
            link.abandon();
        }
        self.driver.note_change(slot);
    }
}

/// The wire that a client speaks who said this at a port of that wire.
fn spoken(wire: Wire, said: &[u8]) -> Wire {
    #[cfg(feature = "websocket")]
    if wire == Wire::Native && crate::protocol::may_be_http(said) {
        return Wire::WebSocket;
    }
    let _ = said;
    wire
}
