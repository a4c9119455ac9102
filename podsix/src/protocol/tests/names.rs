//! Names and shapes of actions.

use super::end::{End, control, frame, message};
use super::{NAME, NAME_CHAT};
use crate::Reason;

/// The body of a name frame: number, name, shape.
fn name(number: &[u8], name: &[u8], shape: &[u8]) -> Vec<u8> {
    let length = super::end::varint(name.len() as u64);
    control(0x81, &[number, &length, name, shape].concat())
}

fn problem_of(input: &[u8]) -> String {
    let [first, second] = End::both_up().map(|mut end| {
        end.feed(input);
        match end.ending() {
            Reason::Malformed { problem } => problem,
            other => panic!("not malformed: {other}"),
        }
    });
    assert_eq!(first, second);
    first
}

#[test]
fn a_name_may_not_come_twice() {
    let twice = problem_of(&[NAME, NAME].concat());
    assert_eq!(twice, "an action was named twice");
    let otherwise = problem_of(&[NAME, &*name(b"\x00", b"other", b"\x15\x00")].concat());
    assert_eq!(otherwise, "an action was named twice");
    // The same name for two numbers does no harm.
    for mut end in End::both_up() {
        end.feed(NAME);
        end.feed(&name(b"\x01", b"move", b"\x15\x00"));
        end.feed(b"\x00\x00\x00\x01");
        assert_eq!(end.seen(), [message("move", b""), message("move", b"")]);
    }
}

#[test]
fn sound_names() {
    for good in [&b"a"[..], &[b'x'; 255], "größe".as_bytes(), b"\0\n\x1b[2J"] {
        for mut end in End::both_up() {
            end.feed(&name(b"\x00", good, b"\x15\x00"));
            end.feed(b"\x00\x00");
            let good = std::str::from_utf8(good).unwrap();
            assert_eq!(end.seen(), [message(good, b"")]);
        }
    }
    for bad in [&b""[..], &[b'x'; 256], &[b'x'; 10_000], b"\xFF", b"caf\xC3"] {
        let problem = problem_of(&name(b"\x00", bad, b"\x15\x00"));
        assert_eq!(problem, "an action without a sound name");
    }
}

#[test]
fn every_truncation_of_a_name() {
    // The frame is whole, its body is not.
    let body = &NAME_CHAT[3..];
    for cut in 0..body.len() {
        problem_of(&control(0x81, &body[..cut]));
    }
    // A name longer than the frame, and one with bytes behind its shape.
    problem_of(&control(0x81, b"\x00\x7Fmove\x15\x00"));
    problem_of(&control(0x81, b"\x00\xFF\xFF\xFF\xFF\x0Fmove\x15\x00"));
    problem_of(&control(0x81, &[body, b"\x00"].concat()));
}

#[test]
fn bad_shapes() {
    let deep = [17; 40];
    let shapes: [&[u8]; 10] = [
        b"",
        b"\x19",
        b"\xFF",
        b"\x15",
        // A struct that claims 2^28 fields.
        b"\x15\xFF\xFF\xFF\x7F",
        b"\x15\x01\x02x",
        b"\x15\x02\x01x\x01\x01x\x01",
        b"\x17\x01",
        b"\x13\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01",
        &deep,
    ];
    for shape in shapes {
        let problem = problem_of(&name(b"\x00", b"move", shape));
        assert!(problem.starts_with("the shape of an action: "), "{problem}");
    }
}

#[test]
fn numbers_up_to_the_limit() {
    for mut end in End::both_up() {
        end.feed(&name(b"\xFF\x07", b"last", b"\x15\x00"));
        // 1023 is the code 1055.
        end.feed(b"\x00\x9F\x08");
        assert_eq!(end.seen(), [message("last", b"")]);
    }
    for number in [&b"\x80\x08"[..], b"\xFF\xFF\xFF\xFF\x0F"] {
        for mut end in End::both_up() {
            end.feed(&name(number, b"beyond", b"\x15\x00"));
            assert!(matches!(end.ending(), Reason::TooManyMessages { .. }));
        }
    }
    for mut end in End::both_up() {
        end.feed(&name(b"\xFF\xFF\xFF\xFF\x1F", b"beyond", b"\x15\x00"));
        assert!(matches!(end.ending(), Reason::Malformed { .. }));
    }
}

#[test]
fn no_action_at_all_may_be_named_where_the_limit_says_so() {
    let mut server = End::server_with(|limits| limits.max_actions = 0).up();
    server.feed(NAME);
    assert!(matches!(server.ending(), Reason::TooManyMessages { .. }));
}

#[test]
fn names_and_shapes_take_bytes_up_to_a_limit() {
    let one = NAME.len() - 3;
    for (limit, fits) in [(3 * one, true), (3 * one - 1, false)] {
        let server = End::server_with(|limits| limits.max_action_bytes = limit);
        let mut server = server.up();
        for number in 0..3 {
            server.feed(&name(&[number], b"move", b"\x15\x00"));
        }
        if fits {
            assert_eq!(server.seen(), []);
            assert!(!server.link.has_ended());
        } else {
            assert!(matches!(server.ending(), Reason::TooManyMessages { .. }));
        }
    }
}

#[test]
fn a_name_may_be_larger_than_a_message() {
    let mut server = End::server_with(|limits| limits.max_message_bytes = 4).up();
    server.feed(NAME_CHAT);
    server.feed(&frame(1, b"\x03ann"));
    assert_eq!(server.seen(), [message("chat", b"\x03ann")]);
}

#[test]
fn a_gone_link_lets_go_of_its_names() {
    for mut end in End::both_up() {
        end.feed(NAME);
        end.act(|_, turn| {
            turn.outbox.received.forget(turn.actions);
            // The place is free for another name.
            let shape = crate::shape::Shape::Unit;
            let place = turn.actions.announce("other", shape, b"\x00");
            assert_eq!(turn.actions.known().name(place), "other");
            assert_eq!(place, 0);
        });
    }
}
