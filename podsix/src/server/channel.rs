//! The client that a handler is called for.

use std::fmt;
use std::ops::{Deref, DerefMut};

use super::channels::Seat;
use super::{ChannelId, Channels};
use crate::{LinkStats, Message, PeerAddr, ServerSends, Stats, Untyped};

/// The server's end of one client, as a handler meets it: the client that the
/// event came from, and with it all others.
///
/// It dereferences to the `T` that the game keeps for each client, so that
/// `channel.nickname` is the player's. (In other libraries a channel may be a
/// lane of delivery or a queue; here the word is PodSixNet's.)
///
/// It is a cursor which the server moves from client to client: everything
/// that sends takes `&self`, so a message may borrow from the player.
pub struct Channel<T, P = Untyped> {
    pub(crate) channels: Channels<T, P>,
    /// The slot of the client that a handler is being called for.
    pub(crate) current: u32,
}

impl<T, P> Channel<T, P> {
    /// The client's id.
    pub fn id(&self) -> ChannelId {
        self.seat().id
    }

    /// Where the client is.
    pub fn addr(&self) -> PeerAddr {
        self.seat().addr
    }

    /// Sends a message to this client; after its end, to nobody.
    ///
    /// What can't be sent is counted, logged, and told to this channel's
    /// `network_error`. The message leaves when `dispatch` returns.
    pub fn send<M: Message>(&self, message: &M)
    where
        P: ServerSends<M>,
    {
        self.channels.send_to_slot(self.current, message);
    }

    /// Sends a message to all clients, this one included. It is encoded once for
    /// each kind of wire.
    pub fn broadcast<M: Message>(&self, message: &M)
    where
        P: ServerSends<M>,
    {
        self.channels.broadcast(message);
    }

    /// Delivers what was sent before, then these words, then closes. Nothing
    /// more from this client is dispatched but its `network_disconnected`.
    pub fn close(&self, words: &str) {
        self.channels.close_slot(self.current, words);
    }

    /// All clients of the server.
    pub fn channels(&self) -> &Channels<T, P> {
        &self.channels
    }

    /// All clients of the server, to be changed.
    pub fn channels_mut(&mut self) -> &mut Channels<T, P> {
        &mut self.channels
    }

    /// The figures of this connection.
    pub fn link(&self) -> LinkStats {
        self.channels.link_at(self.current)
    }

    /// All figures of this connection, by action too: for once in a while.
    pub fn stats(&self) -> Stats {
        self.channels.stats_at(self.current)
    }

    /// What the game keeps for this client: the same as dereferencing, for
    /// where a name of the player's is also one of this type's methods.
    pub fn state(&self) -> &T {
        &self.seat().state
    }

    /// What the game keeps for this client, to be changed; also the way to
    /// borrow two of its fields at once.
    pub fn state_mut(&mut self) -> &mut T {
        #[expect(clippy::expect_used, reason = "as in `seat`")]
        let seat = self.channels.seat_at_mut(self.current).expect(SEATED);
        &mut seat.state
    }

    fn seat(&self) -> &Seat<T> {
        // `dispatch` lends a channel to a handler only while its client has a
        // place, and no method that a handler can call frees one.
        #[expect(clippy::expect_used, reason = "no peer can cause it")]
        self.channels.seat_at(self.current).expect(SEATED)
    }
}

const SEATED: &str = "a handler is called for a client that has a place";

impl<T, P> Deref for Channel<T, P> {
    type Target = T;

    fn deref(&self) -> &T {
        self.state()
    }
}

impl<T, P> DerefMut for Channel<T, P> {
    fn deref_mut(&mut self) -> &mut T {
        self.state_mut()
    }
}

impl<T: fmt::Debug, P> fmt::Debug for Channel<T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel")
            .field(
                "current",
                &self.channels.seat_at(self.current).map(|seat| seat.id),
            )
            .field("channels", &self.channels)
            .finish_non_exhaustive()
    }
}
