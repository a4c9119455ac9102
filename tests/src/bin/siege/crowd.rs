//! Those who are there besides who asks: clients that say nothing, and clients
//! that mean no good. Each kind has a thread of its own.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use podsix_tests::attacks::{self, Attack, Attacker, Wire, wire};

use crate::server::Served;

/// How long an attacker stays at the most, and how long it is away then.
const STAYS: Duration = Duration::from_secs(5);
const AWAY: Duration = Duration::from_secs(1);

/// What the threads of a siege share.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) over: AtomicBool,
    /// Whether the attacks are over.
    pub(crate) peace: AtomicBool,
    /// How many idle clients there are.
    pub(crate) idle: AtomicUsize,
    /// How many of them the server has lost.
    pub(crate) lost: AtomicUsize,
    /// How many attackers are connected, and how many attacks there were.
    pub(crate) hostile: AtomicUsize,
    pub(crate) attacks: AtomicUsize,
}

impl Shared {
    fn goes_on(&self) -> bool {
        !self.over.load(Ordering::Relaxed)
    }
}

/// A client that answers pings and says nothing else.
struct Idler {
    stream: TcpStream,
    wire: Wire,
    /// The end of what came, for a ping that is cut.
    tail: Vec<u8>,
}

impl Idler {
    fn connect(served: &Served, number: usize) -> std::io::Result<Self> {
        let wire = Wire::ALL[number % Wire::ALL.len()];
        let mut stream = TcpStream::connect(served.addr(wire, number))?;
        stream.write_all(&wire.opening())?;
        stream.set_nonblocking(true)?;
        let tail = Vec::new();
        Ok(Self { stream, wire, tail })
    }

    /// Answers what there is; whether the connection is still up.
    fn turn(&mut self) -> bool {
        let mut buffer = [0; 1_024];
        let got = match self.stream.read(&mut buffer) {
            Ok(0) => return false,
            Ok(count) => &buffer[..count],
            Err(error) => return error.kind() == ErrorKind::WouldBlock,
        };
        let (ping, pong): (&[u8], Vec<u8>) = match self.wire {
            Wire::Native => (b"\0\x82\x01", wire::frame(wire::PONG, &[])),
            Wire::WebSocket => (b"\x89\0", wire::web_frame(0x8A, &[])),
            Wire::PodSixNet | Wire::Json => return true,
        };
        self.tail.extend_from_slice(got);
        while let Some(place) = attacks::find(&self.tail, ping) {
            self.tail.drain(..place + ping.len());
            if self.stream.write_all(&pong).is_err() {
                return false;
            }
        }
        let old = self.tail.len().saturating_sub(ping.len() - 1);
        self.tail.drain(..old);
        true
    }
}

/// So many clients that say nothing, until it is over.
pub(crate) fn idle(served: &Served, count: usize, shared: &Shared) {
    let mut idlers = Vec::new();
    while idlers.len() < count && shared.goes_on() {
        idlers.extend(Idler::connect(served, idlers.len()));
        shared.idle.store(idlers.len(), Ordering::Relaxed);
    }
    while shared.goes_on() {
        let before = idlers.len();
        idlers.retain_mut(Idler::turn);
        shared
            .lost
            .fetch_add(before - idlers.len(), Ordering::Relaxed);
        shared.idle.store(idlers.len(), Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Somebody who attacks again and again.
struct Raider {
    number: usize,
    round: usize,
    attacker: Option<Attacker>,
    since: Instant,
}

impl Raider {
    /// Attacks; whether it did anything.
    fn turn(&mut self, served: &Served, plan: &Plan<'_>, shared: &Shared) -> bool {
        let Some(attacker) = &mut self.attacker else {
            return self.since.elapsed() >= plan.away && self.begin(served, plan, shared);
        };
        let busy = attacker.turn();
        let is_done = attacker.has_done_all() && plan.away.is_zero();
        if is_done || attacker.end.is_some() || self.since.elapsed() > STAYS {
            self.attacker = None;
            self.since = Instant::now();
            shared.hostile.fetch_sub(1, Ordering::Relaxed);
        }
        busy
    }

    fn begin(&mut self, served: &Served, plan: &Plan<'_>, shared: &Shared) -> bool {
        let turn = self.number + self.round;
        let attack = &plan.attacks[turn % plan.attacks.len()];
        let wires: Vec<Wire> = match plan.wire {
            Some(wire) => vec![wire],
            None => attack.wires.to_vec(),
        };
        let wire = wires[turn / plan.attacks.len() % wires.len()];
        let number = turn % attack.at_once;
        let addr = served.addr(wire, self.number);
        self.attacker = Attacker::connect(addr, attack, wire, number).ok();
        self.round += 1;
        self.since = Instant::now();
        if self.attacker.is_some() {
            shared.hostile.fetch_add(1, Ordering::Relaxed);
            shared.attacks.fetch_add(1, Ordering::Relaxed);
        }
        true
    }
}

/// What attackers do.
pub(crate) struct Plan<'a> {
    pub(crate) attacks: &'a [Attack],
    /// On which wire; on each in turn.
    pub(crate) wire: Option<Wire>,
    /// How long they are away after an attack.
    pub(crate) away: Duration,
}

impl<'a> Plan<'a> {
    /// All attacks in turn, with pauses.
    pub(crate) fn all(attacks: &'a [Attack]) -> Self {
        let (wire, away) = (None, AWAY);
        Self {
            attacks,
            wire,
            away,
        }
    }
}

/// So many attackers, until there is peace.
pub(crate) fn raid(served: &Served, count: usize, plan: &Plan<'_>, shared: &Shared) {
    let mut raiders: Vec<Raider> = (0..count)
        .map(|number| Raider {
            number,
            round: 0,
            attacker: None,
            since: Instant::now(),
        })
        .collect();
    while shared.goes_on() && !shared.peace.load(Ordering::Relaxed) {
        let mut busy = false;
        for raider in &mut raiders {
            busy |= raider.turn(served, plan, shared);
        }
        if !busy {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}
