//! What the figures were measured on.

use std::fs::read_to_string;

use crate::stats::interval;

/// The head of the results, in markdown.
pub fn describe(repetitions: usize) -> String {
    let cpu = read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find(|line| line.starts_with("model name"));
    let model = model.and_then(|line| line.split_once(": "));
    let model = model.map_or("unknown", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kernel = read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!(
        "# Results\n\n\
        - {model}, {cores} cores; Linux {}; {}\n\
        - {repetitions} repetitions. A figure is their median, and in brackets an interval \
        for it: {}\n",
        kernel.trim(),
        env!("RUSTC_VERSION"),
        interval(repetitions)
    )
}
