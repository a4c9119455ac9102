//! Runs both roles of a workload as processes, all peers in turn, repetition by repetition.

use std::collections::BTreeMap;
use std::env::current_exe;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::peer::Result;
use crate::stats::{Summary, table};
use crate::workload::Plan;

/// One figure in each repetition.
pub type Figures = BTreeMap<String, Vec<f64>>;

/// A process, ended when it is dropped.
struct Role(Child);

impl Drop for Role {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Role {
    /// Starts a role under `wrapper`, which may be nothing.
    fn start(wrapper: &[String], peer: &str, role: &str, args: &[String]) -> Result<Self> {
        let mut words = wrapper.to_vec();
        words.push(current_exe()?.display().to_string());
        words.extend([role.to_owned(), peer.to_owned()]);
        words.extend_from_slice(args);
        let child = Command::new(&words[0])
            .args(&words[1..])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        Ok(Self(child))
    }

    /// Reads its output up to a line that begins with `word`; the rest of that line.
    fn expect(&mut self, word: &str, output: &mut impl BufRead) -> Result<String> {
        let mut line = String::new();
        while output.read_line(&mut line)? > 0 {
            if let Some(rest) = line.strip_prefix(word) {
                return Ok(rest.trim().to_owned());
            }
            line.clear();
        }
        Err(format!("it ended before it said `{word}`: {:?}", self.0.wait()?).into())
    }
}

/// The interpreter that has PodSixNet, if the user told one.
pub fn python() -> Option<String> {
    std::env::var("PODSIX_PYTHON").ok()
}

/// As many as a process has files for, where each has a poller of its own.
const CLIENTS_A_PROCESS: u64 = 2500;

/// Runs `plan` once; what both ends measured.
pub fn once(peer: &str, plan: &Plan, wrapper: &[String]) -> Result<BTreeMap<String, f64>> {
    let mut server = Role::start(wrapper, peer, "serve", &plan.to_args())?;
    let output = server.0.stdout.take().ok_or("it has no output")?;
    let mut output = BufReader::new(output);
    let address = server.expect("listening", &mut output)?;

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
    let mut words = server.expect("result", &mut output)?;
    if plan.workload == "rtt" {
        let client = &mut clients[0];
        let output = client.0.stdout.take().ok_or("it has no output")?;
        words += " ";
        words += &client.expect("result", &mut BufReader::new(output))?;
    }
    drop(clients);
    // By itself, so that what watches it can write down what it saw.
    drop(server.0.stdin.take());
    server.0.wait()?;

    let figures = words.split_whitespace().map(|word| {
        let (name, figure) = word.split_once('=').ok_or("not a figure")?;
        Ok((name.to_owned(), figure.parse()?))
    });
    figures.collect()
}

/// Runs `plan` for all peers in turn, again and again.
pub fn interleaved(peers: &[&str], plan: &Plan, repetitions: usize) -> Vec<Figures> {
    let mut all = vec![Figures::new(); peers.len()];
    for repetition in 0..repetitions {
        // Whoever goes first has no other advantage each time.
        for step in 0..peers.len() {
            let index = (step + repetition) % peers.len();
            let measured = once(peers[index], plan, &[]).unwrap_or_else(|error| {
                eprintln!("{}: {error}", peers[index]);
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

/// A table with one row a peer: each figure, and its ratio to the first peer's.
pub fn show(title: &str, peers: &[&str], figures: &[Figures]) -> String {
    let Some(first) = figures.first() else {
        return String::new();
    };
    let names: Vec<&str> = first.keys().map(String::as_str).collect();
    let mut head = vec!["peer".to_owned()];
    for name in &names {
        head.push((*name).to_owned());
        head.push(format!("÷ {}", peers[0]));
    }
    let rows = peers.iter().zip(figures).map(|(peer, figures)| {
        let mut row = vec![(*peer).to_owned()];
        for name in &names {
            match (figures.get(*name), first.get(*name)) {
                (Some(values), Some(base)) => {
                    row.push(Summary::of(values).to_string());
                    row.push(Summary::of_ratios(values, base).to_string());
                }
                _ => row.extend(["–".to_owned(), "–".to_owned()]),
            }
        }
        row
    });
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    table(title, &head, &rows.collect::<Vec<_>>())
}
