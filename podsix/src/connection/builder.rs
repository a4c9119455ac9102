//! What a connection is made with.

use super::Connection;
use crate::address::Address;
use crate::endpoint::Endpoint;
use crate::limits::{Limits, OnFullQueue};
use crate::transport::{Clock, Driver, MemoryStream, pair};
use crate::{Result, Server};

/// Makes a [`Connection`] with other limits and time-outs than the default
/// ones: [`Connection::builder`].
#[derive(Clone, Debug)]
#[must_use = "no connection is made until `connect` is called"]
pub struct ConnectionBuilder {
    limits: Limits,
}

impl ConnectionBuilder {
    pub(super) fn new() -> Self {
        Self {
            limits: Limits::default(),
        }
    }

    /// Changes limits and time-outs; all have defaults, see [`Limits`].
    pub fn limits(mut self, change: impl FnOnce(&mut Limits)) -> Self {
        change(&mut self.limits);
        self
    }

    /// Begins to connect, as [`Connection::connect`].
    ///
    /// # Errors
    ///
    /// As [`Connection::connect`].
    pub fn connect(self, address: &str) -> Result<Connection> {
        let address: Address = address.parse()?;
        let mut connection = self.build(Clock::system());
        connection.connect_to(&address);
        Ok(connection)
    }

    /// Joins a server in the same process, as [`Connection::local`].
    pub fn local<T, Q>(self, server: &mut Server<T, Q>) -> Connection<Q> {
        let (ours, theirs) = pair();
        self.join(server, Clock::system(), ours, theirs)
    }

    /// Joins a server through a given pipe.
    pub(crate) fn join<T, Q>(
        self,
        server: &mut Server<T, Q>,
        clock: Clock,
        ours: MemoryStream,
        theirs: MemoryStream,
    ) -> Connection<Q> {
        let mut connection = self.build(clock);
        connection.join(server, ours, theirs);
        connection
    }

    fn build<P>(self, clock: Clock) -> Connection<P> {
        // On a client a full queue is an error of `send`.
        let endpoint = Endpoint::new(self.limits, OnFullQueue::DropMessage);
        Connection::assemble(endpoint, Driver::new(clock))
    }
}
