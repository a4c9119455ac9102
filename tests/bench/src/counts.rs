//! Instructions and system calls of the server, a message: figures that repeat on any
//! machine. Each is the difference of a long and a short run, so that starting up is not
//! in it.

use std::fs::read_to_string;

use crate::peer::Result;
use crate::peers;
use crate::plan::{Plan, Workload};
use crate::run::{Watch, once};
use crate::stats::{short, table};

const PEERS: [&str; 8] = [
    "mio",
    "podsix",
    "podsix rencode",
    "podsix json",
    "podsix ws",
    "tungstenite",
    "tungstenite json",
    "tokio",
];

pub fn run() -> Result<()> {
    let flood = Plan::new(Workload::Flood, 60_000, 100, 1);
    table_of("flood, 100 a tick", &flood)?;
    let round_trip = Plan::new(Workload::RoundTrip, 1000, 1, 1);
    table_of("round trip, blocking", &round_trip)?;
    let echo = Plan::new(Workload::Echo, 12_800, 10, 64);
    table_of("echo, 64 clients, 10 a tick", &echo)?;
    for batch in [1, 8] {
        let broadcast = Plan::new(Workload::Broadcast, 20, batch, 100);
        table_of(&format!("broadcast to 100, {batch} a tick"), &broadcast)?;
    }
    Ok(())
}

fn table_of(title: &str, plan: &Plan) -> Result<()> {
    let mut rows = Vec::new();
    for name in PEERS {
        let Some(plan) = peers::find(name)?.plan(plan) else {
            continue;
        };
        let instructions = each(name, &plan, instructions)?;
        let calls = each(name, &plan, system_calls)?;
        rows.push(vec![
            name.to_owned(),
            short(instructions),
            format!("{calls:.4}"),
        ]);
    }
    let title = format!("{title}: the server, a message");
    let head = ["peer", "instructions", "system calls"];
    println!("{}", table(&title, &head, &rows));
    Ok(())
}

fn each(peer: &str, plan: &Plan, count: fn(&str, &Plan) -> Result<f64>) -> Result<f64> {
    let longer = Plan {
        total: 2 * plan.total,
        ..plan.clone()
    };
    let messages = plan.total * plan.copies();
    Ok((count(peer, &longer)? - count(peer, plan)?) / messages as f64)
}

fn file(name: &str) -> String {
    let name = format!("podsix-bench-{}-{name}", std::process::id());
    std::env::temp_dir().join(name).display().to_string()
}

fn run_under(wrapper: &str, peer: &str, plan: &Plan) -> Result<()> {
    let watch = Watch {
        wrapper: wrapper.split(' ').map(str::to_owned).collect(),
        relay: None,
    };
    once(peer, plan, &watch)?;
    Ok(())
}

fn instructions(peer: &str, plan: &Plan) -> Result<f64> {
    let out = file("callgrind");
    let callgrind = "valgrind -q --tool=callgrind --callgrind-out-file";
    run_under(&format!("{callgrind}={out}"), peer, plan)?;
    let text = read_to_string(&out)?;
    std::fs::remove_file(&out)?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    Ok(total.ok_or("callgrind counted nothing")?.trim().parse()?)
}

fn system_calls(peer: &str, plan: &Plan) -> Result<f64> {
    let out = file("strace");
    run_under(&format!("strace -f -c -o {out}"), peer, plan)?;
    let text = read_to_string(&out)?;
    std::fs::remove_file(&out)?;
    let total = text.lines().find(|line| line.ends_with(" total"));
    let calls = total.and_then(|line| line.split_whitespace().nth(3));
    Ok(calls.ok_or("strace counted nothing")?.parse()?)
}
