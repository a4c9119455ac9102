//! Magic, version and hello.

use super::end::{End, Seen, control, message};
use super::{GOODBYE, NAME, OPENING, PING};
use crate::Reason;
use crate::protocol::Link;

#[test]
fn a_client_speaks_first() {
    let mut client = End::client();
    assert_eq!(client.out(), OPENING);
    client.feed(OPENING);
    assert_eq!(client.seen(), [Seen::Connected]);
    // So that there is a round-trip time from the start.
    assert_eq!(client.out(), PING);
}

#[test]
fn a_server_answers_who_knocked() {
    let mut server = End::server();
    assert_eq!(server.out(), b"");
    server.feed(OPENING);
    assert_eq!(server.seen(), [Seen::Connected]);
    assert_eq!(server.out(), [OPENING, PING].concat());
}

#[test]
fn an_opening_may_be_cut_anywhere() {
    let input = [OPENING, NAME, b"\x00\x00", GOODBYE].concat();
    for cut in 0..=input.len() {
        for mut end in End::both() {
            let is_client = end.out() == OPENING;
            end.feed(&input[..cut]);
            if cut < OPENING.len() {
                assert_eq!(end.seen(), [], "cut at {cut}");
                assert_eq!(end.out(), b"", "cut at {cut}");
            }
            let mut seen = end.seen();
            let mut out = end.out();
            end.feed(&input[cut..]);
            seen.extend(end.seen());
            out.extend(end.out());
            assert_eq!(
                seen,
                [
                    Seen::Connected,
                    message("move", b""),
                    Seen::Disconnected(Reason::ClosedByPeer {
                        words: "bye".into()
                    })
                ],
                "cut at {cut}"
            );
            // After the goodbye nobody reads what was not written yet.
            let written = if cut >= OPENING.len() && cut < input.len() {
                if is_client {
                    PING.to_vec()
                } else {
                    [OPENING, PING].concat()
                }
            } else {
                Vec::new()
            };
            assert_eq!(out, written, "cut at {cut}");
            assert!(end.link.is_over());
        }
    }
}

#[test]
fn one_byte_at_a_time() {
    for mut end in End::both() {
        for byte in [OPENING, NAME, b"\x00\x00"].concat() {
            end.feed(&[byte]);
        }
        assert_eq!(end.seen(), [Seen::Connected, message("move", b"")]);
    }
}

#[test]
fn a_knocking_client_waits_to_be_let_in() {
    let mut server = End::server();
    let input = [OPENING, NAME, b"\x00\x00"].concat();
    // Without the harness's hospitality.
    let received = server.act(|link, turn| {
        turn.inbox.room(0)[..input.len()].copy_from_slice(&input);
        link.receive(turn, input.len(), 100)
    });
    assert!(server.link.is_knocking());
    assert_eq!((received.frames, received.more), (1, true));
    assert_eq!(server.seen(), []);
    assert_eq!(server.out(), b"");

    server.act(Link::admit);
    server.act(|link, turn| link.receive(turn, 0, 100));
    assert_eq!(server.seen(), [Seen::Connected, message("move", b"")]);
}

#[test]
fn a_refused_client_gets_version_and_reason() {
    for (reason, goodbye) in [
        (Reason::ServerFull, b"\x01\x84\x01\x01".to_vec()),
        (Reason::ShuttingDown, b"\x01\x84\x01\x02".to_vec()),
        (
            Reason::Refused {
                words: "banned".into(),
            },
            b"\x07\x84\x01\x04banned".to_vec(),
        ),
    ] {
        let mut server = End::server();
        server.act(|link, turn| {
            turn.inbox.room(0)[..OPENING.len()].copy_from_slice(OPENING);
            link.receive(turn, OPENING.len(), 100)
        });
        server.act(|link, turn| link.end(turn, reason.clone()));
        assert_eq!(server.seen(), [], "it was never there");
        let answer = server.out();
        assert_eq!(answer, [b"\xF6pd6\x01", &*goodbye].concat());

        let mut client = End::client();
        client.feed(&answer);
        assert_eq!(client.ending(), reason);
        assert_eq!(client.seen(), []);
    }
}

#[test]
fn a_limit_of_the_other_end_holds_for_what_is_sent() {
    for mut end in End::both() {
        end.feed(b"\xF6pd6\x01\x01\x80\x01\x05");
        assert_eq!(end.seen(), [Seen::Connected]);
        assert_eq!(end.shared.lock().get(0).unwrap().max_body, 5);
    }
    // A larger one than ours changes nothing.
    for mut end in End::both() {
        end.feed(b"\xF6pd6\x01\x05\x80\x01\xFF\xFF\xFF\xFF\x0F");
        assert_eq!(end.shared.lock().get(0).unwrap().max_body, 1 << 20);
    }
}

#[test]
fn later_versions_may_say_more_in_their_hello() {
    for mut end in End::both() {
        let hello = control(0x80, b"\x80\x80\x40\x00and more");
        end.feed(&[b"\xF6pd6\x01", &*hello].concat());
        assert_eq!(end.seen(), [Seen::Connected]);
    }
}

#[test]
fn a_hello_without_a_limit_is_malformed() {
    for body in [&b""[..], b"\x80", b"\x80\x00", b"\xFF\xFF\xFF\xFF\xFF"] {
        let mut client = End::client();
        client.feed(&[b"\xF6pd6\x01", &*control(0x80, body)].concat());
        assert!(matches!(client.ending(), Reason::Malformed { .. }));
    }
}

#[test]
fn a_second_hello_is_malformed() {
    for mut end in End::both_up() {
        end.feed(&OPENING[5..]);
        let Reason::Malformed { problem } = end.ending() else {
            panic!("not malformed");
        };
        assert_eq!(problem, "a second hello");
        assert_eq!(end.out(), control(0x84, b"\x05a second hello"));
    }
}

#[test]
fn every_other_first_frame_is_malformed() {
    let frames: [&[u8]; 6] = [
        NAME,
        PING,
        super::PONG,
        b"\x00\x00",
        b"\x00\x7F",
        // A control frame of a later version, and an action beyond them.
        b"\x02\x9F\x01xx\x00\xA0\x01",
    ];
    for frame in frames {
        let goodbye = control(0x84, b"\x05no hello in the first frame");
        // A server has not said anything before.
        let answer = [b"\xF6pd6\x01", &*goodbye].concat();
        for (mut end, expected) in End::both().into_iter().zip([goodbye, answer]) {
            end.out();
            end.feed(&[b"\xF6pd6\x01", frame].concat());
            assert_eq!(end.out(), expected, "{frame:02x?}");
            assert!(end.link.has_ended());
        }
    }
}

#[test]
fn other_protocols_are_named_and_not_answered() {
    for (bytes, name) in [
        (&b"GET / HTTP/1.1\r\n\r\n"[..], "HTTP request"),
        (b"HTTP/1.1 400 Bad Request\r\n", "HTTP answer"),
        (b"\x16\x03\x01\x02\x00\x01", "TLS"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "SSH"),
        (b"g\x86action\x89connected", "PodSixNet"),
        (b"\x00", "00"),
        (b"\xF6pd5\x01", "f6 70 64 35 01"),
    ] {
        let mut client = End::client();
        client.out();
        client.feed(bytes);
        let Reason::ProtocolMismatch { problem } = client.ending() else {
            panic!("not a mismatch");
        };
        assert!(problem.contains(name), "{problem}");
        assert_eq!(client.out(), b"", "it would not understand a goodbye");

        let mut server = End::server();
        server.feed(bytes);
        assert!(server.link.has_ended());
        assert_eq!(server.seen(), []);
        if cfg!(feature = "websocket") && bytes.starts_with(b"GET") {
            // There is such a page, or there is not.
            assert!(server.out().starts_with(b"HTTP/1.1 404"));
        } else {
            assert_eq!(server.out(), b"");
        }
    }
}

#[test]
fn another_version_is_told() {
    for version in [0, 2, 255] {
        let bytes = [b"\xF6pd6", &[version][..], b"\x00\x00\x00"].concat();
        let mut client = End::client();
        client.out();
        client.feed(&bytes);
        let Reason::ProtocolMismatch { problem } = client.ending() else {
            panic!("not a mismatch");
        };
        assert!(problem.contains(&format!("version {version}")), "{problem}");

        let mut server = End::server();
        server.feed(&bytes);
        assert_eq!(server.seen(), []);
        let out = server.out();
        assert!(out.starts_with(b"\xF6pd6\x01"));

        // An older client at that server learns it as well.
        let mut client = End::client();
        client.feed(&out);
        assert!(matches!(client.ending(), Reason::ProtocolMismatch { .. }));
    }
}

#[test]
fn what_stops_before_it_is_up() {
    for cut in 0..OPENING.len() {
        let mut client = End::client();
        client.feed(&OPENING[..cut]);
        client.act(Link::stopped);
        assert!(matches!(client.ending(), Reason::Io { .. }), "cut at {cut}");

        let mut server = End::server();
        server.feed(&OPENING[..cut]);
        server.act(Link::stopped);
        assert!(server.link.has_ended());
        assert_eq!(server.seen(), []);
        assert_eq!(server.out(), b"");
    }
}
