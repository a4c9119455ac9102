//! What podsix costs, beside its peers. README.md tells how to run it and how to read it.

mod clock;
mod codec;
mod counts;
mod dispatch;
mod peer;
mod peers;
mod run;
mod stats;
mod workload;

use peer::Result;
use workload::Plan;

const RUST_PEERS: [&str; 3] = ["mio", "podsix", "tokio"];
const PUMPED_PEERS: [&str; 2] = ["mio", "podsix"];

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    clock::allow_many_files();
    match args.split_first() {
        Some((role, rest)) if role == "serve" => {
            clock::pin(0);
            let (peer, plan) = rest.split_first().ok_or("no peer")?;
            workload::serve(peer, &Plan::from_args(plan)?)
        }
        Some((role, rest)) if role == "play" => {
            clock::pin(1);
            let (peer, plan) = rest.split_first().ok_or("no peer")?;
            let (address, plan) = plan.split_last().ok_or("no address")?;
            workload::play(peer, &Plan::from_args(plan)?, address)
        }
        Some((role, rest)) if role == "dispatch-one" => match rest {
            [who, actions] => dispatch::one(who, actions),
            _ => Err("who, and how many actions?".into()),
        },
        _ => run_all(&args),
    }
}

fn run_all(args: &[String]) -> Result<()> {
    let mut repetitions = 15;
    let mut wanted = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--repetitions" => repetitions = args.next().ok_or("how many?")?.parse()?,
            name => wanted.push(name.to_owned()),
        }
    }
    let is_wanted = |name: &str| {
        wanted
            .iter()
            .any(|wanted| wanted == name || wanted == "all")
    };
    if is_wanted("codec") {
        codec::run(repetitions)?;
    }
    if is_wanted("dispatch") {
        dispatch::run()?;
    }
    if is_wanted("counts") {
        let peers = [
            "mio",
            "podsix",
            "podsix rencode",
            "podsix json",
            "podsix ws",
            "tokio",
        ];
        counts::run(
            "flood, 100 a tick",
            &peers,
            &plan("flood", 100_000, 100, 1, true),
        )?;
    }
    if is_wanted("flood") {
        for batch in [1, 10, 100, 1000] {
            let total = (batch * 100_000).clamp(400_000, 4_000_000);
            let plan = plan("flood", total, batch, 1, true);
            compare(
                &format!("flood, {batch} a tick"),
                &RUST_PEERS,
                &plan,
                repetitions,
            );
        }
    }
    if is_wanted("rtt") {
        compare(
            "round trip, blocking",
            &RUST_PEERS,
            &plan("rtt", 20_000, 1, 1, true),
            repetitions,
        );
        compare(
            "round trip, busy",
            &PUMPED_PEERS,
            &plan("rtt", 50_000, 1, 1, false),
            repetitions,
        );
    }
    if is_wanted("echo") {
        compare(
            "echo, 64 clients, 10 a tick",
            &RUST_PEERS,
            &plan("echo", 192_000, 10, 64, true),
            repetitions,
        );
    }
    if is_wanted("broadcast") {
        for (clients, batch, ticks) in [(100, 1, 300), (100, 8, 300), (1000, 1, 50), (1000, 8, 50)]
        {
            let title = format!("broadcast to {clients}, {batch} a tick");
            compare(
                &title,
                &PUMPED_PEERS,
                &plan("broadcast", ticks, batch, clients, true),
                repetitions,
            );
        }
    }
    if is_wanted("idle") {
        for clients in [1000, 5000, 10_000] {
            let title = format!("{clients} idle");
            compare(
                &title,
                &PUMPED_PEERS,
                &plan("idle", 20_000, 10, clients, true),
                repetitions,
            );
        }
    }
    Ok(())
}

fn plan(workload: &str, total: u64, batch: u64, clients: u64, block: bool) -> Plan {
    Plan {
        workload: workload.to_owned(),
        total,
        batch,
        clients,
        block,
    }
}

fn compare(title: &str, peers: &[&str], plan: &Plan, repetitions: usize) {
    let figures = run::interleaved(peers, plan, repetitions);
    println!("{}", run::show(title, peers, &figures));
}
