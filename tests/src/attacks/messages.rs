//! Whole messages that are not what they should be.

use super::wire::{self, Field, TERMINATOR};
use super::{Attack, Outcome, Step, Why, Wire, asks_and_writes, enter, flood, then, writes};
use Wire::{Json, Native, PodSixNet, WebSocket};

/// Those whose messages are dicts as in PodSixNet.
const DICTS: &[Wire] = &[PodSixNet, Json, WebSocket];

pub(super) fn all() -> Vec<Attack> {
    [names(), fields(), handlers()].concat()
}

fn names() -> Vec<Attack> {
    vec![
        Attack::new("no_dict_or_no_action", DICTS, |wire, _| {
            let bodies: [&[u8]; 2] = match wire {
                PodSixNet => [b"\xc1\x01", b"g\x81a\x01"],
                _ => [b"[1]", b"{\"a\":1}"],
            };
            writes(wire, bodies.map(|body| wire.framed(body)).concat())
        })
        .stays(&["Undeliverable", "Undeliverable"]),
        Attack::new("an_action_that_is_no_text", DICTS, |wire, _| {
            let body: &[u8] = match wire {
                PodSixNet => b"g\x86action\x01",
                _ => b"{\"action\":1}",
            };
            asks_and_writes(wire, wire.framed(body))
        })
        .ends(Why::Malformed, "no text")
        .but_on(
            &[WebSocket],
            Outcome::Stays {
                errors: &["Decode"],
            },
        ),
        Attack::new("an_action_that_is_no_utf_8", Wire::ALL, |wire, _| {
            let bytes = match wire {
                Native => wire::name(6, b"\xff\xfe", &[21, 0]),
                PodSixNet => wire.framed(b"g\x86action\x82\xff\xfe"),
                _ => wire.framed(b"{\"action\":\"\xff\xfe\"}"),
            };
            asks_and_writes(wire, bytes)
        })
        .ends(Why::Malformed, ""),
        Attack::new("an_action_without_a_name", Wire::ALL, |wire, _| {
            let bytes = match wire {
                Native => wire::name(6, b"", &[21, 0]),
                _ => wire.message("", &[]),
            };
            writes(wire, bytes)
        })
        .stays(&["Undeliverable"])
        .but_on(&[Native], Outcome::ends(Why::Malformed, "sound name")),
        Attack::new("an_action_of_a_megabyte", Wire::ALL, |wire, _| {
            let name = "x".repeat(1_000_000);
            let bytes = match wire {
                Native => wire::dict(&name, b"\xB0"),
                _ => wire.message(&name, &[]),
            };
            writes(wire, bytes)
        })
        .memory(8 << 20)
        .stays(&["Undeliverable"])
        .but_on(&[Native], Outcome::ends(Why::Malformed, "sound name")),
        Attack::new("actions_that_nobody_knows", Wire::ALL, |wire, _| {
            let escape = match wire {
                Native | PodSixNet => "\u{1b}[31m\n",
                Json | WebSocket => "\\u001b[31m\\n",
            };
            let messages = (0..2_000).flat_map(|number| {
                let name = format!("{escape}made up {number}");
                wire.message(&name, &[])
            });
            writes(wire, messages.collect())
        })
        .stays(&[]),
        Attack::new("more_names_than_allowed", &[Native], |wire, _| {
            let names = (6..2_000).flat_map(|number| {
                let name = format!("made up {number}");
                wire::name(number, name.as_bytes(), &[21, 0])
            });
            writes(wire, names.collect())
        })
        .ends(Why::TooManyMessages, "actions"),
        Attack::new("names_of_podsix_s_own", Wire::ALL, |wire, _| {
            let names = ["connected", "disconnected", "error", "socketConnect"];
            let messages = names.map(|name| wire.message(name, &[]));
            writes(wire, messages.concat())
        })
        .stays(&[]),
    ]
}

fn fields() -> Vec<Attack> {
    vec![
        Attack::new("fields_of_another_kind", Wire::ALL, |wire, _| {
            writes(wire, misfit(wire))
        })
        .stays(&["Decode"]),
        Attack::new("fields_of_another_kind_for_ever", Wire::ALL, |wire, _| {
            then(enter(wire), [flood(&misfit(wire), 5_000)])
        })
        .ends(Why::Malformed, "bad messages"),
        Attack::new("fields_of_another_version", Wire::ALL, |wire, _| {
            let bytes = match wire {
                Native => [wire::name(6, b"say", &[21, 0]), wire::frame(6, &[])].concat(),
                _ => wire.message("say", &[]),
            };
            writes(wire, bytes)
        })
        .stays(&["any"]),
        Attack::new("text_that_is_no_text", &[Native, PodSixNet], |wire, _| {
            let bytes = match wire {
                Native => wire::frame(1, b"\x02\xff\xfe"),
                _ => wire.framed(b"h\x86action\x83say\x84text\x82\xff\xfe"),
            };
            writes(wire, bytes)
        })
        .stays(&["Decode"]),
        Attack::new("numbers_that_are_none", Wire::ALL, |wire, _| {
            let place = |x| wire.message("place", &[("x", Field::Float(x))]);
            asks_and_writes(wire, [place(1e300), place(f64::NAN)].concat())
        })
        // What arrives can't be told to those who speak JSON; they stay.
        .stays(&[])
        .but_on(&[Json], Outcome::ends(Why::Malformed, ""))
        .but_on(
            &[WebSocket],
            Outcome::Stays {
                errors: &["Decode"],
            },
        ),
        Attack::new("a_key_twice", Wire::ALL, |wire, _| {
            let body: Vec<u8> = match wire {
                Native => b"\xB2\x46number\x01\x46number\xE6\xEF\xBE\xAD\xDE\0\0\0\0".to_vec(),
                PodSixNet => {
                    b"i\x86action\x83ask\x86number\x01\x86numberA\0\0\0\0\xDE\xAD\xBE\xEF".to_vec()
                }
                _ => b"{\"action\":\"ask\",\"number\":1,\"number\":3735928559}".to_vec(),
            };
            let bytes = match wire {
                Native => wire::dict("ask", &body),
                _ => wire.framed(&body),
            };
            then(writes(wire, bytes), [Step::Await(wire.answer())])
        })
        .stays(&[]),
        Attack::new("keys_of_all_kinds", &[Native, PodSixNet], |wire, _| {
            // A number, a tuple, a float that is no number.
            let bytes = match wire {
                Native => wire.framed(b"\xB3\x01\x01\xA1\x01\x01\xE7\0\0\xc0\x7f\x01"),
                _ => wire.framed(b"j\x86action\x87made_up\x01\x01\xe1\x01\x01B\x7f\xc0\0\0\x01"),
            };
            writes(wire, bytes)
        })
        .stays(&[]),
        Attack::new("a_list_as_a_key", &[Native, PodSixNet], |wire, _| {
            let bytes = match wire {
                Native => wire.framed(b"\xB1\x81\x01\x01"),
                _ => wire.framed(b"h\x86action\x87made_up\xc1\x01\x01"),
            };
            asks_and_writes(wire, bytes)
        })
        .stays(&["Handler"])
        .but_on(&[PodSixNet], Outcome::ends(Why::Malformed, "")),
        Attack::new("a_terminator_in_a_text", Wire::ALL, |wire, _| {
            let message = match wire {
                Native => wire.say("\0---\0"),
                PodSixNet => {
                    let text = wire::rencode_text(TERMINATOR);
                    wire.framed(&[b"h\x86action\x83say\x84text", &*text].concat())
                }
                Json | WebSocket => wire.say("\\u0000---\\u0000"),
            };
            writes(wire, message)
        })
        // It can't be told to those who speak rencode; they stay.
        .stays(&[])
        .but_on(&[PodSixNet], Outcome::Stays { errors: &["any"] }),
    ]
}

/// A message whose fields have another type.
fn misfit(wire: Wire) -> Vec<u8> {
    match wire {
        Native => wire::frame(1, b"\x05less"),
        _ => wire.message("ask", &[("number", Field::Text("many"))]),
    }
}

fn handlers() -> Vec<Attack> {
    vec![
        Attack::new("a_handler_that_fails", Wire::ALL, |wire, _| {
            writes(wire, wire.message("fail", &[]))
        })
        .stays(&["Handler"]),
        Attack::new("a_handler_that_panics", Wire::ALL, |wire, _| {
            writes(wire, wire.message("panic", &[]))
        })
        .ends(Why::HandlerPanicked, ""),
    ]
}
