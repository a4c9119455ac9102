//! `shutdown` delivers what was sent, for as long as it is given.

use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use podsix::{Reason, Server};

use crate::raw::{self, Raw, RawListener};
use crate::support::*;

const SHUTTING_DOWN: Seen = Seen::Disconnected(Reason::ShuttingDown);

#[test]
fn what_a_server_sent_arrives_before_it_goes() {
    const COUNT: usize = 60;
    let mut host = Host::new();
    let mut client = host.client();
    until!(
        [host, client],
        client.connection.is_connected() && host.came() == 1
    );
    let bytes = "x".repeat(100_000);
    for _ in 0..COUNT {
        host.server.channels().broadcast(&ToClient::Bulk {
            bytes: bytes.clone(),
        });
    }
    let address = host.addr.clone();
    let server = thread::spawn(move || {
        host.server.shutdown(Duration::from_secs(20)).unwrap();
        host
    });
    until!([client], client.end().is_some());
    let mut host = server.join().unwrap();
    assert_eq!(client.seen().len(), COUNT + 2);
    assert_eq!(client.end(), Some(&told(Reason::ShuttingDown)));
    until!([host], host.end(1).is_some());
    settle!(host);
    assert_eq!(host.seen(1), [Seen::Connected, SHUTTING_DOWN]);
    assert!(TcpStream::connect(address).is_err(), "it still listens");
}

#[test]
fn a_client_that_does_not_read_holds_it_up_no_longer_than_allowed() {
    native_only!();
    let mut host = Host::new();
    let mut raw = Raw::client(&host.addr);
    until!([host, raw], raw.is_up() && host.came() == 1);
    raw.reads = false;
    let bytes = "x".repeat(100_000);
    for _ in 0..70 {
        host.server.channels().broadcast(&ToClient::Bulk {
            bytes: bytes.clone(),
        });
    }
    let begin = Instant::now();
    host.server.shutdown(ms(200)).unwrap();
    let took = begin.elapsed();
    assert!(took >= ms(200), "{took:?}: it gave up early");
    assert!(took < Duration::from_secs(15), "{took:?}");
    // Again, and at once.
    host.server.shutdown(Duration::ZERO).unwrap();
    until!([host], host.end(1).is_some());
    settle!(host);
    assert_eq!(host.end(1), Some(SHUTTING_DOWN));
    assert!(host.server.channels().is_empty());
    raw.reads = true;
    until!([raw], raw.end.is_some());
}

#[test]
fn at_once() {
    let mut host = Host::new();
    let mut client = host.client();
    until!(
        [host, client],
        client.connection.is_connected() && host.came() == 1
    );
    host.server.shutdown(Duration::ZERO).unwrap();
    until!(
        [host, client],
        client.end().is_some() && host.end(1).is_some()
    );
    assert_eq!(client.end(), Some(&told(Reason::ShuttingDown)));
    assert_eq!(host.end(1), Some(SHUTTING_DOWN));
}

#[test]
fn of_a_server_without_clients() {
    let mut server = Server::<Player>::bind(&Wire::tested().url("127.0.0.1:0")).unwrap();
    let address = server.addr().unwrap();
    let begin = Instant::now();
    server.shutdown(Duration::from_secs(60)).unwrap();
    assert!(
        begin.elapsed() < Duration::from_secs(20),
        "it waited for nobody"
    );
    assert!(server.addr().is_none());
    assert!(TcpStream::connect(address).is_err());
    server.pump().unwrap();
    // It can go on somewhere else.
    let address = server
        .listen(&Wire::tested().url("127.0.0.1:0"))
        .unwrap()
        .to_string();
    let mut client = Client::to(&address);
    let deadline = Deadline::new();
    while !client.connection.is_connected() {
        deadline.check("it listens again");
        server.pump().unwrap();
        client.turn();
    }
}

#[test]
fn who_is_just_coming_is_told() {
    native_only!();
    let mut host = Host::new();
    let mut client = host.client();
    // Its hello waits at the server, which has not looked yet.
    let deadline = Deadline::new();
    while client.connection.link().bytes_sent == 0 {
        deadline.check("the hello leaves");
        client.turn();
    }
    host.server.pump().unwrap();
    let server = thread::spawn(move || {
        host.server.shutdown(Duration::from_secs(20)).unwrap();
    });
    until!([client], client.end().is_some());
    server.join().unwrap();
    match client.end() {
        Some(Seen::Disconnected(reason)) => assert_eq!(*reason, Reason::ShuttingDown),
        Some(Seen::Failed(failure)) => {
            let refused = failure.kind == "Connect" || failure.reason == Some(Reason::ShuttingDown);
            assert!(
                refused || matches!(failure.reason, Some(Reason::Io { .. })),
                "{failure:?}"
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn of_a_client_delivers_everything() {
    const COUNT: usize = 60;
    let mut host = Host::new();
    let mut client = host.client();
    until!([host, client], client.connection.is_connected());
    let bytes = "x".repeat(100_000);
    for _ in 0..COUNT {
        client
            .connection
            .send(&ToServer::Bulk {
                bytes: bytes.clone(),
            })
            .unwrap();
    }
    let leaver = thread::spawn(move || {
        client.connection.shutdown(Duration::from_secs(20)).unwrap();
        client
    });
    until!([host], host.end(1).is_some());
    let mut client = leaver.join().unwrap();
    assert_eq!(host.seen(1).len(), COUNT + 2);
    assert_eq!(host.end(1), Some(left("")));
    until!([client], client.end().is_some());
    assert_eq!(client.seen(), [Seen::Connected, closed("")]);
}

#[test]
fn of_a_client_that_is_not_up_yet_delivers_everything() {
    let mut host = Host::new();
    let mut client = host.client();
    client.say("only this");
    let leaver = thread::spawn(move || {
        client.connection.shutdown(Duration::from_secs(20)).unwrap();
        client
    });
    until!([host], host.came() == 1 && host.end(1).is_some());
    assert_eq!(host.seen(1), [Seen::Connected, text("only this"), left("")]);
    let mut client = leaver.join().unwrap();
    until!([client], client.end().is_some());
    settle!(client);
    assert!(client.end().is_some());
}

#[test]
fn of_a_client_whose_server_does_not_read_ends_in_time() {
    native_only!();
    let mut listener = RawListener::new();
    let mut client = Client::to(&listener.addr);
    until!([client, listener], !listener.peers.is_empty());
    listener.peer().write(&raw::opening());
    until!([client, listener], client.connection.is_connected());
    let bytes = "x".repeat(100_000);
    for _ in 0..70 {
        client
            .connection
            .send(&ToServer::Bulk {
                bytes: bytes.clone(),
            })
            .unwrap();
    }
    let begin = Instant::now();
    client.connection.shutdown(ms(100)).unwrap();
    assert!(begin.elapsed() < Duration::from_secs(15));
    until!([client], client.end().is_some());
    settle!(client);
    assert_eq!(client.seen(), [Seen::Connected, closed("")]);
}

#[test]
fn of_a_client_that_finds_no_server() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = Client::to(&listener.local_addr().unwrap().to_string());
    drop(listener);
    client.say("to nobody");
    client.connection.shutdown(Duration::from_secs(20)).unwrap();
    until!([client], client.end().is_some());
    settle!(client);
    assert!(client.failure().is_some(), "{:?}", client.seen());
}

#[test]
fn inside_a_handler_it_does_nothing_and_says_so() {
    let mut host = Host::new();
    let mut client = host.client().on(|connection, seen| {
        if *seen == Seen::Number(1) {
            connection.shutdown(Duration::from_secs(5)).unwrap();
        }
        Ok(())
    });
    until!([host, client], host.came() == 1);
    for number in 1..=2 {
        host.server
            .channels()
            .broadcast(&ToClient::Number { number });
    }
    until!([host, client], client.seen().len() >= 4);
    let misused = client.seen().iter().filter(|seen| match seen {
        Seen::Failed(failure) => {
            assert_eq!(failure.kind, "Misuse");
            assert!(failure.words.contains("`shutdown`"), "{}", failure.words);
            failure.up
        }
        _ => false,
    });
    assert_eq!(misused.count(), 1, "{:?}", client.seen());
    assert!(
        client.seen().contains(&Seen::Number(2)),
        "nothing of the batch is lost"
    );
    client.connection.close("later");
    until!(
        [host, client],
        host.end(1).is_some() && client.end().is_some()
    );
    assert_eq!(host.end(1), Some(left("later")));
}
