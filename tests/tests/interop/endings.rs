//! One side ends in the midst of a message: the other one hears of the end, of
//! no part of the message, and goes on.

use podsix::{Connection, Server, Value, data};

use crate::ends::{Client, Host, Seen, until};
use crate::python::{self, Python};

#[test]
fn a_python_client_is_killed() {
    let Some(python) = Python::find() else { return };
    let mut host = Host::relaying();
    let mut ann = python.client(&host.podsixnet);
    let mut bob = python.client(&host.podsixnet);
    until!([host, ann, bob], host.server.channels().len() == 2);
    bob.send(&data! { "action": "before" });
    bob.dies_sending(&data! { "action": "cut", "words": "never to be heard" });
    until!([host, ann, bob], host.ended() == 1);
    // The others go on.
    ann.send(&data! { "action": "after" });
    until!([host, ann], ann.messages().len() == 2);
    assert_eq!(
        ann.messages(),
        [data! { "action": "before" }, data! { "action": "after" }]
    );
    assert_eq!(host.server.channels().len(), 1);
}

#[test]
fn a_python_server_is_killed() {
    let Some(python) = Python::find() else { return };
    let (mut host, address) = python.host();
    let mut ann = Client::to_podsixnet(&address);
    until!([host, ann], ann.connection.is_connected());
    host.send(&data! { "action": "before" });
    host.dies_sending(&data! { "action": "cut", "words": "never to be heard" });
    until!([host, ann], ann.has_ended());
    let [
        Seen::Connected,
        Seen::Message(before),
        Seen::Disconnected(_),
    ] = ann.seen()
    else {
        panic!("{:?}", ann.seen());
    };
    assert_eq!(before.action(), Some("before"));
}

#[test]
fn a_rust_client_is_killed() {
    let Some(python) = Python::find() else { return };
    let (mut host, address) = python.host();
    let address = format!("podsixnet://{address}");
    let ann = Connection::builder().limits(|limits| {
        limits.max_message_bytes = 2 * HUGE;
        limits.max_outgoing_bytes = 2 * HUGE;
    });
    let mut ann = Client::of(ann.connect(&address).unwrap());
    let mut bob = Client::to(&address);
    until!(
        [host, ann, bob],
        ann.connection.is_connected() && bob.connection.is_connected()
    );
    ann.send(&huge());
    // One write can't take all of it: half a message has left.
    ann.connection.flush();
    drop(ann);
    let is_end =
        |seen: &python::Seen| matches!(seen, python::Seen::Closed(_) | python::Seen::Failed(..));
    until!([host, bob], host.seen.iter().any(is_end));
    bob.send(&data! { "action": "after" });
    until!([host, bob], !host.messages().is_empty());
    assert_eq!(host.messages(), [data! { "action": "after" }]);
}

#[test]
fn a_rust_server_is_killed() {
    let Some(python) = Python::find() else { return };
    let server = Server::<()>::builder().limits(|limits| {
        limits.max_message_bytes = 2 * HUGE;
        limits.max_outgoing_bytes = 2 * HUGE;
    });
    let mut host = Host::of(server.build());
    let address = host.podsixnet.clone();
    let mut ann = python.client(&address);
    until!([host, ann], ann.count("connected") == 1);
    host.broadcast(&huge());
    host.server.flush();
    drop(host);
    // Another server, at an address of its own, so that there is an end to pump.
    let mut next = Host::new();
    until!(
        [next, ann],
        ann.count("disconnected") + ann.count("error") > 0
    );
    assert!(ann.messages().is_empty());
    ann.connect(&next.podsixnet);
    until!([next, ann], ann.count("connected") == 2);
    next.broadcast(&data! { "action": "after" });
    until!([next, ann], !ann.messages().is_empty());
    assert_eq!(ann.messages(), [data! { "action": "after" }]);
}

/// More than the operating system takes at once.
const HUGE: usize = 16 << 20;

fn huge() -> Value {
    data! { "action": "cut", "words": "x".repeat(HUGE) }
}
