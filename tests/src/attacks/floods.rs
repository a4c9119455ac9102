//! Too much of something: messages, bytes, connections, or nothing read.

use super::wire::{self, Field};
use super::{Attack, Outcome, Step, Why, Wire, enter, flood, ms, then};
use Wire::{Json, Native, PodSixNet, WebSocket};

pub(super) fn all() -> Vec<Attack> {
    [readers(), writers(), crowds()].concat()
}

/// Asks for so many times a hundred thousand bytes.
fn gifts(wire: Wire, count: usize) -> Step {
    flood(
        &wire.message("give", &[("bytes", Field::Number(100_000))]),
        count,
    )
}

fn readers() -> Vec<Attack> {
    vec![
        Attack::new("nothing_is_read", Wire::ALL, |wire, _| {
            then(enter(wire), [Step::Deafen, gifts(wire, 80)])
        })
        .limits(|limits| limits.max_outgoing_bytes = 1 << 20)
        .memory(4 << 20)
        .comes_to(Outcome::ends_unheard(Why::QueueFull, "")),
        Attack::new("nothing_is_read_by_many", Wire::ALL, |wire, _| {
            then(enter(wire), [Step::Deafen, gifts(wire, 60)])
        })
        .at_once(6)
        .limits(|limits| limits.max_outgoing_bytes_in_all = 1 << 20)
        .memory(8 << 20)
        .comes_to(Outcome::ends_unheard(Why::QueueFull, "")),
        Attack::new("much_is_read_late", Wire::ALL, |wire, _| {
            let steps = [
                Step::Deafen,
                gifts(wire, 30),
                Step::Pause(ms(200)),
                Step::Listen,
                Step::AwaitBytes(3_000_000),
            ];
            then(enter(wire), steps)
        })
        .memory(4 << 20)
        .stays(&[]),
        Attack::new(
            "pings_whose_answers_nobody_reads",
            &[Native, WebSocket],
            |wire, _| {
                let ping = match wire {
                    Native => wire::frame(wire::PING, &[7; 100]),
                    _ => wire::web_frame(0x89, &[7; 100]),
                };
                let steps = [Step::Deafen, flood(&ping, 150_000), Step::Stop];
                then(enter(wire), steps)
            },
        )
        .limits(|limits| limits.max_outgoing_bytes = 256 << 10)
        .memory(1 << 20)
        .comes_to(Outcome::ends_unheard(Why::Io, "without a goodbye")),
        Attack::new(
            "frames_that_bring_nothing",
            &[Native, WebSocket],
            |wire, number| {
                let frames = match (wire, number) {
                    // Answers that nobody asked for; something of a later version.
                    (Native, 0) => wire::frame(wire::PONG, &[7; 100]),
                    (Native, _) => wire::frame(144, &[7; 100]),
                    _ => wire::web_frame(0x8A, &[7; 100]),
                };
                then(enter(wire), [flood(&frames, 50_000)])
            },
        )
        .at_once(2)
        .alone()
        .memory(1 << 20)
        .stays(&[]),
    ]
}

fn writers() -> Vec<Attack> {
    vec![
        Attack::new("words_for_everybody", Wire::ALL, |wire, _| {
            then(enter(wire), [flood(&wire.say("all of you!"), 5_000)])
        })
        .memory(4 << 20)
        .stays(&[]),
        Attack::new("a_flood_that_nobody_handles", Wire::ALL, |wire, _| {
            let message = wire.message("made_up", &[("x", Field::Number(1))]);
            then(enter(wire), [flood(&message, 20_000)])
        })
        .memory(4 << 20)
        .stays(&[]),
        Attack::new("more_messages_than_allowed", Wire::ALL, |wire, _| {
            let message = wire.message("made_up", &[("x", Field::Number(1))]);
            then(enter(wire), [flood(&message, 30_000)])
        })
        .limits(|limits| limits.max_messages_a_second = Some(1_000))
        .memory(4 << 20)
        .ends(Why::TooManyMessages, "1000 messages a second"),
        Attack::new("more_bytes_than_allowed", Wire::ALL, |wire, _| {
            let message = wire.message("made_up", &[("x", Field::Text(&"x".repeat(10_000)))]);
            then(enter(wire), [flood(&message, 400)])
        })
        .limits(|limits| limits.max_bytes_a_second = Some(100 << 10))
        .memory(4 << 20)
        .ends(Why::TooManyMessages, "102400 bytes a second"),
    ]
}

fn crowds() -> Vec<Attack> {
    vec![
        Attack::new("more_than_there_are_places", Wire::ALL, |wire, _| {
            vec![Step::Write(wire.opening())]
        })
        .at_once(50)
        // The others have them.
        .limits(|limits| limits.max_channels = 4)
        .comes_to(Outcome::StaysOut(""))
        .but_on(&[PodSixNet, Json], Outcome::StaysOut("the server is full"))
        .but_on(&[WebSocket], Outcome::StaysOut("server full")),
        Attack::new("more_than_one_address_may", Wire::ALL, |_, _| Vec::new())
            .at_once(50)
            .limits(|limits| limits.max_channels_per_address = 4)
            .comes_to(Outcome::StaysOut("from one address are enough")),
        Attack::new("they_come_and_go", Wire::ALL, |wire, _| {
            let steps = [
                Step::Write(wire.question()),
                Step::Await(wire.answer()),
                Step::Stop,
            ];
            then(enter(wire), steps)
        })
        .at_once(200)
        .memory(1 << 20)
        .ends(Why::Io, "without a goodbye")
        .but_on(&[PodSixNet, Json], Outcome::ends(Why::ClosedByPeer, "")),
        Attack::new("they_break_off", Wire::ALL, |wire, _| {
            then(enter(wire), [Step::Write(wire.question()), Step::Reset])
        })
        .at_once(200)
        .memory(1 << 20)
        .ends(Why::Io, ""),
    ]
}
