//! A `wait` sleeps: it takes no processor time, whatever state connections are in.

#![cfg(target_os = "linux")]

use std::net::TcpListener;
use std::time::{Duration, Instant};

use podsix::{Connection, Server};

use crate::raw::{self, Raw};
use crate::support::*;

/// The time that this thread has run for, so that a busy machine does not matter.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = stat.split(' ').next().and_then(|word| word.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}

const WHILE: Duration = Duration::from_millis(300);

/// Waits for a while; fails if that was work.
fn assert_sleeps(mut wait: impl FnMut(Instant)) {
    let (begin, before) = (Instant::now(), processor_time());
    let until = begin + WHILE;
    let mut rounds = 0;
    while Instant::now() < until {
        wait(until);
        rounds += 1;
    }
    let (took, worked) = (begin.elapsed(), processor_time() - before);
    assert!(
        worked < took / 4,
        "{worked:?} of {took:?}, in {rounds} rounds"
    );
}

fn host_sleeps(host: &mut Host) {
    assert_sleeps(|until| {
        host.server.wait_until(until).unwrap();
        host.server.dispatch(&mut host.game);
    });
}

fn client_sleeps(client: &mut Client) {
    assert_sleeps(|until| {
        client.connection.wait_until(until).unwrap();
        client.connection.dispatch(&mut client.ear);
    });
}

/// A server that has queued more for a raw client than the system takes.
fn blocked() -> (Host, Raw) {
    let mut host = Host::new();
    let mut raw = Raw::client(&host.addr);
    until!([host, raw], raw.is_up() && host.came() == 1);
    raw.reads = false;
    for _ in 0..70 {
        let bytes = "x".repeat(100_000);
        host.server.channels().broadcast(&ToClient::Bulk { bytes });
    }
    settle!(host);
    (host, raw)
}

#[test]
fn when_nothing_happens() {
    let mut host = Host::new();
    let mut client = host.client();
    until!(
        [host, client],
        client.connection.is_connected() && host.came() == 1
    );
    settle!(host, client);
    host_sleeps(&mut host);
    client_sleeps(&mut client);
    host_sleeps(&mut Host::new());
}

#[test]
fn when_a_client_does_not_read() {
    native_only!();
    let (mut host, _raw) = blocked();
    host_sleeps(&mut host);
}

#[test]
fn when_a_client_does_not_read_and_has_stopped() {
    native_only!();
    let (mut host, mut raw) = blocked();
    raw.stop();
    until!([host], host.end(1).is_some());
    host_sleeps(&mut host);
}

#[test]
fn when_a_client_does_not_read_and_was_closed() {
    native_only!();
    let (mut host, mut raw) = blocked();
    host.server
        .channels()
        .iter()
        .for_each(|one| one.close("go"));
    until!([host], host.end(1).is_some());
    raw.write(b"it goes on talking");
    host_sleeps(&mut host);
}

#[test]
fn when_a_closed_client_leaves_its_end_open() {
    native_only!();
    let mut host = Host::new();
    let mut raw = Raw::client(&host.addr);
    until!([host, raw], raw.is_up() && host.came() == 1);
    host.server
        .channels()
        .iter()
        .for_each(|one| one.close("go"));
    until!([host, raw], raw.end.is_some());
    host_sleeps(&mut host);
}

#[test]
fn when_nobody_answers() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = Client::to(&listener.local_addr().unwrap().to_string());
    client_sleeps(&mut client);
}

#[test]
fn when_the_connection_is_over() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = Client::to(&listener.local_addr().unwrap().to_string());
    drop(listener);
    until!([client], client.end().is_some());
    client_sleeps(&mut client);

    let mut host = Host::new();
    let mut client = host.client();
    until!([host, client], client.connection.is_connected());
    drop(host);
    until!([client], client.end().is_some());
    client_sleeps(&mut client);
}

#[test]
fn when_half_of_a_message_is_there() {
    native_only!();
    let mut host = Host::new();
    let mut raw = Raw::client(&host.addr);
    raw.write(&raw::name(0, b"say", &raw::TEXT_SHAPE));
    raw.write(&raw::text_message(0, "half of it")[..6]);
    until!([host, raw], raw.is_up() && host.came() == 1);
    host_sleeps(&mut host);
    let mut silent = Raw::connect(&host.addr);
    silent.write(&raw::opening()[..3]);
    host_sleeps(&mut host);
}

#[test]
fn when_a_local_player_is_there() {
    let mut host = Host::of(Server::new());
    let mut client = Client::of(Connection::local(&mut host.server));
    until!(
        [host, client],
        client.connection.is_connected() && host.came() == 1
    );
    settle!(host, client);
    host_sleeps(&mut host);
    client_sleeps(&mut client);
}

#[test]
fn a_shutdown_sleeps_too() {
    native_only!();
    let (mut host, _raw) = blocked();
    assert_sleeps(|_| assert!(!host.server.shutdown(WHILE).unwrap()));

    let (mut host, _raw) = blocked();
    let mut client = host.client();
    until!([host, client], client.connection.is_connected());
    for _ in 0..70 {
        let bytes = "x".repeat(100_000);
        client.connection.send(&ToServer::Bulk { bytes }).unwrap();
    }
    assert_sleeps(|_| assert!(!client.connection.shutdown(WHILE).unwrap()));
}
