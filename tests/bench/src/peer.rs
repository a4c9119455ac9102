//! What all peers do: the message, the server's job, and the two ends.

use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::clock;
use crate::plan::{Plan, Workload};

pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A way to send messages, in the workloads it can do.
pub struct Peer {
    pub name: &'static str,
    /// The podsix that speaks the same wire, or the like.
    pub rival: Option<&'static str>,
    /// What it can do, and of how many messages it does one: more would take all day.
    pub workloads: &'static [(Workload, u64)],
    /// Does the server's part of a plan.
    pub serve: fn(&Plan) -> Result<()>,
    /// Does the clients' part; they find the server at the address.
    pub play: fn(&Plan, &str) -> Result<()>,
}

impl Peer {
    /// This plan with as many messages as the peer has time for, if it can do that at all.
    pub fn plan(&self, plan: &Plan) -> Option<Plan> {
        let mut can = self.workloads.iter();
        let (_, part) = can.find(|(workload, _)| *workload == plan.workload)?;
        let total = plan.total / part;
        Some(Plan {
            total,
            ..plan.clone()
        })
    }
}

/// The message of all workloads.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Move {
    pub x: f32,
    pub y: f32,
    pub id: u32,
}

impl Move {
    pub fn new(number: u64) -> Self {
        Self {
            x: 1.5,
            y: -20.25,
            // As many bytes each time.
            id: u32::try_from(number % 200).unwrap_or(0),
        }
    }
}

pub fn encode(message: &Move, body: &mut impl std::io::Write) -> Result<()> {
    bincode::serde::encode_into_std_write(message, body, bincode::config::standard())?;
    Ok(())
}

pub fn decode(body: &[u8]) -> Result<Move> {
    let (message, _) = bincode::serde::decode_from_slice(body, bincode::config::standard())?;
    Ok(message)
}

/// A flood's server answers after so many messages, and after the last. The client sends
/// no more than three times as many without an answer: so no queue grows, and all peers
/// have the same.
pub const ANSWER_EVERY: u64 = 10_000;
pub const WINDOW: u64 = 3 * ANSWER_EVERY;

/// What a server does with the messages.
#[derive(Debug)]
pub struct Job {
    plan: Plan,
    warm_up: u64,
    total: u64,
    taken: u64,
    sum: u64,
    begin: Option<Moment>,
    end: Option<Moment>,
}

#[derive(Debug)]
struct Moment {
    at: Instant,
    cpu_ns: i64,
}

impl Moment {
    fn now() -> Self {
        Self {
            at: Instant::now(),
            cpu_ns: clock::cpu_ns(),
        }
    }
}

impl Job {
    /// Measures when it is warm, up to the last message.
    pub fn new(plan: &Plan) -> Self {
        let total = match plan.workload {
            Workload::Idle => plan.batch * plan.clients,
            _ => plan.total,
        };
        Self {
            plan: plan.clone(),
            warm_up: plan.warm_up(),
            total,
            taken: 0,
            sum: 0,
            begin: None,
            end: None,
        }
    }

    /// Takes a message; the answer.
    #[inline]
    pub fn take(&mut self, message: &Move) -> Option<Move> {
        self.taken += 1;
        self.sum += u64::from(message.id);
        if self.taken == self.warm_up {
            self.begin = Some(Moment::now());
        }
        if self.taken == self.total {
            self.end = Some(Moment::now());
        }
        let answer = match self.plan.workload {
            Workload::Flood => self.taken.is_multiple_of(ANSWER_EVERY) || self.taken == self.total,
            _ => self.plan.is_answered(),
        };
        answer.then_some(*message)
    }

    pub fn is_done(&self) -> bool {
        self.taken >= self.total
    }

    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// Messages a second, and nanoseconds of CPU a message: of a broadcast, a copy.
    pub fn figures(&self) -> Vec<(&'static str, f64)> {
        let (Some(begin), Some(end)) = (&self.begin, &self.end) else {
            return Vec::new();
        };
        let taken = self.total - self.warm_up;
        let messages = (taken * self.plan.copies()) as f64;
        let seconds = end.at.duration_since(begin.at).as_secs_f64();
        // Read, so that no peer can leave the decoding out.
        std::hint::black_box(self.sum);
        vec![
            ("messages_s", messages / seconds),
            ("cpu_ns", (end.cpu_ns - begin.cpu_ns) as f64 / messages),
        ]
    }
}

/// A server that is pumped.
pub trait Server: Sized {
    /// Listens, for so many clients; and where.
    fn bind(wire: &str, clients: usize) -> Result<(Self, String)>;

    /// How many clients are in.
    fn clients(&self) -> usize;

    /// Sends and receives once, and waits for something to happen if `block`.
    fn turn(&mut self, job: &mut Job, block: bool) -> Result<()>;

    /// Sends to all clients; it leaves with the next turn.
    fn broadcast(&mut self, message: &Move) -> Result<()>;
}

/// Some clients in one thread.
pub trait Clients: Sized {
    fn connect(address: &str, count: usize) -> Result<Self>;

    /// Sends on one of the connections; it leaves with the next turn.
    fn send(&mut self, client: usize, message: &Move) -> Result<()>;

    /// Sends and receives once: how many messages came, on all connections.
    fn turn(&mut self, block: bool) -> Result<u64>;
}
