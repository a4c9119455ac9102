//! What all peers do: the message, the server's job, and the two ends.

use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::clock::{self, Usage};

pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

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

/// A flood's server answers after so many messages, and the client sends no more than
/// three times as many without an answer: so no queue grows, and all peers have the same.
pub const ANSWER_EVERY: u64 = 10_000;
pub const WINDOW: u64 = 3 * ANSWER_EVERY;

/// What a server does with the messages.
#[derive(Debug)]
pub struct Job {
    echo: bool,
    warm_up: u64,
    total: u64,
    taken: u64,
    sum: u64,
    begin: Option<(Instant, Usage)>,
    end: Option<(Instant, Usage)>,
}

impl Job {
    /// Measures from the message `warm_up` to the message `total`.
    pub fn new(echo: bool, warm_up: u64, total: u64) -> Self {
        Self {
            echo,
            warm_up,
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
            self.begin = Some((Instant::now(), clock::usage()));
        }
        if self.taken == self.total {
            self.end = Some((Instant::now(), clock::usage()));
        }
        let answer = self.echo || self.taken.is_multiple_of(ANSWER_EVERY);
        answer.then_some(*message)
    }

    pub fn is_done(&self) -> bool {
        self.taken >= self.total
    }

    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// Messages a second, and nanoseconds of CPU a message.
    pub fn figures(&self) -> Vec<(&'static str, f64)> {
        let (Some((begin, before)), Some((end, after))) = (&self.begin, &self.end) else {
            return Vec::new();
        };
        let messages = (self.total - self.warm_up) as f64;
        let seconds = end.duration_since(*begin).as_secs_f64();
        // Read, so that no peer can leave the decoding out.
        std::hint::black_box(self.sum);
        vec![
            ("messages_s", messages / seconds),
            ("cpu_ns", (after.cpu_ns - before.cpu_ns) as f64 / messages),
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
