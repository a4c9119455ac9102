//! Instructions and system calls of the server, a message: figures that repeat on any
//! machine. Each is the difference of a long and a short run, so that starting up is not in it.

use std::fs::read_to_string;

use crate::peer::Result;
use crate::run::once;
use crate::stats::{short, table};
use crate::workload::Plan;

pub fn run(title: &str, peers: &[&str], plan: &Plan) -> Result<()> {
    let mut rows = Vec::new();
    for peer in peers {
        let instructions = each(peer, plan, instructions)?;
        let calls = each(peer, plan, system_calls)?;
        rows.push(vec![
            (*peer).to_owned(),
            short(instructions),
            format!("{calls:.4}"),
        ]);
    }
    let head = ["peer", "instructions", "system calls"];
    println!(
        "{}",
        table(&format!("{title}: the server, a message"), &head, &rows)
    );
    Ok(())
}

fn each(peer: &str, plan: &Plan, count: fn(&str, &Plan) -> Result<f64>) -> Result<f64> {
    let longer = Plan {
        total: 2 * plan.total,
        ..plan.clone()
    };
    Ok((count(peer, &longer)? - count(peer, plan)?) / plan.total as f64)
}

fn file(name: &str) -> String {
    let name = format!("podsix-bench-{}-{name}", std::process::id());
    std::env::temp_dir().join(name).display().to_string()
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

fn instructions(peer: &str, plan: &Plan) -> Result<f64> {
    let out = file("callgrind");
    let wrapper = words(&format!(
        "valgrind -q --tool=callgrind --callgrind-out-file={out}"
    ));
    once(peer, plan, &wrapper)?;
    let text = read_to_string(&out)?;
    std::fs::remove_file(&out)?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    Ok(total.ok_or("callgrind counted nothing")?.trim().parse()?)
}

fn system_calls(peer: &str, plan: &Plan) -> Result<f64> {
    let out = file("strace");
    once(peer, plan, &words(&format!("strace -f -c -o {out}")))?;
    let text = read_to_string(&out)?;
    std::fs::remove_file(&out)?;
    let total = text.lines().find(|line| line.ends_with(" total"));
    let calls = total.and_then(|line| line.split_whitespace().nth(3));
    Ok(calls.ok_or("strace counted nothing")?.parse()?)
}
