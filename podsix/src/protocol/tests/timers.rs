//! Time-outs and heartbeats, with the clock moved by hand.

use std::time::Duration;

use super::end::{End, Seen, control, message};
use super::{NAME, OPENING, PING, PONG};
use crate::Reason;
use crate::protocol::Link;

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

fn timed_out(end: &mut End) -> String {
    match end.ending() {
        Reason::TimedOut { waited_for } => waited_for,
        other => panic!("not timed out: {other}"),
    }
}

#[test]
fn no_hello() {
    for bytes in [&b""[..], b"\xF6", b"\xF6pd6\x01", &OPENING[..10]] {
        let mut client = End::client();
        client.out();
        client.feed(bytes);
        client.pass(10 * SECOND - MS);
        assert_eq!(client.seen(), []);
        client.pass(MS);
        assert_eq!(timed_out(&mut client), "no answer for 10s");
        assert_eq!(client.out(), control(0x84, b"\x03no answer for 10s"));

        let mut server = End::server();
        server.feed(bytes);
        server.pass(10 * SECOND - MS);
        assert!(!server.link.has_ended());
        server.pass(MS);
        assert!(server.link.has_ended());
        assert_eq!(server.seen(), []);
        let goodbye = control(0x84, b"\x03no hello for 10s");
        assert_eq!(server.out(), [b"\xF6pd6\x01", &*goodbye].concat());
    }
}

#[test]
fn one_byte_now_and_then_does_not_put_the_hello_off() {
    for mut end in End::both() {
        for byte in &OPENING[..10] {
            assert!(!end.link.has_ended());
            end.feed(&[*byte]);
            end.pass(SECOND);
        }
        assert!(end.link.has_ended());
    }
}

#[test]
fn a_ping_after_silence() {
    for mut end in End::both_up() {
        end.pass(2 * SECOND - MS);
        assert_eq!(end.out(), b"");
        end.pass(MS);
        assert_eq!(end.out(), PING);
        // One is enough.
        end.pass(20 * SECOND);
        assert_eq!(end.out(), b"");
        end.feed(PONG);
        end.pass(2 * SECOND);
        assert_eq!(end.out(), PING);
    }
}

#[test]
fn any_byte_is_a_sign_of_life() {
    for mut end in End::both_up() {
        end.feed(NAME);
        for _ in 0..5 {
            end.pass(1900 * MS);
            end.feed(b"\x00\x00");
        }
        assert_eq!(end.out(), b"");
        assert_eq!(end.seen().len(), 5);
    }
}

#[test]
fn dead_after_silence() {
    for mut end in End::both_up() {
        end.pass(30 * SECOND - MS);
        assert_eq!(end.seen(), []);
        assert_eq!(end.out(), PING);
        end.pass(MS);
        assert_eq!(timed_out(&mut end), "nothing heard for 30s");
        assert_eq!(end.out(), control(0x84, b"\x03nothing heard for 30s"));
        end.pass(5 * SECOND);
        assert!(end.link.is_over());
        assert_eq!(end.deadline(), None);
    }
}

#[test]
fn not_dead_while_there_is_traffic() {
    for mut end in End::both_up() {
        // It never answers a ping, but it talks.
        end.feed(NAME);
        for _ in 0..100 {
            end.pass(29 * SECOND);
            end.feed(b"\x00\x00");
        }
        assert_eq!(end.seen().len(), 100);
        assert!(!end.link.has_ended());
        end.pass(30 * SECOND);
        assert!(end.link.has_ended());
    }
}

#[test]
fn who_slept_asks_before_it_gives_up() {
    for mut end in End::both_up() {
        // One look after a whole minute.
        end.now += 60 * SECOND;
        end.act(Link::handle_timeout);
        assert_eq!(end.out(), PING);
        end.pass(28 * SECOND - MS);
        assert!(!end.link.has_ended());
        end.pass(MS);
        timed_out(&mut end);
    }
}

#[test]
fn an_answer_tells_the_round_trip_time() {
    for mut end in End::both() {
        end.feed(OPENING);
        assert_eq!(end.round_trip_time(), None);
        end.pass(80 * MS);
        end.feed(PONG);
        assert_eq!(end.round_trip_time(), Some(80 * MS));
        // Seven eighths of what was known, and one of what is new.
        end.pass(2 * SECOND);
        end.pass(160 * MS);
        end.feed(PONG);
        assert_eq!(end.round_trip_time(), Some(90 * MS));
        // A ping that was not asked for, an answer to nothing.
        end.pass(500 * MS);
        end.feed(PONG);
        end.feed(&control(0x83, b"what?"));
        assert_eq!(end.round_trip_time(), Some(90 * MS));
    }
}

#[test]
fn a_fresh_ping_now_and_then_also_under_constant_traffic() {
    for mut end in End::both_up() {
        end.feed(NAME);
        let mut pings = 0;
        for _ in 0..600 {
            end.pass(100 * MS);
            end.feed(b"\x00\x00");
            let out = end.out();
            if out == PING {
                pings += 1;
                end.pass(10 * MS);
                end.feed(PONG);
            } else {
                assert_eq!(out, b"");
            }
        }
        // One each 10 s of a minute.
        assert_eq!(pings, 6);
        // Each ping leaves 10 ms earlier within a step than the one before; the
        // very first took no time, which is forgotten by and by.
        let samples = [10, 20, 30, 40, 50, 60].map(|time| time * MS);
        let smooth = |known: Duration, sample| (known * 7 + sample) / 8;
        let smoothed = samples.into_iter().fold(Duration::ZERO, smooth);
        assert_eq!(end.round_trip_time(), Some(smoothed));
    }
}

#[test]
fn pings_are_answered_with_what_they_bring() {
    for mut end in End::both_up() {
        end.feed(PING);
        assert_eq!(end.out(), PONG);
        for length in 0..=16 {
            let body = vec![b'x'; length];
            end.feed(&control(0x82, &body));
            assert_eq!(end.out(), control(0x83, &body));
        }
        end.feed(&control(0x82, &[b'x'; 17]));
        end.feed(&control(0x82, &[b'x'; 100_000]));
        assert_eq!(end.out(), b"");
        assert_eq!(end.seen(), []);
        assert!(!end.link.has_ended());
    }
}

#[test]
fn answers_that_nobody_reads_are_limited() {
    let mut server = End::server_with(|limits| limits.max_outgoing_bytes = 1000).up();
    for _ in 0..1000 {
        server.feed(&control(0x82, &[b'x'; 16]));
    }
    let out = server.out().len();
    assert!(out < 1000 + 19, "{out}");
    server.feed(PING);
    assert_eq!(server.out(), PONG);
}

#[test]
fn a_frame_has_to_be_complete_in_time() {
    for mut end in End::both_up() {
        end.feed(NAME);
        end.feed(&[0xE8, 0x07, 0]);
        let mut bytes = 0;
        while !end.link.has_ended() {
            end.pass(250 * MS);
            end.feed(&[1]);
            bytes += 1;
            assert!(bytes <= 40, "a slow frame was let go on");
        }
        assert_eq!(bytes, 40);
        assert_eq!(timed_out(&mut end), "a message was not complete after 10s");
        assert_eq!(end.link.gap(), 0);
    }
}

#[test]
fn the_time_of_a_frame_begins_with_its_own_first_byte() {
    for mut end in End::both_up() {
        end.feed(NAME);
        // Each read ends in the middle of the next message.
        end.feed(&[1]);
        for _ in 0..20 {
            end.pass(9 * SECOND);
            end.feed(&[0, b'x', 1]);
        }
        assert_eq!(end.seen(), vec![message("move", b"x"); 20]);
        end.pass(10 * SECOND - MS);
        assert!(!end.link.has_ended());
        end.pass(MS);
        timed_out(&mut end);
    }
}

#[test]
fn a_frame_in_time_leaves_no_timer() {
    for mut end in End::both_up() {
        end.feed(NAME);
        end.feed(&[1, 0]);
        end.pass(9 * SECOND);
        end.feed(b"x");
        end.out();
        end.pass(3 * SECOND);
        assert_eq!(end.seen(), [message("move", b"x")]);
    }
}

#[test]
fn no_time_out_is_a_time_out_too() {
    for mut end in End::both_up() {
        for limit in [
            &mut end.limits.frame_timeout,
            &mut end.limits.ping_after,
            &mut end.limits.dead_after,
            &mut end.limits.close_timeout,
        ] {
            *limit = Duration::MAX;
        }
        end.feed(&[1]);
        end.pass(1_000_000 * SECOND);
        assert_eq!(end.seen(), []);
        assert_eq!(end.out(), b"");
        end.act(|link, turn| link.end(turn, Reason::ShuttingDown));
        end.pass(1_000_000 * SECOND);
        assert!(!end.link.is_over());
    }
}

#[test]
fn dead_after_holds_whatever_the_ping_is() {
    // No ping at all, one as late as death, one later than that.
    for ping_after in [Duration::MAX, 30 * SECOND, 60 * SECOND] {
        for mut end in End::both_up() {
            end.limits.ping_after = ping_after;
            end.pass(29 * SECOND);
            assert!(!end.link.has_ended(), "{ping_after:?}");
            // Whoever is there can still say so.
            let pinged = end.out() == PING;
            end.feed(PONG);
            assert!(
                pinged,
                "dies after 30 s without having been asked, {ping_after:?}"
            );
            end.pass(31 * SECOND);
            timed_out(&mut end);
        }
    }
}

#[test]
fn a_ping_with_no_pause_does_not_spin() {
    for mut end in End::both_up() {
        end.limits.ping_after = Duration::ZERO;
        for _ in 0..10 {
            end.pass(10 * MS);
            assert_eq!(end.out(), PING);
            end.feed(PONG);
        }
        assert_eq!(end.seen(), []);
    }
}

#[test]
fn an_idle_hour() {
    let [mut one, mut other] = End::both_up();
    let mut bytes = [0; 2];
    let mut looks = 0;
    let until = one.now + 3600 * SECOND;
    while one.now < until {
        let next = one.deadline().min(other.deadline()).unwrap();
        one.pass(next - one.now);
        other.pass(next - other.now);
        loop {
            let (first, second) = (one.out(), other.out());
            if first.is_empty() && second.is_empty() {
                break;
            }
            bytes[0] += first.len();
            bytes[1] += second.len();
            other.feed(&first);
            one.feed(&second);
        }
        looks += 1;
    }
    assert_eq!(one.seen(), Vec::<Seen>::new());
    assert_eq!(other.seen(), []);
    // Both ask every other second and both answer: 3 bytes each.
    assert!(bytes.iter().all(|bytes| *bytes <= 1800 * 6), "{bytes:?}");
    assert!(bytes.iter().sum::<usize>() >= 1700 * 6, "{bytes:?}");
    assert!(
        (1700..=1801).contains(&looks),
        "{looks} looks at the timers"
    );
}
