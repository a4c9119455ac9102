//! What a message costs with more clients, and with more actions: written to `results`,
//! as figures and as a plot.

use std::fmt::Write;
use std::path::Path;

use crate::compare::measure;
use crate::dispatch;
use crate::peer::Result;
use crate::plan::{Plan, Workload};
use crate::plot::{Chart, Line, Point, draw};
use crate::stats::{Summary, short, table};

// podsix is the first here and in the other chart, and so has the same colour.
const PEERS: [&str; 4] = ["podsix", "mio", "podsix ws", "tokio"];

pub fn run(repetitions: usize) -> Result<()> {
    let clients = Chart {
        title: "More clients: an echo",
        across: "clients",
        up: "nanoseconds of the server's CPU",
        // A line needs fewer than a table: its points hold each other.
        lines: by_clients(repetitions.div_ceil(3))?,
    };
    let actions = Chart {
        title: "More actions: dispatch and decode",
        across: "actions",
        up: "instructions",
        lines: by_actions()?,
    };
    let charts = [clients, actions];
    for chart in &charts {
        print_table(chart);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("growth.csv"), csv(&charts))?;
    std::fs::write(folder.join("growth.svg"), draw(&charts))?;
    Ok(())
}

fn by_clients(repetitions: usize) -> Result<Vec<Line>> {
    let mut lines = PEERS.map(|name| Line {
        name: name.to_owned(),
        points: Vec::new(),
    });
    for clients in [1, 10, 100, 1000, 10_000] {
        let ticks = (200_000 / (10 * clients)).max(4);
        let plan = Plan::new(Workload::Echo, ticks * 10 * clients, 10, clients);
        let rows = measure(&[plan], &PEERS, repetitions)?;
        for (line, row) in lines.iter_mut().zip(rows) {
            let values = row.figures.get("cpu_ns").cloned().unwrap_or_default();
            line.points.push(Point {
                x: clients as f64,
                y: Summary::of(&values),
            });
        }
    }
    Ok(lines.into())
}

fn by_actions() -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for way in dispatch::WAYS {
        let mut points = Vec::new();
        for actions in dispatch::sizes() {
            let count = dispatch::count(way, actions)?;
            points.push(Point {
                x: actions as f64,
                y: Summary::of(&[count]),
            });
        }
        lines.push(Line {
            name: way.to_owned(),
            points,
        });
    }
    Ok(lines)
}

fn print_table(chart: &Chart) {
    let Some(first) = chart.lines.first() else {
        return;
    };
    let mut head = vec![chart.across];
    head.extend(chart.lines.iter().map(|line| line.name.as_str()));
    let rows = first.points.iter().enumerate().map(|(index, point)| {
        let mut row = vec![format!("{}", point.x)];
        for line in &chart.lines {
            let Summary { median, low, high } = line.points[index].y;
            row.push(if low < high {
                line.points[index].y.to_string()
            } else {
                short(median)
            });
        }
        row
    });
    let title = format!("{}; {} a message", chart.title, chart.up);
    println!("{}", table(&title, &head, &rows.collect::<Vec<_>>()));
}

fn csv(charts: &[Chart]) -> String {
    let mut text = String::from("chart,line,x,median,low,high\n");
    for chart in charts {
        for line in &chart.lines {
            for Point { x, y } in &line.points {
                let Summary { median, low, high } = y;
                let (across, name) = (chart.across, &line.name);
                let _ = writeln!(text, "{across},{name},{x},{median:.1},{low:.1},{high:.1}");
            }
        }
    }
    text
}
