//! Values whose encoding holds what PodSixNet takes for the end of a message.
//! The original cuts such a message in two, and a broadcast of it ends all of
//! its clients.

use podsix::{Value, data};

use crate::ends::{Client, Host, Seen, until};
use crate::python::{Peer, Python};

/// What podsix can send in another form.
fn avoidable() -> [Value; 4] {
    [
        data! { "action": "both", "numbers": [2960685, 0] },
        data! { "action": "at_the_end", "number": 2960685 },
        data! { "action": "nested", "of": { (2960685, 0): [(2960685, 0), 2960685] } },
        data! { "action": "begun", "text": "ends in \0---" },
    ]
}

/// What nobody can send to PodSixNet: texts, and a float of 64 bits.
fn impossible() -> [Value; 3] {
    let float = f64::from_be_bytes([0x40, 0x00, b'-', b'-', b'-', 0x00, 0x00, 0x01]);
    [
        data! { "action": "text", "text": "a\0---\0b" },
        data! { "action": "key", "of": { "\0---\0": 1 } },
        data! { "action": "float", "number": float },
    ]
}

#[test]
fn a_broadcast_of_what_can_be_avoided_reaches_everybody() {
    let Some(python) = Python::find() else { return };
    let mut host = Host::relaying();
    let mut peers: Vec<Peer> = (0..3).map(|_| python.client(&host.podsixnet)).collect();
    let mut mallory = Client::to(&host.native);
    until!([host, peers, mallory], host.server.channels().len() == 4);
    for message in avoidable() {
        mallory.send(&message);
    }
    until!(
        [host, peers, mallory],
        peers.iter().all(|peer| peer.messages().len() >= 4)
    );
    for peer in &peers {
        assert_eq!(peer.messages(), avoidable());
        assert_eq!(peer.count("disconnected"), 0);
    }
    assert_eq!(host.server.channels().len(), 4);
}

#[test]
fn a_broadcast_of_what_can_not_reaches_the_others_and_ends_nobody() {
    let Some(python) = Python::find() else { return };
    let mut host = Host::relaying();
    let mut peers: Vec<Peer> = (0..3).map(|_| python.client(&host.podsixnet)).collect();
    let mut mallory = Client::to(&host.native);
    until!([host, peers, mallory], host.server.channels().len() == 4);
    for message in impossible() {
        mallory.send(&message);
    }
    let after = data! { "action": "after" };
    mallory.send(&after);
    until!(
        [host, peers, mallory],
        mallory.messages().len() == 4 && peers.iter().all(|peer| !peer.messages().is_empty())
    );
    for peer in &peers {
        assert_eq!(peer.messages(), vec![after.clone()]);
        assert_eq!(peer.count("disconnected"), 0);
    }
    assert_eq!(host.server.channels().len(), 4);
    // Each copy that could not be sent is an error on its channel.
    let failed = |seen: &&Seen| matches!(seen, Seen::Failed(_));
    until!(
        [host, peers, mallory],
        host.room.seen.iter().filter(failed).count() >= 9
    );
    assert_eq!(host.room.seen.iter().filter(failed).count(), 9);
}

/// The original sends them, and can't read them itself.
#[test]
fn what_breaks_the_original_arrives_from_it() {
    let Some(python) = Python::find() else { return };
    let mut messages = Vec::from(avoidable());
    // Its floats have 32 bits.
    messages.extend(impossible().into_iter().take(2));

    let mut host = Host::new();
    let mut ann = python.client(&host.podsixnet);
    for message in &messages {
        ann.send(message);
    }
    until!([host, ann], host.messages().len() == messages.len());
    assert_eq!(host.messages(), messages.iter().collect::<Vec<_>>());

    let (mut host, address) = python.host();
    let mut ann = Client::to_podsixnet(&address);
    until!([host, ann], ann.connection.is_connected());
    for message in &messages {
        host.send(message);
    }
    until!([host, ann], ann.messages().len() == messages.len());
    assert_eq!(ann.messages(), messages.iter().collect::<Vec<_>>());
}

/// A client can't send them to the original either, and hears so.
#[test]
fn a_client_refuses_what_it_can_not_send() {
    let Some(python) = Python::find() else { return };
    let (mut host, address) = python.host();
    let mut ann = Client::to_podsixnet(&address);
    until!([host, ann], ann.connection.is_connected());
    for message in impossible() {
        let error = ann.connection.send(&message).unwrap_err().to_string();
        assert!(error.contains(message.action().unwrap()), "{error}");
    }
    for message in avoidable() {
        ann.send(&message);
    }
    until!([host, ann], host.messages().len() == 4);
    assert_eq!(host.messages(), avoidable());
    assert!(ann.connection.is_connected());
}
