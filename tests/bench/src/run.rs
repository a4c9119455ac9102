//! Runs both roles of a plan as processes, all peers in turn, repetition by repetition.

use std::collections::BTreeMap;
use std::env::current_exe;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::peer::{Peer, Result};
use crate::plan::{Plan, Workload};

/// One figure in each repetition, by its name.
pub type Figures = BTreeMap<String, Vec<f64>>;

/// A process, ended when it is dropped.
struct Role {
    process: Child,
    output: BufReader<ChildStdout>,
}

impl Drop for Role {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Role {
    /// Starts a role under `wrapper`, which may be nothing.
    fn start(wrapper: &[String], peer: &str, role: &str, args: &[String]) -> Result<Self> {
        let mut words = wrapper.to_vec();
        words.push(current_exe()?.display().to_string());
        words.extend([role.to_owned(), peer.to_owned()]);
        words.extend_from_slice(args);
        let mut process = Command::new(&words[0])
            .args(&words[1..])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().ok_or("it has no output")?;
        let output = BufReader::new(output);
        Ok(Self { process, output })
    }

    /// Reads its output up to a line that begins with `word`; the rest of that line.
    fn expect(&mut self, word: &str) -> Result<String> {
        let mut line = String::new();
        while self.output.read_line(&mut line)? > 0 {
            if let Some(rest) = line.strip_prefix(word) {
                return Ok(rest.trim().to_owned());
            }
            line.clear();
        }
        let status = self.process.wait()?;
        Err(format!("it ended before it said `{word}`: {status}").into())
    }
}

/// The interpreter that has PodSixNet, if the user told one.
pub fn python() -> Option<String> {
    std::env::var("PODSIX_PYTHON").ok()
}

/// As many as a process has files for, where each has a poller of its own.
const CLIENTS_A_PROCESS: u64 = 2500;

type Relay<'a> = dyn Fn(&str) -> Result<String> + 'a;

/// How the server of a run is watched.
#[derive(Default)]
pub struct Watch<'a> {
    /// A program and its arguments, which run the server.
    pub wrapper: Vec<String>,
    /// Something between: it is told the server's address, and tells the clients' own.
    pub relay: Option<&'a Relay<'a>>,
}

/// Runs `plan` once; what both ends measured.
pub fn once(peer: &str, plan: &Plan, watch: &Watch<'_>) -> Result<BTreeMap<String, f64>> {
    let mut server = Role::start(&watch.wrapper, peer, "serve", &plan.to_args())?;
    let mut address = server.expect("listening")?;
    if let Some(relay) = watch.relay {
        address = relay(&address)?;
    }
    let mut clients = Vec::new();
    let mut left = plan.clients;
    while left > 0 {
        let part = left.min(CLIENTS_A_PROCESS);
        left -= part;
        let mut args = Plan {
            clients: part,
            ..plan.clone()
        }
        .to_args();
        args.push(address.clone());
        clients.push(Role::start(&[], peer, "play", &args)?);
    }
    for client in &mut clients {
        client.expect("ready")?;
    }
    for client in &mut clients {
        let input = client.process.stdin.as_mut().ok_or("it has no input")?;
        input.write_all(b"\n")?;
    }
    let mut words = server.expect("result")?;
    if [Workload::RoundTrip, Workload::BusyRoundTrip].contains(&plan.workload) {
        words += " ";
        words += &clients[0].expect("result")?;
    }
    drop(clients);
    // By itself, so that what watches it can write down what it saw.
    drop(server.process.stdin.take());
    server.process.wait()?;

    let figures = words.split_whitespace().map(|word| {
        let (name, figure) = word.split_once('=').ok_or("not a figure")?;
        Ok((name.to_owned(), figure.parse()?))
    });
    figures.collect()
}

/// Runs all of them in turn, again and again.
pub fn interleaved(runs: &[(&Peer, Plan)], repetitions: usize) -> Vec<Figures> {
    let mut all = vec![Figures::new(); runs.len()];
    for repetition in 0..repetitions {
        // Whoever goes first has no other advantage each time.
        for step in 0..runs.len() {
            let index = (step + repetition) % runs.len();
            let (peer, plan) = &runs[index];
            let measured = once(peer.name, plan, &Watch::default()).unwrap_or_else(|error| {
                eprintln!("{}, {}: {error}", peer.name, plan.workload);
                BTreeMap::new()
            });
            for (name, figure) in measured {
                let figures = all[index].entry(name).or_default();
                figures.resize(repetition, f64::NAN);
                figures.push(figure);
            }
        }
    }
    all
}
