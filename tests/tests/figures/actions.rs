//! Messages by their actions, on each wire.

use std::time::Duration;

use podsix::{Connection, NetworkHandler, Server, Value, data, network_handler};

use crate::table::*;

/// What one end sent is what the other one received, to the byte.
#[test]
fn each_wire_counts_exactly() {
    for wire in WIRES {
        let mut table = Table::of(&[wire]);
        for text in ["a", "bb", "ccc"] {
            table.say(0, text);
        }
        table.client(0).send(&ToServer::Move { x: 1 }).unwrap();
        table.client(0).send(&ToServer::Wave).unwrap();
        table.turns(5);

        let (at_server, at_client) = (table.server.stats(), table.client(0).stats());
        let there = received(&at_server.received);
        assert_eq!(
            messages(&there),
            [("move", 1), ("say", 3), ("wave", 1)],
            "{wire}"
        );
        assert_eq!(there, sent(&at_client.sent), "{wire}");
        let back = received(&at_client.received);
        assert_eq!(messages(&back), [("moved", 1), ("said", 3)], "{wire}");
        assert_eq!(back, sent(&at_server.sent), "{wire}");

        // The channel's own figures are the same, but for what was sent.
        let channel = table.server.channels().iter().next().unwrap().stats();
        assert_eq!(channel.received, at_server.received, "{wire}");
        assert_eq!(channel.sent, [], "{wire}");
        assert_eq!(channel.link.messages_received, 5, "{wire}");
        assert_eq!(channel.link.messages_sent, 4, "{wire}");
        assert_eq!(at_server.links, channel.link, "{wire}");
    }
}

/// In native frames a text is its length and its bytes, and a small number one byte.
#[test]
fn bytes_are_those_of_the_bodies() {
    let mut table = Table::of(&["podsix"]);
    table.say(0, "four");
    table.client(0).send(&ToServer::Move { x: 1 }).unwrap();
    table.turns(3);
    let stats = table.server.stats();
    let expected = [("move".to_owned(), 1, 1), ("say".to_owned(), 1, 5)];
    assert_eq!(received(&stats.received), expected);
}

#[test]
fn a_broadcast_counts_once_for_each_client() {
    let mut table = Table::of(&WIRES);
    table.say(0, "hi");
    table.turns(5);
    let stats = table.server.stats();
    assert_eq!(messages(&sent(&stats.sent)), [("said", 4)]);
    assert_eq!(stats.links.messages_sent, 4);
    for number in 0..4 {
        let rows = received(&table.client(number).stats().received);
        assert_eq!(messages(&rows), [("said", 1)]);
    }
}

struct Loose;

#[network_handler]
impl Loose {
    // Nobody sends a text there.
    fn network_move(&mut self, _text: String) {}
}

#[test]
fn what_fails_is_counted_with_its_action() {
    for wire in WIRES {
        let mut table = Table::of(&[wire]);
        let client = table.client(0);
        client.send(&ToServer::Fail).unwrap();
        client.send(&ToServer::Fail).unwrap();
        client.send(&ToServer::Wave).unwrap();
        client.send(&ToServer::Wave).unwrap();
        client.send(&ToServer::Move { x: 2 }).unwrap();
        for _ in 0..5 {
            table.pump();
            table.server.dispatch(&mut Game);
            table.server.dispatch(&mut Loose);
            table.network.advance(Duration::from_millis(1));
        }
        let stats = table.server.stats();
        let of = |action| {
            let row = row(&stats.received, action);
            [row.unhandled, row.bad, row.failed, row.differing]
        };
        assert_eq!(of("fail"), [0, 0, 2, 0], "{wire}");
        assert_eq!(of("wave"), [2, 0, 0, 0], "{wire}");
        assert_eq!(of("move"), [0, 1, 0, 0], "{wire}");
        assert_eq!(stats.links.failed, 2, "{wire}");
        assert_eq!(stats.links.unhandled, 2, "{wire}");
        assert_eq!(stats.links.bad, 1, "{wire}");
    }
}

#[derive(podsix::Message)]
#[message(action = "move")]
struct OtherMove {
    north: String,
}

#[test]
fn other_fields_are_counted_with_their_action() {
    let mut table = Table::of(&["podsix"]);
    for _ in 0..3 {
        let north = "far".to_owned();
        table.client(0).send(&OtherMove { north }).unwrap();
    }
    table.turns(5);
    let stats = table.server.stats();
    let row = row(&stats.received, "move");
    assert_eq!((row.messages, row.differing), (3, 3));
    assert_eq!(stats.links.differing, 3);
}

#[test]
fn what_is_taken_out_is_counted_as_well() {
    let mut table = Table::of(&["podsix"]);
    table.client(0).send(&ToServer::Wave).unwrap();
    table.client(0).send(&ToServer::Wave).unwrap();
    table.client(0).send(&ToServer::Move { x: 2 }).unwrap();
    for _ in 0..5 {
        table.pump();
        let mut events = table.server.take_events();
        let read = events.read::<OtherMove>();
        assert!(read.is_empty());
        table.network.advance(Duration::from_millis(1));
    }
    let stats = table.server.stats();
    assert_eq!(row(&stats.received, "wave").unhandled, 2);
    assert_eq!(row(&stats.received, "move").differing, 1);
}

/// A peer makes up names. They take no more than 256 rows, and what this
/// program has a method for has its own, however late it comes.
#[test]
fn names_that_a_peer_makes_up_are_bounded() {
    const NAMES: u64 = 1000;
    for wire in WIRES {
        let mut table = Table::of(&[wire]);
        for number in 0..NAMES {
            let dict = data! { "action": format!("made up {number}") };
            table.client(0).send(&dict).unwrap();
        }
        table.turns(5);
        table.say(0, "late");
        table.turns(5);
        let stats = table.server.stats();
        let rows = received(&stats.received);
        assert_eq!(rows.len(), 256 + 2, "{wire}");
        let others = row(&stats.received, "(others)");
        assert_eq!(others.messages, NAMES - 256, "{wire}");
        assert_eq!(others.unhandled, NAMES - 256, "{wire}");
        assert_eq!(row(&stats.received, "say").messages, 1, "{wire}");
        let all: u64 = rows.iter().map(|(_, messages, _)| messages).sum();
        assert_eq!(all, stats.links.messages_received, "{wire}");
        // And so is what a program passes on.
        assert_eq!(sent(&table.client(0).stats().sent), rows, "{wire}");
    }
}

/// Nobody can make the row of the others look like an action, nor the table
/// look like anything else.
#[test]
fn a_name_can_do_nothing_to_a_table() {
    let mut table = Table::of(&["podsixnet"]);
    for name in ["(others)", "\u{1b}[31mred\nrow"] {
        let dict: Value = data! { "action": name };
        table.client(0).send(&dict).unwrap();
    }
    table.turns(5);
    let stats = table.server.stats();
    assert_eq!(row(&stats.received, "(others)").messages, 1);
    let shown = stats.to_string();
    let harmless = |char: char| char == '\n' || !char.is_control();
    assert!(shown.chars().all(harmless), "{shown:?}");
    assert!(shown.contains("\\u{1b}[31mred\\nrow"), "{shown}");
}

#[test]
fn time_is_measured_only_where_asked() {
    let mut table = Table::of(&["podsix"]);
    table.client(0).send(&ToServer::Work { micros: 1 }).unwrap();
    table.turns(5);
    let stats = table.server.stats();
    assert_eq!(row(&stats.received, "work").handling, None);

    let mut table = Table::new(Server::builder().time_handlers());
    table.sit_down("podsix", Connection::builder().time_handlers());
    table.turns(5);
    for micros in [2000, 1000] {
        table.client(0).send(&ToServer::Work { micros }).unwrap();
    }
    table.say(0, "hi");
    table.turns(5);
    let stats = table.server.stats();
    let handling = row(&stats.received, "work").handling.unwrap();
    assert!(
        handling.total >= Duration::from_micros(3000),
        "{handling:?}"
    );
    assert!(
        handling.longest >= Duration::from_micros(2000),
        "{handling:?}"
    );
    assert!(handling.longest < handling.total, "{handling:?}");
    // Everything that a client hears is measured too, if it asks.
    let stats = table.client(0).stats();
    assert!(row(&stats.received, "said").handling.is_some());
}

/// A type of handler for each of the two contexts, so that both are counted.
#[test]
fn handlers_of_taken_events_are_measured_too() {
    fn heard(handler: &mut impl NetworkHandler<()>, table: &mut Table) {
        let (client, _) = &mut table.clients[0];
        client.pump().unwrap();
        client.take_events().dispatch(handler);
    }
    let mut table = Table::new(Server::builder());
    table.sit_down("podsix", Connection::builder().time_handlers());
    table.turns(5);
    table.say(0, "hi");
    for _ in 0..5 {
        table.server.pump().unwrap();
        table.server.dispatch(&mut Game);
        heard(&mut Player, &mut table);
        table.network.advance(Duration::from_millis(1));
    }
    let stats = table.client(0).stats();
    assert!(row(&stats.received, "said").handling.is_some());
}
