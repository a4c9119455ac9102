//! Connections that never come up end in one `network_error` with the cause.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use podsix::{Connection, Reason, Server};

use crate::raw::{self, Raw, RawListener};
use crate::support::*;

/// An address at which nobody listens.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// Checks that the server did not let this client in. On a WebSocket a client is
/// up when it is told why.
fn check_not_let_in(client: &Client, why: Reason) {
    if Wire::tested() == Wire::WebSocket {
        assert_eq!(client.seen(), [Seen::Connected, told(why)]);
    } else {
        let why = Wire::tested().heard(why);
        assert!(client.failure().unwrap().words.contains(&why.to_string()));
        assert_eq!(reason(client), why);
    }
}

/// Why the server, or what stood there, did not let this client in.
fn reason(client: &Client) -> Reason {
    let failure = client.failure().expect("an error");
    assert_eq!(failure.kind, "NotConnected");
    assert!(!failure.up, "{failure:?}");
    failure.reason.clone().expect("a reason")
}

#[test]
fn refused() {
    let address = nobody();
    let mut client = Client::to(&address);
    client.say("never heard");
    until!([client], client.end().is_some());
    settle!(client);
    let failure = client.failure().unwrap();
    assert_eq!(failure.kind, "Connect");
    assert_eq!(failure.os, Some(ErrorKind::ConnectionRefused));
    assert!(!failure.up);
    assert!(failure.words.contains(&address), "{}", failure.words);
    assert!(
        failure.words.contains("is the server running"),
        "{}",
        failure.words
    );
    assert!(client.connection.is_closed() && !client.connection.is_connected());
    assert_eq!(client.connection.link().messages_received, 0);
}

#[test]
fn unknown_host_is_looked_up_off_the_frame_path() {
    let begin = Instant::now();
    let mut client = Client::to("nosuchhost.invalid:31425");
    let mut longest = begin.elapsed();
    let deadline = Deadline::new();
    while client.end().is_none() {
        deadline.check("an error");
        let begin = Instant::now();
        client.connection.pump().unwrap();
        longest = longest.max(begin.elapsed());
        client.connection.dispatch(&mut client.ear);
        std::thread::yield_now();
    }
    // A look-up that blocked would take the resolver's seconds.
    assert!(longest < Duration::from_secs(2), "a pump took {longest:?}");
    settle!(client);
    let failure = client.failure().unwrap();
    assert_eq!(failure.kind, "Connect");
    assert!(
        failure.words.contains("nosuchhost.invalid:31425")
            && failure.words.contains("is the name spelt right?"),
        "{}",
        failure.words
    );
    assert!(!failure.up);
}

#[test]
fn wait_sleeps_until_the_look_up_is_done() {
    let mut client = Client::to("nosuchhost.invalid");
    let deadline = Deadline::new();
    while client.end().is_none() {
        deadline.check("an error");
        client
            .connection
            .wait(Some(Duration::from_secs(20)))
            .unwrap();
        client.connection.dispatch(&mut client.ear);
    }
    assert_eq!(client.failure().unwrap().kind, "Connect");
}

#[test]
fn no_answer_in_time() {
    // The system accepts for it, but nobody answers.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let connection = Connection::builder()
        .limits(|limits| limits.connect_timeout = ms(100))
        .connect(&address)
        .unwrap();
    let mut client = Client::of(connection);
    client.say("never heard");
    until!([client], client.end().is_some());
    settle!(client);
    assert!(
        matches!(reason(&client), Reason::TimedOut { .. }),
        "{:?}",
        client.seen()
    );
    let words = &client.failure().unwrap().words;
    for part in [address.as_str(), "is it podsix that listens there"] {
        assert!(words.contains(part), "{words}");
    }
}

#[test]
fn server_full() {
    let builder = Server::<Player>::builder().limits(|limits| limits.max_channels = 1);
    let mut host = Host::with(builder);
    let mut first = host.client();
    until!(
        [host, first],
        first.connection.is_connected() && host.came() == 1
    );
    let mut second = host.client();
    second.say("let me in");
    until!([host, first, second], second.end().is_some());
    settle!(host, first, second);
    check_not_let_in(&second, Reason::ServerFull);
    assert_eq!(host.game.seen.len(), 1, "{:?}", host.game.seen);
    assert!(first.connection.is_connected());

    // Once somebody has left there is room again.
    first.connection.close("I go");
    until!([host, first], host.end(1).is_some());
    second.connection.reconnect();
    until!([host, first, second], second.connection.is_connected());
}

#[test]
fn refused_in_the_game_s_own_words() {
    let builder = Server::<Player>::builder().accept_with(|addr| {
        assert!(addr.ip().is_some_and(|ip| ip.is_loopback()));
        Err("the game has begun; come back at 8".to_owned())
    });
    let mut host = Host::with(builder);
    let mut client = host.client();
    client.say("hello?");
    until!([host, client], client.end().is_some());
    settle!(host, client);
    let words = "the game has begun; come back at 8".to_owned();
    check_not_let_in(&client, Reason::Refused { words });
    assert!(host.game.seen.is_empty(), "{:?}", host.game.seen);
    assert!(host.server.channels().is_empty());
}

#[test]
fn accept_with_makes_the_player() {
    let mut points = 0;
    let builder = Server::<Player>::builder().accept_with(move |_| {
        points += 10;
        Ok(Player {
            name: "newcomer".into(),
            points,
        })
    });
    // It is there before the first event.
    let mut host = Host::with(builder).on(|channel, seen| {
        if *seen == Seen::Connected {
            let text = format!("{} {}", channel.name, channel.points);
            channel.send(&ToClient::Heard { text });
        }
        Ok(())
    });
    let mut ann = host.client();
    until!([host, ann], ann.seen().len() == 2);
    let mut bob = host.client();
    until!([host, ann, bob], bob.seen().len() == 2);
    assert_eq!(ann.seen(), [Seen::Connected, text("newcomer 10")]);
    assert_eq!(bob.seen(), [Seen::Connected, text("newcomer 20")]);
}

#[test]
fn accept_with_that_panics_refuses_that_client_alone() {
    let mut count = 0;
    let builder = Server::<Player>::builder().accept_with(move |_| {
        count += 1;
        assert_ne!(count, 2, "a panic that the test wants");
        Ok(Player::default())
    });
    let mut host = Host::with(builder);
    let mut clients: Vec<Client> = Vec::new();
    for _ in 0..3 {
        let mut client = host.client();
        until!([host, client], !client.seen().is_empty());
        clients.push(client);
    }
    assert_eq!(clients[0].seen(), [Seen::Connected]);
    check_not_let_in(&clients[1], Reason::HandlerPanicked);
    assert_eq!(clients[2].seen(), [Seen::Connected]);
}

#[test]
fn a_client_of_another_version() {
    native_only!();
    let mut host = Host::new();
    let mut raw = Raw::connect(&host.addr);
    raw.write(&[0xF6, b'p', b'd', b'6', 2]);
    until!([host, raw], raw.end.is_some());
    let (kind, words) = raw.goodbye().expect("a goodbye");
    assert_eq!(kind, 10, "protocol mismatch: {words}");
    assert!(
        words.contains("version 2") && words.contains("version 1"),
        "{words}"
    );
    assert!(host.game.seen.is_empty(), "{:?}", host.game.seen);
}

/// What a client says of a server that begins with these bytes.
fn meet(bytes: &[u8]) -> String {
    let mut listener = RawListener::new();
    let mut client = Client::to(&listener.addr);
    client.say("hello?");
    until!([client, listener], !listener.peers.is_empty());
    listener.peer().write(bytes);
    until!([client, listener], client.end().is_some());
    settle!(client, listener);
    match reason(&client) {
        Reason::ProtocolMismatch { problem } => problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_server_of_another_version() {
    native_only!();
    let problem = meet(&[0xF6, b'p', b'd', b'6', 7, 0, 0]);
    assert!(problem.contains("version 7"), "{problem}");
}

#[test]
fn a_web_server() {
    native_only!();
    let problem = meet(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    assert!(problem.contains("HTTP answer"), "{problem}");
}

#[test]
fn a_server_of_podsixnet() {
    native_only!();
    // PodSixNet's server speaks first.
    let problem = meet(b"g\x86action\x89connected\0---\0");
    assert!(problem.contains("PodSixNet"), "{problem}");
    assert!(problem.contains("podsixnet://"), "{problem}");
}

#[test]
fn a_server_that_goes_before_it_answers() {
    native_only!();
    let mut listener = RawListener::new();
    let mut client = Client::to(&listener.addr);
    until!([client, listener], !listener.peers.is_empty());
    listener.peers.clear();
    until!([client], client.end().is_some());
    settle!(client);
    assert!(
        matches!(reason(&client), Reason::Io { .. }),
        "{:?}",
        client.seen()
    );
}

#[test]
fn a_server_that_talks_before_its_hello() {
    native_only!();
    let mut listener = RawListener::new();
    let mut client = Client::to(&listener.addr);
    until!([client, listener], !listener.peers.is_empty());
    let mut bytes = raw::MAGIC_AND_VERSION.to_vec();
    bytes.extend(raw::frame(raw::PING, &[]));
    listener.peer().write(&bytes);
    until!([client, listener], client.end().is_some());
    assert!(
        matches!(reason(&client), Reason::Malformed { .. }),
        "{:?}",
        client.seen()
    );
}

#[test]
fn closed_by_the_game_before_it_was_up() {
    native_only!();
    let mut listener = RawListener::new();
    let mut client = Client::to(&listener.addr);
    until!([client, listener], !listener.peers.is_empty());
    client.connection.close("changed my mind");
    until!([client, listener], client.end().is_some());
    settle!(client);
    let words = "changed my mind".to_owned();
    assert_eq!(reason(&client), Reason::Closed { words });
}

#[test]
fn wait_does_not_sleep_on_a_refusal() {
    let begin = Instant::now();
    let mut client = Client::to(&nobody());
    client
        .connection
        .wait(Some(Duration::from_secs(60)))
        .unwrap();
    client.connection.dispatch(&mut client.ear);
    assert_eq!(client.failure().unwrap().kind, "Connect");
    // Long before the connection would time out.
    assert!(
        begin.elapsed() < Duration::from_secs(8),
        "{:?}",
        begin.elapsed()
    );
}
