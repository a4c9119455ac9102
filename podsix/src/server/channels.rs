//! All clients of a server.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::peers::{Peers, PeersMut};
use super::send::{send, send_to_one};
use crate::outgoing::Shared;
use crate::slots;
use crate::{LinkStats, Message, PeerAddr, Reason, ServerSends, Stats, Untyped};

/// Names one client of a server for as long as the server exists: a small
/// number from 1, never used for another client.
///
/// It can be sent in messages, kept in the game's state, and used as a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChannelId(pub(crate) u32);

impl fmt::Display for ChannelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// All clients that are connected to a server, with the data `T` that the game
/// keeps for each.
///
/// The same in a handler ([`Channel::channels`](crate::Channel::channels)) and
/// in the game's loop ([`Server::channels`](crate::Server::channels)). A client
/// is among them from its `network_connected` until just before its
/// `network_disconnected`. They come in the order in which they joined, also in a
/// `for` over `&channels` or `&mut channels`.
pub struct Channels<T, P = Untyped> {
    /// By the connection's slot.
    seats: Vec<Option<Seat<T>>>,
    /// By their ids, and so by when they joined.
    members: Vec<(ChannelId, u32)>,
    shared: Arc<Shared>,
    last_id: u32,
    /// How many clients have a place, also those the game has not heard of yet.
    seated: usize,
    _protocol: PhantomData<fn() -> P>,
}

/// A client's place.
pub(crate) struct Seat<T> {
    pub(crate) id: ChannelId,
    pub(crate) addr: PeerAddr,
    pub(crate) state: T,
}

/// One client among [`Channels`]. It dereferences to the player.
pub struct Peer<'a, T, P = Untyped> {
    channels: &'a Channels<T, P>,
    seat: &'a Seat<T>,
    slot: u32,
}

/// One client among [`Channels`], to be changed. It dereferences to the player.
pub struct PeerMut<'a, T, P = Untyped> {
    seat: &'a mut Seat<T>,
    shared: &'a Arc<Shared>,
    slot: u32,
    _protocol: PhantomData<fn() -> P>,
}

/// Some of the clients, to send something to:
/// [`Channels::to`], [`except`](Channels::except), [`matching`](Channels::matching).
#[must_use = "nothing is sent until `send` is called"]
pub struct Audience<'a, T, P, I> {
    channels: &'a Channels<T, P>,
    slots: I,
}

impl<T, P> Channels<T, P> {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        Self {
            seats: Vec::new(),
            members: Vec::new(),
            shared: Arc::clone(shared),
            last_id: 0,
            seated: 0,
            _protocol: PhantomData,
        }
    }

    /// How many clients there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no client.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The client with this id; none if it is gone.
    pub fn get(&self, id: ChannelId) -> Option<Peer<'_, T, P>> {
        self.peer(self.slot_of(id)?)
    }

    /// The client with this id, to be changed; none if it is gone.
    pub fn get_mut(&mut self, id: ChannelId) -> Option<PeerMut<'_, T, P>> {
        let slot = self.slot_of(id)?;
        let seat = self.seats.get_mut(slot as usize)?.as_mut()?;
        Some(PeerMut {
            seat,
            shared: &self.shared,
            slot,
            _protocol: PhantomData,
        })
    }

    /// All clients, in the order in which they joined.
    pub fn iter(&self) -> Peers<'_, T, P> {
        Peers::new(self, &self.members)
    }

    /// All clients, to be changed.
    pub fn iter_mut(&mut self) -> PeersMut<'_, T, P> {
        let Self {
            seats,
            members,
            shared,
            ..
        } = self;
        let peers = (0u32..)
            .zip(seats)
            .filter_map(|(slot, seat)| Some((slot, seat.as_mut()?)))
            .filter(|(slot, seat)| slot_of(members, seat.id) == Some(*slot))
            .map(|(slot, seat)| PeerMut {
                seat,
                shared,
                slot,
                _protocol: PhantomData,
            });
        PeersMut::new(peers.collect())
    }

    /// Sends a message to one client; to nobody if it is gone.
    ///
    /// What can't be sent is counted, logged, and told to that channel's
    /// `network_error`.
    pub fn send<M: Message>(&self, id: ChannelId, message: &M)
    where
        P: ServerSends<M>,
    {
        if let Some(slot) = self.slot_of(id) {
            self.send_to_slot(slot, message);
        }
    }

    /// Sends a message to all clients. It is encoded once for
    /// each kind of wire.
    pub fn broadcast<M: Message>(&self, message: &M)
    where
        P: ServerSends<M>,
    {
        self.send_to_slots(self.slots(), message);
    }

    /// The clients with these ids; those that are gone are passed over.
    ///
    /// ```no_run
    /// # #[derive(podsix::Message)] enum ToClient { YourTurn }
    /// # fn next(channels: &podsix::Channels<()>, team: Vec<podsix::ChannelId>) {
    /// channels.to(team).send(&ToClient::YourTurn);
    /// # }
    /// ```
    pub fn to<I>(&self, ids: I) -> Audience<'_, T, P, impl Iterator<Item = u32>>
    where
        I: IntoIterator<Item = ChannelId>,
    {
        let slots = ids.into_iter().filter_map(|id| self.slot_of(id));
        Audience {
            channels: self,
            slots,
        }
    }

    /// All clients but one.
    pub fn except(&self, id: ChannelId) -> Audience<'_, T, P, impl Iterator<Item = u32>> {
        let others = self.members.iter().filter(move |(other, _)| *other != id);
        Audience {
            channels: self,
            slots: others.map(|(_, slot)| *slot),
        }
    }

    /// The clients for which `predicate` holds.
    ///
    /// ```no_run
    /// # #[derive(podsix::Message)] enum ToClient { Explosion }
    /// # struct Player { room: u32 }
    /// # fn explode(channels: &podsix::Channels<Player>) {
    /// channels.matching(|player| player.room == 7).send(&ToClient::Explosion);
    /// # }
    /// ```
    pub fn matching<F>(&self, mut predicate: F) -> Audience<'_, T, P, impl Iterator<Item = u32>>
    where
        F: FnMut(&Peer<'_, T, P>) -> bool,
    {
        let slots = self.slots();
        Audience {
            channels: self,
            slots: slots.filter(move |&slot| self.peer(slot).is_some_and(|peer| predicate(&peer))),
        }
    }

    // ---- for the server ----

    /// Makes a place for a client that was let in; its id.
    pub(crate) fn seat(&mut self, slot: u32, addr: PeerAddr, state: T) -> Option<ChannelId> {
        self.last_id = self.last_id.checked_add(1)?;
        let id = ChannelId(self.last_id);
        *slots::place(&mut self.seats, slot, || None)? = Some(Seat { id, addr, state });
        self.seated += 1;
        Some(id)
    }

    /// How many clients were let in, ever.
    pub(crate) fn came(&self) -> u64 {
        self.last_id.into()
    }

    pub(crate) fn seated(&self) -> usize {
        self.seated
    }

    /// Frees the place of a client whose end the game was told.
    pub(crate) fn unseat(&mut self, slot: u32) {
        if let Some(seat) = self.seats.get_mut(slot as usize)
            && seat.take().is_some()
        {
            self.seated -= 1;
        }
    }

    /// The game hears now that this client came.
    pub(crate) fn join(&mut self, slot: u32) {
        if let Some(seat) = self.seat_at(slot) {
            let id = seat.id;
            // Each type of handler is told.
            if let Err(place) = self.members.binary_search_by_key(&id, |(id, _)| *id) {
                self.members.insert(place, (id, slot));
            }
        }
    }

    /// The game hears now that this client went.
    pub(crate) fn leave(&mut self, slot: u32) {
        if let Some(seat) = self.seat_at(slot) {
            let id = seat.id;
            self.members.retain(|(other, _)| *other != id);
        }
    }

    #[inline]
    pub(crate) fn seat_at(&self, slot: u32) -> Option<&Seat<T>> {
        self.seats.get(slot as usize)?.as_ref()
    }

    #[inline]
    pub(crate) fn seat_at_mut(&mut self, slot: u32) -> Option<&mut Seat<T>> {
        self.seats.get_mut(slot as usize)?.as_mut()
    }

    pub(crate) fn close_slot(&self, slot: u32, words: &str) {
        let words = words.to_owned();
        self.shared.close(slot, Reason::Closed { words });
    }

    pub(crate) fn link_at(&self, slot: u32) -> LinkStats {
        link_stats(&self.shared, slot)
    }

    pub(crate) fn stats_at(&self, slot: u32) -> Stats {
        self.shared.lock().stats_of(slot)
    }

    pub(crate) fn send_to_slots<M: Message>(&self, slots: impl Iterator<Item = u32>, message: &M) {
        send(&self.shared, slots, message);
    }

    #[inline]
    pub(crate) fn send_to_slot<M: Message>(&self, slot: u32, message: &M) {
        send_to_one(&self.shared, slot, message);
    }

    fn slots(&self) -> impl Iterator<Item = u32> {
        self.members.iter().map(|(_, slot)| *slot)
    }

    fn slot_of(&self, id: ChannelId) -> Option<u32> {
        slot_of(&self.members, id)
    }

    pub(super) fn peer(&self, slot: u32) -> Option<Peer<'_, T, P>> {
        let seat = self.seat_at(slot)?;
        Some(Peer {
            channels: self,
            seat,
            slot,
        })
    }
}

impl<T, P> fmt::Debug for Channels<T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = self.members.iter().map(|(id, _)| id);
        f.debug_set().entries(ids).finish()
    }
}

impl<T, P, I: Iterator<Item = u32>> Audience<'_, T, P, I> {
    /// Sends a message to these clients. It is encoded once for
    /// each kind of wire.
    pub fn send<M: Message>(self, message: &M)
    where
        P: ServerSends<M>,
    {
        self.channels.send_to_slots(self.slots, message);
    }
}

impl<T, P, I> fmt::Debug for Audience<'_, T, P, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Audience").finish_non_exhaustive()
    }
}

impl<T, P> Peer<'_, T, P> {
    /// The client's id.
    pub fn id(&self) -> ChannelId {
        self.seat.id
    }

    /// Where the client is.
    pub fn addr(&self) -> PeerAddr {
        self.seat.addr
    }

    /// Sends a message to this client.
    pub fn send<M: Message>(&self, message: &M)
    where
        P: ServerSends<M>,
    {
        self.channels.send_to_slot(self.slot, message);
    }

    /// Delivers what was sent before, then these words, then closes. Nothing
    /// more from this client is dispatched but its `network_disconnected`.
    pub fn close(&self, words: &str) {
        self.channels.close_slot(self.slot, words);
    }

    /// The figures of the connection.
    pub fn link(&self) -> LinkStats {
        self.channels.link_at(self.slot)
    }

    /// All figures of the connection, by action too: for once in a while.
    pub fn stats(&self) -> Stats {
        self.channels.stats_at(self.slot)
    }
}

impl<T, P> Deref for Peer<'_, T, P> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.seat.state
    }
}

impl<T: fmt::Debug, P> fmt::Debug for Peer<'_, T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(f, "Peer", self.seat)
    }
}

impl<T, P> PeerMut<'_, T, P> {
    /// The client's id.
    pub fn id(&self) -> ChannelId {
        self.seat.id
    }

    /// Where the client is.
    pub fn addr(&self) -> PeerAddr {
        self.seat.addr
    }

    /// Sends a message to this client.
    pub fn send<M: Message>(&self, message: &M)
    where
        P: ServerSends<M>,
    {
        send_to_one(self.shared, self.slot, message);
    }

    /// Delivers what was sent before, then these words, then closes. Nothing
    /// more from this client is dispatched but its `network_disconnected`.
    pub fn close(&self, words: &str) {
        let words = words.to_owned();
        self.shared.close(self.slot, Reason::Closed { words });
    }

    /// The figures of the connection.
    pub fn link(&self) -> LinkStats {
        link_stats(self.shared, self.slot)
    }

    /// All figures of the connection, by action too: for once in a while.
    pub fn stats(&self) -> Stats {
        self.shared.lock().stats_of(self.slot)
    }
}

impl<T, P> Deref for PeerMut<'_, T, P> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.seat.state
    }
}

impl<T, P> DerefMut for PeerMut<'_, T, P> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.seat.state
    }
}

impl<T: fmt::Debug, P> fmt::Debug for PeerMut<'_, T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(f, "PeerMut", self.seat)
    }
}

fn debug<T: fmt::Debug>(f: &mut fmt::Formatter<'_>, name: &str, seat: &Seat<T>) -> fmt::Result {
    f.debug_struct(name)
        .field("id", &seat.id)
        .field("addr", &seat.addr)
        .field("state", &seat.state)
        .finish_non_exhaustive()
}

fn slot_of(members: &[(ChannelId, u32)], id: ChannelId) -> Option<u32> {
    let place = members.binary_search_by_key(&id, |(id, _)| *id).ok()?;
    members.get(place).map(|(_, slot)| *slot)
}

/// The figures of one connection.
pub(crate) fn link_stats(shared: &Shared, slot: u32) -> LinkStats {
    shared.lock().link_stats(slot)
}
