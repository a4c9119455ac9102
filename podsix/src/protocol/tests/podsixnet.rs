//! PodSixNet's wire: what its programs send and expect, byte by byte.

use std::io::ErrorKind;
use std::time::Duration;

use super::end::{End, Seen};
use crate::Reason;
use crate::limits::Limits;
use crate::protocol::{Link, Role};
use crate::wire::{Coding, Wire};

const WIRE: Wire = Wire::PodSixNet(Coding::Rencode);
const END: &[u8] = b"\0---\0";

/// `{"action": "connected"}` as PodSixNet writes it.
const GREETING: &[u8] = b"g\x86action\x89connected\0---\0";

fn server() -> End {
    server_with(|_| {})
}

fn server_with(change: impl FnOnce(&mut Limits)) -> End {
    let mut limits = Limits::default();
    change(&mut limits);
    End::new(Role::Server, WIRE, limits)
}

fn client() -> End {
    let address = "podsixnet://example.org".to_owned();
    End::new(Role::Client { address }, WIRE, Limits::default())
}

fn up() -> End {
    let mut server = server();
    server.feed(&[]);
    assert_eq!(server.seen(), [Seen::Connected]);
    server.out();
    server
}

/// `{"action": action, "n": ...}`, where `n` is coded already.
fn message(action: &str, n: &[u8]) -> Vec<u8> {
    let length = 0x80 + u8::try_from(action.len()).unwrap();
    [
        b"h\x86action",
        &[length][..],
        action.as_bytes(),
        b"\x81n",
        n,
        END,
    ]
    .concat()
}

fn seen(action: &str, n: &[u8]) -> Seen {
    let message = message(action, n);
    Seen::Message(
        action.to_owned(),
        message[..message.len() - END.len()].to_vec(),
    )
}

fn malformed(end: &mut End) -> String {
    match end.seen().as_slice() {
        [
            Seen::Disconnected(
                Reason::Malformed { problem } | Reason::ProtocolMismatch { problem },
            ),
        ] => problem.clone(),
        other => panic!("not malformed: {other:?}"),
    }
}

#[test]
fn the_server_speaks_first() {
    let mut server = server();
    assert_eq!(server.out(), b"");
    server.feed(&[]);
    assert_eq!(server.seen(), [Seen::Connected]);
    assert_eq!(server.out(), GREETING);
}

#[test]
fn a_client_says_nothing_and_waits_for_the_greeting() {
    let mut client = client();
    assert_eq!(client.out(), b"");
    for byte in GREETING {
        assert_eq!(client.seen(), []);
        client.feed(&[*byte]);
    }
    assert_eq!(client.seen(), [Seen::Connected]);
    assert_eq!(client.out(), b"");
}

#[test]
fn only_the_first_connected_is_the_greeting() {
    let mut client = client();
    client.feed(&[GREETING, GREETING].concat());
    let body = GREETING[..GREETING.len() - END.len()].to_vec();
    let message = Seen::Message("connected".to_owned(), body);
    assert_eq!(client.seen(), [Seen::Connected, message]);
}

#[test]
fn a_server_that_does_not_greet_is_one_all_the_same() {
    let mut client = client();
    client.feed(&message("hi", b"\x01"));
    assert_eq!(client.seen(), [Seen::Connected, seen("hi", b"\x01")]);
}

#[test]
fn what_a_client_says_of_its_own_life_is_a_message() {
    for action in ["connected", "disconnected", "error", "socketConnect"] {
        let mut server = up();
        server.feed(&message(action, b"\x01"));
        assert_eq!(server.seen(), [seen(action, b"\x01")]);
    }
}

#[test]
fn messages_arrive_whole_however_they_are_cut() {
    // Numbers and text whose bytes are those of the terminator.
    let bodies: [&[u8]; 5] = [
        b"\xc2\x40\x00---\x00",
        b"\x40\x00---",
        b"\x84\x00---",
        b"\x87a\x00---\x00b",
        b"\x2c\x00---\x00\x01\x02\x03",
    ];
    let stream: Vec<u8> = bodies.iter().flat_map(|n| message("hp", n)).collect();
    let expected: Vec<Seen> = bodies.iter().map(|n| seen("hp", n)).collect();
    for cut in 0..=stream.len() {
        let mut server = up();
        server.feed(&stream[..cut]);
        server.feed(&stream[cut..]);
        assert_eq!(server.seen(), expected, "cut at {cut}");
    }
    let mut server = up();
    for byte in &stream {
        server.feed(&[*byte]);
    }
    assert_eq!(server.seen(), expected, "byte by byte");
}

#[test]
fn a_budget_leaves_the_rest_for_later() {
    let mut server = up();
    let stream = message("hp", b"\x01").repeat(3);
    let received = server.feed_some(&stream, 2);
    assert!(received.more);
    assert_eq!(server.seen().len(), 2);
    assert!(!server.feed_some(&[], 2).more);
    assert_eq!(server.seen(), [seen("hp", b"\x01")]);
}

#[test]
fn what_is_no_message_is_told_and_passed_over() {
    for (body, words) in [
        (&b"\x05"[..], "no dict"),
        (b"\xc2\x01\x02", "no dict"),
        (b"f", "without an `action`"),
        (b"g\x81x\x01", "without an `action`"),
        (b"g\x86action\x80", "1 to 255 bytes"),
    ] {
        let mut server = up();
        server.feed(&[body, END, &message("hp", b"\x01")].concat());
        match &server.seen()[..] {
            [Seen::Undeliverable(problem), message] => {
                assert!(problem.contains(words), "{problem}");
                assert_eq!(*message, seen("hp", b"\x01"));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_does_not_parse_ends_the_connection() {
    let action_is_a_number = b"g\x86action\x05\0---\0";
    let action_is_no_text = b"g\x86action\x81\xff\0---\0";
    let wrong_terminator = [&message("hp", b"\x01")[..16], b"\0--\0\0"].concat();
    for bytes in [
        &b"\x2d\0---\0"[..],
        b"\x7f\0---\0",
        b"\0---\0",
        action_is_a_number,
        action_is_no_text,
        &wrong_terminator,
        &message("hp", b"\xc1")[..],
        &message("hp", b"g\xc0\x01"),
    ] {
        let mut server = up();
        // So that it is no stranger.
        server.feed(&message("hp", b"\x01"));
        assert_eq!(server.seen(), [seen("hp", b"\x01")]);
        server.feed(bytes);
        malformed(&mut server);
    }
}

#[test]
fn strangers_are_named() {
    for (bytes, words) in [
        (&b"GET / HTTP/1.1\r\n\r\n"[..], "an HTTP request"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "SSH"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "TLS"),
        (super::OPENING, "podsix://"),
    ] {
        let mut server = up();
        server.feed(bytes);
        let problem = malformed(&mut server);
        assert!(problem.contains(words), "{problem}");
    }
}

#[test]
fn a_body_at_the_limit_passes_and_one_byte_more_does_not() {
    let whole = message("hp", b"\x84four");
    let limit = whole.len() - END.len();
    let mut server = server_with(|limits| limits.max_message_bytes = limit);
    server.feed(&whole);
    assert_eq!(server.seen(), [Seen::Connected, seen("hp", b"\x84four")]);
    server.feed(&message("hp", b"\x85fives"));
    let seen = server.seen();
    assert!(
        matches!(&seen[..], [Seen::Disconnected(Reason::TooLarge { .. })]),
        "{seen:?}"
    );
}

#[test]
fn a_claim_beyond_the_limit_is_refused_at_the_claim() {
    let mut server = up();
    server.feed(b"h\x86action\x82hp\x81n99999999:");
    let seen = server.seen();
    assert!(
        matches!(&seen[..], [Seen::Disconnected(Reason::TooLarge { .. })]),
        "{seen:?}"
    );
}

#[test]
fn nobody_is_asked_for_signs_of_life() {
    let mut server = up();
    server.pass(Duration::from_secs(3600));
    assert_eq!(server.seen(), []);
    assert_eq!(server.out(), b"");
    assert_eq!(server.deadline(), None);
}

#[test]
fn half_a_message_has_ten_seconds() {
    let mut server = up();
    server.feed(b"h\x86act");
    server.pass(Duration::from_secs(9));
    assert_eq!(server.seen(), []);
    server.pass(Duration::from_secs(1));
    let seen = server.seen();
    assert!(
        matches!(&seen[..], [Seen::Disconnected(Reason::TimedOut { .. })]),
        "{seen:?}"
    );
}

#[test]
fn a_server_that_never_greets_is_given_up() {
    let mut client = client();
    client.pass(Duration::from_secs(10));
    let seen = client.seen();
    assert!(
        matches!(&seen[..], [Seen::Failed(Reason::TimedOut { .. })]),
        "{seen:?}"
    );
}

#[test]
fn to_stop_is_to_close_there() {
    let mut server = up();
    server.act(Link::stopped);
    let words = String::new();
    assert_eq!(
        server.seen(),
        [Seen::Disconnected(Reason::ClosedByPeer { words })]
    );

    let mut server = up();
    server.feed(b"h\x86act");
    server.act(Link::stopped);
    match &server.seen()[..] {
        [Seen::Disconnected(Reason::Io { kind, message })] => {
            assert_eq!(*kind, ErrorKind::UnexpectedEof);
            assert!(message.contains("in the middle"), "{message}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_client_is_told_why_as_podsixnet_tells_of_errors() {
    let mut server = up();
    let words = "be nice".to_owned();
    server.act(|link, turn| link.end(turn, Reason::Closed { words }));
    assert_eq!(
        server.out(),
        b"h\x86action\x85error\x85error\xe2\x00\x87be nice\0---\0"
    );
    let mut server = up();
    let words = String::new();
    server.act(|link, turn| link.end(turn, Reason::Closed { words }));
    assert_eq!(server.out(), b"", "nothing to say");
}

/// What a client is told as [above](a_client_is_told_why_as_podsixnet_tells_of_errors).
const WORDS: &[u8] = b"h\x86action\x85error\x85error\xe2\x00\x87be nice\0---\0";

fn up_client() -> End {
    let mut client = client();
    client.feed(GREETING);
    assert_eq!(client.seen(), [Seen::Connected]);
    client
}

fn closed_by_peer(words: &str) -> Reason {
    let words = words.to_owned();
    Reason::ClosedByPeer { words }
}

#[test]
fn the_last_words_of_a_server_are_its_reason() {
    let body = WORDS[..WORDS.len() - END.len()].to_vec();
    let message = Seen::Message("error".to_owned(), body);
    let end = Seen::Disconnected(closed_by_peer("be nice"));
    // The connection may break while they are on their way.
    for breaks in [false, true] {
        let mut client = up_client();
        client.feed(WORDS);
        match breaks {
            true => {
                let error = ErrorKind::ConnectionReset.into();
                client.act(|link, turn| link.broke(turn, &error));
            }
            false => client.act(Link::stopped),
        }
        assert_eq!(client.seen(), [message.clone(), end.clone()]);
    }
}

/// Any message can look like that: only what nothing follows is the reason.
#[test]
fn words_that_something_follows_are_a_message_and_no_more() {
    for after in [&message("hp", b"\x01")[..], b"\x05\0---\0"] {
        let mut client = up_client();
        client.feed(&[WORDS, after].concat());
        client.act(Link::stopped);
        let end = Seen::Disconnected(closed_by_peer(""));
        assert_eq!(client.seen().last(), Some(&end), "{after:?}");
    }
}

#[test]
fn errors_of_other_kinds_are_no_words() {
    let others: [&[u8]; 4] = [
        b"h\x86action\x85error\x85error\xe2\x01\x87be nice",
        b"h\x86action\x85error\x85error\x87be nice",
        b"i\x86action\x85error\x85error\xe2\x00\x87be nice\x81n\x01",
        b"h\x86action\x83hit\x85error\xe2\x00\x87be nice",
    ];
    for other in others {
        let mut client = up_client();
        client.feed(&[other, END].concat());
        client.act(Link::stopped);
        let end = Seen::Disconnected(closed_by_peer(""));
        assert_eq!(client.seen().last(), Some(&end), "{other:?}");
    }
}

/// Whom a server lets in it greets before anything else.
#[test]
fn words_instead_of_a_greeting_are_a_refusal() {
    let mut client = client();
    client.feed(WORDS);
    assert_eq!(client.seen(), [Seen::Failed(closed_by_peer("be nice"))]);
    assert!(client.link.is_over());
}

/// A client could put words into the mouth of this end otherwise.
#[test]
fn a_server_takes_no_words() {
    let mut server = up();
    server.feed(WORDS);
    server.act(Link::stopped);
    let end = Seen::Disconnected(closed_by_peer(""));
    assert_eq!(server.seen().last(), Some(&end));
}
