//! What systems may answer to each call, and seldom do.

use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex};

use super::platform::is_of_one_connection;
use super::scripted::{Script, ScriptedStream};
use super::{Clock, Driver, Stream};
use crate::dispatch::PeerName;
use crate::endpoint::Endpoint;
use crate::inbox::What;
use crate::limits::{Limits, OnFullQueue};
use crate::protocol::{Link, Role};
use crate::wire::{Codecs, Wire};
use crate::{PeerAddr, Reason};

const OPENING: &[u8] = b"\xF6pd6\x01\x03\x80\x01\x80\x80\x40";
const NAME: &[u8] = b"\x08\x81\x01\x00\x04move\x15\x00";
const MESSAGE: &[u8] = b"\x00\x00";

/// A server's end of one connection, whose stream follows a script.
struct Scene {
    driver: Driver,
    endpoint: Endpoint,
    slot: u32,
    script: Arc<Mutex<Script>>,
}

impl Scene {
    fn new() -> Self {
        let mut endpoint = Endpoint::new(
            Limits::default(),
            OnFullQueue::Disconnect,
            Codecs::default(),
        );
        let mut driver = Driver::new(Clock::system());
        let peer = PeerName::Caller(PeerAddr::Local);
        let slot = endpoint.open(Role::Server, peer, Wire::Native);
        let script = Arc::new(Mutex::new(Script::default()));
        let stream = ScriptedStream(Arc::clone(&script));
        driver
            .attach(&endpoint, slot, Stream::Scripted(stream))
            .unwrap();
        Self {
            driver,
            endpoint,
            slot,
            script,
        }
    }

    fn reads(&mut self, reads: impl IntoIterator<Item = io::Result<Vec<u8>>>) {
        self.script.lock().unwrap().reads.extend(reads);
        self.driver.list(self.slot);
        self.driver.read(&mut self.endpoint, Endpoint::admit);
    }

    fn writes(&mut self, writes: impl IntoIterator<Item = io::Result<usize>>) {
        self.script.lock().unwrap().writes.extend(writes);
        self.endpoint.shared.lock().touch(self.slot);
        self.driver.flush(&mut self.endpoint);
        self.driver.read(&mut self.endpoint, |_, _| {});
    }

    fn pending(&self) -> Vec<u8> {
        let outgoing = self.endpoint.shared.lock();
        outgoing.get(self.slot).unwrap().pending().to_vec()
    }

    fn messages(&self) -> usize {
        self.endpoint.event.inbox.messages()
    }

    fn end(&self) -> Option<&Reason> {
        let mut records = self.endpoint.event.inbox.records().iter();
        records.find_map(|record| match &record.what {
            What::Disconnected(reason) => Some(&**reason),
            _ => None,
        })
    }
}

fn interrupted<T>() -> io::Result<T> {
    Err(ErrorKind::Interrupted.into())
}

#[test]
fn a_read_that_a_signal_interrupts_is_made_again() {
    let mut scene = Scene::new();
    let bytes = [OPENING, NAME, MESSAGE, MESSAGE].concat();
    let bytes = bytes
        .iter()
        .flat_map(|byte| [interrupted(), Ok(vec![*byte])]);
    scene.reads(bytes.chain([interrupted(), interrupted()]));
    assert_eq!(scene.messages(), 2);
    assert_eq!(scene.end(), None);
}

#[test]
fn a_write_that_a_signal_interrupts_is_made_again() {
    let mut scene = Scene::new();
    scene.reads([Ok(OPENING.to_vec())]);
    let wanted = scene.pending();
    assert!(wanted.starts_with(OPENING), "{wanted:02x?}");
    // A byte at a time.
    let writes = wanted.iter().flat_map(|_| [interrupted(), Ok(1)]);
    scene.writes(writes.chain([interrupted()]));
    assert_eq!(scene.script.lock().unwrap().written, wanted);
    assert_eq!(scene.pending(), b"");
    assert!(scene.endpoint.link(scene.slot).is_some_and(Link::is_up));
}

#[test]
fn a_write_of_nothing_is_the_end_and_no_loop() {
    let mut scene = Scene::new();
    scene.reads([Ok(OPENING.to_vec())]);
    scene.writes([Ok(3), Ok(0)]);
    match scene.end() {
        Some(Reason::Io { kind, .. }) => assert_eq!(*kind, ErrorKind::WriteZero),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_came_before_a_write_failed_is_heard() {
    let mut scene = Scene::new();
    scene.reads([Ok([OPENING, NAME].concat())]);
    let last = Ok(MESSAGE.to_vec());
    scene.script.lock().unwrap().reads.push_back(last);
    scene.writes([Err(ErrorKind::BrokenPipe.into())]);
    assert_eq!(scene.messages(), 1);
    assert!(
        matches!(scene.end(), Some(Reason::Io { .. })),
        "{:?}",
        scene.end()
    );
}

/// Only what concerns one connection may be passed over at once; to go on after
/// anything else would be a loop that never rests.
#[cfg(target_os = "linux")]
#[test]
fn accepting_rests_where_the_system_has_nothing_left() {
    const ENOMEM: i32 = 12;
    const ENFILE: i32 = 23;
    const EMFILE: i32 = 24;
    const ECONNABORTED: i32 = 103;
    const ENOBUFS: i32 = 105;
    for number in [ENOMEM, ENFILE, EMFILE, ENOBUFS] {
        assert!(!is_of_one_connection(&io::Error::from_raw_os_error(number)));
    }
    let error = io::Error::from_raw_os_error(ECONNABORTED);
    assert!(is_of_one_connection(&error));
    assert!(is_of_one_connection(&ErrorKind::Interrupted.into()));
}
