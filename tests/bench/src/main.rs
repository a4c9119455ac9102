//! What podsix costs, beside its peers. README.md tells how to run it and how to read it.

mod bytes;
mod clock;
mod codec;
mod compare;
mod counts;
mod dispatch;
mod growth;
mod machine;
mod peer;
mod peers;
mod plan;
mod play;
mod plot;
mod run;
mod serve;
mod stats;
mod suite;

use peer::Result;
use plan::Plan;

const MINUTES: u32 = 5;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    clock::allow_many_files();
    let Some((role, rest)) = args.split_first() else {
        return run_all(&["all".to_owned()]);
    };
    match (role.as_str(), rest) {
        ("serve", [peer, plan @ ..]) => {
            clock::pin(0);
            clock::end_after_minutes(MINUTES);
            let serve = peers::find(peer)?.serve;
            serve(&Plan::from_args(plan)?)
        }
        ("play", [peer, plan @ .., address]) => {
            clock::pin(1);
            clock::end_after_minutes(MINUTES);
            let play = peers::find(peer)?.play;
            play(&Plan::from_args(plan)?, address)
        }
        ("dispatch-one", [who, actions]) => dispatch::one(who, actions),
        _ => run_all(&args),
    }
}

type Part = (&'static str, fn(usize) -> Result<()>);

/// What can be asked for, in the order in which it is run.
const PARTS: [Part; 10] = [
    ("bytes", |_| bytes::run()),
    ("dispatch", |_| dispatch::run()),
    ("counts", |_| counts::run()),
    ("codec", codec::run),
    ("flood", suite::flood),
    ("rtt", suite::round_trips),
    ("echo", suite::echo),
    ("broadcast", suite::broadcast),
    ("idle", suite::idle),
    ("growth", growth::run),
];

fn run_all(args: &[String]) -> Result<()> {
    let mut repetitions = 15;
    let mut wanted = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--repetitions" => repetitions = args.next().ok_or("how many?")?.parse()?,
            "all" => wanted.extend(PARTS.map(|(name, _)| name)),
            name => {
                let part = PARTS.iter().find(|(part, _)| *part == name);
                let (name, _) = part.ok_or_else(|| format!("`{name}` is not in README.md"))?;
                wanted.push(name);
            }
        }
    }
    println!("{}", machine::describe(repetitions));
    for (name, part) in PARTS {
        if wanted.contains(&name) {
            eprintln!("{name} …");
            part(repetitions)?;
        }
    }
    Ok(())
}
