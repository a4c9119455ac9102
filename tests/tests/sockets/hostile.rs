//! Many clients that mean no good, next to one that does: the limits on what
//! they take together, and on what each may send.

use podsix::{Connection, Limits, OnFullQueue, Reason, Server, ServerBuilder};

use crate::logs::Logs;
use crate::raw::{self, Raw};
use crate::support::*;

fn with(change: impl FnOnce(&mut Limits)) -> ServerBuilder<Player> {
    Server::<Player>::builder().limits(change)
}

/// A client that keeps getting answers.
struct Friend {
    client: Client,
    asked: u32,
}

impl Friend {
    fn new(host: &mut Host) -> Self {
        let came = host.came();
        let mut client = host.client();
        until!(
            [*host, client],
            client.connection.is_connected() && host.came() == came + 1
        );
        Self { client, asked: 0 }
    }

    /// Asks once more, and waits for the answer, which is the next thing that
    /// it sees.
    fn gets_an_answer(&mut self, host: &mut Host) {
        self.asked += 1;
        self.client.number(self.asked);
        let seen = self.client.seen().len();
        until!([*host, self.client], self.client.seen().len() > seen);
        assert_eq!(self.client.seen()[seen..], [Seen::Number(self.asked)]);
    }
}

/// A game that answers numbers.
fn answering(builder: ServerBuilder<Player>) -> Host {
    Host::with(builder).on(|channel, seen| {
        if let Seen::Number(number) = seen {
            channel.send(&ToClient::Number { number: *number });
        }
        Ok(())
    })
}

const SLOW: usize = 12;
const IN_ALL: usize = 2 << 20;
const LARGE: usize = 100_000;

/// Broadcasts to clients that read nothing until `enough`, and checks after
/// each round that a good one has it, and what waits.
fn crowd_of_slow_readers(on_full: OnFullQueue, enough: impl Fn(&Host) -> bool) -> Host {
    let builder = with(|limits| limits.max_outgoing_bytes_in_all = IN_ALL);
    let mut host = Host::with(builder.on_full_queue(on_full));
    let mut slow = Vec::new();
    for count in 1..=SLOW {
        let mut raw = Raw::client(&host.addr);
        until!([host, raw], raw.is_up() && host.came() == count);
        raw.reads = false;
        slow.push(raw);
    }
    let mut friend = Friend::new(&mut host).client;
    let bytes = "x".repeat(LARGE);
    let message = ToClient::Bulk { bytes };
    let deadline = Deadline::new();
    let mut rounds = 1;
    while !enough(&host) {
        deadline.check(&host.report());
        rounds += 1;
        host.server.channels().broadcast(&message);
        until!([host, friend], friend.seen().len() == rounds);
        let channels = host.server.channels().iter();
        let waiting: usize = channels.map(|one| one.link().queued_bytes).sum();
        // Each may still get one more when the limit is not reached.
        let most = IN_ALL + SLOW * (LARGE + 100);
        assert!(waiting <= most, "{waiting} bytes wait");
    }
    assert_eq!(friend.seen()[1..], vec![Seen::Bulk(LARGE); rounds - 1]);
    assert!(friend.connection.is_connected());
    host
}

#[test]
fn many_slow_readers_together_are_ended_and_nobody_else() {
    let logs = Logs::begin();
    let all_ended = |host: &Host| (1..=SLOW).all(|number| host.end(number).is_some());
    let host = crowd_of_slow_readers(OnFullQueue::Disconnect, all_ended);
    for number in 1..=SLOW {
        let full = Reason::QueueFull { max: 64 << 10 };
        assert_eq!(host.end(number), Some(Seen::Disconnected(full)));
    }
    assert_eq!(host.end(SLOW + 1), None);
    assert_eq!(logs.count("wait on all connections together"), 1);
}

#[test]
fn or_many_slow_readers_get_nothing_more_where_the_builder_says_so() {
    let dropped = |host: &Host| -> Vec<u64> {
        let channels = host.server.channels().iter();
        channels.map(|one| one.link().dropped).collect()
    };
    let enough = |host: &Host| dropped(host).iter().filter(|count| **count > 20).count() == SLOW;
    let host = crowd_of_slow_readers(OnFullQueue::DropMessage, enough);
    assert_eq!(host.server.channels().len(), SLOW + 1);
    assert_eq!(dropped(&host)[SLOW], 0);
}

#[test]
fn one_address_can_t_take_all_the_places() {
    let mut host = answering(with(|limits| limits.max_channels_per_address = 3));
    let podsixnet = host.server.listen("podsixnet://127.0.0.1:0").unwrap();
    let mut friend = Friend::new(&mut host);
    // One that says nothing counts as well.
    let silent = Raw::connect(&host.addr);
    let mut third = Raw::client(&host.addr);
    until!([host, third], third.is_up());

    let words = "3 connections from one address are enough";
    for _ in 0..20 {
        let mut client = host.client();
        until!([host, client], client.failure().is_some());
        let reason = client.failure().and_then(|failure| failure.reason.clone());
        let words = words.to_owned();
        assert_eq!(reason, Some(Reason::Refused { words }));
        friend.gets_an_answer(&mut host);
    }
    // At once, without waiting for a word of theirs, and in the words of each wire.
    let mut native = Raw::connect(&host.addr);
    let mut python = Raw::connect(&podsixnet.to_string());
    let mut browser = Raw::connect(&host.addr);
    browser.write(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n");
    until!(
        [host, native, python, browser],
        native.end.is_some() && python.end.is_some() && browser.end.is_some()
    );
    assert_eq!(native.goodbye(), Some((4, words.to_owned())));
    for (peer, begin) in [(&python, "h\u{0}"), (&browser, "HTTP/1.1 400")] {
        let got = String::from_utf8_lossy(&peer.got);
        assert!(got.contains(words), "{got:?}");
        assert!(got.starts_with(&begin[..1]), "{got:?}");
    }
    assert_eq!(host.came(), 2);

    // Who leaves makes room, whether it was in or not.
    drop(silent);
    third.stop();
    until!([host, third], host.end(2).is_some());
    settle!(host);
    let mut more = [host.client(), host.client(), host.client()];
    let [ann, bob, eve] = &mut more;
    until!([host, *ann, *bob, *eve], host.came() == 4);
    until!(
        [host, *ann, *bob, *eve],
        [&*ann, &*bob, &*eve]
            .iter()
            .filter(|one| matches!(one.seen(), [Seen::Failed(_)]))
            .count()
            == 1
    );
    friend.gets_an_answer(&mut host);
}

#[test]
fn clients_in_the_same_process_have_no_address() {
    let mut host = Host::with(with(|limits| limits.max_channels_per_address = 0));
    let mut outside = host.client();
    let mut ann = Client::of(Connection::local(&mut host.server));
    let mut bob = Client::of(Connection::local(&mut host.server));
    until!([host, ann, bob, outside], outside.failure().is_some());
    until!([host, ann, bob], host.came() == 2);
}

/// Sends this again and again until the server has enough of it; why it ended.
fn flood(podsixnet: bool, first: &[u8], again: &[u8]) -> Reason {
    let mut host = answering(with(|limits| limits.max_messages_a_second = Some(100)));
    let mut friend = Friend::new(&mut host);
    let addr = match podsixnet {
        true => host.server.listen("podsixnet://127.0.0.1:0").unwrap(),
        false => host.server.addr().unwrap(),
    };
    let mut raw = Raw::connect(&addr.to_string());
    raw.write(first);
    until!([host, raw], host.came() == 2);
    // Ten seconds' worth and some more.
    raw.write(&again.repeat(2_000));
    until!([host, raw], host.end(2).is_some() && raw.end.is_some());
    friend.gets_an_answer(&mut host);
    let got = String::from_utf8_lossy(&raw.got);
    assert!(got.contains("more than 100 messages a second"), "{got:?}");
    match host.end(2) {
        Some(Seen::Disconnected(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_sends_more_in_a_second_than_is_allowed_is_ended_on_every_wire() {
    let problem = "more than 100 messages a second".to_owned();
    let expected = Reason::TooManyMessages { problem };
    let opening = raw::opening();
    let named = [&*opening, &raw::name(0, b"say", &raw::TEXT_SHAPE)].concat();
    for (first, again) in [
        (&opening, raw::frame(raw::PING, b"")),
        (&opening, raw::frame(raw::PONG, b"")),
        (&opening, raw::frame(144, b"unknown")),
        (&named, raw::text_message(0, "loud")),
    ] {
        assert_eq!(flood(false, first, &again), expected);
    }
    // A message, and what is none.
    for again in [&b"g\x86action\x83say\0---\0"[..], b"\x01\0---\0"] {
        assert_eq!(flood(true, b"", again), expected);
    }
}

#[test]
fn who_says_nothing_for_too_long_is_ended_on_every_wire() {
    let mut host = answering(with(|limits| {
        limits.idle_timeout = Some(ms(300));
        limits.ping_after = ms(20);
    }));
    let podsixnet = host.server.listen("podsixnet://127.0.0.1:0").unwrap();
    let mut python = Raw::connect(&podsixnet.to_string());
    until!([host, python], host.came() == 1);
    let mut silent = host.client();
    until!([host, silent, python], host.came() == 2);
    let mut friend = Friend::new(&mut host);
    let deadline = Deadline::new();
    while host.end(1).is_none() || host.end(2).is_none() {
        deadline.check(&host.report());
        friend.gets_an_answer(&mut host);
        silent.turn();
        python.turn();
    }
    let waited_for = "no message for 300ms".to_owned();
    let idle = Seen::Disconnected(Reason::TimedOut { waited_for });
    assert_eq!(host.end(1), Some(idle.clone()));
    assert_eq!(host.end(2), Some(idle));
    assert_eq!(host.end(3), None);
}

#[test]
fn a_flood_of_messages_with_other_fields_is_told_once() {
    const COUNT: usize = 5_000;
    let logs = Logs::begin();
    let mut host = answering(with(|_| {}));
    let mut friend = Friend::new(&mut host);
    let mut raw = Raw::client(&host.addr);
    // `say` without any field.
    raw.write(&raw::name(0, b"say", &[21, 0]));
    raw.write(&raw::frame(0, b"").repeat(COUNT));
    let differing = |host: &Host| {
        let channels = host.server.channels().iter();
        channels.map(|one| one.link().differing).sum::<u64>()
    };
    until!([host, raw], differing(&host) == COUNT as u64);
    friend.gets_an_answer(&mut host);
    settle!(host, raw);
    let seen = host.seen(2);
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(matches!(&seen[1], Seen::Failed(failure) if failure.kind == "ShapesDiffer"));
    assert_eq!(logs.count("say"), 1, "{:?}", logs.lines());
}

#[test]
fn what_fails_again_and_again_does_not_fill_the_log() {
    let logs = Logs::begin();
    let mut host = Host::new().on(|_, seen| match seen {
        Seen::Text(_) => Err("not your turn".to_owned()),
        _ => Ok(()),
    });
    let mut client = host.client();
    for _ in 0..500 {
        client.say("me!");
    }
    let failed = |seen: &&Seen| matches!(seen, Seen::Failed(_));
    until!(
        [host, client],
        host.came() == 1 && host.seen(1).iter().filter(failed).count() == 500
    );
    // The log tells whose it is.
    let name = format!("WARN: client {} at 127.0.0.1:", host.id(1));
    assert_eq!(logs.count(&name), 10, "{:?}", logs.lines());
    assert_eq!(logs.count("the handler of `say` failed: not your turn"), 10);
}

#[test]
fn names_that_nobody_handles_do_not_fill_the_log() {
    let logs = Logs::begin();
    let mut host = Host::new();
    let mut raw = Raw::client(&host.addr);
    for number in 0..100 {
        let name = format!("made_up_{number}");
        raw.write(&raw::name(number, name.as_bytes(), &[21, 0]));
        raw.write(&raw::frame(number, b""));
    }
    let unhandled = |host: &Host| {
        let channels = host.server.channels().iter();
        channels.map(|one| one.link().unhandled).sum::<u64>()
    };
    until!([host, raw], unhandled(&host) == 100);
    assert_eq!(logs.count("made_up_"), 10, "{:?}", logs.lines());
}

/// What a client of PodSixNet's wire is told that sends these bytes, next to a
/// friend who is served on; why it ended.
fn end_of_podsixnet(bytes: &[u8]) -> Reason {
    let mut host = answering(with(|limits| limits.close_timeout = ms(300)));
    let mut friend = Friend::new(&mut host);
    let addr = host.server.listen("podsixnet://127.0.0.1:0").unwrap();
    let mut raw = Raw::connect(&addr.to_string());
    until!([host, raw], host.came() == 2);
    let mut written = 0;
    while written < bytes.len() && host.end(2).is_none() {
        written += raw.try_write(&bytes[written..]);
        friend.gets_an_answer(&mut host);
        raw.turn();
    }
    until!([host, raw], host.end(2).is_some() && raw.end.is_some());
    friend.gets_an_answer(&mut host);
    match host.end(2) {
        Some(Seen::Disconnected(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_message_without_an_end_ends_at_the_limit_on_podsixnet_s_wire() {
    // A dict with a list of small numbers, none of which is the last.
    let bytes = [&b"g\x87numbers;"[..], &[1; 2 << 20]].concat();
    let reason = end_of_podsixnet(&bytes);
    assert!(matches!(reason, Reason::TooLarge { .. }), "{reason:?}");
}

#[test]
fn nesting_without_an_end_ends_its_own_connection_on_podsixnet_s_wire() {
    // Lists of one element in lists of one element.
    for levels in [200, 5_000, 100_000] {
        let reason = end_of_podsixnet(&vec![0xc1; levels]);
        let words = reason.to_string();
        assert!(words.contains("level") || words.contains("deep"), "{words}");
    }
}

#[test]
fn garbage_ends_its_own_connection_on_podsixnet_s_wire() {
    for bytes in [
        &b"\xff\xff\xff\xff no message"[..],
        b"GET / HTTP/1.1\r\n\r\n",
    ] {
        let reason = end_of_podsixnet(bytes);
        let expected = matches!(
            reason,
            Reason::ProtocolMismatch { .. } | Reason::Malformed { .. }
        );
        assert!(expected, "{reason:?}");
    }
}
