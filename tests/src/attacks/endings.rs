//! Ends that come in the middle of something, or never.

use super::wire::{self, TERMINATOR};
use super::{Attack, Outcome, Step, Why, Wire, asks_and_writes, enter, then, writes};
use Wire::{Json, Native, PodSixNet, WebSocket};

pub(super) fn all() -> Vec<Attack> {
    vec![
        Attack::new("a_reset_in_the_middle", Wire::ALL, |wire, _| {
            let mut message = wire.question();
            message.truncate(message.len() / 2);
            then(asks_and_writes(wire, message), [Step::Reset])
        })
        .ends(Why::Io, ""),
        Attack::new("a_stop_behind_a_question", Wire::ALL, |wire, _| {
            let steps = [Step::Stop, Step::Await(wire.answer())];
            then(writes(wire, wire.question()), steps)
        })
        .ends(Why::Io, "without a goodbye")
        .but_on(&[PodSixNet, Json], Outcome::ends(Why::ClosedByPeer, "")),
        Attack::new(
            "words_after_the_goodbye",
            &[Native, WebSocket],
            |wire, _| {
                let goodbye = match wire {
                    Native => wire::frame(wire::GOODBYE, b"\0I go"),
                    _ => wire::web_frame(0x88, b"\x03\xe8I go"),
                };
                writes(wire, [goodbye, wire.message("panic", &[])].concat())
            },
        )
        .ends(Why::ClosedByPeer, "I go"),
        Attack::new(
            "a_goodbye_in_the_server_s_name",
            &[Native, WebSocket],
            |wire, number| {
                let kind = [1, 2, 9][number];
                let code: u16 = [1013, 1001, 4003][number];
                let goodbye = match wire {
                    Native => wire::frame(wire::GOODBYE, &[kind]),
                    _ => wire::web_frame(0x88, &code.to_be_bytes()),
                };
                writes(wire, goodbye)
            },
        )
        .at_once(3)
        .ends(Why::ClosedByPeer, ""),
        Attack::new("talk_that_goes_on_after_the_end", Wire::ALL, |wire, _| {
            let garbage = [&[0xFF; 300], TERMINATOR].concat();
            let more = Step::Repeat(vec![0xFF; 64 << 10], 320);
            then(asks_and_writes(wire, garbage), [more])
        })
        .comes_to(Outcome::ends_unheard(Why::Malformed, "")),
        Attack::new("a_byte_out_of_turn", Wire::ALL, |wire, _| {
            let mut question = wire.question();
            let rest = question.split_off(question.len() / 2);
            let steps = [
                Step::Write(question),
                Step::Urgent(b'!'),
                Step::Write(rest),
                Step::Await(wire.answer()),
            ];
            then(enter(wire), steps)
        })
        .stays(&[]),
    ]
}
