//! The server, in a process of its own.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use podsix::Server;
use podsix_tests::attacks::{Game, Wire};

/// Serves on all wires until nobody holds this process's input any more.
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
        let _ = std::io::stdin().read(&mut [0]);
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

/// A server that was started.
pub(crate) struct Served {
    child: Child,
    /// As long as this is open, it serves.
    _input: ChildStdin,
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
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let addrs = lines.take(Wire::ALL.len()).map(|line| line.unwrap());
        let ports = addrs.map(|addr| addr.parse::<SocketAddr>().unwrap().port());
        Self {
            ports: ports.collect(),
            _input: child.stdin.take().unwrap(),
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

    /// How much memory it has, in KiB.
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

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
