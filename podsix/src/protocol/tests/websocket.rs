//! WebSocket: frames of a browser and what becomes of them, byte by byte.
//!
//! A frame is `81` for text, `82` for binary, `01` for the first part of a text,
//! `00` and `80` for further and last parts, `88` close, `89` ping, `8a` pong;
//! then its length, from a client with the highest bit set and four bytes of a
//! mask behind it; then its body.

mod endings;

use std::time::Duration;

use tungstenite::handshake::derive_accept_key;

use super::end::{End, Seen};
use crate::Reason;
use crate::limits::Limits;
use crate::protocol::Role;
use crate::wire::Wire;

/// With the key that is the example of RFC 6455.
pub(super) const REQUEST: &str = "GET / HTTP/1.1\r\n\
    Host: example.org\r\n\
    Connection: Upgrade\r\n\
    Upgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// `{"action":"hi"}` as a text whose mask is `20 20 20 20`.
pub(super) const HELLO: &[u8] = b"\x81\x8f\x20\x20\x20\x20\x5b\x02ACTION\x02\x1a\x02HI\x02\x5d";

/// The same from a server.
const HELLO_UNMASKED: &[u8] = b"\x81\x0f{\"action\":\"hi\"}";

/// A server at a native port.
pub(super) fn server() -> End {
    End::server()
}

/// A server at a `ws://` port.
pub(super) fn web_server() -> End {
    web_server_with(|_| {})
}

fn web_server_with(change: impl FnOnce(&mut Limits)) -> End {
    let mut limits = Limits::default();
    change(&mut limits);
    End::new(Role::Server, Wire::WebSocket, limits)
}

pub(super) fn client() -> End {
    let address = "ws://example.org:7/game".to_owned();
    End::new(Role::Client { address }, Wire::WebSocket, Limits::default())
}

/// A client that has asked, and what a server has to answer.
pub(super) fn asked() -> (End, String) {
    let mut client = client();
    let request = String::from_utf8(client.out()).unwrap();
    let (_, key) = request.split_once("Sec-WebSocket-Key: ").unwrap();
    let accept = derive_accept_key(key.trim_end().as_bytes());
    (client, accept)
}

fn up() -> End {
    up_with(|_| {})
}

fn up_with(change: impl FnOnce(&mut Limits)) -> End {
    let mut server = web_server_with(change);
    server.feed(REQUEST.as_bytes());
    server.feed(&frame(0x8a, b""));
    assert_eq!(server.seen(), [Seen::Connected]);
    server.out();
    server
}

fn client_up() -> End {
    let (mut client, accept) = asked();
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Accept: {accept}\r\n\r\n"
    );
    client.feed(answer.as_bytes());
    client.feed(b"\x8a\x00");
    assert_eq!(client.seen(), [Seen::Connected]);
    client.out();
    client
}

/// A client's frame.
pub(super) fn frame(first: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match body.len() {
        0..126 => bytes.push(0x80 | body.len() as u8),
        126..65536 => {
            bytes.push(0x80 | 126);
            bytes.extend((body.len() as u16).to_be_bytes());
        }
        _ => {
            bytes.push(0x80 | 127);
            bytes.extend((body.len() as u64).to_be_bytes());
        }
    }
    let mask = [1, 2, 3, 4];
    bytes.extend(mask);
    bytes.extend(body.iter().zip(mask.iter().cycle()).map(|(a, b)| a ^ b));
    bytes
}

/// The frames that an end wrote: the first byte and the body of each.
pub(super) fn frames(mut bytes: &[u8], masked: bool) -> Vec<(u8, Vec<u8>)> {
    let mut frames = Vec::new();
    while let [first, length, rest @ ..] = bytes {
        assert_eq!(length & 0x80 != 0, masked, "masked");
        let (length, rest) = match length & 0x7f {
            126 => (usize::from(rest[0]) << 8 | usize::from(rest[1]), &rest[2..]),
            127 => panic!("a large frame"),
            length => (usize::from(length), rest),
        };
        let (mask, rest) = rest.split_at(if masked { 4 } else { 0 });
        let (body, rest) = rest.split_at(length);
        let mask = mask.iter().cycle().chain(std::iter::repeat(&0));
        frames.push((*first, body.iter().zip(mask).map(|(a, b)| a ^ b).collect()));
        bytes = rest;
    }
    assert_eq!(bytes, b"", "half a frame");
    frames
}

/// The code and the words of the one close frame that an end wrote.
fn close_frame(end: &mut End, masked: bool) -> (u16, String) {
    match &frames(&end.out(), masked)[..] {
        [(0x88, body)] if body.is_empty() => (0, String::new()),
        [(0x88, body)] => (
            u16::from_be_bytes([body[0], body[1]]),
            String::from_utf8(body[2..].to_vec()).unwrap(),
        ),
        other => panic!("not one close: {other:02x?}"),
    }
}

/// `{"action": "hi"}` as it is handed on.
fn hi() -> Seen {
    Seen::Message("hi".to_owned(), b"g\x86action\x82hi".to_vec())
}

fn malformed(end: &mut End) -> String {
    match end.ending() {
        Reason::Malformed { problem } => problem,
        other => panic!("not malformed: {other:?}"),
    }
}

#[test]
fn text_and_binary_are_the_same() {
    let mut server = up();
    server.feed(HELLO);
    server.feed(&frame(0x82, b"{\"action\":\"hi\"}"));
    assert_eq!(server.seen(), [hi(), hi()]);
    let mut client = client_up();
    client.feed(HELLO_UNMASKED);
    client.feed(b"\x82\x0f{\"action\":\"hi\"}");
    assert_eq!(client.seen(), [hi(), hi()]);
}

#[test]
fn messages_arrive_whole_however_they_are_cut() {
    let long = format!("{{\"action\":\"hi\",\"n\":\"{}\"}}", "é".repeat(100));
    let stream = [
        HELLO,
        // In parts, the second of them empty, the é cut in the middle, with a
        // ping and a pong between them.
        &frame(0x01, b"{\"action\":\"hi\",\"n\":\"\xc3"),
        &frame(0x89, b"there?"),
        &frame(0x00, b""),
        &frame(0x8a, b"unasked"),
        &frame(0x80, b"\xa9\"}"),
        &frame(0x81, long.as_bytes()),
        HELLO,
    ]
    .concat();
    let check = |server: &mut End, cut: &str| {
        let seen = server.seen();
        assert_eq!(seen.len(), 4, "{cut}: {seen:?}");
        let in_parts = b"h\x86action\x82hi\x81n\x82\xc3\xa9".to_vec();
        assert_eq!(seen[1], Seen::Message("hi".to_owned(), in_parts), "{cut}");
        assert_eq!(seen[3], hi(), "{cut}");
        assert_eq!(server.out(), b"\x8a\x06there?", "{cut}");
        assert_eq!(server.link.gap(), 0);
    };
    for cut in 0..=stream.len() {
        let mut server = up();
        server.feed(&stream[..cut]);
        server.feed(&stream[cut..]);
        check(&mut server, &format!("cut at {cut}"));
    }
    let mut server = up();
    for byte in &stream {
        server.feed(&[*byte]);
    }
    check(&mut server, "byte by byte");
}

#[test]
fn a_budget_leaves_the_rest_for_later() {
    let mut server = up();
    let received = server.feed_some(&HELLO.repeat(3), 2);
    assert!(received.more);
    assert_eq!(server.seen().len(), 2);
    assert!(!server.feed_some(&[], 2).more);
    assert_eq!(server.seen(), [hi()]);
}

#[test]
fn frames_that_break_the_rules() {
    for (bytes, words) in [
        (HELLO_UNMASKED.to_vec(), "nmasked"),
        (frame(0xc1, b"{}"), "eserved bits"),
        (frame(0xa1, b"{}"), "eserved bits"),
        (frame(0x91, b"{}"), "eserved bits"),
        (frame(0xc9, b""), "eserved bits"),
        (frame(0x83, b""), "opcode"),
        (frame(0x87, b""), "opcode"),
        (frame(0x8b, b""), "opcode"),
        (frame(0x8f, b""), "opcode"),
        (frame(0x80, b""), "ontinue frame"),
        (frame(0x00, b""), "ontinue frame"),
        ([frame(0x01, b"{"), frame(0x81, b"}")].concat(), "fragment"),
        ([frame(0x01, b"{"), frame(0x02, b"}")].concat(), "fragment"),
        // These are refused at their heads.
        (b"\x09\x80\0\0\0\0".to_vec(), "control frame"),
        (b"\x89\xfe\x00\x7e\0\0\0\0".to_vec(), "control frame"),
        (b"\x88\xfe\x00\x7e\0\0\0\0".to_vec(), "control frame"),
        (
            b"\x81\xfe\x00\x7d\0\0\0\0".to_vec(),
            "more bytes than it has to",
        ),
        (
            b"\x81\xff\0\0\0\0\0\0\x00\x7e\0\0\0\0".to_vec(),
            "more bytes than it has to",
        ),
    ] {
        let mut server = up();
        server.feed(&bytes);
        let (code, said) = close_frame(&mut server, false);
        let problem = malformed(&mut server);
        assert!(problem.contains(words), "{bytes:02x?}: {problem}");
        assert_eq!((code, said), (1002, problem), "{bytes:02x?}");
    }
    let mut client = client_up();
    client.feed(HELLO);
    assert_eq!(close_frame(&mut client, true).0, 1002);
    assert!(malformed(&mut client).contains("asked frame"));
}

#[test]
fn text_that_is_no_text() {
    for bytes in [
        frame(0x81, b"\xff"),
        frame(0x81, b"{\"action\":\"\xc3\"}"),
        frame(0x81, b"\xed\xa0\x80"),
        // Told with the part where it is, not at the end.
        frame(0x01, b"\xce\xba\xe1\xbd\xf4\x90"),
        [frame(0x01, b"\xc3"), frame(0x80, b"")].concat(),
        frame(0x88, b"\x03\xe8\xff"),
    ] {
        let mut server = up();
        server.feed(&bytes);
        assert_eq!(close_frame(&mut server, false).0, 1007, "{bytes:02x?}");
        malformed(&mut server);
    }
}

#[test]
fn what_does_not_parse_is_a_bad_message() {
    let mut server = up_with(|limits| limits.max_bad_messages = 4);
    for body in [&b"nonsense"[..], b"{", b"", b"{\"action\":5}"] {
        server.feed(&frame(0x81, body));
        server.feed(HELLO);
        let seen = server.seen();
        assert!(
            matches!(&seen[..], [Seen::Bad(_), other] if *other == hi()),
            "{seen:?}"
        );
    }
    for body in [&b"[1]"[..], b"5", b"{}", b"{\"action\":\"\"}"] {
        server.feed(&frame(0x82, body));
        let seen = server.seen();
        assert!(matches!(&seen[..], [Seen::Undeliverable(_)]), "{seen:?}");
    }
    server.out();
    server.feed(&frame(0x81, b"once more"));
    let seen = server.seen();
    assert!(
        matches!(
            &seen[..],
            [Seen::Bad(_), Seen::Disconnected(Reason::Malformed { .. })]
        ),
        "{seen:?}"
    );
    assert_eq!(close_frame(&mut server, false).0, 1002);
}

#[test]
fn a_message_at_the_limit_passes_and_one_byte_more_does_not() {
    let whole = b"{\"action\":\"hi\"}";
    let limited = || up_with(|limits| limits.max_message_bytes = whole.len());
    let more = [&whole[..], b" "].concat();
    let parts = |body: &[u8]| {
        let (first, rest) = body.split_at(7);
        let (second, third) = rest.split_at(0);
        [frame(0x01, first), frame(0x00, second), frame(0x80, third)].concat()
    };
    for bytes in [frame(0x81, whole), frame(0x82, whole), parts(whole)] {
        let mut server = limited();
        server.feed(&bytes);
        assert_eq!(server.seen(), [hi()]);
    }
    for bytes in [frame(0x81, &more), frame(0x82, &more), parts(&more)] {
        // Already at the head of the last frame, of which nothing is kept.
        let body_of_last = if bytes[0] == 0x01 {
            more.len() - 7
        } else {
            more.len()
        };
        let mut server = limited();
        server.feed(&bytes[..bytes.len() - body_of_last]);
        assert_eq!(close_frame(&mut server, false).0, 1009);
        assert!(matches!(server.ending(), Reason::TooLarge { .. }));
        assert_eq!(server.link.gap(), 0);
    }
    for head in [
        &b"\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0"[..],
        b"\x82\xff\0\0\0\0\0\x10\0\x01\0\0\0\0",
    ] {
        let mut server = up();
        server.feed(head);
        assert!(matches!(server.ending(), Reason::TooLarge { .. }));
    }
}

#[test]
fn a_message_in_parts_has_to_end_in_time() {
    // Whether the parts are empty, and whether there are pings between them.
    for bytes in [frame(0x00, b""), frame(0x00, b" "), frame(0x89, b"")] {
        let mut server = up();
        server.feed(&frame(0x01, b"{"));
        for _ in 0..99 {
            server.pass(Duration::from_millis(100));
            server.feed(&bytes);
            assert!(server.link.is_up());
        }
        server.out();
        server.pass(Duration::from_millis(100));
        assert_eq!(close_frame(&mut server, false).0, 4000);
        assert!(matches!(server.ending(), Reason::TimedOut { .. }));
    }
    let mut server = up();
    server.feed(&frame(0x01, b"{\"action\":"));
    server.pass(Duration::from_secs(9));
    server.feed(&frame(0x80, b"\"hi\"}"));
    server.out();
    server.feed(&frame(0x8a, b""));
    server.pass(Duration::from_secs(9));
    assert_eq!(server.seen(), [hi()]);
    assert!(server.link.is_up());
}

#[test]
fn pings_are_answered_unless_nobody_reads() {
    let mut server = up_with(|limits| limits.max_outgoing_bytes = 1000);
    let body = [7; 125];
    server.feed(&frame(0x89, &body));
    assert_eq!(frames(&server.out(), false), [(0x8a, body.to_vec())]);
    server.feed(&frame(0x89, &body).repeat(1000));
    assert!(server.link.is_up());
    let answers = frames(&server.out(), false).len();
    assert_eq!(answers, 8, "no more than the queue takes");
    let mut client = client_up();
    client.feed(b"\x89\x02hi");
    assert_eq!(frames(&client.out(), true), [(0x8a, b"hi".to_vec())]);
}

#[test]
fn a_silent_end_is_asked_and_then_given_up() {
    for (mut end, masked) in [(up(), false), (client_up(), true)] {
        end.pass(Duration::from_secs(2));
        assert_eq!(frames(&end.out(), masked), [(0x89, Vec::new())]);
        end.pass(Duration::from_millis(20));
        end.feed(if masked {
            b"\x8a\x00"
        } else {
            b"\x8a\x80\0\0\0\0"
        });
        // The first was answered at once.
        let smoothed = Duration::from_millis(20) / 8;
        assert_eq!(end.round_trip_time(), Some(smoothed));
        end.pass(Duration::from_secs(30));
        assert!(!end.link.is_up());
        let said = frames(&end.out(), masked);
        let (code, body) = said.last().unwrap();
        assert_eq!((*code, &body[..2]), (0x88, &4000u16.to_be_bytes()[..]));
    }
}
