//! Thousands of connections that are held, with attackers among them.

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
/// How much more memory the server may have at the end than a little before.
const GROWTH: f64 = 1.05;

/// Holds the connections; whether everything was well.
pub(crate) fn run(plan: &Plan) -> ExitCode {
    let mut served = Served::start("alone");
    let at_first = served.descriptors();
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
        let raid = crowd::Plan::all(&attacks);
        let (served, shared) = (&served, &shared);
        scope.spawn(move || crowd::raid(served, plan.hostile, &raid, shared));
        well = hold(plan, served, &mut friends, shared);
        shared.over.store(true, Ordering::Relaxed);
    });
    if !served.is_running() {
        well.push("the server has ended".to_owned());
    }
    well.extend(everybody_left(&served, at_first));
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

/// Clients that ask, on each wire in turn.
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
fn hold(
    plan: &Plan,
    served: &Served,
    friends: &mut [(Friend, Instant)],
    shared: &Shared,
) -> Vec<String> {
    println!(
        "{:>7} {:>11} {:>7} {:>8} {:>8} {:>11} {:>8} {:>5} {:>9} {:>9}",
        "seconds",
        "connections",
        "hostile",
        "attacks",
        "KiB",
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
    let mut memory = Vec::new();
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
            let kib = served.memory().unwrap_or(0);
            memory.push((begun.elapsed(), kib));
            let mut trips = std::mem::take(&mut trips);
            let hostile = shared.hostile.load(Ordering::Relaxed);
            let idle = shared.idle.load(Ordering::Relaxed);
            println!(
                "{:>7} {:>11} {:>7} {:>8} {:>8} {:>11} {:>8} {:>5} {:>9} {:>9}",
                begun.elapsed().as_secs(),
                idle + friends.len() + hostile,
                hostile,
                shared.attacks.load(Ordering::Relaxed),
                kib,
                served.descriptors().unwrap_or(0),
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
    problems.extend(growth(&memory, Duration::from_secs(plan.seconds)));
    problems
}

/// Whether the memory grew between the third and the last quarter of the time:
/// the least of each, since attackers take some and give it back.
fn growth(memory: &[(Duration, u64)], time: Duration) -> Option<String> {
    let least = |from: Duration, to: Duration| {
        let figures = memory.iter().filter(|(at, _)| *at > from && *at <= to);
        figures.map(|(_, kib)| *kib).min()
    };
    let third = least(time / 2, time * 3 / 4)?;
    let last = least(time * 3 / 4, Duration::MAX)?;
    let grew = last as f64 > third as f64 * GROWTH;
    grew.then(|| format!("the memory grew from {third} to {last} KiB at the least"))
}

/// Once everybody has left, whether the server has let go of everything.
fn everybody_left(served: &Served, at_first: Option<usize>) -> Option<String> {
    let at_first = at_first?;
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let now = served.descriptors()?;
        // The queue of events and what wakes it are made for the first client.
        if now <= at_first + 2 {
            println!(
                "everybody left: {now} descriptors (at first {at_first}), {} KiB",
                served.memory().unwrap_or(0)
            );
            return None;
        }
        if Instant::now() > until {
            return Some(format!(
                "{now} descriptors are left, at first there were {at_first}"
            ));
        }
        thread::sleep(Duration::from_millis(50));
    }
}
