//! Each limit has a counter that counts.

use std::time::Duration;

use podsix::testing::Direction;
use podsix::{Connection, LimitCounts, Limits, Server, data};

use crate::table::*;

/// The counters are those of `Limits`, in the same order.
#[test]
fn each_limit_has_a_counter() {
    let limits = fields(&format!("{:?}", Limits::default()));
    let counted: Vec<String> = LimitCounts::default()
        .iter()
        .map(|(name, _)| name.to_owned())
        .collect();
    assert_eq!(counted, limits);
    assert_eq!(fields(&format!("{:?}", LimitCounts::default())), limits);
}

fn fields(debug: &str) -> Vec<String> {
    let (_, fields) = debug.split_once("{ ").unwrap();
    let fields = fields.strip_suffix(" }").unwrap().split(", ");
    let name = |field: &str| field.split_once(": ").unwrap().0.to_owned();
    fields.map(name).collect()
}

/// Each limit is reached, and then its counter is above nought; the others
/// that one might take for it are not.
#[test]
fn each_counter_counts() {
    for (name, _) in LimitCounts::default().iter() {
        let counted = reach(name);
        let count = |wanted: &str| counted.iter().find(|(name, _)| *name == wanted).unwrap().1;
        assert!(count(name) > 0, "{name}: {counted:?}");
        // Pings go on all the while.
        let others = counted
            .iter()
            .filter(|(other, count)| *count > 0 && *other != name && *other != "ping_after");
        let others: Vec<_> = others.collect();
        assert!(others.is_empty(), "{name}: {others:?}");
    }
}

/// Reaches the limit of this name: what the end counts that has it.
fn reach(limit: &str) -> LimitCounts {
    match limit {
        "max_message_bytes" => server(
            |limits| limits.max_message_bytes = 1000,
            |table| {
                let text = "x".repeat(2000);
                table.server.channels().broadcast(&ToClient::Said { text });
                assert_eq!(table.server.stats().limits.max_message_bytes, 1);
                // A native client knows the limit, this one does not.
                table.sit_down("podsixnet", Connection::builder());
                table.turns(5);
                table.say(1, &"x".repeat(2000));
                table.turns(5);
                assert_eq!(table.server.stats().ended.too_large, 1);
                assert_eq!(table.server.stats().limits.max_message_bytes, 2);
            },
        ),
        "max_outgoing_bytes" => client(
            |limits| limits.max_outgoing_bytes = 1000,
            |table| {
                let text = "x".repeat(2000);
                let sent = table.client(0).send(&ToServer::Say { text });
                assert!(sent.is_err());
            },
        ),
        "max_outgoing_bytes_in_all" => server(
            |limits| limits.max_outgoing_bytes_in_all = 1000,
            |table| {
                // The client does not pump.
                for _ in 0..10 {
                    let text = "x".repeat(100_000);
                    table.server.channels().broadcast(&ToClient::Said { text });
                    table.server.pump().unwrap();
                    table.network.advance(Duration::from_millis(1));
                }
            },
        ),
        "max_incoming_bytes" => server(
            |limits| limits.max_incoming_bytes = 1000,
            |table| flood(table, 30, 100),
        ),
        "max_incoming_messages" => server(
            |limits| limits.max_incoming_messages = 10,
            |table| flood(table, 30, 1),
        ),
        "max_channels" => server(
            |limits| limits.max_channels = 1,
            |table| {
                table.sit_down("podsix", Connection::builder());
            },
        ),
        // In memory nobody has an address.
        "max_channels_per_address" => crowd_of_one_address(),
        "max_messages_a_second" => server(
            |limits| limits.max_messages_a_second = Some(1),
            |table| flood(table, 100, 1),
        ),
        "max_bytes_a_second" => server(
            |limits| limits.max_bytes_a_second = Some(100),
            |table| table.say(0, &"x".repeat(5000)),
        ),
        "read_bytes_a_pump" => server(
            |limits| limits.read_bytes_a_pump = 100,
            |table| flood(table, 30, 1000),
        ),
        "messages_a_pump" => server(
            |limits| limits.messages_a_pump = 3,
            |table| flood(table, 30, 1),
        ),
        "max_actions" => server(
            |limits| limits.max_actions = 1,
            |table| {
                table.say(0, "one");
                table.client(0).send(&ToServer::Move { x: 1 }).unwrap();
            },
        ),
        "max_action_bytes" => server(
            |limits| limits.max_action_bytes = 3,
            |table| table.say(0, "one"),
        ),
        "max_bad_messages" => server(
            |limits| limits.max_bad_messages = 2,
            |table| {
                for _ in 0..3 {
                    let dict = data! { "action": "move", "x": "far" };
                    table.client(0).send(&dict).unwrap();
                }
            },
        ),
        "connect_timeout" => {
            let mut table = Table::new(Server::builder());
            let link = table.sit_down("podsix", Connection::builder());
            table.network.stall(link);
            seconds(&mut table, 11);
            let (there, here) = (table.server.stats(), table.client(0).stats());
            assert_eq!((there.refused.timed_out, there.came), (1, 0));
            assert_eq!(here.limits.connect_timeout, 1);
            there.limits
        }
        "frame_timeout" => server(quiet, |table| {
            table.say(0, "cut");
            let (client, link) = &mut table.clients[0];
            table.network.stall(*link);
            client.pump().unwrap();
            table.network.deliver(*link, Direction::ToServer, 20);
            seconds(table, 11);
            assert_eq!(table.server.stats().ended.timed_out, 1);
        }),
        "ping_after" => server(|_| {}, |table| seconds(table, 20)),
        "dead_after" => server(
            |_| {},
            |table| {
                let (_, link) = table.clients[0];
                table.network.stall(link);
                seconds(table, 40);
                assert_eq!(table.server.stats().ended.timed_out, 1);
            },
        ),
        "idle_timeout" => server(
            |limits| limits.idle_timeout = Some(Duration::from_secs(10)),
            |table| seconds(table, 15),
        ),
        "close_timeout" => server(
            |_| {},
            |table| {
                let (_, link) = table.clients[0];
                let text = "x".repeat(1 << 20);
                table.network.stall(link);
                let text = &text[..1000 << 10];
                for _ in 0..3 {
                    let text = text.to_owned();
                    table.server.channels().broadcast(&ToClient::Said { text });
                }
                table.server.channels().iter().next().unwrap().close("bye");
                seconds(table, 10);
            },
        ),
        other => panic!("nothing here reaches `{other}`"),
    }
}

/// A server with a limit, one client, and what that does: what it counts.
fn server(change: impl FnOnce(&mut Limits), act: impl FnOnce(&mut Table)) -> LimitCounts {
    let mut table = Table::new(Server::builder().limits(change));
    table.sit_down("podsix", Connection::builder());
    table.turns(5);
    act(&mut table);
    table.turns(20);
    table.server.stats().limits
}

/// The same, of a client with a limit.
fn client(change: impl FnOnce(&mut Limits), act: impl FnOnce(&mut Table)) -> LimitCounts {
    let mut table = Table::new(Server::builder());
    table.sit_down("podsix", Connection::builder().limits(change));
    table.turns(5);
    act(&mut table);
    table.turns(20);
    table.client(0).stats().limits
}

fn quiet(limits: &mut Limits) {
    limits.ping_after = Duration::from_secs(1000);
    limits.dead_after = Duration::from_secs(3000);
}

/// The client sends so many messages at once, and the server pumps without
/// dispatching.
fn flood(table: &mut Table, count: usize, bytes: usize) {
    for _ in 0..count {
        table.say(0, &"x".repeat(bytes));
    }
    for _ in 0..10 {
        table.pump();
        table.network.advance(Duration::from_millis(1));
    }
}

fn seconds(table: &mut Table, count: u64) {
    for _ in 0..count * 10 {
        table.turns(1);
        table.network.advance(Duration::from_millis(99));
    }
}

fn crowd_of_one_address() -> LimitCounts {
    let mut server = Server::<()>::builder()
        .limits(|limits| limits.max_channels_per_address = 1)
        .bind("127.0.0.1:0")
        .unwrap();
    let address = server.addr().unwrap().to_string();
    let mut first = Connection::connect(&address).unwrap();
    while !first.is_connected() {
        first.pump().unwrap();
        server.pump().unwrap();
    }
    let mut second = Connection::connect(&address).unwrap();
    while !second.is_closed() {
        second.pump().unwrap();
        server.pump().unwrap();
    }
    server.stats().limits
}
