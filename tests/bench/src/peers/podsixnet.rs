//! PodSixNet in Python, where `PODSIX_PYTHON` names one that has it. Only its server is
//! measured; the clients are podsix's, on its wire.

use std::os::unix::process::CommandExt;
use std::process::Command;

use super::podsix::PodsixClients;
use crate::peer::{Peer, Result};
use crate::plan::{Plan, Workload};
use crate::play::play;
use crate::run::python;

pub const PEER: Peer = Peer {
    name: "PodSixNet",
    rival: Some("podsix rencode"),
    workloads: &[
        (Workload::Flood, 40),
        (Workload::RoundTrip, 10),
        (Workload::BusyRoundTrip, 10),
        (Workload::Echo, 10),
        (Workload::Broadcast, 4),
        (Workload::Idle, 100),
    ],
    serve,
    play: play::<PodsixClients>,
};

/// This process becomes the server in Python.
fn serve(plan: &Plan) -> Result<()> {
    let python = python().ok_or("PODSIX_PYTHON names no Python")?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/podsixnet_server.py");
    let error = Command::new(python)
        .args(["-u", script])
        .args(plan.to_args())
        .exec();
    Err(error.into())
}
