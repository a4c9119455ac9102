//! How connections end that were up: both ends learn why, once.

use std::io::ErrorKind;

use podsix::Reason;

use crate::logs::Logs;
use crate::raw::{self, Ended, Raw, RawListener};
use crate::support::*;

/// A server and a client that is connected to it.
fn pair() -> (Host, Client) {
    let mut host = Host::new();
    let mut client = host.client();
    until!([host, client], client.seen().len() == 1 && host.came() == 1);
    (host, client)
}

/// A raw client that was let in, and may say things.
fn raw_client(host: &mut Host) -> Raw {
    let mut raw = Raw::client(&host.addr);
    raw.write(&raw::name(0, b"say", &raw::TEXT_SHAPE));
    until!([*host, raw], raw.is_up() && host.came() > 0);
    raw
}

/// A raw server that has let a client in.
fn raw_server() -> (RawListener, Client) {
    let mut listener = RawListener::new();
    let mut client = Client::to(&listener.addr);
    until!([client, listener], !listener.peers.is_empty());
    listener.peer().write(&raw::opening());
    until!([client, listener], client.seen() == [Seen::Connected]);
    (listener, client)
}

fn io_kind(seen: &Seen) -> ErrorKind {
    match seen {
        Seen::Disconnected(Reason::Io { kind, .. }) => *kind,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_server_says_goodbye() {
    let (mut host, mut client) = pair();
    for peer in host.server.channels().iter() {
        peer.close("the game is over: \"ann\" won\n");
    }
    until!(
        [host, client],
        host.end(1).is_some() && client.end().is_some()
    );
    settle!(host, client);
    assert_eq!(host.end(1), Some(closed("the game is over: \"ann\" won\n")));
    assert_eq!(
        client.end(),
        Some(&closed_by_peer("the game is over: \"ann\" won\n"))
    );
    assert!(client.connection.is_closed());
    assert!(host.server.channels().is_empty());
}

#[test]
fn the_client_says_goodbye() {
    let (mut host, mut client) = pair();
    client.connection.close("bye");
    until!(
        [host, client],
        host.end(1).is_some() && client.end().is_some()
    );
    settle!(host, client);
    assert_eq!(client.end(), Some(&closed("bye")));
    assert_eq!(host.end(1), Some(left("bye")));
}

#[test]
fn both_say_goodbye_at_once() {
    let (mut host, mut client) = pair();
    client.connection.close("from the client");
    for peer in host.server.channels().iter() {
        peer.close("from the server");
        peer.close("twice");
    }
    until!(
        [host, client],
        host.end(1).is_some() && client.end().is_some()
    );
    settle!(host, client);
    assert_eq!(client.end(), Some(&closed("from the client")));
    assert_eq!(host.end(1), Some(closed("from the server")));
}

#[test]
fn what_the_server_sent_before_arrives_before_its_words() {
    let (mut host, mut client) = pair();
    let bytes = "x".repeat(64 << 10);
    for peer in host.server.channels().iter() {
        for _ in 0..16 {
            peer.send(&ToClient::Bulk {
                bytes: bytes.clone(),
            });
        }
        peer.close("that was all");
        peer.send(&ToClient::Number { number: 1 });
    }
    until!(
        [host, client],
        client.end().is_some() && host.end(1).is_some()
    );
    let mut expected = vec![Seen::Connected];
    expected.extend(vec![Seen::Bulk(64 << 10); 16]);
    expected.push(closed_by_peer("that was all"));
    assert_eq!(client.seen(), expected);
}

#[test]
fn what_the_client_sent_before_arrives_before_its_words() {
    let (mut host, mut client) = pair();
    let bytes = "x".repeat(64 << 10);
    for _ in 0..16 {
        client
            .connection
            .send(&ToServer::Bulk {
                bytes: bytes.clone(),
            })
            .unwrap();
    }
    client.connection.close("that was all");
    assert_eq!(
        client
            .connection
            .send(&ToServer::Number { number: 1 })
            .unwrap(),
        0
    );
    until!(
        [host, client],
        client.end().is_some() && host.end(1).is_some()
    );
    let mut expected = vec![Seen::Connected];
    expected.extend(vec![Seen::Bulk(64 << 10); 16]);
    expected.push(left("that was all"));
    assert_eq!(host.seen(1), expected);
}

#[test]
fn who_goes_on_until_it_is_closed_loses_nothing() {
    let (mut host, mut client) = pair();
    let bytes = "x".repeat(64 << 10);
    // More than the sockets hold.
    for _ in 0..100 {
        let bytes = bytes.clone();
        client.connection.send(&ToServer::Bulk { bytes }).unwrap();
    }
    client.connection.close("bye");
    until!([host, client], client.connection.is_closed());
    assert_eq!(client.seen(), [Seen::Connected, closed("bye")]);
    // Its program may end here.
    drop(client);
    until!([host], host.end(1).is_some());
    assert_eq!(host.seen(1).len(), 102);
    assert_eq!(host.end(1), Some(left("bye")));
}

#[test]
fn words_arrive_although_the_other_end_never_stops_talking() {
    // Unread input must not make the system throw our last words away.
    let (mut host, mut client) = pair();
    for peer in host.server.channels().iter() {
        peer.send(&ToClient::Bulk {
            bytes: "x".repeat(500_000),
        });
        peer.close("enough");
    }
    let bytes = "x".repeat(8 << 10);
    let deadline = Deadline::new();
    while client.end().is_none() {
        deadline.check(&client.report());
        for _ in 0..10 {
            let _ = client.connection.send(&ToServer::Bulk {
                bytes: bytes.clone(),
            });
        }
        client.turn();
        host.turn();
    }
    let expected = [
        Seen::Connected,
        Seen::Bulk(500_000),
        closed_by_peer("enough"),
    ];
    assert_eq!(client.seen(), expected);
    until!([host], host.end(1).is_some());
    assert_eq!(host.end(1), Some(closed("enough")));
}

#[test]
fn long_words_are_cut_not_refused() {
    native_only!();
    let (mut host, mut client) = pair();
    client.connection.close(&"é".repeat(2000));
    until!([host, client], host.end(1).is_some());
    match host.end(1) {
        Some(Seen::Disconnected(Reason::ClosedByPeer { words })) => {
            assert!(
                words.starts_with("éééé") && words.len() <= 1030,
                "{}",
                words.len()
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_client_whose_connection_is_reset() {
    native_only!();
    let mut host = Host::new();
    let mut raw = raw_client(&mut host);
    raw.reads = false;
    for peer in host.server.channels().iter() {
        peer.send(&ToClient::Number { number: 1 });
    }
    until!([host, raw], raw.has_unread());
    // A socket closed with unread input resets the connection.
    drop(raw);
    until!([host], host.end(1).is_some());
    settle!(host);
    let end = host.end(1).unwrap();
    assert_eq!(io_kind(&end), ErrorKind::ConnectionReset);
    assert!(host.server.channels().is_empty());
}

#[test]
fn a_server_whose_connection_is_reset() {
    native_only!();
    let (mut listener, mut client) = raw_server();
    listener.peer().reads = false;
    client.say("never read");
    until!([client, listener], listener.peer().has_unread());
    listener.peers.clear();
    until!([client], client.end().is_some());
    settle!(client);
    assert_eq!(io_kind(client.end().unwrap()), ErrorKind::ConnectionReset);
    assert_eq!(
        client
            .connection
            .send(&ToServer::Number { number: 1 })
            .unwrap(),
        0
    );
    assert_eq!(client.connection.link().dropped, 1);
}

#[test]
fn a_client_that_stops_still_gets_its_answers() {
    native_only!();
    // More than the system's buffers hold.
    const COUNT: usize = 300;
    let mut host = Host::new().on(|channel, seen| {
        if let Seen::Text(text) = seen {
            let text = text.repeat(10_000);
            channel.send(&ToClient::Heard { text });
        }
        Ok(())
    });
    let mut raw = raw_client(&mut host);
    raw.reads = false;
    for _ in 0..COUNT {
        raw.write(&raw::text_message(0, "z"));
    }
    raw.stop();
    until!([host], host.end(1).is_some());
    raw.reads = true;
    until!([host, raw], raw.end.is_some());
    settle!(host);
    let mut expected = vec![Seen::Connected];
    expected.extend(vec![text("z"); COUNT]);
    let seen = host.seen(1);
    assert_eq!(seen[..=COUNT], expected);
    assert_eq!(io_kind(&host.end(1).unwrap()), ErrorKind::UnexpectedEof);
    assert_eq!(raw.end, Some(Ended::Stopped));
    assert_eq!(raw.bodies(0).len(), COUNT);
}

#[test]
fn what_is_sent_to_the_leaver_in_its_network_disconnected_goes_nowhere() {
    native_only!();
    let mut host = Host::new().on(|channel, seen| {
        if matches!(seen, Seen::Disconnected(_)) {
            assert_eq!(channel.points, 0, "its data can be read");
            let text = "are you still there?".to_owned();
            channel.send(&ToClient::Heard { text: text.clone() });
            channel.broadcast(&ToClient::Heard { text: text.clone() });
            let id = channel.id();
            channel.channels().send(id, &ToClient::Heard { text });
            assert!(channel.channels().get(id).is_none());
            assert_eq!(channel.link().dropped, 1);
        }
        Ok(())
    });
    // One that only stops talking could still be told something.
    let mut raw = raw_client(&mut host);
    raw.stop();
    until!([host, raw], host.end(1).is_some() && raw.end.is_some());
    assert_eq!(raw.bodies(0), [[0u8; 0]; 0]);
}

#[test]
fn a_client_that_stops_in_the_middle_of_a_message() {
    native_only!();
    let mut host = Host::new();
    let mut raw = raw_client(&mut host);
    let message = raw::text_message(0, "cut off");
    raw.write(&message[..message.len() - 1]);
    raw.stop();
    until!([host, raw], host.end(1).is_some());
    match host.end(1) {
        Some(Seen::Disconnected(Reason::Io { message, .. })) => {
            assert!(message.contains("in the middle of a message"), "{message}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn everything_before_a_stop_is_dispatched_first() {
    native_only!();
    let (mut listener, mut client) = raw_server();
    let mut bytes = raw::name(0, b"heard", &raw::TEXT_SHAPE);
    for number in 0..100 {
        bytes.extend(raw::text_message(0, &number.to_string()));
    }
    listener.peer().write(&bytes);
    listener.peers.clear();
    until!([client], client.end().is_some());
    assert_eq!(client.seen().len(), 102);
    assert_eq!(client.seen()[100], text("99"));
}

#[test]
fn after_the_end_messages_are_dropped_counted_and_logged_once() {
    native_only!();
    let logs = Logs::begin();
    let (mut listener, mut client) = raw_server();
    // It goes without a goodbye, as a program that was killed.
    listener.peer().stop();
    until!([client, listener], client.end().is_some());
    assert_eq!(io_kind(client.end().unwrap()), ErrorKind::UnexpectedEof);
    for _ in 0..3 {
        assert_eq!(
            client
                .connection
                .send(&ToServer::Number { number: 1 })
                .unwrap(),
            0
        );
        settle!(client);
    }
    assert_eq!(client.connection.link().dropped, 3);
    assert_eq!(client.connection.link().queued_bytes, 0);
    assert_eq!(logs.count("`number` was not sent"), 1, "{:?}", logs.lines());
    assert!(client.end().is_some());
}

#[test]
fn after_our_own_close_messages_are_dropped_and_counted() {
    let (mut host, mut client) = pair();
    client.connection.close("");
    for _ in 0..3 {
        assert_eq!(
            client
                .connection
                .send(&ToServer::Number { number: 1 })
                .unwrap(),
            0
        );
    }
    until!(
        [host, client],
        client.end().is_some() && host.end(1).is_some()
    );
    assert_eq!(
        client
            .connection
            .send(&ToServer::Number { number: 1 })
            .unwrap(),
        0
    );
    assert_eq!(client.connection.link().dropped, 4);
    assert_eq!(host.seen(1), [Seen::Connected, left("")]);
}

#[test]
fn a_message_for_a_closed_channel_is_counted() {
    let mut host = Host::new().on(|channel, seen| {
        if matches!(seen, Seen::Text(_)) {
            channel.send(&ToClient::Number { number: 1 });
            channel.close("no more");
            channel.send(&ToClient::Number { number: 2 });
            channel.broadcast(&ToClient::Number { number: 3 });
            assert_eq!(channel.link().dropped, 2);
        }
        Ok(())
    });
    let mut client = host.client();
    client.say("hello");
    until!(
        [host, client],
        client.end().is_some() && host.end(1).is_some()
    );
    let expected = [Seen::Connected, Seen::Number(1), closed_by_peer("no more")];
    assert_eq!(client.seen(), expected);
}
