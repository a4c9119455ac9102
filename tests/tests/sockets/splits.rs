//! One short conversation, cut at every byte.

use crate::raw::{self, Raw, RawListener};
use crate::support::*;

/// What a client says from its first byte to its last.
fn said_by_client() -> Vec<u8> {
    let mut bytes = raw::opening();
    bytes.extend(raw::name(0, b"say", &raw::TEXT_SHAPE));
    bytes.extend(raw::text_message(0, "one"));
    bytes.extend(raw::frame(raw::PING, b"?"));
    bytes.extend(raw::text_message(0, ""));
    bytes.extend(raw::text_message(0, "drei ß"));
    bytes.extend(raw::frame(raw::GOODBYE, b"\0bye"));
    bytes
}

fn said_by_server() -> Vec<u8> {
    let mut bytes = raw::opening();
    bytes.extend(raw::frame(raw::PING, b""));
    bytes.extend(raw::name(0, b"heard", &raw::TEXT_SHAPE));
    bytes.extend(raw::text_message(0, "one"));
    bytes.extend(raw::text_message(0, ""));
    bytes.extend(raw::text_message(0, "drei ß"));
    bytes.extend(raw::frame(raw::GOODBYE, b"\0bye"));
    bytes
}

fn expected() -> [Seen; 5] {
    [
        Seen::Connected,
        text("one"),
        text(""),
        text("drei ß"),
        left("bye"),
    ]
}

/// Writes the pieces one after the other, each when the one before was taken.
fn to_server(pieces: &[&[u8]]) {
    let mut host = Host::new();
    let mut raw = Raw::connect(&host.addr);
    for piece in pieces {
        raw.write(piece);
        host.turn();
        raw.turn();
    }
    until!([host, raw], host.end(1).is_some());
    assert_eq!(host.seen(1), expected(), "{pieces:?}");
}

fn to_client(pieces: &[&[u8]]) {
    let mut listener = RawListener::new();
    let mut client = Client::to(&listener.addr);
    until!([client, listener], !listener.peers.is_empty());
    for piece in pieces {
        listener.peer().write(piece);
        client.turn();
    }
    until!([client, listener], client.end().is_some());
    assert_eq!(client.seen(), expected(), "{pieces:?}");
}

#[test]
fn single_bytes_to_a_server() {
    let bytes = said_by_client();
    to_server(&bytes.chunks(1).collect::<Vec<_>>());
}

#[test]
fn single_bytes_to_a_client() {
    let bytes = said_by_server();
    to_client(&bytes.chunks(1).collect::<Vec<_>>());
}

#[test]
fn two_pieces_to_a_server_cut_everywhere() {
    let bytes = said_by_client();
    for cut in 0..=bytes.len() {
        let (first, second) = bytes.split_at(cut);
        to_server(&[first, second]);
    }
}

#[test]
fn two_pieces_to_a_client_cut_everywhere() {
    let bytes = said_by_server();
    for cut in 0..=bytes.len() {
        let (first, second) = bytes.split_at(cut);
        to_client(&[first, second]);
    }
}
