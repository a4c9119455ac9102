//! Silence: who is asked, who is dropped, and who is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use podsix::{Connection, Limits, Reason, Server};

use crate::raw::{self, Raw, RawListener};
use crate::support::*;

fn with(change: impl FnOnce(&mut Limits)) -> Host {
    Host::with(Server::<Player>::builder().limits(change))
}

fn impatient(limits: &mut Limits) {
    limits.ping_after = ms(20);
    limits.dead_after = ms(100);
}

fn waited_for(end: Option<Seen>) -> String {
    match end {
        Some(Seen::Disconnected(Reason::TimedOut { waited_for })) => waited_for,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_silent_client_is_asked_and_then_dropped() {
    let mut host = with(impatient);
    let mut raw = Raw::client(&host.addr);
    until!([host, raw], raw.is_up() && host.came() == 1);
    until!(
        [host, raw],
        host.end(1).is_some() && raw.goodbye().is_some()
    );
    let words = waited_for(host.end(1));
    assert!(
        words.contains("nothing heard") && words.contains("100ms"),
        "{words}"
    );
    assert!(!raw.bodies(raw::PING).is_empty(), "it was never asked");
    assert_eq!(raw.goodbye().unwrap().0, 3);
    until!([host, raw], raw.end.is_some());
}

#[test]
fn a_silent_server_is_asked_and_then_given_up() {
    let mut listener = RawListener::new();
    let connection = Connection::builder()
        .limits(impatient)
        .connect(&listener.addr)
        .unwrap();
    let mut client = Client::of(connection);
    until!([client, listener], !listener.peers.is_empty());
    listener.peer().write(&raw::opening());
    until!(
        [client, listener],
        client.end().is_some() && listener.peer().goodbye().is_some()
    );
    assert!(waited_for(client.end().cloned()).contains("nothing heard"));
    assert!(!listener.peer().bodies(raw::PING).is_empty());
}

#[test]
fn a_client_that_stood_still_learns_why_it_was_dropped() {
    let mut host = with(impatient);
    let mut client = host.client();
    until!(
        [host, client],
        client.connection.is_connected() && host.came() == 1
    );
    // Its program is stopped.
    until!([host], host.end(1).is_some());
    until!([client], client.end().is_some());
    let words = waited_for(host.end(1));
    assert_eq!(waited_for(client.end().cloned()), words);
}

#[test]
fn a_client_that_has_nothing_to_say_but_lives_is_never_dropped() {
    // Both sleep all the time, but for the heartbeats.
    let patience = |limits: &mut Limits| {
        limits.ping_after = ms(30);
        limits.dead_after = ms(1_200);
    };
    let mut host = with(patience);
    let connection = Connection::builder()
        .limits(patience)
        .connect(&host.addr)
        .unwrap();
    let mut client = Client::of(connection);
    until!(
        [host, client],
        client.connection.is_connected() && host.came() == 1
    );
    let over = Arc::new(AtomicBool::new(false));
    let waker = client.connection.waker();
    let sleeper = thread::spawn({
        let over = Arc::clone(&over);
        move || {
            while !over.load(Ordering::SeqCst) {
                client.connection.wait(None).unwrap();
                client.connection.dispatch(&mut client.ear);
            }
            client
        }
    });
    let until = Instant::now() + ms(2_000);
    while Instant::now() < until {
        host.server.wait_until(until).unwrap();
        host.server.dispatch(&mut host.game);
    }
    over.store(true, Ordering::SeqCst);
    waker.wake();
    let client = sleeper.join().unwrap();
    assert_eq!(client.seen(), [Seen::Connected]);
    assert_eq!(host.seen(1), [Seen::Connected]);
    let link = client.connection.link();
    assert!(link.bytes_received > 40, "too few heartbeats: {link:?}");
}

#[test]
fn whoever_talks_need_not_answer() {
    let mut host = with(|limits| {
        limits.ping_after = ms(10);
        limits.dead_after = ms(1_000);
    });
    let mut raw = Raw::client(&host.addr);
    raw.write(&raw::name(0, b"say", &raw::TEXT_SHAPE));
    until!([host, raw], raw.is_up() && host.came() == 1);
    let until = Instant::now() + ms(1_500);
    while Instant::now() < until {
        raw.write(&raw::text_message(0, "talks"));
        host.turn();
        raw.turn();
    }
    assert_eq!(host.end(1), None);
}

#[test]
fn the_round_trip_time_appears_at_both_ends() {
    let mut host = Host::new();
    let mut client = host.client();
    assert_eq!(client.connection.link().round_trip_time, None);
    until!(
        [host, client],
        client.connection.link().round_trip_time.is_some()
    );
    until!(
        [host, client],
        host.server
            .channels()
            .iter()
            .all(|one| one.link().round_trip_time.is_some())
    );
    let time = client.connection.link().round_trip_time.unwrap();
    assert!(
        time < Duration::from_secs(20) && time > Duration::ZERO,
        "{time:?}"
    );
}

#[test]
fn pings_are_answered_with_what_they_carry() {
    let mut host = Host::new();
    let mut raw = Raw::client(&host.addr);
    until!([host, raw], raw.is_up());
    raw.write(&raw::frame(raw::PING, b"once"));
    raw.write(&raw::frame(raw::PING, b""));
    // Answers nobody asked for are nothing.
    raw.write(&raw::frame(raw::PONG, b"what?"));
    until!([host, raw], raw.bodies(raw::PONG).len() == 2);
    assert_eq!(raw.bodies(raw::PONG), [b"once".to_vec(), vec![]]);
    settle!(host, raw);
    assert_eq!(host.seen(1), [Seen::Connected]);
}

#[test]
fn half_a_frame_and_then_nothing() {
    let mut host = with(|limits| limits.frame_timeout = ms(50));
    let mut raw = Raw::client(&host.addr);
    raw.write(&raw::name(0, b"say", &raw::TEXT_SHAPE));
    let message = raw::text_message(0, "never whole");
    raw.write(&message[..5]);
    until!([host, raw], host.end(1).is_some() && raw.end.is_some());
    let words = waited_for(host.end(1));
    assert!(words.contains("not complete"), "{words}");
    assert_eq!(raw.goodbye().unwrap().0, 3);
}

#[test]
fn one_byte_after_the_other_for_ever() {
    let mut host = with(|limits| limits.frame_timeout = ms(100));
    let mut raw = Raw::client(&host.addr);
    raw.write(&raw::name(0, b"say", &raw::TEXT_SHAPE));
    until!([host, raw], raw.is_up());
    let mut prefix = raw::varint(1 << 20);
    prefix.push(0);
    raw.write(&prefix);
    until!([host, raw], {
        if raw.end.is_none() && raw.goodbye().is_none() {
            raw.try_write(b"x");
        }
        host.came() == 1 && host.end(1).is_some()
    });
    assert!(waited_for(host.end(1)).contains("not complete"));
}

#[test]
fn one_byte_of_the_hello_after_the_other_is_too_slow_as_well() {
    let mut host = with(|limits| limits.connect_timeout = ms(100));
    let mut raw = Raw::connect(&host.addr);
    // A first frame that is allowed, but very long.
    raw.write(&raw::MAGIC_AND_VERSION);
    let mut prefix = raw::varint(100_000);
    prefix.extend(raw::varint(raw::HELLO));
    raw.write(&prefix);
    until!([host, raw], {
        if raw.goodbye().is_none() && raw.end.is_none() {
            raw.try_write(b"x");
        }
        raw.end.is_some() || raw.goodbye().is_some()
    });
    assert!(host.game.seen.is_empty());
}

#[test]
fn no_time_out_runs_against_input_that_was_not_read() {
    const COUNT: usize = 2_000;
    let mut host = with(|limits| {
        impatient(limits);
        limits.frame_timeout = ms(50);
        limits.max_incoming_messages = 10;
        limits.messages_a_pump = 10;
    });
    let mut raw = Raw::client(&host.addr);
    raw.write(&raw::name(0, b"say", &raw::TEXT_SHAPE));
    raw.write(&raw::text_message(0, "patience").repeat(COUNT));
    // The game looks at nothing for a while, which is not the client's fault.
    let until = Instant::now() + ms(400);
    while Instant::now() < until {
        host.server.wait_until(until).unwrap();
        host.server.pump().unwrap();
    }
    until!([host, raw], host.end(1).is_some());
    let seen = host.seen(1);
    assert_eq!(seen.len(), COUNT + 2, "{:?}", seen.last());
    assert!(seen[1..=COUNT].iter().all(|seen| *seen == text("patience")));
}

#[test]
fn a_game_that_was_away_reads_before_it_judges() {
    let mut host = with(|limits| {
        limits.ping_after = ms(50);
        limits.dead_after = ms(150);
    });
    let mut client = host.client();
    until!(
        [host, client],
        client.connection.is_connected() && host.came() == 1
    );
    until!(
        [host, client],
        host.server
            .channels()
            .iter()
            .all(|one| one.link().round_trip_time.is_some())
    );
    // A level loads; the client goes on.
    client.say("still here");
    let until = Instant::now() + ms(500);
    while Instant::now() < until {
        client.connection.wait_until(until).unwrap();
    }
    host.turn();
    assert_eq!(host.seen(1), [Seen::Connected, text("still here")]);
}
