//! What one run of a workload does, and how its roles tell what they measured.

use std::fmt::{Display, Formatter};
use std::io::{Read, stdin};

use crate::peer::Result;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Workload {
    /// One client sends as fast as it can.
    Flood,
    /// A message there and back, the ends asleep in between.
    RoundTrip,
    /// A message there and back, and no end ever sleeps.
    BusyRoundTrip,
    /// Many clients send at once, and each waits until it has all of its messages back.
    Echo,
    /// The server sends to all, and waits until all have heard it.
    Broadcast,
    /// Many clients say nothing.
    Idle,
}

const NAMES: [(&str, Workload); 6] = [
    ("flood", Workload::Flood),
    ("round-trip", Workload::RoundTrip),
    ("busy-round-trip", Workload::BusyRoundTrip),
    ("echo", Workload::Echo),
    ("broadcast", Workload::Broadcast),
    ("idle", Workload::Idle),
];

impl Display for Workload {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let name = NAMES.iter().find(|(_, workload)| workload == self);
        f.write_str(name.map_or("", |(name, _)| name))
    }
}

#[derive(Clone, Debug)]
pub struct Plan {
    pub workload: Workload,
    /// Messages in all; ticks for a broadcast; empty pumps for `Idle`.
    pub total: u64,
    /// Messages a tick.
    pub batch: u64,
    pub clients: u64,
}

impl Plan {
    pub fn new(workload: Workload, total: u64, batch: u64, clients: u64) -> Self {
        Self {
            workload,
            total,
            batch,
            clients,
        }
    }

    pub fn to_args(&self) -> Vec<String> {
        vec![
            self.workload.to_string(),
            self.total.to_string(),
            self.batch.to_string(),
            self.clients.to_string(),
        ]
    }

    pub fn from_args(args: &[String]) -> Result<Self> {
        let [workload, total, batch, clients] = args else {
            return Err("a plan has four words".into());
        };
        let workload = NAMES.iter().find(|(name, _)| name == workload);
        let (_, workload) = workload.ok_or("there is no such workload")?;
        Ok(Self {
            workload: *workload,
            total: total.parse()?,
            batch: batch.parse()?,
            clients: clients.parse()?,
        })
    }

    /// What is not measured, because everything is still cold.
    pub fn warm_up(&self) -> u64 {
        match self.workload {
            Workload::Idle => 0,
            _ => (self.total / 10).max(1),
        }
    }

    /// Whether the ends sleep while nothing happens.
    pub fn block(&self) -> bool {
        self.workload != Workload::BusyRoundTrip
    }

    /// Whether the server sends each message back.
    pub fn is_answered(&self) -> bool {
        let workloads = [Workload::RoundTrip, Workload::BusyRoundTrip, Workload::Echo];
        workloads.contains(&self.workload)
    }

    /// What a server sends for each message that it gets: the copies of a broadcast.
    pub fn copies(&self) -> u64 {
        match self.workload {
            Workload::Broadcast => self.clients * self.batch,
            _ => 1,
        }
    }
}

/// A server listens: the clients may come.
pub fn listening(address: &str) {
    println!("listening {address}");
}

/// The clients are connected; returns when those of all processes are.
pub fn wait_for_others() -> Result<()> {
    println!("ready");
    stdin().read_exact(&mut [0])?;
    Ok(())
}

/// What this role measured.
pub fn report(figures: &[(&'static str, f64)]) {
    let words = figures
        .iter()
        .map(|(name, figure)| format!(" {name}={figure}"));
    println!("result{}", words.collect::<String>());
}

/// The other end tells when it is over, by closing the input.
pub fn wait_for_end() {
    let _ = stdin().read_to_end(&mut Vec::new());
}
