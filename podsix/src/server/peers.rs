//! Going through all clients of a server.

use std::fmt;
use std::{slice, vec};

use super::{ChannelId, Channels, Peer, PeerMut};
use crate::Untyped;

/// All clients, in the order in which they joined: from [`Channels::iter`].
pub struct Peers<'a, T, P = Untyped> {
    channels: &'a Channels<T, P>,
    members: slice::Iter<'a, (ChannelId, u32)>,
}

/// All clients, to be changed, in the order in which they joined: from
/// [`Channels::iter_mut`].
pub struct PeersMut<'a, T, P = Untyped> {
    peers: vec::IntoIter<PeerMut<'a, T, P>>,
}

impl<'a, T, P> Peers<'a, T, P> {
    pub(super) fn new(channels: &'a Channels<T, P>, members: &'a [(ChannelId, u32)]) -> Self {
        let members = members.iter();
        Self { channels, members }
    }
}

impl<'a, T, P> PeersMut<'a, T, P> {
    pub(super) fn new(mut peers: Vec<PeerMut<'a, T, P>>) -> Self {
        peers.sort_by_key(PeerMut::id);
        let peers = peers.into_iter();
        Self { peers }
    }
}

impl<'a, T, P> Iterator for Peers<'a, T, P> {
    type Item = Peer<'a, T, P>;

    fn next(&mut self) -> Option<Self::Item> {
        let Self { channels, members } = self;
        members.find_map(|(_, slot)| channels.peer(*slot))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.members.len()))
    }
}

impl<'a, T, P> Iterator for PeersMut<'a, T, P> {
    type Item = PeerMut<'a, T, P>;

    fn next(&mut self) -> Option<Self::Item> {
        self.peers.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.peers.size_hint()
    }
}

impl<'a, T, P> IntoIterator for &'a Channels<T, P> {
    type Item = Peer<'a, T, P>;
    type IntoIter = Peers<'a, T, P>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, T, P> IntoIterator for &'a mut Channels<T, P> {
    type Item = PeerMut<'a, T, P>;
    type IntoIter = PeersMut<'a, T, P>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl<T, P> fmt::Debug for Peers<'_, T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = self.members.as_slice().iter().map(|(id, _)| id);
        f.debug_set().entries(ids).finish()
    }
}

impl<T, P> fmt::Debug for PeersMut<'_, T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = self.peers.as_slice().iter().map(PeerMut::id);
        f.debug_set().entries(ids).finish()
    }
}
