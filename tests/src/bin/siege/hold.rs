//! Thousands of connections that are held, with attackers among them.

use std::fmt;
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use podsix_tests::attacks::{self, Friend, Wire};

use crate::crowd::{self, Shared};
use crate::figures::{Trips, in_ms};
use crate::server::Served;

/// How many of each kind, and for how long.
pub(crate) struct Plan {
    pub(crate) connections: usize,
    pub(crate) hostile: usize,
    pub(crate) asking: usize,
    pub(crate) seconds: u64,
}

const EACH: Duration = Duration::from_secs(1);
const LATE: Duration = Duration::from_secs(1);
const A_LINE: Duration = Duration::from_secs(10);
/// How much more the server may have in memory once the attackers have gone than
/// it had before they came, and for each of them that there were at once: tables
/// keep their room.
const GROWTH: f64 = 1.05;
const KIB_AN_ATTACKER: u64 = 8;
/// How long it may take to let go of them.
const PATIENCE: Duration = Duration::from_secs(30);

/// Holds the connections; whether everything was well.
pub(crate) fn run(plan: &Plan) -> ExitCode {
    let mut served = Served::start("alone");
    let at_first = Held::by(&served);
    let shared = Shared::default();
    let attacks = attacks::all();
    let mut well = Vec::new();
    let idle = plan.connections.saturating_sub(plan.hostile + plan.asking);
    thread::scope(|scope| {
        scope.spawn(|| crowd::idle(&served, idle, &shared));
        let begun = Instant::now();
        while shared.idle.load(Ordering::Relaxed) < idle {
            thread::sleep(Duration::from_millis(10));
        }
        let mut friends = friends(&served, plan.asking);
        println!(
            "{} clients came in {:?}",
            idle + plan.asking,
            begun.elapsed()
        );
        let all = at_first.descriptors + idle + plan.asking;
        let before = settled(&served, &mut friends, |now| now.descriptors >= all);
        let before = before.unwrap_or_else(|now| now);
        println!("before the attacks: {before}");
        let raid = crowd::Plan::all(&attacks);
        let (served, shared) = (&served, &shared);
        scope.spawn(move || crowd::raid(served, plan.hostile, &raid, shared));
        well = hold(plan, served, &mut friends, shared);
        shared.peace.store(true, Ordering::Relaxed);
        well.extend(attackers_left(served, plan.hostile, &mut friends, &before));
        shared.over.store(true, Ordering::Relaxed);
    });
    if !served.is_running() {
        well.push("the server has ended".to_owned());
    }
    well.extend(everybody_left(&served, &at_first));
    for problem in &well {
        println!("NOT WELL: {problem}");
    }
    match well.is_empty() {
        true => {
            println!("all is well");
            ExitCode::SUCCESS
        }
        false => ExitCode::FAILURE,
    }
}

/// Clients that ask, and when they do so next.
type Friends = [(Friend, Instant)];

/// Clients on each wire in turn.
fn friends(served: &Served, count: usize) -> Vec<(Friend, Instant)> {
    let begun = Instant::now();
    (0..count)
        .map(|number| {
            let wire = Wire::ALL[number % Wire::ALL.len()];
            let friend = Friend::connect(&served.url(wire, number)).unwrap();
            // They don't all ask at once.
            (friend, begun + EACH * number as u32 / count as u32)
        })
        .collect()
}

/// Has everybody asked and attacked for so long; what was not well.
fn hold(plan: &Plan, served: &Served, friends: &mut Friends, shared: &Shared) -> Vec<String> {
    println!(
        "{:>7} {:>11} {:>7} {:>8} {:>8} {:>8} {:>11} {:>8} {:>5} {:>9} {:>9}",
        "seconds",
        "connections",
        "hostile",
        "attacks",
        "KiB",
        "of KiB",
        "descriptors",
        "answers",
        "late",
        "median ms",
        "99 % ms"
    );
    let begun = Instant::now();
    let until = begun + Duration::from_secs(plan.seconds);
    let mut next_line = begun + A_LINE;
    let mut trips = Trips::default();
    while Instant::now() < until {
        for (friend, next) in friends.iter_mut() {
            if let Some(trip) = friend.turn(Duration::ZERO).unwrap() {
                trips.add(trip);
            }
            if Instant::now() >= *next && friend.waits().is_none() {
                *next = Instant::now() + EACH;
                friend.ask().unwrap();
            }
        }
        thread::sleep(Duration::from_millis(1));
        if Instant::now() >= next_line {
            next_line += A_LINE;
            let mut trips = std::mem::take(&mut trips);
            let held = Held::by(served);
            let hostile = shared.hostile.load(Ordering::Relaxed);
            let idle = shared.idle.load(Ordering::Relaxed);
            println!(
                "{:>7} {:>11} {:>7} {:>8} {:>8} {:>8} {:>11} {:>8} {:>5} {:>9} {:>9}",
                begun.elapsed().as_secs(),
                idle + friends.len() + hostile,
                hostile,
                shared.attacks.load(Ordering::Relaxed),
                held.kib,
                held.resident_kib,
                held.descriptors,
                trips.count(),
                trips.over(LATE),
                in_ms(trips.of_a_thousand(500)),
                in_ms(trips.of_a_thousand(990)),
            );
        }
    }
    // The last questions still have to be answered.
    let patience = Instant::now() + Duration::from_secs(10);
    while friends.iter().any(|(friend, _)| friend.waits().is_some()) && Instant::now() < patience {
        for (friend, _) in friends.iter_mut() {
            friend.turn(Duration::ZERO).unwrap();
        }
        thread::sleep(Duration::from_millis(1));
    }
    let mut problems: Vec<String> = friends
        .iter()
        .filter_map(|(friend, _)| match friend.waits() {
            Some(waits) => Some(format!("no answer for {waits:?}")),
            None => friend.trouble(),
        })
        .collect();
    let lost = shared.lost.load(Ordering::Relaxed);
    if lost > 0 {
        problems.push(format!("{lost} idle clients were lost"));
    }
    problems
}

/// What the server holds at some time.
struct Held {
    /// What it has allocated and not given back.
    kib: u64,
    descriptors: usize,
    /// How much memory the system has given it for that.
    resident_kib: u64,
}

impl Held {
    fn by(served: &Served) -> Self {
        Self {
            kib: served.in_use(),
            descriptors: served.descriptors().unwrap_or(0),
            resident_kib: served.memory().unwrap_or(0),
        }
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} KiB in use of {}, {} descriptors",
            self.kib, self.resident_kib, self.descriptors
        )
    }
}

/// Once the attackers have left, whether the server has let go of all that it
/// had for them, while it holds the others.
fn attackers_left(
    served: &Served,
    hostile: usize,
    friends: &mut Friends,
    before: &Held,
) -> Option<String> {
    let tables = KIB_AN_ATTACKER * hostile as u64;
    let most = (before.kib as f64 * GROWTH) as u64 + tables;
    let now = settled(served, friends, |now| {
        now.kib <= most && now.descriptors <= before.descriptors
    });
    println!(
        "the attackers left: {}",
        now.as_ref().unwrap_or_else(|now| now)
    );
    now.err()
        .map(|now| format!("the attackers left {now}; before there were {before}"))
}

/// Once everybody has left, whether the server has let go of everything.
fn everybody_left(served: &Served, at_first: &Held) -> Option<String> {
    // The queue of events and what wakes it are made for the first client.
    let now = settled(served, &mut [], |now| {
        now.descriptors <= at_first.descriptors + 2
    });
    println!("everybody left: {}", now.as_ref().unwrap_or_else(|now| now));
    now.err()
        .map(|now| format!("everybody left {now}; at first there were {at_first}"))
}

/// What the server holds once it is `well`, or if that takes too long.
fn settled(
    served: &Served,
    friends: &mut Friends,
    well: impl Fn(&Held) -> bool,
) -> Result<Held, Held> {
    let until = Instant::now() + PATIENCE;
    loop {
        for (friend, _) in friends.iter_mut() {
            friend.turn(Duration::ZERO).unwrap();
            // They play on: what a server reads into shrinks as it is used.
            friend.ask().unwrap();
        }
        let now = Held::by(served);
        if well(&now) {
            return Ok(now);
        }
        if Instant::now() > until {
            return Err(now);
        }
        thread::sleep(Duration::from_millis(100));
    }
}
