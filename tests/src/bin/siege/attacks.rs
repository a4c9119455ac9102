//! What a client that means well notices of each attack.

use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use podsix_tests::attacks::{self, Attack, Friend, Wire};

use crate::crowd::{self, Plan, Shared};
use crate::figures::{Trips, in_ms};
use crate::server::Served;

/// How many attack at once.
const ATTACKERS: usize = 8;
/// What the median should not be above.
const AIM: Duration = Duration::from_millis(50);

/// Prints a table of round trips beside each attack on each wire.
pub(crate) fn run(seconds: u64, only: &str) -> ExitCode {
    print!("{:36}", "median / 99 % in ms");
    for wire in Wire::ALL {
        print!(" {:>18}", wire.scheme());
    }
    println!();
    let mut slow = 0;
    for attack in attacks::all() {
        if !attack.name.contains(only) {
            continue;
        }
        print!("{:36}", attack.name);
        for wire in Wire::ALL {
            if !attack.wires.contains(wire) {
                print!(" {:>18}", "-");
                continue;
            }
            let mut trips = beside(&attack, *wire, Duration::from_secs(seconds));
            let median = trips.of_a_thousand(500);
            slow += usize::from(median > AIM || trips.count() == 0);
            let figures = format!("{} / {}", in_ms(median), in_ms(trips.of_a_thousand(990)));
            print!(" {figures:>18}");
        }
        println!();
    }
    println!("medians above {AIM:?}: {slow}");
    match slow {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// The round trips of a client on the native wire.
fn beside(attack: &Attack, wire: Wire, time: Duration) -> Trips {
    let served = Served::start("everybody");
    let shared = Shared::default();
    let mut trips = Trips::default();
    let mut friend = Friend::connect(&served.url(Wire::Native, 0)).unwrap();
    thread::scope(|scope| {
        let plan = Plan {
            attacks: std::slice::from_ref(attack),
            wire: Some(wire),
            away: Duration::ZERO,
        };
        let (served, shared) = (&served, &shared);
        scope.spawn(move || {
            crowd::raid(served, ATTACKERS.max(attack.at_once.min(64)), &plan, shared);
        });
        let until = Instant::now() + time;
        while Instant::now() < until {
            if let Some(trip) = friend.turn(Duration::from_millis(1)).unwrap() {
                trips.add(trip);
                thread::sleep(Duration::from_millis(1));
            }
            friend.ask().unwrap();
        }
        if let Some(waits) = friend.waits() {
            trips.add(waits);
        }
        shared.over.store(true, Ordering::Relaxed);
    });
    if let Some(trouble) = friend.trouble() {
        println!("NOT WELL: {trouble}");
    }
    trips
}
