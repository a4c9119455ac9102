//! What a peer may announce, and what its frames may be.

use podsix::{Reason, Server};

use crate::raw::{self, Raw};
use crate::support::*;

fn host() -> Host {
    Host::with(Server::<Player>::builder().limits(|limits| {
        limits.max_actions = 10;
        limits.max_action_bytes = 2_000;
    }))
}

/// Sends frames after a good opening. How the server ended the connection, and
/// the kind of its goodbye.
fn end_of(frames: &[Vec<u8>]) -> (Reason, u8) {
    let mut host = host();
    let mut friend = host.client();
    until!(
        [host, friend],
        friend.connection.is_connected() && host.came() == 1
    );
    let mut raw = Raw::client(&host.addr);
    until!([host, raw], raw.is_up() && host.came() == 2);
    raw.write(&frames.concat());
    until!(
        [host, friend, raw],
        host.end(2).is_some() && raw.end.is_some()
    );
    settle!(host, friend);
    assert_eq!(host.seen(1), [Seen::Connected]);
    let (kind, words) = raw.goodbye().expect("a goodbye");
    match host.end(2) {
        Some(Seen::Disconnected(reason)) => {
            assert!(
                reason.to_string().contains(&words),
                "{reason} is not {words}"
            );
            (reason, kind)
        }
        other => panic!("{other:?}"),
    }
}

fn assert_malformed(frames: &[Vec<u8>], words: &str) {
    let (reason, kind) = end_of(frames);
    let Reason::Malformed { problem } = &reason else {
        panic!("{reason:?}");
    };
    assert!(problem.contains(words), "{problem}");
    assert_eq!(kind, 5);
}

fn assert_too_many(frames: &[Vec<u8>]) {
    let (reason, kind) = end_of(frames);
    assert!(
        matches!(reason, Reason::TooManyMessages { .. }),
        "{reason:?}"
    );
    assert_eq!(kind, 7);
}

fn named(number: u32) -> Vec<u8> {
    raw::name(
        number,
        format!("action{number}").as_bytes(),
        &raw::TEXT_SHAPE,
    )
}

#[test]
fn too_many_actions() {
    assert_too_many(&(0..11).map(named).collect::<Vec<_>>());
    assert_too_many(&[named(10)]);
    assert_too_many(&[raw::name(u32::MAX, b"say", &raw::TEXT_SHAPE)]);
}

#[test]
fn too_many_bytes_of_names() {
    let long = |number| raw::name(number, "n".repeat(240).as_bytes(), &raw::TEXT_SHAPE);
    assert_too_many(&(0..9).map(long).collect::<Vec<_>>());
}

#[test]
fn as_many_as_are_allowed_are_no_harm() {
    let mut host = host();
    let mut raw = Raw::client(&host.addr);
    let mut frames: Vec<u8> = (0..9).flat_map(named).collect();
    frames.extend(raw::name(9, b"say", &raw::TEXT_SHAPE));
    frames.extend(raw::text_message(3, "nobody knows it"));
    frames.extend(raw::text_message(9, "hello"));
    raw.write(&frames);
    until!([host, raw], host.seen(1).len() == 2);
    assert_eq!(host.seen(1), [Seen::Connected, text("hello")]);
    let link = host.server.channels().iter().next().unwrap().link();
    assert_eq!(link.messages_received, 2);
}

#[test]
fn a_number_named_twice() {
    assert_malformed(
        &[named(1), raw::name(1, b"say", &raw::TEXT_SHAPE)],
        "named twice",
    );
}

#[test]
fn a_number_that_was_never_named() {
    assert_malformed(&[raw::text_message(3, "what?")], "no name yet");
}

#[test]
fn names_that_are_none() {
    for name in [&b""[..], b"\xff\xfe", b"say\xc3", &[b'n'; 256]] {
        assert_malformed(&[raw::name(0, name, &raw::TEXT_SHAPE)], "sound name");
    }
    // Cut off: a length beyond the frame, or nothing at all.
    assert_malformed(&[raw::frame(raw::NAME, &[0, 200, 1, b's'])], "sound name");
    assert_malformed(&[raw::frame(raw::NAME, &[])], "sound name");
}

#[test]
fn shapes_that_are_none() {
    let endless = vec![17; 500];
    let shapes: [&[u8]; 6] = [
        &[],
        &[99],
        &[21, 1, 4, b't', b'e'],
        &[21, 2, 1, b'a', 1, 1, b'a', 1],
        &[23, 1],
        &endless,
    ];
    for shape in shapes {
        assert_malformed(&[raw::name(0, b"say", shape)], "shape");
    }
}

#[test]
fn frames_that_are_none() {
    // Not the shortest form, and more than 32 bits.
    assert_malformed(&[vec![0x80, 0x00, 0x00]], "no valid number");
    assert_malformed(&[vec![0xff; 6]], "no valid number");
    assert_malformed(
        &[vec![0x00, 0xff, 0xff, 0xff, 0xff, 0x7f]],
        "no valid number",
    );
}

#[test]
fn a_second_hello() {
    assert_malformed(
        &[raw::frame(raw::HELLO, &raw::varint(1_000))],
        "second hello",
    );
}

#[test]
fn control_frames_of_later_versions_are_passed_over() {
    let mut host = host();
    let mut raw = Raw::client(&host.addr);
    let mut frames = raw::name(0, b"say", &raw::TEXT_SHAPE);
    frames.extend(raw::frame(140, b"from the future"));
    frames.extend(raw::text_message(0, "hello"));
    frames.extend(raw::frame(159, b""));
    frames.extend(raw::frame(raw::GOODBYE, b"\x00until then"));
    raw.write(&frames);
    until!([host, raw], host.end(1).is_some());
    let expected = [Seen::Connected, text("hello"), left("until then")];
    assert_eq!(host.seen(1), expected);
}

#[test]
fn a_goodbye_of_a_later_version_is_a_goodbye() {
    for (body, words) in [(&b"\xc8what is new"[..], "what is new"), (b"", "")] {
        let mut host = host();
        let mut raw = Raw::client(&host.addr);
        until!([host, raw], raw.is_up() && host.came() == 1);
        raw.write(&raw::frame(raw::GOODBYE, body));
        until!([host, raw], host.end(1).is_some());
        assert_eq!(host.end(1), Some(left(words)));
    }
}

#[test]
fn nothing_after_a_goodbye_is_read() {
    let mut host = host();
    let mut raw = Raw::client(&host.addr);
    let mut frames = raw::name(0, b"say", &raw::TEXT_SHAPE);
    frames.extend(raw::frame(raw::GOODBYE, b"\x00bye"));
    frames.extend(raw::text_message(0, "one more thing"));
    frames.extend([0xff; 50]);
    raw.write(&frames);
    until!([host, raw], host.end(1).is_some());
    settle!(host);
    assert_eq!(host.seen(1), [Seen::Connected, left("bye")]);
}
