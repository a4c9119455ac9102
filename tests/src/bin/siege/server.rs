//! The server, in a process of its own.

use std::alloc::System;
use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use podsix::Server;
use podsix_tests::attacks::{Game, Wire};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

/// Counts what the server has in memory.
#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Serves on all wires until nobody holds this process's input any more. Tells, for
/// each byte that comes there, how many bytes it has in memory.
pub(crate) fn serve(tells_everybody: bool) {
    let builder = Server::<()>::builder().limits(|limits| {
        limits.max_channels = 1 << 15;
        // Here all clients are from one machine.
        limits.max_channels_per_address = usize::MAX;
        if !tells_everybody {
            // As a server that is open to everybody should.
            limits.max_messages_a_second = Some(500);
        }
    });
    let mut server = builder.build();
    for wire in Wire::ALL {
        let url = format!("{}://0.0.0.0:0", wire.scheme());
        println!("{}", server.listen(&url).unwrap());
    }
    std::io::stdout().flush().unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let (waker, ended) = (server.waker(), Arc::clone(&over));
    thread::spawn(move || {
        while matches!(std::io::stdin().read(&mut [0]), Ok(1)) {
            println!("{}", in_use());
        }
        ended.store(true, Ordering::Relaxed);
        waker.wake();
    });
    let mut game = Game {
        tells_everybody,
        note: |_, _| {},
    };
    while !over.load(Ordering::Relaxed) {
        server.wait(None).unwrap();
        server.dispatch(&mut game);
    }
}

/// How many bytes this process has allocated and not given back.
fn in_use() -> usize {
    let stats = ALLOCATOR.stats();
    stats
        .bytes_allocated
        .saturating_sub(stats.bytes_deallocated)
}

/// A server that was started.
pub(crate) struct Served {
    child: Child,
    /// Where it is asked, and answers. As long as they are open, it serves.
    talk: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
    ports: Vec<u16>,
}

impl Served {
    /// Starts a server.
    pub(crate) fn start(mode: &str) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["serve", mode])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let port = |_| line(&mut output).parse::<SocketAddr>().unwrap().port();
        let ports = Wire::ALL.iter().map(port).collect();
        Self {
            ports,
            talk: Mutex::new((child.stdin.take().unwrap(), output)),
            child,
        }
    }

    /// Where it is reached on a wire, by one of the machine's own addresses.
    pub(crate) fn addr(&self, wire: Wire, number: usize) -> SocketAddr {
        let place = Wire::ALL.iter().position(|other| *other == wire);
        let port = self.ports[place.unwrap()];
        // Elsewhere a machine has one such address alone.
        let last = if cfg!(target_os = "linux") {
            number % 8
        } else {
            0
        };
        SocketAddr::from(([127, 0, 0, 1 + last as u8], port))
    }

    /// The address of it for a client.
    pub(crate) fn url(&self, wire: Wire, number: usize) -> String {
        format!("{}://{}", wire.scheme(), self.addr(wire, number))
    }

    /// How much it has in memory, in KiB.
    pub(crate) fn in_use(&self) -> u64 {
        let mut talk = self.talk.lock().unwrap();
        let (input, output) = &mut *talk;
        input.write_all(b"?").unwrap();
        let bytes: u64 = line(output).parse().unwrap();
        bytes / 1024
    }

    /// How much memory the system has given it, in KiB.
    pub(crate) fn memory(&self) -> Option<u64> {
        let path = format!("/proc/{}/status", self.child.id());
        let status = fs::read_to_string(path).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().strip_suffix(" kB")?.parse().ok()
    }

    /// How many descriptors it has.
    pub(crate) fn descriptors(&self) -> Option<usize> {
        let path = format!("/proc/{}/fd", self.child.id());
        Some(fs::read_dir(path).ok()?.count())
    }

    /// Whether it has not ended.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }
}

fn line(output: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
