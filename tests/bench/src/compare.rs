//! Runs a plan with some peers, and shows their figures beside each other.

use crate::peer::{Peer, Result};
use crate::peers;
use crate::plan::Plan;
use crate::run::{Figures, interleaved};
use crate::stats::{Summary, table};

/// A figure that a role reports: its name, the head of its column, whether more is better.
pub struct Figure(&'static str, &'static str, bool);

pub const MESSAGES_S: Figure = Figure("messages_s", "messages/s", true);
pub const CPU_NS: Figure = Figure("cpu_ns", "server CPU ns", false);
pub const P50_US: Figure = Figure("p50_us", "p50 µs", false);
pub const P99_US: Figure = Figure("p99_us", "p99 µs", false);
pub const PUMP_NS: Figure = Figure("pump_ns", "pump ns", false);
pub const PUMP_RATIO: Figure = Figure("pump_ratio", "÷ bare `epoll_wait`", false);
pub const BYTES: Figure = Figure("bytes", "bytes a connection", false);
pub const BYTES_AFTER: Figure = Figure("bytes_after", "bytes after traffic", false);

/// A peer and what it measured.
pub struct Row {
    pub peer: &'static Peer,
    pub plan: Plan,
    pub figures: Figures,
}

impl Row {
    fn get(&self, figure: &Figure) -> Option<&[f64]> {
        let Figure(name, ..) = figure;
        self.figures.get(*name).map(Vec::as_slice)
    }
}

/// Runs the plans with all of these peers that can do them, one after the other.
pub fn measure(plans: &[Plan], names: &[&str], repetitions: usize) -> Result<Vec<Row>> {
    let mut runs = Vec::new();
    for plan in plans {
        for name in names {
            let peer = peers::find(name)?;
            if let Some(plan) = peer.plan(plan) {
                runs.push((peer, plan));
            }
        }
    }
    let figures = interleaved(&runs, repetitions);
    let rows = runs.into_iter().zip(figures);
    Ok(rows
        .map(|((peer, plan), figures)| Row {
            peer,
            plan,
            figures,
        })
        .collect())
}

/// A row for each peer. Each figure of `compared` has its ratio to the first peer's, and by
/// how much podsix is ahead of a peer on a like wire; those of `plain` stand alone.
pub fn show(title: &str, rows: &[&Row], compared: &[Figure], plain: &[Figure]) {
    let Some(first) = rows.first() else { return };
    let mut head = vec!["peer".to_owned()];
    for Figure(_, name, _) in compared {
        head.push((*name).to_owned());
        head.push(format!("÷ {}", first.peer.name));
        head.push("podsix ahead".to_owned());
    }
    head.extend(plain.iter().map(|Figure(_, name, _)| (*name).to_owned()));
    let lines = rows.iter().map(|row| {
        let mut line = vec![row.peer.name.to_owned()];
        for figure in compared {
            line.push(median(row, figure));
            line.push(ratio(row.get(figure), first.get(figure)));
            line.push(ahead(row, rows, figure));
        }
        line.extend(plain.iter().map(|figure| median(row, figure)));
        line
    });
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    println!("{}", table(title, &head, &lines.collect::<Vec<_>>()));
}

fn median(row: &Row, figure: &Figure) -> String {
    let values = row.get(figure).unwrap_or_default();
    Summary::of(values).to_string()
}

fn ratio(values: Option<&[f64]>, base: Option<&[f64]>) -> String {
    Summary::of_ratios(values.unwrap_or_default(), base.unwrap_or_default()).to_string()
}

/// How many times better than this peer is the podsix that is most like it.
fn ahead(row: &Row, rows: &[&Row], figure: &Figure) -> String {
    let is_rival = |other: &&&Row| Some(other.peer.name) == row.peer.rival;
    let Some(rival) = rows.iter().find(is_rival) else {
        return "–".to_owned();
    };
    let Figure(_, _, more_is_better) = figure;
    match more_is_better {
        true => ratio(rival.get(figure), row.get(figure)),
        false => ratio(row.get(figure), rival.get(figure)),
    }
}
