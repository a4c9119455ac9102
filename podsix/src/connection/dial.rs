//! How a connection comes up.

use std::io;

use super::{Connection, SLOT};
use crate::address::Address;
use crate::dispatch::PeerName;
use crate::error::THIS_PROCESS;
use crate::inbox::What;
use crate::protocol::Role;
use crate::transport::{Dial, Dialed, MemoryStream, Stream};
use crate::wire::Wire;
use crate::{Error, Reason, Result, Server};

const IN_MEMORY: &str = "a connection in memory can't reconnect: in a `testing::Game` or `Network` \
                         let a new client join, otherwise call `Connection::local` again";

impl<P> Connection<P> {
    /// Connects again to the same address, after any end or instead of the
    /// connection that is there; nothing of the old one is left. What is sent
    /// from now on is for the new one. To the server it is a new client: see
    /// [leaving and coming back](crate::guide::coming_back).
    ///
    /// In a handler, what the old connection brought and was not dispatched yet
    /// is dropped, but the other handlers still hear of its end.
    ///
    /// A connection in memory can't, so call [`Connection::local`] again; in a
    /// [`testing::Game`](crate::testing::Game) or
    /// [`Network`](crate::testing::Network) let a new client join. It is told so by
    /// a `network_error`.
    pub fn reconnect(&mut self) {
        let Some(address) = self.address.clone() else {
            return self.refuse_to_reconnect();
        };
        self.endpoint.end_closing();
        let words = String::new();
        self.endpoint.end(SLOT, Reason::Closed { words });
        self.driver.flush(&mut self.endpoint);
        self.driver.detach(SLOT);
        // While handlers run, the events are lent to them and outlive this.
        self.endpoint.clear();
        self.dial(&address);
        self.redialed = self.dispatching;
    }

    fn refuse_to_reconnect(&self) {
        if !self.has_ended() {
            return self.misused(IN_MEMORY.to_owned());
        }
        // The connection is gone, which a misuse would deny.
        self.complain(Error::Connect {
            address: THIS_PROCESS.to_owned(),
            source: io::Error::new(io::ErrorKind::Unsupported, IN_MEMORY),
        });
    }

    pub(super) fn connect_to(&mut self, address: &Address) {
        self.address = Some(address.clone());
        self.dial(address);
    }

    fn dial(&mut self, address: &Address) {
        let timeout = self.endpoint.limits.connect_timeout;
        self.endpoint.now = self.driver.now();
        let role = Role::Client {
            address: address.to_string(),
        };
        self.endpoint.open(role, PeerName::Server, address.wire());
        self.dial = Some(Dial::new(address, timeout, &self.endpoint.shared));
    }

    pub(super) fn join<T, Q>(
        &mut self,
        server: &mut Server<T, Q>,
        [our_wire, their_wire]: [Wire; 2],
        ours: MemoryStream,
        theirs: MemoryStream,
    ) {
        self.endpoint.now = self.driver.now();
        let role = Role::Client {
            address: THIS_PROCESS.to_owned(),
        };
        self.endpoint.open(role, PeerName::Server, our_wire);
        let theirs = Stream::Memory(theirs);
        let attached = server.attach_local(theirs, their_wire).and_then(|()| {
            let ours = Stream::Memory(ours);
            self.driver.attach(&self.endpoint, SLOT, ours)
        });
        if let Err(source) = attached {
            self.fail_to_connect(source);
        }
    }

    pub(super) fn advance_dial(&mut self) -> Result<()> {
        let Some(dial) = &mut self.dial else {
            return Ok(());
        };
        let now = self.endpoint.now;
        let poller = self.driver.poller(&self.endpoint);
        let poller = poller.map_err(|source| Error::EventLoop { source })?;
        match dial.advance(poller, now) {
            Dialed::Waiting => {}
            Dialed::Connected(stream) => {
                self.dial = None;
                let stream = Stream::Tcp(stream);
                if let Err(source) = self.driver.attach(&self.endpoint, SLOT, stream) {
                    self.fail_to_connect(source);
                }
            }
            Dialed::Failed(source) => self.fail_to_connect(source),
        }
        Ok(())
    }

    fn fail_to_connect(&mut self, source: io::Error) {
        self.dial = None;
        let address = self
            .address
            .as_ref()
            .map_or_else(String::new, Address::to_string);
        if let Some(link) = self.endpoint.link_mut(SLOT)
            && !link.has_ended()
        {
            link.abandon();
            if source.kind() == io::ErrorKind::TimedOut {
                self.endpoint
                    .note_limit(SLOT, |limits| limits.connect_timeout += 1);
            }
            let error = Error::Connect { address, source };
            let what = What::Error(Box::new(error));
            self.endpoint.event.inbox.push(SLOT, what);
            self.endpoint.shared.lock().shut(SLOT);
        }
    }
}
