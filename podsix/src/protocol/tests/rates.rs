//! What may come in a second, silence without a message, and what is read after
//! the end.

use std::time::Duration;

use super::end::{End, Seen, control};
use super::{NAME, OPENING, PONG};
use crate::Reason;
use crate::limits::Limits;
use crate::protocol::{Link, Role};
use crate::wire::{Coding, Wire};

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

/// A message of action 0.
const MESSAGE: &[u8] = b"\0\0";

/// A server with three messages a second, up.
fn three_a_second() -> End {
    let mut server = End::server_with(|limits| limits.max_messages_a_second = Some(3));
    server.feed(OPENING);
    server.feed(PONG);
    server.feed(NAME);
    // What these three took is there again.
    server.pass(SECOND);
    server.seen();
    server
}

fn too_many(end: &mut End) -> String {
    assert!(end.link.has_ended(), "{:?}", end.link);
    match end.seen().pop() {
        Some(Seen::Disconnected(Reason::TooManyMessages { problem })) => problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn ten_seconds_worth_may_come_at_once_and_no_more() {
    let mut server = three_a_second();
    server.feed(&MESSAGE.repeat(30));
    assert_eq!(server.seen().len(), 30);
    assert!(!server.link.has_ended());
    server.feed_some(MESSAGE, usize::MAX);
    assert_eq!(too_many(&mut server), "more than 3 messages a second");
}

#[test]
fn what_is_over_the_limit_in_one_read_is_not_taken() {
    let mut server = three_a_second();
    server.feed_some(&MESSAGE.repeat(1000), usize::MAX);
    // 30 and the end.
    assert_eq!(server.seen().len(), 31);
    assert!(server.link.has_ended());
}

#[test]
fn who_keeps_to_the_limit_goes_on_for_ever() {
    let mut server = three_a_second();
    for _ in 0..1000 {
        server.pass(334 * MS);
        server.feed(MESSAGE);
    }
    assert_eq!(server.seen().len(), 1000);
    // Also when the network held it up meanwhile.
    for _ in 0..100 {
        server.pass(9 * SECOND);
        server.feed(&MESSAGE.repeat(27));
    }
    assert!(!server.link.has_ended());
}

#[test]
fn every_kind_of_frame_counts() {
    let unknown = control(0x90, b"what?");
    let ping = control(0x82, b"");
    let differs = control(0x86, b"\x00\x00");
    for frame in [&*unknown, &ping, PONG, &differs] {
        let mut server = three_a_second();
        server.feed(&frame.repeat(30));
        assert!(!server.link.has_ended(), "{frame:?} {:?}", server.seen());
        server.feed_some(frame, usize::MAX);
        too_many(&mut server);
    }
}

#[test]
fn what_names_no_action_counts_on_podsixnet_s_wire() {
    let limits = Limits {
        max_messages_a_second: Some(3),
        ..Limits::default()
    };
    let wire = Wire::PodSixNet(Coding::Rencode);
    let mut server = End::new(Role::Server, wire, limits);
    server.feed_some(&b"\x01\0---\0".repeat(31), usize::MAX);
    assert_eq!(too_many(&mut server), "more than 3 messages a second");
}

#[test]
fn bytes_are_counted_as_they_come() {
    let mut server = End::server_with(|limits| limits.max_bytes_a_second = Some(100));
    server.feed(OPENING);
    server.feed(NAME);
    server.pass(SECOND);
    server.seen();
    server.feed(&MESSAGE.repeat(500));
    assert_eq!(server.seen().len(), 500);
    server.pass(SECOND);
    server.feed(&MESSAGE.repeat(50));
    assert!(!server.link.has_ended());
    // Not even a whole frame.
    server.feed_some(b"\0", usize::MAX);
    assert_eq!(too_many(&mut server), "more than 100 bytes a second");
}

#[test]
fn silence_without_a_message_is_the_end_where_there_is_a_limit() {
    let mut server = End::server_with(|limits| limits.idle_timeout = Some(60 * SECOND));
    server.feed(OPENING);
    server.feed(NAME);
    server.pass(20 * SECOND);
    server.feed(MESSAGE);
    for _ in 0..59 {
        server.pass(SECOND);
        // It lives, and says nothing.
        server.feed(PONG);
    }
    assert!(!server.link.has_ended());
    server.pass(SECOND);
    let reason = Reason::TimedOut {
        waited_for: "no message for 60s".to_owned(),
    };
    assert_eq!(server.seen().pop(), Some(Seen::Disconnected(reason)));
}

#[test]
fn who_does_not_read_is_not_waited_for_to_read_a_goodbye() {
    for mut end in End::both_up() {
        let reason = Reason::QueueFull { max: 1 };
        end.act(|link, turn| link.end(turn, reason));
        end.pass(SECOND - MS);
        assert!(!end.link.is_over());
        end.pass(MS);
        assert!(end.link.is_over());
    }
}

#[test]
fn not_everything_that_comes_after_the_end_is_read() {
    for mut end in End::both_up() {
        let words = String::new();
        end.act(|link, turn| link.end(turn, Reason::Closed { words }));
        let mebibyte = vec![0; 1 << 20];
        for _ in 0..8 {
            end.feed(&mebibyte);
            assert!(!end.link.is_over());
        }
        end.act(Link::handle_timeout);
        end.feed(b"\0");
        assert!(end.link.is_over());
    }
}
