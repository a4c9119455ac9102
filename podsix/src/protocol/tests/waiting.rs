//! Frames that wait for a later turn, since there are more than one may take.

use super::end::{ALL, End, Seen, frame};
use super::{NAME, PING};
use crate::limits::Limits;
use crate::protocol::Role;
use crate::wire::{Coding, Wire};

/// Bodies around what is looked at together, and larger than that and than a read.
const SIZES: [usize; 17] = [
    0, 1, 2, 200, 253, 254, 255, 256, 257, 3000, 4092, 4096, 4100, 9000, 70_000, 3, 0,
];

/// Letters, other ones for each number.
fn letters(number: usize, size: usize) -> Vec<u8> {
    (0..size)
        .map(|place| b'a' + ((place + number) % 26) as u8)
        .collect()
}

fn dict(number: usize, size: usize) -> Vec<u8> {
    let text = letters(number, size);
    let text = [size.to_string().as_bytes(), b":", &text].concat();
    [b"h\x86action\x82hi\x81n", &text[..], b"\0---\0"].concat()
}

#[cfg(feature = "json")]
fn json(number: usize, size: usize) -> Vec<u8> {
    let text = String::from_utf8(letters(number, size)).unwrap();
    format!("{{\"action\":\"hi\",\"n\":\"{text}\"}}\0---\0").into_bytes()
}

/// A wire, and how a message of so many bytes looks on it.
type Case = (Wire, fn(usize, usize) -> Vec<u8>);

fn cases() -> Vec<Case> {
    vec![
        (Wire::Native, |number, size| {
            frame(0, &letters(number, size))
        }),
        (Wire::PodSixNet(Coding::Rencode), dict),
        #[cfg(feature = "json")]
        (Wire::PodSixNet(Coding::Json), json),
        #[cfg(feature = "websocket")]
        (Wire::WebSocket, |number, size| {
            let text = String::from_utf8(letters(number, size)).unwrap();
            let body = format!("{{\"action\":\"hi\",\"n\":\"{text}\"}}");
            super::websocket::frame(0x81, body.as_bytes())
        }),
    ]
}

/// A server that is up.
fn up(wire: Wire) -> End {
    let mut end = End::new(Role::Server, wire, Limits::default());
    match wire {
        Wire::Native => {
            end = end.up();
            end.feed(NAME);
        }
        Wire::PodSixNet(_) => drop(end.feed(&[])),
        #[cfg(feature = "websocket")]
        Wire::WebSocket => {
            end.feed(super::websocket::REQUEST.as_bytes());
            end.feed(&super::websocket::frame(0x8a, b""));
        }
    }
    end.seen();
    end.out();
    end
}

/// Takes what was left, `budget` frames a turn; in how many turns.
fn take_rest(end: &mut End, budget: usize) -> usize {
    for turns in 0.. {
        let received = end.feed_some(b"", budget);
        assert!(received.frames <= budget);
        if !received.more {
            return turns;
        }
        assert_eq!(received.frames, budget);
    }
    unreachable!()
}

#[test]
fn large_and_small_ones_come_in_their_order() {
    for (wire, message) in cases() {
        let input: Vec<u8> = SIZES
            .iter()
            .enumerate()
            .flat_map(|(number, size)| message(number, *size))
            .collect();
        let mut whole = up(wire);
        whole.feed(&input);
        let expected = whole.seen();
        assert_eq!(expected.len(), SIZES.len());

        for budget in [1, 2, 5, 1000] {
            // All that came before is taken before more is read, as it should be.
            let mut end = up(wire);
            for piece in input.chunks(4000) {
                end.feed_some(piece, budget);
                take_rest(&mut end, budget);
            }
            assert_eq!(end.seen(), expected, "{wire:?}, {budget}");
            assert_eq!(end.link.gap(), 0);

            // More is read nevertheless.
            let mut end = up(wire);
            end.feed_some(&input, budget);
            take_rest(&mut end, budget);
            assert_eq!(end.seen(), expected, "{wire:?}, {budget}");
            assert_eq!(end.link.gap(), 0);
        }
    }
}

#[test]
fn every_cut_gives_the_same_messages() {
    for (wire, message) in cases() {
        let sizes = [0, 1, 300, 5, 0, 260, 7];
        let input: Vec<u8> = sizes
            .iter()
            .enumerate()
            .flat_map(|(number, size)| message(number, *size))
            .collect();
        let mut whole = up(wire);
        whole.feed(&input);
        let expected = whole.seen();
        assert_eq!(expected.len(), sizes.len());

        for cut in 0..=input.len() {
            for (budget, rests) in [(1, true), (1, false), (2, true), (3, false)] {
                let mut end = up(wire);
                end.feed_some(&input[..cut], budget);
                if rests {
                    take_rest(&mut end, budget);
                }
                end.feed_some(&input[cut..], budget);
                take_rest(&mut end, budget);
                assert_eq!(
                    end.seen(),
                    expected,
                    "{wire:?}, cut at {cut}, {budget} a turn"
                );
                assert_eq!(end.link.gap(), 0);
            }
        }
    }
}

#[test]
fn a_turn_takes_all_that_it_may() {
    for (wire, message) in cases() {
        // Far more than is looked at together.
        let count = 5000;
        let input: Vec<u8> = (0..count).flat_map(|number| message(number, 5)).collect();
        let mut end = up(wire);
        // What the limits of a read allow.
        for piece in input.chunks(4000) {
            end.feed_some(piece, 0);
        }
        assert_eq!(end.seen(), []);
        assert_eq!(end.link.gap(), input.len());
        for budget in [1, 7, 992, 1000] {
            let received = end.feed_some(b"", budget);
            assert_eq!((received.frames, received.more), (budget, true), "{wire:?}");
            assert_eq!(end.seen().len(), budget);
        }
        let received = end.feed_some(b"", 3000);
        assert_eq!((received.frames, received.more), (3000, false), "{wire:?}");
        assert_eq!(end.seen().len(), 3000);
        assert_eq!(end.link.gap(), 0);
    }
}

#[test]
fn a_cut_frame_behind_them_is_timed_only_once_they_were_taken() {
    let mut end = up(Wire::Native);
    let input = [b"\x00\x00".repeat(500), frame(0, &[7; 50])].concat();
    end.feed_some(&input[..input.len() - 1], 100);
    let patience = end.limits.frame_timeout;
    // The game is slow, the other end is not.
    end.pass(patience);
    end.feed_some(b"", 50);
    end.pass(patience);
    assert!(!end.link.has_ended());
    take_rest(&mut end, ALL);
    end.seen();
    end.pass(patience * 9 / 10);
    assert!(!end.link.has_ended());
    end.feed(&input[input.len() - 1..]);
    assert_eq!(end.seen(), [super::end::message("move", &[7; 50])]);

    end.feed_some(&[b"\x00\x00\x00\x00", PING, &[9, 0]].concat(), 1);
    take_rest(&mut end, 1);
    end.pass(patience);
    assert!(end.link.has_ended());
    assert!(matches!(end.seen().last(), Some(Seen::Disconnected(_))));
}

#[test]
fn what_waits_is_forgotten_with_the_end() {
    for mut end in End::both_up() {
        end.feed(NAME);
        end.feed_some(&b"\x00\x00".repeat(100), 10);
        assert_eq!(end.seen().len(), 10);
        // A frame without an end follows.
        end.feed_some(&[0xFF; 10], 10);
        take_rest(&mut end, 10);
        assert!(end.link.has_ended());
        assert_eq!(end.seen().len(), 91);
        assert_eq!(end.link.gap(), 0);
        assert!(!end.link.has_more());
    }
}
