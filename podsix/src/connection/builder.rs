//! What a connection is made with.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::Connection;
use crate::address::Address;
use crate::bound::{Bound, OnMismatch, Protocol, Untyped};
use crate::codec::Codec;
use crate::endpoint::Endpoint;
use crate::limits::{Limits, OnFullQueue};
use crate::transport::{Clock, Driver, MemoryStream, pair};
use crate::wire::{MAX_CODECS, Wire};
use crate::{Message, Result, Server};

/// Makes a [`Connection`] with other limits and time-outs than the default
/// ones: [`Connection::builder`].
#[must_use = "no connection is made until `connect` is called"]
pub struct ConnectionBuilder<P = Untyped> {
    limits: Limits,
    codecs: Vec<Arc<dyn Codec>>,
    times_handlers: bool,
    bound: Option<Bound>,
    on_mismatch: OnMismatch,
    _protocol: PhantomData<fn() -> P>,
}

impl ConnectionBuilder {
    pub(super) fn new() -> Self {
        Self::bound_to(None)
    }
}

impl<P> ConnectionBuilder<P> {
    /// For a connection with the protocol of a server.
    pub(crate) fn for_server<T>(server: &Server<T, P>) -> Self {
        Self {
            codecs: server.codecs().to_vec(),
            ..Self::bound_to(server.bound().map(Bound::other_end))
        }
    }

    fn bound_to(bound: Option<Bound>) -> Self {
        Self {
            limits: Limits::default(),
            codecs: Vec::new(),
            times_handlers: false,
            on_mismatch: bound.map_or_else(OnMismatch::default, |bound| bound.on_mismatch),
            bound,
            _protocol: PhantomData,
        }
    }

    /// Changes limits and time-outs; all have defaults, see [`Limits`].
    pub fn limits(mut self, change: impl FnOnce(&mut Limits)) -> Self {
        change(&mut self.limits);
        self
    }

    /// Adds a codec, for the addresses `podsixnet+<its name>://`: see
    /// [`Codec`]. Up to 16, further ones are passed over.
    pub fn codec(mut self, codec: impl Codec + 'static) -> Self {
        if self.codecs.len() < MAX_CODECS {
            self.codecs.push(Arc::new(codec));
        }
        self
    }

    /// Binds the connection to what clients send and to what the server sends,
    /// in this order, as at the server: see [`Protocol`]. To send anything else
    /// is then a compile error.
    pub fn protocol<ToServer, ToClient>(self) -> ConnectionBuilder<Protocol<ToServer, ToClient>>
    where
        ToServer: Message,
        ToClient: Message,
    {
        ConnectionBuilder {
            limits: self.limits,
            codecs: self.codecs,
            times_handlers: self.times_handlers,
            bound: Some(Bound::server::<ToServer, ToClient>().other_end()),
            on_mismatch: self.on_mismatch,
            _protocol: PhantomData,
        }
    }

    /// What a connection that is bound to a [`Protocol`] does with a server
    /// whose enums have other fields: by default the connection does not come
    /// up. Without a protocol this has no effect.
    pub fn on_mismatch(mut self, choice: OnMismatch) -> Self {
        self.on_mismatch = choice;
        self
    }

    /// Measures how long handlers take for each action, as
    /// [`ServerBuilder::time_handlers`](crate::ServerBuilder::time_handlers).
    pub fn time_handlers(mut self) -> Self {
        self.times_handlers = true;
        self
    }

    /// Begins to connect, as [`Connection::connect`].
    ///
    /// # Errors
    ///
    /// As [`Connection::connect`].
    pub fn connect(self, address: &str) -> Result<Connection<P>> {
        let mut connection = self.build(Clock::system());
        let address = Address::parse(address, connection.codecs())?;
        connection.connect_to(&address);
        Ok(connection)
    }

    /// Joins a server in the same process, as [`Connection::local`]. The
    /// connection has the protocol that was given here, if any, whatever the
    /// server's is.
    pub fn local<T, Q>(self, server: &mut Server<T, Q>) -> Connection<P> {
        let (ours, theirs) = pair();
        let wires = [Wire::Native; 2];
        self.join(server, Clock::system(), wires, ours, theirs)
    }

    pub(crate) fn codecs(&self) -> &[Arc<dyn Codec>] {
        &self.codecs
    }

    /// Joins a server through a given pipe. Each end has its own name for the
    /// wire, since codecs are counted at each.
    pub(crate) fn join<T, Q>(
        self,
        server: &mut Server<T, Q>,
        clock: Clock,
        wires: [Wire; 2],
        ours: MemoryStream,
        theirs: MemoryStream,
    ) -> Connection<P> {
        let mut connection = self.build(clock);
        connection.join(server, wires, ours, theirs);
        connection
    }

    fn build(self, clock: Clock) -> Connection<P> {
        // On a client a full queue is an error of `send`.
        let codecs = self.codecs.into();
        let mut endpoint = Endpoint::new(self.limits, OnFullQueue::DropMessage, codecs);
        if self.times_handlers {
            endpoint.shared.time_handlers();
        }
        if let Some(bound) = self.bound {
            endpoint.bind(Bound {
                on_mismatch: self.on_mismatch,
                ..bound
            });
        }
        Connection::assemble(endpoint, Driver::new(clock))
    }
}

// By hand, because the types of the protocol need be neither.
impl<P> Clone for ConnectionBuilder<P> {
    fn clone(&self) -> Self {
        Self {
            limits: self.limits.clone(),
            codecs: self.codecs.clone(),
            ..*self
        }
    }
}

impl<P> fmt::Debug for ConnectionBuilder<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionBuilder")
            .field("limits", &self.limits)
            .field("on_mismatch", &self.on_mismatch)
            .finish_non_exhaustive()
    }
}
