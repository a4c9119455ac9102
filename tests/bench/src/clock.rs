//! What this process has used, and where it runs.

use nix::sched::{CpuSet, sched_setaffinity};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::time::{ClockId, clock_gettime};
use nix::unistd::{Pid, alarm};

/// The CPU that all threads of this process have used, user and system.
pub fn cpu_ns() -> i64 {
    let cpu = clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID);
    cpu.map_or(0, |time| time.tv_sec() * 1_000_000_000 + time.tv_nsec())
}

/// The memory of this process that is in RAM, in bytes; sockets' buffers in the kernel are
/// not in it.
pub fn resident_bytes() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split_whitespace().nth(1);
    pages.and_then(|pages| pages.parse().ok()).unwrap_or(0.0) * 4096.0
}

/// Runs this process on one core, where the machine has it and allows it.
pub fn pin(core: usize) {
    let mut set = CpuSet::new();
    if set.set(core).is_ok() {
        let _ = sched_setaffinity(Pid::from_raw(0), &set);
    }
}

/// Ends this process after a while: a peer that stalls does not stop the others.
pub fn end_after_minutes(minutes: u32) {
    alarm::set(minutes * 60);
}

/// As many open files as are allowed.
pub fn allow_many_files() {
    if let Ok((_, most)) = getrlimit(Resource::RLIMIT_NOFILE) {
        let _ = setrlimit(Resource::RLIMIT_NOFILE, most, most);
    }
}
