//! Where the other end of a connection is.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// Where the other end of a connection is.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PeerAddr {
    /// At a network address.
    Socket(SocketAddr),
    /// In the same process: [`Connection::local`](crate::Connection::local).
    Local,
}

impl PeerAddr {
    /// The network address without its port; none in the same process.
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Socket(addr) => Some(addr.ip()),
            Self::Local => None,
        }
    }
}

impl fmt::Display for PeerAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(addr) => addr.fmt(f),
            Self::Local => f.write_str("local"),
        }
    }
}
