//! A siege: thousands of clients at one server, many of which mean no good, and
//! what those notice who mean well.
//!
//! `cargo run --release -p podsix-tests --bin siege -- hold` and `-- attacks`;
//! `tests/HOSTILE.md` tells what they do. Memory and descriptors of the server are
//! read from `/proc`, so that they are told on Linux alone.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program to be looked at"
)]

mod attacks;
mod crowd;
mod figures;
mod hold;
mod server;

use std::env;
use std::process::ExitCode;
use std::str::FromStr;

const USAGE: &str = "\
siege hold [--connections 10000] [--hostile 1000] [--asking 500] [--seconds 120]
siege attacks [--seconds 1] [--only NAME]";

fn main() -> ExitCode {
    let mut args = env::args().skip(1);
    raise_the_limit();
    match args.next().as_deref() {
        Some("hold") => hold::run(&hold::Plan {
            connections: option("--connections", 10_000),
            hostile: option("--hostile", 1_000),
            asking: option("--asking", 500),
            seconds: option("--seconds", 120),
        }),
        Some("attacks") => attacks::run(option("--seconds", 1), &option("--only", String::new())),
        // What the two start for themselves.
        Some("serve") => {
            server::serve(args.next().as_deref() == Some("everybody"));
            ExitCode::SUCCESS
        }
        _ => {
            println!("{USAGE}");
            ExitCode::FAILURE
        }
    }
}

/// The value of an option.
fn option<T: FromStr>(name: &str, usual: T) -> T {
    let mut args = env::args().skip_while(|arg| arg != name).skip(1);
    args.next()
        .and_then(|value| value.parse().ok())
        .unwrap_or(usual)
}

/// Takes as many descriptors as the system gives without asking.
fn raise_the_limit() {
    #[cfg(unix)]
    {
        use nix::sys::resource::{Resource, getrlimit, setrlimit};
        if let Ok((_, hard)) = getrlimit(Resource::RLIMIT_NOFILE) {
            // What it is without that may be enough.
            let _ = setrlimit(Resource::RLIMIT_NOFILE, hard, hard);
        }
    }
}
