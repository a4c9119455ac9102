//! Frames: how they are cut, counted and limited.

use super::end::{ALL, End, Seen, control, frame, message, varint};
use super::{GOODBYE, NAME, NAME_CHAT, PING, PONG};
use crate::Reason;
use crate::protocol::Link;

#[test]
fn two_frames_in_one_read() {
    for mut end in End::both_up() {
        let input = [NAME, NAME_CHAT, b"\x04\x01\x03ann", b"\x00\x00"].concat();
        let received = end.feed(&input);
        assert_eq!(received.frames, 4);
        assert_eq!(
            end.seen(),
            [message("chat", b"\x03ann"), message("move", b"")]
        );
        assert_eq!(end.out(), b"");
    }
}

#[test]
fn a_thousand_frames_in_one_read() {
    for mut end in End::both_up() {
        end.feed(NAME);
        let input: Vec<u8> = (0..1000u16)
            .flat_map(|number| frame(0, &number.to_le_bytes()))
            .collect();
        end.feed(&input);
        let expected: Vec<Seen> = (0..1000u16)
            .map(|number| message("move", &number.to_le_bytes()))
            .collect();
        assert_eq!(end.seen(), expected);
    }
}

#[test]
fn every_cut_gives_the_same_messages() {
    let input = [
        NAME,
        NAME_CHAT,
        &frame(0, &[7; 200]),
        b"\x00\x00",
        PING,
        b"\x04\x01\x03ann",
        PONG,
    ]
    .concat();
    let expected = [
        message("move", &[7; 200]),
        message("move", b""),
        message("chat", b"\x03ann"),
    ];
    for first in 0..=input.len() {
        for second in [first, first + 1, first + 2, first + 100, input.len()] {
            let second = second.min(input.len());
            let mut end = End::server().up();
            end.feed(&input[..first]);
            end.feed(&input[first..second]);
            end.feed(&input[second..]);
            assert_eq!(end.seen(), expected, "cut at {first} and {second}");
            assert_eq!(end.out(), PONG, "cut at {first} and {second}");
            assert_eq!(end.link.gap(), 0);
        }
    }
}

#[test]
fn a_cut_frame_is_kept_and_nothing_else() {
    for mut end in End::both_up() {
        end.feed(NAME);
        let input = frame(0, &[9; 1000]);
        for (index, byte) in input.iter().enumerate() {
            assert_eq!(end.link.gap(), index);
            end.feed(&[*byte]);
        }
        assert_eq!(end.link.gap(), 0);
        assert_eq!(end.seen(), [message("move", &[9; 1000])]);
    }
}

#[test]
fn every_truncation_of_each_frame_waits_for_the_rest() {
    let frames = [
        NAME_CHAT.to_vec(),
        PING.to_vec(),
        b"\x03\x82\x01abc".to_vec(),
        PONG.to_vec(),
        GOODBYE.to_vec(),
        frame(0, &[1; 130]),
        control(0x85, b"of a later version"),
    ];
    for frame in &frames {
        for cut in 0..frame.len() {
            for mut end in End::both_up() {
                end.feed(NAME);
                end.feed(&frame[..cut]);
                assert_eq!(end.seen(), [], "{frame:02x?} cut at {cut}");
                assert_eq!(end.out(), b"", "{frame:02x?} cut at {cut}");
                assert_eq!(end.link.gap(), cut);
                end.act(Link::stopped);
                let Reason::Io { message, .. } = end.ending() else {
                    panic!("not broken");
                };
                let expected = if cut == 0 {
                    "the other end stopped without a goodbye"
                } else {
                    "the other end stopped in the middle of a message"
                };
                assert_eq!(message, expected);
            }
            for (mut whole, mut cut_up) in End::both_up().into_iter().zip(End::both_up()) {
                for (end, cut) in [(&mut whole, 0), (&mut cut_up, cut)] {
                    end.feed(NAME);
                    end.feed(&frame[..cut]);
                    end.feed(&frame[cut..]);
                }
                assert_eq!(whole.seen(), cut_up.seen(), "{frame:02x?} cut at {cut}");
                assert_eq!(whole.out(), cut_up.out(), "{frame:02x?} cut at {cut}");
            }
        }
    }
}

#[test]
fn a_body_at_the_limit_and_one_over() {
    // Also where a name may be larger than a message.
    for limit in [1, 100, 5000, 1 << 20] {
        let limited = || {
            let server = End::server_with(|limits| limits.max_message_bytes = limit);
            let mut server = server.up();
            server.feed(NAME);
            server
        };
        let mut server = limited();
        server.feed(&frame(0, &vec![5; limit]));
        assert_eq!(server.seen(), [message("move", &vec![5; limit])]);

        let mut server = limited();
        let kept = server.kept();
        let mut prefix = varint(limit as u64 + 1);
        prefix.push(0);
        server.feed(&prefix);
        let Reason::TooLarge { problem } = server.ending() else {
            panic!("not too large");
        };
        assert!(problem.contains(&limit.to_string()), "{problem}");
        assert!(
            server
                .out()
                .starts_with(&[1 + problem.len() as u8, 0x84, 1, 6])
        );
        assert!(server.kept() <= kept + prefix.len());
    }
}

#[test]
fn an_oversized_prefix_ends_it_with_nothing_kept() {
    for bits in 16..=32 {
        for size in [(1_u64 << bits) - 1, 1 << bits, (1 << bits) + 1] {
            if size <= 1 << 20 || size > u64::from(u32::MAX) {
                continue;
            }
            for (mut plain, mut with_code) in End::both_up().into_iter().zip(End::both_up()) {
                let prefix = varint(size);
                plain.feed(&prefix);
                with_code.feed(&[&*prefix, b"\x00", &[0; 50]].concat());
                for mut end in [plain, with_code] {
                    assert!(matches!(end.ending(), Reason::TooLarge { .. }), "{size}");
                    assert_eq!(end.link.gap(), 0);
                    assert!(end.kept() < 100);
                }
            }
        }
    }
}

#[test]
fn a_larger_claim_than_a_number_has_bits_is_malformed() {
    let prefixes = [
        varint(1 << 32),
        varint(1 << 40),
        varint(u64::MAX),
        vec![0xFF; 5],
        vec![0x80; 1000],
        // Not the shortest form.
        vec![0x80, 0x00],
        vec![0x81, 0x80, 0x00],
        vec![0xFF, 0xFF, 0xFF, 0x80, 0x00],
    ];
    for prefix in &prefixes {
        for code in [false, true] {
            for mut end in End::both_up() {
                let kept = end.kept();
                if code {
                    // A body's length, and what is wrong is the code behind it.
                    end.feed(&[0]);
                }
                end.feed(prefix);
                assert!(
                    matches!(end.ending(), Reason::Malformed { .. }),
                    "{prefix:02x?}"
                );
                assert_eq!(end.link.gap(), 0);
                assert!(end.kept() <= kept + prefix.len() + 1);
            }
        }
    }
}

#[test]
fn an_endless_number_ends_it_with_its_fifth_byte() {
    for mut end in End::both_up() {
        for count in 1..=5 {
            assert!(!end.link.has_ended(), "after {} bytes", count - 1);
            end.feed(&[0x80]);
        }
        // The fifth may still be the last one, so it may take a sixth byte.
        end.feed(&[0x80]);
        assert!(matches!(end.ending(), Reason::Malformed { .. }));
    }
}

#[test]
fn empty_frames() {
    for mut end in End::both_up() {
        end.feed(NAME);
        end.feed(&[0; 2 * 100]);
        assert_eq!(end.seen(), vec![message("move", b""); 100]);
        // Empty control frames: a ping is answered, the rest means nothing.
        end.feed(&[PING, PONG, b"\x00\x87\x01", b"\x00\x9F\x01"].concat());
        assert_eq!(end.out(), PONG);
        assert_eq!(end.seen(), []);
        // A name without a name is none.
        end.feed(b"\x00\x81\x01");
        assert!(matches!(end.ending(), Reason::Malformed { .. }));
    }
}

#[test]
fn unknown_control_frames_are_passed_over() {
    for code in 0x87..=0x9F {
        for mut end in End::both_up() {
            end.feed(NAME);
            end.feed(&control(code, b"whatever it may mean"));
            end.feed(&control(code, b""));
            end.feed(b"\x00\x00");
            assert_eq!(end.seen(), [message("move", b"")]);
            assert_eq!(end.out(), b"");
        }
    }
}

#[test]
fn a_budget_leaves_the_rest_for_the_next_turn() {
    for mut end in End::both_up() {
        end.feed(NAME);
        let input: Vec<u8> = (0..10u8).flat_map(|number| frame(0, &[number])).collect();
        // The tenth is cut.
        let input = &input[..input.len() - 1];
        let received = end.feed_some(input, 4);
        assert_eq!((received.frames, received.more), (4, true));
        assert_eq!(end.seen().len(), 4);
        let received = end.feed_some(b"", 4);
        assert_eq!((received.frames, received.more), (4, true));
        assert_eq!(end.seen().len(), 4);
        // Exactly as many as there are: nothing is left but the cut one.
        let received = end.feed_some(b"", 1);
        assert_eq!((received.frames, received.more), (1, false));
        assert_eq!(end.seen(), [message("move", &[8])]);
        let received = end.feed_some(&[9], 1);
        assert_eq!((received.frames, received.more), (1, false));
        assert_eq!(end.seen(), [message("move", &[9])]);
    }
}

#[test]
fn a_budget_of_nothing_takes_nothing() {
    for mut end in End::both_up() {
        end.feed(NAME);
        let received = end.feed_some(b"\x00\x00", 0);
        assert_eq!((received.frames, received.more), (0, true));
        assert_eq!(end.seen(), []);
        end.feed(b"");
        assert_eq!(end.seen(), [message("move", b"")]);
    }
}

#[test]
fn frames_left_by_a_budget_are_no_slow_frame() {
    for mut end in End::both_up() {
        end.feed(NAME);
        end.feed_some(b"\x00\x00\x00\x00", 1);
        // The game pauses; what waits here is not the other end's fault. Life
        // is what came last, so the other end is only asked.
        end.pass(end.limits.frame_timeout * 2);
        assert!(!end.link.has_ended());
        end.feed_some(b"", ALL);
        assert_eq!(end.seen().len(), 2);
    }
}

#[test]
fn a_message_before_its_name_is_malformed() {
    for number in [0, 1, 127] {
        for mut end in End::both_up() {
            end.feed(&[0, number]);
            let Reason::Malformed { problem } = end.ending() else {
                panic!("not malformed");
            };
            assert!(problem.contains(&format!("number {number},")), "{problem}");
        }
    }
    // The largest number there is.
    for mut end in End::both_up() {
        end.feed(b"\x00\xFF\xFF\xFF\xFF\x0F");
        assert!(matches!(end.ending(), Reason::Malformed { .. }));
    }
}

#[test]
fn actions_after_the_control_frames() {
    for mut end in End::both_up() {
        // Action 128 has the code 160.
        end.feed(&control(0x81, b"\x80\x01\x04late\x15\x00"));
        end.feed(b"\x01\xA0\x01x");
        assert_eq!(end.seen(), [message("late", b"x")]);
        end.feed(b"\x01\xA1\x01x");
        assert!(matches!(end.ending(), Reason::Malformed { .. }));
    }
}
