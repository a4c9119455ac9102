//! Who came, who went, and what stays of them.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use podsix::{Connection, ReasonCounts, Server};

use crate::table::*;

const REASON: &str = include_str!("../../../podsix/src/reason.rs");

/// Each reason has its counter, of the same name.
#[test]
fn each_reason_has_a_counter() {
    let (_, body) = REASON.split_once("pub enum Reason {").unwrap();
    let (body, _) = body.split_once("\n}").unwrap();
    let name = |line: &str| {
        let name = line.strip_prefix("    ")?;
        let end = name.find(|char: char| !char.is_ascii_alphanumeric());
        let name = &name[..end.unwrap_or(name.len())];
        name.starts_with(|char: char| char.is_ascii_uppercase())
            .then(|| snake(name))
    };
    let reasons: Vec<String> = body.lines().filter_map(name).collect();
    let counted: Vec<&str> = ReasonCounts::default()
        .iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(counted, reasons);
    let debug = format!("{:?}", ReasonCounts::default());
    let fields = reasons
        .iter()
        .map(|name| format!("{name}: 0"))
        .collect::<Vec<_>>();
    assert_eq!(debug, format!("ReasonCounts {{ {} }}", fields.join(", ")));
}

fn snake(name: &str) -> String {
    let mut snake = String::new();
    for char in name.chars() {
        if char.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(char.to_ascii_lowercase());
    }
    snake
}

/// A channel that has ended stays in the sums, also when another one has its place.
#[test]
fn who_is_gone_stays_in_the_sums() {
    let mut table = Table::of(&["podsix", "podsixnet"]);
    table.say(0, "a");
    table.say(1, "b");
    table.turns(5);
    let before = table.server.stats();
    assert_eq!((before.channels, before.came), (2, 2));
    assert_eq!(before.ended.total(), 0);

    for (client, _) in &mut table.clients {
        client.close("");
    }
    table.turns(20);
    let after = table.server.stats();
    assert_eq!((after.channels, after.came), (0, 2));
    assert_eq!((after.ended.closed_by_peer, after.ended.total()), (2, 2));
    assert_eq!(after.received, before.received);
    assert_eq!(after.sent, before.sent);
    assert_eq!(after.links.messages_received, 2);
    assert!(after.links.bytes_received >= before.links.bytes_received);
    assert_eq!(after.links.round_trip_time, None);

    table.clients.clear();
    table.sit_down("podsix", Connection::builder());
    table.turns(5);
    table.say(0, "c");
    table.turns(5);
    let last = table.server.stats();
    assert_eq!((last.channels, last.came), (1, 3));
    assert_eq!(row(&last.received, "say").messages, 3);
    assert_eq!(messages(&sent(&last.sent)), [("said", 5)]);
    assert_eq!(last.links.messages_received, 3);
    // The newcomer's own figures begin anew.
    let channel = table.server.channels().iter().next().unwrap().stats();
    assert_eq!(row(&channel.received, "say").messages, 1);
    assert_eq!(channel.link.messages_received, 1);
}

#[test]
fn the_time_of_a_round_trip_is_the_mean() {
    let table = Table::of(&["podsix", "podsix"]);
    let times = table.server.channels().iter();
    let times: Vec<Duration> = times
        .map(|one| one.link().round_trip_time.unwrap())
        .collect();
    let mean = (times[0] + times[1]) / 2;
    assert_eq!(table.server.stats().links.round_trip_time, Some(mean));
}

#[test]
fn who_was_refused_is_counted_with_the_reason() {
    let builder = Server::builder().limits(|limits| limits.max_channels = 1);
    let mut table = Table::new(builder);
    for _ in 0..3 {
        table.sit_down("podsix", Connection::builder());
        table.turns(5);
    }
    let stats = table.server.stats();
    assert_eq!((stats.came, stats.channels), (1, 1));
    assert_eq!((stats.refused.server_full, stats.refused.total()), (2, 2));
    assert_eq!(stats.limits.max_channels, 2);
    assert_eq!(stats.ended.total(), 0);
}

/// A server in a loop of its own, with real sockets.
fn until(server: &mut Server<()>, what: impl Fn(&Server<()>) -> bool) {
    let until = Instant::now() + Duration::from_secs(30);
    while !what(server) {
        assert!(
            Instant::now() < until,
            "it never happened: {}",
            server.stats()
        );
        server.wait(Some(Duration::from_millis(1))).unwrap();
        server.dispatch(&mut Game);
    }
}

#[test]
fn strangers_are_counted() {
    let mut server = Server::<()>::builder()
        .limits(|limits| limits.max_channels_per_address = 1)
        .bind("127.0.0.1:0")
        .unwrap();
    let address = server.addr().unwrap();
    let mut stranger = TcpStream::connect(address).unwrap();
    stranger.write_all(b"SSH-2.0-OpenSSH_9.6\r\n").unwrap();
    until(&mut server, |server| server.stats().refused.total() == 1);
    assert_eq!(server.stats().refused.protocol_mismatch, 1);
    drop(stranger);

    // One that says nothing has the only place of this address.
    until(&mut server, |server| {
        server.stats().links.bytes_received > 0
    });
    let _silent = TcpStream::connect(address).unwrap();
    let mut refused = 0;
    let until = Instant::now() + Duration::from_secs(30);
    while refused == 0 {
        assert!(Instant::now() < until, "{}", server.stats());
        let _next = TcpStream::connect(address).unwrap();
        server.wait(Some(Duration::from_millis(1))).unwrap();
        refused = server.stats().refused.refused;
    }
    assert_eq!(server.stats().limits.max_channels_per_address, refused);
    assert_eq!(server.stats().came, 0);
}

/// A connection goes on counting when it comes back; the channels are two.
#[test]
fn a_connection_counts_over_all_its_lives() {
    let mut server = Server::<()>::bind("127.0.0.1:0").unwrap();
    let address = server.addr().unwrap().to_string();
    let mut connection = Connection::connect(&address).unwrap();
    let turns = |server: &mut Server<()>, connection: &mut Connection, heard: u64| {
        let until = Instant::now() + Duration::from_secs(30);
        while connection.stats().link.messages_received < heard {
            assert!(Instant::now() < until, "{}", connection.stats());
            server.pump().unwrap();
            server.dispatch(&mut Game);
            connection.pump().unwrap();
            connection.dispatch(&mut Player);
        }
    };
    connection.send(&ToServer::Move { x: 1 }).unwrap();
    turns(&mut server, &mut connection, 1);
    connection.reconnect();
    connection.send(&ToServer::Move { x: 2 }).unwrap();
    turns(&mut server, &mut connection, 2);

    let stats = connection.stats();
    assert_eq!(messages(&sent(&stats.sent)), [("move", 2)]);
    assert_eq!(messages(&received(&stats.received)), [("moved", 2)]);
    assert_eq!(stats.link.messages_sent, 2);
    assert_eq!(connection.link().messages_sent, 1);
    assert_eq!(server.stats().came, 2);
}
