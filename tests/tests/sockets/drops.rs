//! Dropping a server, a connection or one of their handles, in any state.

use std::panic::{AssertUnwindSafe, catch_unwind};

use podsix::{Connection, Reason, Server};

use crate::raw::{self, Raw, RawListener};
use crate::support::*;

fn pair() -> (Host, Client) {
    let mut host = Host::new();
    let mut client = host.client();
    until!(
        [host, client],
        client.connection.is_connected() && host.came() == 1
    );
    (host, client)
}

#[test]
fn a_connection_that_is_up_with_messages_to_send() {
    let (mut host, client) = pair();
    (0..100).for_each(|number| client.number(number));
    drop(client);
    until!([host], host.end(1).is_some());
    let seen = host.seen(1);
    assert_eq!(seen.len(), 102);
    assert_eq!(seen[100], Seen::Number(99));
    assert_eq!(host.end(1), Some(left("")));
}

#[test]
fn a_connection_with_more_to_send_than_the_system_takes() {
    let (mut host, client) = pair();
    let bytes = "x".repeat(100_000);
    for _ in 0..70 {
        client
            .connection
            .send(&ToServer::Bulk {
                bytes: bytes.clone(),
            })
            .unwrap();
    }
    // One attempt, which does not block: the rest is lost, the end is not.
    drop(client);
    until!([host], host.end(1).is_some());
    assert!(matches!(host.end(1), Some(Seen::Disconnected(_))));
}

#[test]
fn a_connection_before_its_first_pump() {
    let host = Host::new();
    let client = host.client();
    client.say("never sent");
    drop(client);
    drop(Client::to("nosuchhost.invalid"));
}

#[test]
fn a_connection_that_is_coming_up() {
    let mut host = Host::new();
    for turns in 0..6 {
        let mut client = host.client();
        client.say("hello");
        for _ in 0..turns {
            client.connection.pump().unwrap();
            host.server.pump().unwrap();
        }
        drop(client);
        settle!(host);
    }
    // Whoever came, went; and the server is as good as new.
    until!([host], host.server.channels().is_empty());
    for number in 1..=host.came() {
        let end = host.end(number);
        assert!(matches!(end, Some(Seen::Disconnected(_))), "{end:?}");
    }
    let mut client = host.client();
    until!([host, client], client.connection.is_connected());
}

#[test]
fn a_connection_with_events_that_nobody_was_offered() {
    let (mut host, mut client) = pair();
    host.server
        .channels()
        .broadcast(&ToClient::Number { number: 1 });
    host.turn();
    for _ in 0..20 {
        client.connection.pump().unwrap();
    }
    drop(client);
    until!([host], host.end(1).is_some());
}

#[test]
fn a_connection_with_input_that_it_never_read() {
    // Closing a socket with unread input resets the connection: what was sent
    // just before must arrive all the same.
    for _ in 0..20 {
        let (mut host, client) = pair();
        host.server.channels().broadcast(&ToClient::Bulk {
            bytes: "x".repeat(10_000),
        });
        host.server.flush();
        client.say("the last words");
        drop(client);
        until!([host], host.end(1).is_some());
        assert_eq!(
            host.seen(1),
            [Seen::Connected, text("the last words"), left("")]
        );
    }
}

#[test]
fn a_server_with_input_that_it_never_read() {
    for _ in 0..20 {
        let (host, mut client) = pair();
        client.say("never read");
        client.connection.flush();
        host.server
            .channels()
            .broadcast(&ToClient::Number { number: 1 });
        drop(host);
        until!([client], client.end().is_some());
        let ending = told(Reason::ShuttingDown);
        assert_eq!(client.seen(), [Seen::Connected, Seen::Number(1), ending]);
    }
}

#[test]
fn a_connection_in_the_middle_of_a_dispatch_by_a_panic() {
    let (mut host, client) = pair();
    let mut client = client.on(|_, _| panic!("a panic that the test wants"));
    host.server
        .channels()
        .broadcast(&ToClient::Number { number: 1 });
    client.say("sent before");
    let crash = catch_unwind(AssertUnwindSafe(|| {
        let deadline = Deadline::new();
        loop {
            deadline.check("the handler is called");
            host.turn();
            client.turn();
        }
    }));
    assert!(crash.is_err());
    drop(client);
    until!([host], host.end(1).is_some());
    assert_eq!(
        host.seen(1),
        [Seen::Connected, text("sent before"), left("")]
    );
}

#[test]
fn a_connection_whose_server_is_gone() {
    let (host, mut client) = pair();
    drop(host);
    until!([client], client.end().is_some());
    assert_eq!(client.end(), Some(&told(Reason::ShuttingDown)));
    drop(client);

    // And one that has not noticed yet.
    let (host, client) = pair();
    client.say("to nobody");
    drop(host);
    drop(client);
}

#[test]
fn a_server_that_is_up_with_messages_to_send() {
    let (host, mut client) = pair();
    for number in 0..100 {
        host.server
            .channels()
            .broadcast(&ToClient::Number { number });
    }
    drop(host);
    until!([client], client.end().is_some());
    assert_eq!(client.seen().len(), 102);
    assert_eq!(client.end(), Some(&told(Reason::ShuttingDown)));
}

#[test]
fn a_server_with_clients_in_every_state() {
    native_only!();
    let mut host = Host::new();
    let mut up = host.client();
    until!([host, up], up.connection.is_connected());
    let mut silent = Raw::connect(&host.addr);
    let mut half = Raw::connect(&host.addr);
    half.write(&raw::opening()[..3]);
    let mut slow = Raw::client(&host.addr);
    until!([host, slow], slow.is_up());
    slow.reads = false;
    for _ in 0..70 {
        host.server.channels().broadcast(&ToClient::Bulk {
            bytes: "x".repeat(100_000),
        });
    }
    let mut leaving = Raw::client(&host.addr);
    until!([host, leaving], leaving.is_up());
    leaving.stop();
    host.server.pump().unwrap();
    let mut waiting = host.client();
    waiting.turn();
    drop(host);
    slow.reads = true;
    until!([silent], silent.end.is_some());
    until!([half], half.end.is_some());
    until!([slow], slow.end.is_some());
    until!([leaving], leaving.end.is_some());
    until!([up, waiting], up.end().is_some() && waiting.end().is_some());
}

#[test]
fn a_server_in_the_middle_of_a_dispatch_by_a_panic() {
    let builder = Server::<Player>::builder().let_panics_through();
    let mut host = Host::with(builder).on(|channel, seen| {
        channel.send(&ToClient::Number { number: 1 });
        assert_ne!(*seen, Seen::Number(2), "a panic that the test wants");
        Ok(())
    });
    let mut client = host.client();
    client.number(2);
    let crash = catch_unwind(AssertUnwindSafe(|| {
        let deadline = Deadline::new();
        loop {
            deadline.check("the handler is called");
            host.turn();
            client.connection.pump().unwrap();
        }
    }));
    assert!(crash.is_err());
    drop(host);
    until!([client], client.end().is_some());
    let expected = [
        Seen::Connected,
        Seen::Number(1),
        Seen::Number(1),
        told(Reason::ShuttingDown),
    ];
    assert_eq!(client.seen(), expected);
}

#[test]
fn handles_outlive_the_connection() {
    let (mut host, client) = pair();
    let (sender, waker) = (client.connection.sender(), client.connection.waker());
    drop(client);
    assert_eq!(sender.send(&ToServer::Number { number: 1 }).unwrap(), 0);
    assert_eq!(
        sender
            .clone()
            .send(&ToServer::Number { number: 1 })
            .unwrap(),
        0
    );
    waker.wake();
    until!([host], host.end(1).is_some());
    assert_eq!(host.seen(1), [Seen::Connected, left("")]);

    let waker = host.server.waker();
    drop(host);
    waker.wake();
}

#[test]
fn handles_outlive_a_connection_that_never_was() {
    let client = Client::to("127.0.0.1:0");
    let (sender, waker) = (client.connection.sender(), client.connection.waker());
    assert!(sender.send(&ToServer::Number { number: 1 }).unwrap() > 0);
    drop(client);
    assert_eq!(sender.send(&ToServer::Number { number: 2 }).unwrap(), 0);
    waker.wake();
}

#[test]
fn handles_outlive_a_connection_whose_server_was_killed() {
    native_only!();
    let mut listener = RawListener::new();
    let mut client = Client::to(&listener.addr);
    until!([client, listener], !listener.peers.is_empty());
    listener.peer().write(&raw::opening());
    until!([client, listener], client.connection.is_connected());
    listener.peer().stop();
    until!([client, listener], client.end().is_some());
    let sender = client.connection.sender();
    assert_eq!(sender.send(&ToServer::Number { number: 1 }).unwrap(), 0);
    drop(client);
    assert_eq!(sender.send(&ToServer::Number { number: 1 }).unwrap(), 0);
}

#[test]
fn a_local_connection_and_its_server_in_either_order() {
    for server_first in [true, false] {
        let mut server = Server::<Player>::new();
        let mut client = Client::of(Connection::local(&mut server));
        let deadline = Deadline::new();
        while client.seen().is_empty() {
            deadline.check("it comes up");
            server.pump().unwrap();
            client.turn();
        }
        if server_first {
            drop(server);
            until!([client], client.end().is_some());
            assert_eq!(
                client.end(),
                Some(&Seen::Disconnected(Reason::ShuttingDown))
            );
        } else {
            drop(client);
            server.pump().unwrap();
            drop(server);
        }
    }
}
