//! Rust clients of a Python server.

use std::time::Duration;

use podsix::data;

use crate::ends::{Client, Seen, until};
use crate::python::{self, Python};

#[test]
fn a_client_is_told_that_it_is_connected_and_talks() {
    let Some(python) = Python::find() else { return };
    let (mut host, address) = python.host();
    let mut ann = Client::to_podsixnet(&address);
    // Kept until the connection is up.
    let first = data! { "action": "first", "at": [1, (2, 3)] };
    ann.send(&first);
    until!([host, ann], host.messages().len() == 1);
    assert_eq!(host.messages(), [first]);
    assert_eq!(ann.seen(), [Seen::Connected]);

    let hello = data! { "action": "hello", "who": "Zoë", 7: None };
    host.send(&hello);
    until!([host, ann], ann.messages().len() == 1);
    assert_eq!(ann.seen(), [Seen::Connected, Seen::Message(hello)]);
    assert!(ann.connection.is_connected());
}

#[test]
fn a_client_leaves() {
    let Some(python) = Python::find() else { return };
    let (mut host, address) = python.host();
    let mut ann = Client::to_podsixnet(&address);
    until!([host, ann], ann.connection.is_connected());
    // What it sends before it goes arrives.
    ann.send(&data! { "action": "bye" });
    ann.connection.close("I have to go");
    until!([host, ann], host.seen.contains(&python::Seen::Closed(1)));
    assert_eq!(host.messages(), [data! { "action": "bye" }]);
    until!([host, ann], ann.has_ended());
}

/// The server's side closes at once, so nothing waits for a time-out.
#[test]
fn a_client_that_has_nothing_to_say_is_gone_at_once() {
    let Some(python) = Python::find() else { return };
    let (mut host, address) = python.host();
    let mut ann = Client::to_podsixnet(&address);
    until!([host, ann], ann.connection.is_connected());
    assert!(ann.connection.shutdown(Duration::from_secs(20)).unwrap());

    let mut bob = Client::to_podsixnet(&address);
    until!([host, bob], bob.connection.is_connected());
    bob.connection.close("");
    until!([host, bob], host.seen.contains(&python::Seen::Closed(2)));
    let [.., Seen::Disconnected(_)] = bob.seen() else {
        panic!("{:?}", bob.seen());
    };
}

#[test]
fn a_client_is_closed_by_the_server_and_comes_again() {
    let Some(python) = Python::find() else { return };
    let (mut host, address) = python.host();
    let mut ann = Client::to_podsixnet(&address);
    for number in 1..=5 {
        until!([host, ann], ann.connection.is_connected());
        until!(
            [host, ann],
            host.seen.contains(&python::Seen::Connected(number))
        );
        host.send(&data! { "action": "last", "number": number });
        host.close_client(number);
        until!([host, ann], ann.has_ended());
        let number = usize::try_from(number).unwrap();
        assert_eq!(ann.messages().len(), number);
        assert_eq!(ann.seen().len(), 3 * number, "{:?}", ann.seen());
        ann.connection.reconnect();
    }
}

/// As podsix's own server says why it closes.
#[test]
fn the_last_error_of_a_server_is_the_reason_of_the_end() {
    let Some(python) = Python::find() else { return };
    let (mut host, address) = python.host();
    let mut ann = Client::to_podsixnet(&address);
    until!([host, ann], ann.connection.is_connected());
    let error = data! { "action": "error", "error": (0, "the game is over") };
    host.send(&error);
    host.close();
    until!([host, ann], ann.has_ended());
    let words = "closed by the other end: `the game is over`".to_owned();
    assert_eq!(
        ann.seen(),
        [
            Seen::Connected,
            Seen::Message(error),
            Seen::Disconnected(words)
        ]
    );
}

#[test]
fn a_server_ends_and_comes_again() {
    let Some(python) = Python::find() else { return };
    let (mut host, address) = python.host();
    let mut ann = Client::to_podsixnet(&address);
    until!([host, ann], ann.connection.is_connected());
    host.close();
    until!([host, ann], ann.has_ended());
    host.listen(&address);
    ann.connection.reconnect();
    until!([host, ann], ann.connection.is_connected());
    ann.send(&data! { "action": "again" });
    until!([host, ann], host.messages().len() == 1);
    let [Seen::Connected, Seen::Disconnected(_), Seen::Connected] = ann.seen() else {
        panic!("{:?}", ann.seen());
    };
}

/// The names of what happens on a connection are ordinary names for messages;
/// the server's first message is none.
#[test]
fn a_message_is_no_event_whatever_its_name() {
    let Some(python) = Python::find() else { return };
    let (mut host, address) = python.host();
    let mut ann = Client::to_podsixnet(&address);
    until!([host, ann], ann.connection.is_connected());
    let names = ["connected", "disconnected", "error", "socketConnect"];
    for action in names {
        host.send(&data! { "action": action });
    }
    until!([host, ann], ann.messages().len() == names.len());
    let mut expected = vec![Seen::Connected];
    expected.extend(names.map(|action| Seen::Message(data! { "action": action })));
    assert_eq!(ann.seen(), expected);
}
