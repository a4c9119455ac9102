//! A server in a thread of its own, which listens on all wires.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread::{self, JoinHandle};

use podsix::{PeerAddr, Server, Waker};
use podsix_tests::attacks::{Attack, Game, Noted, Wire};

use crate::logs;

/// A server that can be attacked.
pub(crate) struct Host {
    /// Where it listens: in the order of [`Wire::ALL`].
    pub(crate) addrs: Vec<SocketAddr>,
    /// What happened to whom.
    pub(crate) notes: Receiver<(PeerAddr, Noted)>,
    stop: Arc<AtomicBool>,
    waker: Waker,
    thread: JoinHandle<Report>,
}

/// What is told of a server at its end.
pub(crate) struct Report {
    /// The most memory that it had at a time, in bytes.
    pub(crate) memory: u64,
    /// What it logged.
    pub(crate) lines: Vec<String>,
    /// Who was still there.
    pub(crate) channels: usize,
}

impl Host {
    pub(crate) fn new(attack: &Attack) -> Self {
        let change = attack.limits;
        let builder = Server::<()>::builder().limits(change);
        let mut server = builder.bind("127.0.0.1:0").unwrap();
        for wire in Wire::ALL.iter().skip(1) {
            let address = format!("{}://127.0.0.1:0", wire.scheme());
            server.listen(&address).unwrap();
        }
        let addrs = server.addrs().collect();
        let waker = server.waker();
        let stop = Arc::new(AtomicBool::new(false));
        let (sender, notes) = mpsc::channel();
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            logs::begin();
            let mut game = Game {
                tells_everybody: true,
                // What a test keeps is not the server's.
                note: move |who, what| {
                    allocation_counter::opt_out(|| {
                        let _ = sender.send((who, what));
                    });
                },
            };
            let counted = allocation_counter::measure(|| {
                while !stopped.load(Ordering::Relaxed) {
                    server.wait(None).unwrap();
                    server.dispatch(&mut game);
                }
            });
            Report {
                memory: counted.bytes_max,
                lines: logs::take(),
                channels: server.channels().len(),
            }
        });
        Self {
            addrs,
            notes,
            stop,
            waker,
            thread,
        }
    }

    pub(crate) fn addr(&self, wire: Wire) -> SocketAddr {
        let place = Wire::ALL.iter().position(|other| *other == wire);
        self.addrs[place.unwrap()]
    }

    pub(crate) fn end(self) -> Report {
        self.stop.store(true, Ordering::Relaxed);
        self.waker.wake();
        self.thread.join().unwrap()
    }
}
