//! The peers, one a file. Another one needs its file, and two lines here.

mod message_io;
mod podsix;
mod podsix_wire;
mod podsixnet;
mod raw;
mod tokio;
mod tungstenite;

use crate::peer::{Peer, Result};
use crate::plan::Workload;

/// In the order of the tables; to the first one the others are compared.
pub const ALL: [&[Peer]; 6] = [
    &[raw::PEER],
    &podsix::PEERS,
    &tungstenite::PEERS,
    &[tokio::PEER],
    &[message_io::PEER],
    &[podsixnet::PEER],
];

/// All workloads, in full.
const EVERYTHING: &[(Workload, u64)] = &[
    (Workload::Flood, 1),
    (Workload::RoundTrip, 1),
    (Workload::BusyRoundTrip, 1),
    (Workload::Echo, 1),
    (Workload::Broadcast, 1),
    (Workload::Idle, 1),
];

pub fn find(name: &str) -> Result<&'static Peer> {
    let mut all = ALL.iter().copied().flatten();
    let peer = all.find(|peer| peer.name == name);
    Ok(peer.ok_or_else(|| format!("there is no peer `{name}`"))?)
}
