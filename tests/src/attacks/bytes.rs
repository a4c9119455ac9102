//! Bytes that are slow, cut, endless, or something else.

use super::wire::{self, Field, TERMINATOR};
use super::{Attack, Outcome, Step, Why, Wire, asks_and_writes, enter, ms, then, writes};
use Wire::{Json, Native, PodSixNet, WebSocket};

pub(super) fn all() -> Vec<Attack> {
    [slow(), lengths(), strange(), bodies()].concat()
}

fn slow() -> Vec<Attack> {
    vec![
        Attack::new("a_byte_now_and_then", Wire::ALL, |wire, _| {
            let message = wire.say(&"x".repeat(5_000));
            then(enter(wire), [Step::Drip(message, ms(10))])
        })
        .limits(|limits| limits.frame_timeout = ms(300))
        .ends(Why::TimedOut, "not complete"),
        Attack::new(
            "a_byte_of_the_opening_now_and_then",
            &[Native, WebSocket],
            |wire, _| vec![Step::Drip(wire.opening(), ms(150))],
        )
        .limits(|limits| limits.connect_timeout = ms(1_000))
        .comes_to(Outcome::StaysOut("no hello for 1s")),
        Attack::new("nothing_at_all", &[Native, WebSocket], |_, _| Vec::new())
            .limits(|limits| limits.connect_timeout = ms(1_000))
            .comes_to(Outcome::StaysOut("no hello for 1s")),
        Attack::new("half_a_message", Wire::ALL, |wire, _| {
            let mut message = wire.question();
            message.truncate(message.len() / 2);
            writes(wire, message)
        })
        .limits(|limits| limits.frame_timeout = ms(300))
        .ends(Why::TimedOut, "not complete"),
        Attack::new("no_sign_of_life", &[Native, WebSocket], |wire, _| {
            enter(wire)
        })
        .limits(|limits| {
            limits.ping_after = ms(100);
            limits.dead_after = ms(1_000);
        })
        .ends(Why::TimedOut, "nothing heard for 1s"),
        Attack::new("silence", &[PodSixNet, Json], |wire, _| {
            then(enter(wire), [Step::Pause(ms(1_500))])
        })
        .limits(|limits| {
            limits.connect_timeout = ms(1_000);
            limits.frame_timeout = ms(1_000);
            limits.ping_after = ms(100);
            limits.dead_after = ms(1_000);
        })
        .stays(&[]),
        Attack::new("silence_that_is_not_allowed", Wire::ALL, |wire, _| {
            enter(wire)
        })
        .limits(|limits| limits.idle_timeout = Some(ms(1_000)))
        .ends(Why::TimedOut, "no message for 1s"),
    ]
}

/// How large a message may be in the next two.
const MAX: usize = 10_000;

/// A message with a body of just this size.
fn sized(wire: Wire, size: usize) -> Vec<u8> {
    let message = |text: usize| {
        let text = "x".repeat(text);
        wire.message("made_up", &[("text", Field::Text(&text))])
    };
    // What is around a body of that size.
    let around = match wire {
        Native => 4,
        PodSixNet | Json => TERMINATOR.len(),
        WebSocket => 8,
    };
    let overhead = message(9_000).len() - 9_000 - around;
    message(size - overhead)
}

fn lengths() -> Vec<Attack> {
    vec![
        Attack::new(
            "a_claim_beyond_the_limit",
            &[Native, PodSixNet, WebSocket],
            |wire, number| {
                let claim = [(1 << 20) + 1, 1 << 28, u32::MAX][number];
                let bytes = match wire {
                    Native => [&*wire::varint(claim), &[1]].concat(),
                    PodSixNet => format!("g1:a{claim}:").into(),
                    _ => [&[0x82, 0xFF][..], &u64::from(claim).to_be_bytes(), &[0; 4]].concat(),
                };
                writes(wire, bytes)
            },
        )
        .at_once(3)
        .ends(Why::TooLarge, "limit"),
        Attack::new(
            "a_length_without_end",
            &[Native, PodSixNet, WebSocket],
            |wire, _| {
                let bytes = match wire {
                    Native => vec![0xFF; 100],
                    PodSixNet => b"g".iter().chain(&[b'1'; 1_000]).copied().collect(),
                    // Three bytes in the form for eight.
                    _ => vec![0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0],
                };
                asks_and_writes(wire, bytes)
            },
        )
        .ends(Why::Malformed, ""),
        Attack::new(
            "a_message_without_end",
            &[PodSixNet, Json, WebSocket],
            |wire, _| {
                let (begin, again) = match wire {
                    PodSixNet => (b"g\x81l;".to_vec(), vec![1; 64 << 10]),
                    Json => (b"{\"l\":[1".to_vec(), b",1".repeat(32 << 10)),
                    _ => (
                        wire::web_frame(0x01, b"{\"l\":[1"),
                        wire::web_frame(0x00, &b",1".repeat(32 << 10)),
                    ),
                };
                then(writes(wire, begin), [Step::Repeat(again, 64)])
            },
        )
        .memory(6 << 20)
        .ends(Why::TooLarge, "limit"),
        Attack::new("just_at_the_limit", Wire::ALL, |wire, _| {
            writes(wire, sized(wire, MAX))
        })
        .limits(|limits| limits.max_message_bytes = MAX)
        .stays(&[]),
        Attack::new("one_byte_over_the_limit", Wire::ALL, |wire, _| {
            writes(wire, sized(wire, MAX + 1))
        })
        .limits(|limits| limits.max_message_bytes = MAX)
        .ends(Why::TooLarge, "10000"),
        Attack::new("cut_anywhere", Wire::ALL, |wire, number| {
            let mut message = wire.question();
            message.truncate(1 + number % (message.len() - 1));
            then(writes(wire, message), [Step::Stop])
        })
        .at_once(32)
        .ends(Why::Io, "in the middle"),
        Attack::new("a_byte_a_write", Wire::ALL, |wire, _| {
            let steps = [
                Step::Drip(wire.question(), ms(0)),
                Step::Await(wire.answer()),
            ];
            then(enter(wire), steps)
        })
        .stays(&[]),
        Attack::new("empty_messages", Wire::ALL, |wire, _| {
            let empty = match wire {
                // A question without its number.
                Native => wire::frame(0, &[]),
                _ => wire.framed(&[]),
            };
            asks_and_writes(wire, empty.repeat(1_000))
        })
        .ends(Why::Malformed, ""),
    ]
}

fn strange() -> Vec<Attack> {
    vec![
        Attack::new("garbage", Wire::ALL, |wire, _| {
            asks_and_writes(wire, [&[0xFF; 300], TERMINATOR].concat())
        })
        .ends(Why::Malformed, ""),
        Attack::new("another_protocol", Wire::ALL, |_, number| {
            let bytes: &[u8] = [
                &b"GET /secrets HTTP/1.1\r\nHost: here\r\n\r\n"[..],
                b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a hello of TLS",
                b"SSH-2.0-OpenSSH_9.6\r\n",
            ][number];
            vec![Step::Write(bytes.to_vec())]
        })
        .at_once(3)
        .limits(|limits| limits.frame_timeout = ms(300))
        .comes_to(Outcome::StaysOut(""))
        .but_on(
            &[PodSixNet],
            Outcome::ends(Why::ProtocolMismatch, "instead of PodSixNet"),
        )
        // There nothing tells where a message ends but its terminator.
        .but_on(&[Json], Outcome::ends(Why::TimedOut, "not complete")),
        Attack::new(
            "another_wire",
            &[Native, PodSixNet, WebSocket],
            |wire, _| {
                let bytes = match wire {
                    PodSixNet => Native.opening(),
                    _ => PodSixNet.question(),
                };
                vec![Step::Write(bytes)]
            },
        )
        .comes_to(Outcome::StaysOut(""))
        .but_on(
            &[PodSixNet],
            Outcome::ends(Why::ProtocolMismatch, "podsix's own wire"),
        ),
        Attack::new("another_version", &[Native], |_, _| {
            vec![Step::Write(b"\xF6pd6\x02".to_vec())]
        })
        .comes_to(Outcome::StaysOut("version 2")),
        Attack::new("a_head_without_end", &[Native, WebSocket], |_, _| {
            let begin = b"GET / HTTP/1.1\r\n".to_vec();
            vec![
                Step::Write(begin),
                Step::Repeat(b"X-Header: and so on\r\n".to_vec(), 2_000),
            ]
        })
        .comes_to(Outcome::StaysOut("HTTP/1.1 431")),
        Attack::new(
            "frames_that_break_the_rules",
            &[WebSocket],
            |wire, number| {
                let bytes: &[u8] = [
                    // Without a mask; with reserved bits; of no kind; a large ping;
                    // a ping in parts; a part of nothing.
                    &b"\x81\x02{}"[..],
                    b"\xf1\x80\0\0\0\0",
                    b"\x83\x80\0\0\0\0",
                    b"\x89\xfe\0\x7e\0\0\0\0",
                    b"\x09\x80\0\0\0\0",
                    b"\x80\x80\0\0\0\0",
                ][number];
                writes(wire, bytes.to_vec())
            },
        )
        .at_once(6)
        .ends(Why::Malformed, ""),
    ]
}

/// The body of a message of an action that nobody handles, with one field of
/// whatever bytes.
fn made_up(wire: Wire, field: &[u8]) -> Vec<u8> {
    let head: &[u8] = match wire {
        Native => b"\xB1\x41f",
        PodSixNet => b"h\x86action\x87made_up\x81f",
        Json | WebSocket => b"{\"action\":\"made_up\",\"f\":",
    };
    let end: &[u8] = match wire {
        Native | PodSixNet => b"",
        Json | WebSocket => b"}",
    };
    wire.framed(&[head, field, end].concat())
}

fn nested(wire: Wire, levels: usize) -> Vec<u8> {
    let field = match wire {
        Native => [&*vec![0x81; levels], &[0]].concat(),
        PodSixNet => [&*vec![0xC1; levels], &[0]].concat(),
        Json | WebSocket => format!("{}{}", "[".repeat(levels), "]".repeat(levels)).into(),
    };
    made_up(wire, &field)
}

/// A map with these keys.
fn map(wire: Wire, keys: impl ExactSizeIterator<Item = i64>) -> Vec<u8> {
    let count = wire::varint(keys.len() as u32);
    let entries = keys.flat_map(|key| match wire {
        Native => [&[0xE6][..], &key.to_le_bytes(), &[1]].concat(),
        PodSixNet => [&[0x41][..], &key.to_be_bytes(), &[1]].concat(),
        Json | WebSocket => format!("\"{key}\":1,").into(),
    });
    let entries: Vec<u8> = entries.collect();
    match wire {
        Native => [&[0xEE][..], &count, &entries].concat(),
        PodSixNet => [b"<", &*entries, b"\x7f"].concat(),
        Json | WebSocket => [b"{", &*entries, b"\"end\":1}"].concat(),
    }
}

fn bodies() -> Vec<Attack> {
    vec![
        Attack::new("nested_too_deep", Wire::ALL, |wire, number| {
            let levels = [200, 5_000, 100_000][number];
            asks_and_writes(wire, nested(wire, levels))
        })
        .at_once(3)
        .memory(4 << 20)
        .ends(Why::Malformed, "")
        // There the body is looked at by who wants to know it.
        .but_on(
            &[Native],
            Outcome::Stays {
                errors: &["Handler"],
            },
        )
        .but_on(
            &[WebSocket],
            Outcome::Stays {
                errors: &["Decode"],
            },
        ),
        Attack::new("nested_as_deep_as_allowed", Wire::ALL, |wire, _| {
            writes(wire, nested(wire, 100))
        })
        .stays(&[]),
        Attack::new("a_count_beyond_the_data", &[Native], |wire, _| {
            let bytes = [
                made_up(wire, b"\xEC\xff\xff\xff\xff\x0f\x01"),
                made_up(wire, b"\xEE\xff\xff\xff\xff\x0f\x01\x01"),
                made_up(wire, b"\xEA\xff\xff\xff\xff\x0f\x01"),
                // Something said, of four billion bytes.
                wire::frame(1, b"\xfc\xff\xff\xff\xffx"),
            ];
            writes(wire, bytes.concat())
        })
        .stays(&["Handler", "Handler", "Handler", "Decode"]),
        Attack::new("a_number_of_a_million_digits", Wire::ALL, |wire, _| {
            let digits = b"1".repeat(1_000_000);
            let field = match wire {
                Native => [b"\xE9\xc0\x84\x3d", &*digits].concat(),
                PodSixNet => [b"=", &*digits, b"\x7f"].concat(),
                Json | WebSocket => digits,
            };
            asks_and_writes(wire, made_up(wire, &field))
        })
        .memory(8 << 20)
        .ends(Why::Malformed, "")
        // There the body is looked at by who wants to know it.
        .but_on(
            &[Native],
            Outcome::Stays {
                errors: &["Handler"],
            },
        )
        .but_on(
            &[WebSocket],
            Outcome::Stays {
                errors: &["Decode"],
            },
        ),
        Attack::new("a_million_elements", Wire::ALL, |wire, _| {
            let field = match wire {
                Native => [&b"\xEC\xc0\x84\x3d"[..], &[1; 1_000_000][..]].concat(),
                PodSixNet => [&b";"[..], &[1; 1_000_000][..], b"\x7f"].concat(),
                Json | WebSocket => format!("[1{}]", ",1".repeat(500_000)).into(),
            };
            writes(wire, made_up(wire, &field))
        })
        .memory(48 << 20)
        .stays(&[]),
        Attack::new("keys_that_collide", Wire::ALL, |wire, number| {
            let keys = (1..=20_000_i64).map(|key| match number {
                0 => key << 32,
                // Where Python's hash of a number comes round.
                _ => key.wrapping_mul((1 << 61) - 1),
            });
            let keys: Vec<i64> = keys.collect();
            writes(wire, made_up(wire, &map(wire, keys.into_iter())))
        })
        .at_once(2)
        .memory(48 << 20)
        .stays(&[]),
    ]
}
