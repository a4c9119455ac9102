//! Goodbyes: close frames, their codes and words.

use super::*;
use crate::protocol::Link;

#[test]
fn the_other_end_says_goodbye() {
    let peer = |words: &str| Reason::ClosedByPeer {
        words: words.to_owned(),
    };
    for (body, reason, answer) in [
        (&b""[..], peer(""), 0),
        (b"\x03\xe8", peer(""), 1000),
        (b"\x03\xe8bye", peer("bye"), 1000),
        (b"\x03\xe9", peer(""), 1001),
        (b"\x03\xf5restarting", peer("restarting"), 1013),
        (b"\x03\xf0no", peer("no"), 1008),
        (b"\x0f\xa3", peer(""), 4003),
        (b"\x0b\xb8x", peer("x"), 3000),
    ] {
        let mut server = up();
        server.feed(&[&frame(0x88, body)[..], HELLO, &frame(0x89, b"")].concat());
        assert_eq!(server.ending(), reason);
        assert_eq!(close_frame(&mut server, false).0, answer, "{body:02x?}");
    }
    let mut client = client_up();
    client.feed(b"\x88\x05\x03\xe8bye");
    assert_eq!(client.ending(), peer("bye"));
    assert_eq!(close_frame(&mut client, true), (1000, "bye".to_owned()));
    // Codes that nobody may send, and half a code.
    for body in [
        &b"\x03"[..],
        b"\x03\xe7",
        b"\x03\xec",
        b"\x03\xed",
        b"\x03\xee",
        b"\x00\x00",
        b"\x0b\xb7",
        b"\x13\x88",
    ] {
        let mut server = up();
        server.feed(&frame(0x88, body));
        malformed(&mut server);
        assert_eq!(close_frame(&mut server, false).0, 1002, "{body:02x?}");
    }
}

#[test]
fn every_reason_arrives_as_itself() {
    let words = || "because".to_owned();
    let same = |reason: Reason| (reason.clone(), reason);
    let by_peer = || Reason::ClosedByPeer { words: words() };
    for ((reason, arrives), code) in [
        ((Reason::Closed { words: words() }, by_peer()), 1000),
        (same(Reason::ServerFull), 1013),
        (same(Reason::ShuttingDown), 1001),
        (
            same(Reason::TimedOut {
                waited_for: words(),
            }),
            4000,
        ),
        (same(Reason::Refused { words: words() }), 1008),
        (same(Reason::Malformed { problem: words() }), 1002),
        (same(Reason::TooLarge { problem: words() }), 1009),
        (same(Reason::TooManyMessages { problem: words() }), 4001),
        (same(Reason::QueueFull { max: 7 }), 4002),
        (same(Reason::HandlerPanicked), 4003),
        (same(Reason::ProtocolMismatch { problem: words() }), 4004),
    ] {
        let (mut server, mut client) = (up(), client_up());
        server.act(|link, turn| link.end(turn, reason.clone()));
        let out = server.out();
        assert_eq!(frames(&out, false)[0].1[..2], u16::to_be_bytes(code));
        client.feed(&out);
        assert_eq!(client.ending(), arrives);
        // It answers with the same code, which nobody hears as a reason.
        let answer = client.out();
        assert_eq!(frames(&answer, true)[0].1[..2], u16::to_be_bytes(code));
        server.feed(&answer);
        assert_eq!(server.ending(), reason);
        assert_eq!(server.out(), b"");
    }
    let mut client = client_up();
    client.feed(b"\x88\x02\x03\xf4");
    assert_eq!(client.ending(), Reason::ShuttingDown);
}

#[test]
fn long_words_are_cut_where_a_character_ends() {
    let mut server = up();
    let words = "é".repeat(100);
    server.act(|link, turn| link.end(turn, Reason::Closed { words }));
    assert_eq!(close_frame(&mut server, false), (1000, "é".repeat(61)));
}

#[test]
fn a_refused_client_is_let_in_to_be_told() {
    for (reason, code, said) in [
        (Reason::ServerFull, 1013, "server full"),
        (
            Reason::Refused {
                words: "no".to_owned(),
            },
            1008,
            "no",
        ),
    ] {
        let mut server = web_server();
        // As `feed`, but nobody lets it in.
        server.knock(REQUEST.as_bytes());
        server.act(|link, turn| link.end(turn, reason));
        assert_eq!(server.seen(), []);
        let out = server.out();
        let head = out.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        assert!(out.starts_with(b"HTTP/1.1 101 "));
        let body = [&u16::to_be_bytes(code)[..], said.as_bytes()].concat();
        assert_eq!(frames(&out[head + 4..], false), [(0x88, body)]);
    }
}

#[test]
fn an_end_without_goodbye_is_told() {
    for (bytes, words) in [
        (&b""[..], "without a goodbye"),
        (&HELLO[..5], "in the middle"),
    ] {
        let mut server = up();
        server.feed(bytes);
        server.act(Link::stopped);
        match server.ending() {
            Reason::Io { message, .. } => assert!(message.contains(words), "{message}"),
            other => panic!("{other:?}"),
        }
    }
}
