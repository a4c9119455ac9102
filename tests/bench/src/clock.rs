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

/// The memory that this process has taken and that is in RAM, in bytes; its program and its
/// libraries are not in it, nor are sockets' buffers in the kernel.
pub fn resident_bytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let kib = line.and_then(|line| line.split_whitespace().next());
    kib.and_then(|kib| kib.parse().ok()).unwrap_or(0.0) * 1024.0
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
