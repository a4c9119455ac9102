//! How many connections of a server are from each address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};

use crate::PeerAddr;
use crate::slots;

/// How many connections of a server are from each origin.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    /// By the connection's slot; none where it is from this process.
    origins: Vec<Option<IpAddr>>,
    /// How many there are of each origin; none has a count of nought.
    counts: HashMap<IpAddr, usize>,
}

impl Addresses {
    /// Takes note of a new connection.
    pub(super) fn insert(&mut self, slot: u32, addr: PeerAddr) {
        self.remove(slot);
        let Some(origin) = addr.ip().map(origin) else {
            return;
        };
        if let Some(place) = slots::place(&mut self.origins, slot, || None) {
            *place = Some(origin);
            *self.counts.entry(origin).or_default() += 1;
        }
    }

    /// Takes note that a connection is gone.
    pub(super) fn remove(&mut self, slot: u32) {
        let place = self.origins.get_mut(slot as usize);
        let Some(origin) = place.and_then(Option::take) else {
            return;
        };
        if let Some(count) = self.counts.get_mut(&origin) {
            *count -= 1;
            if *count == 0 {
                self.counts.remove(&origin);
            }
        }
    }

    /// How many connections there are from the origin of this address.
    pub(super) fn count(&self, ip: IpAddr) -> usize {
        self.counts.get(&origin(ip)).copied().unwrap_or(0)
    }
}

/// What one household or one machine has: an IPv4 address, also where it comes
/// to a socket for IPv6, or the first half of an IPv6 address.
fn origin(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => {
            let network = ip.to_bits() & !u128::from(u64::MAX);
            Ipv6Addr::from_bits(network).into()
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ip: &str) -> PeerAddr {
        PeerAddr::Socket((ip.parse::<IpAddr>().unwrap(), 1).into())
    }

    #[test]
    fn each_connection_counts_once_and_until_it_is_gone() {
        let mut addresses = Addresses::default();
        let ip = "192.0.2.1".parse().unwrap();
        for slot in [3, 0, 7] {
            addresses.insert(slot, at("192.0.2.1"));
        }
        addresses.insert(1, at("192.0.2.2"));
        addresses.insert(2, PeerAddr::Local);
        assert_eq!(addresses.count(ip), 3);
        addresses.remove(3);
        addresses.remove(3);
        addresses.remove(2);
        addresses.remove(99);
        assert_eq!(addresses.count(ip), 2);
        // A slot is given to somebody else.
        addresses.insert(0, at("192.0.2.2"));
        assert_eq!(addresses.count(ip), 1);
        for slot in 0..10 {
            addresses.remove(slot);
        }
        assert!(addresses.counts.is_empty(), "{addresses:?}");
    }

    #[test]
    fn one_household_is_one_origin() {
        let same = |a: &str, b: &str| origin(a.parse().unwrap()) == origin(b.parse().unwrap());
        assert!(same("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert!(!same("2001:db8:1:2::1", "2001:db8:1:3::1"));
        // A socket for both kinds sees IPv4 addresses like this.
        assert!(same("::ffff:192.0.2.1", "192.0.2.1"));
        assert!(!same("::ffff:192.0.2.1", "::ffff:192.0.2.2"));
        assert!(!same("192.0.2.1", "192.0.2.2"));
    }
}
