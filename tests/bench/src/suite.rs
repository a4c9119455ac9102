//! The comparisons that take time, and are printed as tables.

use crate::compare::{
    BYTES, BYTES_AFTER, CPU_NS, Figure, MESSAGES_S, P50_US, P99_US, PUMP_NS, PUMP_RATIO, Row,
    measure, show,
};
use crate::peer::Result;
use crate::plan::{Plan, Workload};
use crate::run::python;
use crate::stats::{Summary, table};

const WIRES: [&str; 9] = [
    "mio",
    "podsix",
    "podsix rencode",
    "podsix ws",
    "tungstenite",
    "tungstenite json",
    "tokio",
    "message-io",
    "PodSixNet",
];
const FLOODERS: [&str; 4] = ["mio", "podsix", "tungstenite", "tokio"];
const IDLERS: [&str; 4] = ["mio", "podsix", "podsix ws", "tungstenite"];

/// Without the one that this machine does not have.
fn here(names: &[&'static str]) -> Vec<&'static str> {
    let names = names.iter().copied();
    names
        .filter(|name| *name != "PodSixNet" || python().is_some())
        .collect()
}

fn compare(
    title: &str,
    plan: Plan,
    names: &[&'static str],
    repetitions: usize,
    compared: &[Figure],
    plain: &[Figure],
) -> Result<()> {
    let rows = measure(&[plan], &here(names), repetitions)?;
    show(title, &rows.iter().collect::<Vec<_>>(), compared, plain);
    Ok(())
}

pub fn flood(repetitions: usize) -> Result<()> {
    for (batch, total) in [
        (1, 400_000),
        (10, 1_000_000),
        (100, 3_000_000),
        (1000, 3_000_000),
    ] {
        let names: &[&str] = if batch == 100 { &WIRES } else { &FLOODERS };
        compare(
            &format!("flood, {batch} a tick"),
            Plan::new(Workload::Flood, total, batch, 1),
            names,
            repetitions,
            &[MESSAGES_S, CPU_NS],
            &[],
        )?;
    }
    Ok(())
}

pub fn round_trips(repetitions: usize) -> Result<()> {
    compare(
        "round trip, blocking",
        Plan::new(Workload::RoundTrip, 8000, 1, 1),
        &WIRES,
        repetitions,
        &[P50_US, P99_US],
        &[CPU_NS],
    )?;
    compare(
        "round trip, busy",
        Plan::new(Workload::BusyRoundTrip, 30_000, 1, 1),
        &WIRES,
        repetitions,
        &[P50_US, P99_US],
        &[],
    )
}

pub fn echo(repetitions: usize) -> Result<()> {
    compare(
        "echo, 64 clients, 10 a tick",
        Plan::new(Workload::Echo, 192_000, 10, 64),
        &WIRES,
        repetitions,
        &[MESSAGES_S, CPU_NS],
        &[],
    )
}

pub fn broadcast(repetitions: usize) -> Result<()> {
    for (clients, ticks) in [(100, 200), (1000, 40)] {
        let plan = |batch| Plan::new(Workload::Broadcast, ticks, batch, clients);
        let rows = measure(&[plan(1), plan(8)], &here(&WIRES), repetitions)?;
        let of = |batch| rows.iter().filter(move |row| row.plan.batch == batch);
        for batch in [1, 8] {
            let title = format!("broadcast to {clients}, {batch} a tick");
            let rows: Vec<&Row> = of(batch).collect();
            show(&title, &rows, &[CPU_NS, MESSAGES_S], &[]);
        }
        let lines = of(1).zip(of(8)).map(|(one, eight)| {
            let cpu = |row: &Row| row.figures.get("cpu_ns").cloned().unwrap_or_default();
            let ratio = Summary::of_ratios(&cpu(eight), &cpu(one));
            let Summary { median, low, high } = ratio;
            let tick = Summary {
                median: 8.0 * median,
                low: 8.0 * low,
                high: 8.0 * high,
            };
            vec![one.peer.name.to_owned(), tick.to_string()]
        });
        let title = format!("CPU of a tick of 8 to {clients} clients ÷ that of a tick of one");
        let lines: Vec<_> = lines.collect();
        println!("{}", table(&title, &["peer", "ratio"], &lines));
    }
    Ok(())
}

pub fn idle(repetitions: usize) -> Result<()> {
    for clients in [1000, 5000, 10_000] {
        // PodSixNet's `select` ends at 1,024, and 10,000 of tungstenite's need 3 GB.
        let mut names = IDLERS.to_vec();
        match clients {
            1000 => names.push("PodSixNet"),
            5000 => {}
            _ => names.retain(|name| *name != "tungstenite"),
        }
        compare(
            &format!("{clients} idle"),
            Plan::new(Workload::Idle, 20_000, 10, clients),
            &names,
            repetitions,
            &[],
            &[PUMP_NS, PUMP_RATIO, BYTES, BYTES_AFTER],
        )?;
    }
    Ok(())
}
