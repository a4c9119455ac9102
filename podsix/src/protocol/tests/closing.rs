//! Goodbyes, and what comes after them.

use std::io;
use std::time::Duration;

use super::end::{End, Seen, control};
use super::{GOODBYE, NAME, OPENING, PING, PONG};
use crate::Reason;
use crate::protocol::Link;

fn reasons() -> Vec<(Reason, u8, String)> {
    let words = || "it's late".to_owned();
    vec![
        (Reason::ClosedByPeer { words: words() }, 0, words()),
        (Reason::ServerFull, 1, String::new()),
        (Reason::ShuttingDown, 2, String::new()),
        (
            Reason::TimedOut {
                waited_for: words(),
            },
            3,
            words(),
        ),
        (Reason::Refused { words: words() }, 4, words()),
        (Reason::Malformed { problem: words() }, 5, words()),
        (Reason::TooLarge { problem: words() }, 6, words()),
        (Reason::TooManyMessages { problem: words() }, 7, words()),
        (Reason::QueueFull { max: 4096 }, 8, "4096".to_owned()),
        (Reason::HandlerPanicked, 9, String::new()),
        (Reason::ProtocolMismatch { problem: words() }, 10, words()),
    ]
}

/// What a client and a server make of the same goodbye: what only a server can
/// say is a mere closing where a client says it.
fn both_hear(reason: &Reason) -> [Reason; 2] {
    let server = match reason {
        Reason::Refused { words } => Reason::ClosedByPeer {
            words: words.clone(),
        },
        Reason::ServerFull
        | Reason::ShuttingDown
        | Reason::QueueFull { .. }
        | Reason::HandlerPanicked => Reason::ClosedByPeer {
            words: String::new(),
        },
        other => other.clone(),
    };
    [reason.clone(), server]
}

fn goodbye(kind: u8, words: &str) -> Vec<u8> {
    control(0x84, &[&[kind], words.as_bytes()].concat())
}

#[test]
fn every_reason_arrives_in_every_state() {
    for (reason, kind, words) in reasons() {
        let goodbye = goodbye(kind, &words);
        for (mut end, expected) in End::both_up().into_iter().zip(both_hear(&reason)) {
            end.feed(&goodbye);
            assert_eq!(end.ending(), expected);
            assert!(end.link.is_over());
            assert_eq!(end.out(), b"");
        }
        // In place of a hello: a server's refusal.
        let refusal = [b"\xF6pd6\x01", &*goodbye].concat();
        let mut client = End::client();
        client.feed(&refusal);
        assert_eq!(client.ending(), reason);
        assert_eq!(client.out(), b"");
        // A client that thinks better of it was never there.
        let mut server = End::server();
        server.feed(&refusal);
        assert_eq!(server.seen(), []);
        assert!(server.link.is_over());
        // Right behind the hello.
        for (mut end, expected) in End::both().into_iter().zip(both_hear(&reason)) {
            end.feed(&[OPENING, &*goodbye].concat());
            assert_eq!(end.seen(), [Seen::Connected, Seen::Disconnected(expected)]);
        }
        // After our own: the first one counts.
        for mut end in End::both_up() {
            end.act(|link, turn| link.end(turn, Reason::ShuttingDown));
            assert_eq!(end.ending(), Reason::ShuttingDown);
            end.feed(&goodbye);
            assert_eq!(end.seen(), []);
        }
    }
}

#[test]
fn every_reason_leaves() {
    for (reason, kind, words) in reasons() {
        for mut end in End::both_up() {
            end.act(|link, turn| link.end(turn, reason.clone()));
            assert_eq!(end.out(), goodbye(kind, &words));
            assert_eq!(end.ending(), reason);
        }
    }
    for mut end in End::both_up() {
        let words = "bye".to_owned();
        end.act(|link, turn| link.end(turn, Reason::Closed { words }));
        assert_eq!(end.out(), GOODBYE);
    }
}

#[test]
fn odd_goodbyes() {
    for (body, expected) in [
        (&b""[..], ""),
        (b"\x00", ""),
        (b"\x0B of a later version", " of a later version"),
        (b"\xFFx", "x"),
        (b"\x00\xFFx", "\u{FFFD}x"),
    ] {
        for mut end in End::both_up() {
            end.feed(&control(0x84, body));
            assert_eq!(
                end.ending(),
                Reason::ClosedByPeer {
                    words: expected.into()
                }
            );
        }
    }
    for (max, words) in [
        (0, "many"),
        (0, "-1"),
        (0, "99999999999999999999999"),
        (7, "7"),
    ] {
        let [mut client, _] = End::both_up();
        client.feed(&goodbye(8, words));
        assert_eq!(client.ending(), Reason::QueueFull { max });
    }
    for mut end in End::both_up() {
        end.feed(&goodbye(0, &"x".repeat(100_000)));
        let Reason::ClosedByPeer { words } = end.ending() else {
            panic!("not closed");
        };
        assert_eq!(words.len(), 1024);
    }
}

#[test]
fn nothing_is_taken_after_a_goodbye() {
    for mut end in End::both_up() {
        end.feed(
            &[
                NAME,
                GOODBYE,
                b"\x00\x00",
                PING,
                b"\xFF\xFF\xFF\xFF\xFF\xFF",
            ]
            .concat(),
        );
        end.ending();
        end.feed(b"\x00\x00");
        end.feed(PING);
        assert_eq!(end.seen(), []);
        assert_eq!(end.out(), b"");
        assert_eq!(end.link.gap(), 0);
    }
}

#[test]
fn nothing_is_answered_after_the_own_goodbye() {
    for mut end in End::both_up() {
        end.feed(NAME);
        end.act(|link, turn| link.end(turn, Reason::ShuttingDown));
        end.ending();
        end.out();
        end.feed(&[b"\x00\x00", PING, PONG, b"\x80\x80\x80\x80\x80\x80"].concat());
        end.act(|link, turn| link.end(turn, Reason::HandlerPanicked));
        end.act(Link::bad_message);
        assert_eq!(end.seen(), []);
        assert_eq!(end.out(), b"");
    }
}

#[test]
fn it_is_over_when_both_have_said_their_last() {
    for stops_first in [false, true] {
        for mut end in End::both_up() {
            end.act(|link, turn| link.end(turn, Reason::ShuttingDown));
            if stops_first {
                end.act(Link::stopped);
                assert!(!end.link.is_over(), "the goodbye has not left");
                end.act(|link, turn| link.flushed(turn));
            } else {
                end.act(|link, turn| link.flushed(turn));
                assert!(!end.link.is_over(), "closing would throw the goodbye away");
                end.act(Link::stopped);
            }
            assert!(end.link.is_over());
            assert_eq!(end.ending(), Reason::ShuttingDown);
        }
    }
}

#[test]
fn what_was_said_may_leave_for_as_long_as_the_limit_says() {
    for mut end in End::both_up() {
        end.act(|link, turn| link.end(turn, Reason::ShuttingDown));
        end.pass(end.limits.close_timeout - Duration::from_millis(1));
        assert!(!end.link.is_over());
        end.pass(Duration::from_millis(1));
        assert!(end.link.is_over());
        assert_eq!(end.ending(), Reason::ShuttingDown);
    }
}

#[test]
fn the_other_end_gets_a_second_to_stop_as_well() {
    for mut end in End::both_up() {
        end.act(|link, turn| link.end(turn, Reason::ShuttingDown));
        end.act(|link, turn| link.flushed(turn));
        end.pass(Duration::from_millis(999));
        assert!(!end.link.is_over());
        end.pass(Duration::from_millis(1));
        assert!(end.link.is_over());
    }
    // Never longer than the whole closing may take.
    let mut server = End::server_with(|limits| limits.close_timeout = Duration::from_millis(300));
    server = server.up();
    server.act(|link, turn| link.end(turn, Reason::ShuttingDown));
    server.act(|link, turn| link.flushed(turn));
    server.pass(Duration::from_millis(300));
    assert!(server.link.is_over());
}

#[test]
fn a_broken_connection_is_over_at_once() {
    let error = io::Error::from(io::ErrorKind::ConnectionReset);
    for mut end in End::both_up() {
        end.feed(b"\x40\x00half");
        end.act(|link, turn| link.broke(turn, &error));
        let Reason::Io { kind, .. } = end.ending() else {
            panic!("not broken");
        };
        assert_eq!(kind, io::ErrorKind::ConnectionReset);
        assert!(end.link.is_over());
        assert_eq!(end.out(), b"", "nobody is there to be told");
        assert_eq!(end.deadline(), None);
        end.act(|link, turn| link.broke(turn, &error));
        assert_eq!(end.seen(), []);
    }
    for mut end in End::both_up() {
        end.act(|link, turn| link.end(turn, Reason::ShuttingDown));
        end.act(|link, turn| link.broke(turn, &error));
        assert_eq!(end.ending(), Reason::ShuttingDown);
    }
}

#[test]
fn bad_messages_are_counted() {
    let mut server = End::server_with(|limits| limits.max_bad_messages = 3).up();
    for _ in 0..3 {
        server.act(Link::bad_message);
        assert!(!server.link.has_ended());
    }
    server.act(Link::bad_message);
    assert!(matches!(server.ending(), Reason::Malformed { .. }));
    server.act(Link::bad_message);
    assert_eq!(server.seen(), []);
}
