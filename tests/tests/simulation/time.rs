//! Silence, heartbeats and what a clock may end.

use std::time::Duration;

use podsix::{Limits, Reason};

use crate::messages::{Seen, ToClient, ToServer};
use crate::plan::{Heartbeats, Plan};
use crate::world::World;

const STEP: Duration = Duration::from_millis(100);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A server and a client that have met.
fn pair(plan: Plan) -> World {
    let mut world = World::new(plan);
    world.add_client(0);
    run(&mut world, seconds(1));
    assert!(world.clients[0].welcome().is_some());
    world
}

fn run(world: &mut World, time: Duration) {
    let until = world.network.now() + time;
    while world.network.now() < until {
        world.step(STEP, 100);
    }
}

/// When and why the server's end and the client's end went.
fn endings(world: &World) -> [Option<(Duration, Reason)>; 2] {
    let server = world.servers[0].referee.records.values().next().unwrap();
    let client = &world.clients[0].witness.record;
    [ending(&server.seen), ending(&client.seen)]
}

fn ending<M>(seen: &[(Duration, Seen<M>)]) -> Option<(Duration, Reason)> {
    seen.iter().find_map(|(time, seen)| match seen {
        Seen::Disconnected(reason) => Some((*time, reason.clone())),
        _ => None,
    })
}

fn figures(world: &World) -> podsix::LinkStats {
    let connection = world.clients[0].connection.as_ref().unwrap();
    connection.link()
}

#[test]
fn a_minute_in_which_nobody_pumps() {
    let mut world = pair(Plan::calm());
    world.network.advance(seconds(60));
    run(&mut world, seconds(1));
    world.client_sends(0, ToServer::Nothing);
    run(&mut world, seconds(1));
    assert_eq!(endings(&world), [None, None]);
    let record = world.servers[0].referee.records.values().next().unwrap();
    assert_eq!(record.messages().last(), Some(&ToServer::Nothing));
}

#[test]
fn input_is_read_before_the_clock_ends_anything() {
    // The server asked, the answer has arrived, and then its game was away.
    let mut world = pair(Plan::calm());
    let link = world.clients[0].link;
    world.network.advance(seconds(3));
    pump_server(&mut world);
    world.network.advance(STEP);
    pump_client(&mut world);
    world.network.advance(STEP);
    assert!(world.network.is_quiet());
    world.network.stall(link);
    world.network.advance(seconds(60));
    pump_server(&mut world);
    assert_eq!(endings(&world), [None, None]);
}

fn pump_server(world: &mut World) {
    let host = &mut world.servers[0];
    let server = host.server.as_mut().unwrap();
    server.pump().unwrap();
    host.referee.now = world.network.now();
    server.dispatch(&mut host.referee);
}

fn pump_client(world: &mut World) {
    let guest = &mut world.clients[0];
    let connection = guest.connection.as_mut().unwrap();
    connection.pump().unwrap();
    guest.witness.now = world.network.now();
    connection.dispatch(&mut guest.witness);
}

#[test]
fn a_short_silence_of_one_side_is_survived() {
    for side in [pump_server, pump_client] {
        let mut world = pair(Plan::calm());
        for _ in 0..270 {
            side(&mut world);
            world.network.advance(STEP);
        }
        run(&mut world, seconds(5));
        assert_eq!(endings(&world), [None, None]);
    }
}

#[test]
fn a_long_silence_of_one_side_ends_it_at_both() {
    for (index, side) in [pump_server, pump_client].into_iter().enumerate() {
        let mut world = pair(Plan::calm());
        let began = world.network.now();
        for _ in 0..400 {
            side(&mut world);
            world.network.advance(STEP);
        }
        run(&mut world, seconds(5));
        let endings = endings(&world);
        let [Some(one), Some(other)] = [&endings[index], &endings[1 - index]] else {
            panic!("{endings:?}");
        };
        assert!(matches!(one.1, Reason::TimedOut { .. }), "{one:?}");
        assert_eq!(other.1, one.1, "the other end hears why");
        let silence = one.0 - began;
        assert!(
            (seconds(28)..=seconds(31)).contains(&silence),
            "{silence:?}"
        );
    }
}

#[test]
fn a_stall_shorter_than_death_is_survived() {
    for length in [1, 5, 20, 27] {
        let mut world = pair(Plan::calm());
        let link = world.clients[0].link;
        world.network.stall(link);
        for number in 0..length {
            let number = number as u32;
            world.client_sends(0, ToServer::Number { number });
            world.broadcast(0, &ToClient::Number { number });
            run(&mut world, seconds(1));
        }
        world.network.resume(link);
        run(&mut world, seconds(2));
        assert_eq!(endings(&world), [None, None], "{length} s");
        let record = world.servers[0].referee.records.values().next().unwrap();
        let client = &world.clients[0].witness.record;
        assert_eq!(record.messages(), client.sent, "{length} s");
        assert_eq!(client.messages(), record.sent, "{length} s");
    }
}

#[test]
fn a_stall_longer_than_death_ends_both() {
    let mut world = pair(Plan::calm());
    let link = world.clients[0].link;
    let began = world.network.now();
    world.network.stall(link);
    run(&mut world, seconds(40));
    for ending in endings(&world) {
        let (time, reason) = ending.unwrap();
        assert!(matches!(reason, Reason::TimedOut { .. }), "{reason}");
        let silence = time - began;
        assert!(
            (seconds(28)..=seconds(31)).contains(&silence),
            "{silence:?}"
        );
    }
    // What was under way for so long changes nothing, and nothing is left.
    world.network.resume(link);
    run(&mut world, seconds(2));
    assert!(world.network.is_released(link));
    assert!(
        world.servers[0]
            .server
            .as_ref()
            .unwrap()
            .channels()
            .is_empty()
    );
    let client = &world.clients[0].witness.record;
    assert_eq!(client.count(Seen::is_end), 1);
}

#[test]
fn settings_of_heartbeats_are_kept() {
    let plan = Plan::with(Heartbeats::Fast);
    let mut limits = Limits::default();
    plan.set(&mut limits, 1);
    let mut world = pair(plan);
    let link = world.clients[0].link;
    let began = world.network.now();
    world.network.stall(link);
    run(&mut world, seconds(5));
    for ending in endings(&world) {
        let (time, reason) = ending.unwrap();
        assert!(matches!(reason, Reason::TimedOut { .. }), "{reason}");
        let silence = time - began;
        let expected = limits.dead_after - limits.ping_after - STEP..=limits.dead_after + STEP;
        assert!(expected.contains(&silence), "{silence:?}");
    }
}

#[test]
fn without_heartbeats_nothing_is_said_and_nobody_dies() {
    let mut world = pair(Plan::with(Heartbeats::Off));
    let before = figures(&world);
    world.network.advance(seconds(3600));
    run(&mut world, seconds(10));
    world.network.advance(seconds(3600));
    run(&mut world, seconds(10));
    assert_eq!(endings(&world), [None, None]);
    assert_eq!(figures(&world), before);
}

#[test]
fn an_idle_hour_is_a_ping_each_two_seconds() {
    let mut world = pair(Plan::calm());
    let before = figures(&world);
    run(&mut world, seconds(3600));
    let after = figures(&world);
    assert_eq!(endings(&world), [None, None]);
    assert_eq!(after.messages_sent, before.messages_sent);
    assert_eq!(after.messages_received, before.messages_received);
    // A ping and a pong are 3 bytes each; where both ends ask at once each of
    // them does so every other second.
    for (before, after) in [
        (before.bytes_sent, after.bytes_sent),
        (before.bytes_received, after.bytes_received),
    ] {
        let bytes = after - before;
        assert!((3 * 1200..=6 * 1800).contains(&bytes), "{bytes} bytes");
    }
    let round_trip = after.round_trip_time.unwrap();
    assert!((STEP..=3 * STEP).contains(&round_trip), "{round_trip:?}");
}

#[test]
fn the_round_trip_time_follows_the_network() {
    let mut world = pair(Plan::calm());
    run(&mut world, seconds(60));
    let quick = figures(&world).round_trip_time.unwrap();
    world
        .network
        .conditions(|conditions| conditions.delay = seconds(1));
    run(&mut world, seconds(120));
    let slow = figures(&world).round_trip_time.unwrap();
    assert!(slow > quick, "{slow:?} after {quick:?}");
    world
        .network
        .conditions(|conditions| conditions.delay = Duration::ZERO);
    run(&mut world, seconds(120));
    let again = figures(&world).round_trip_time.unwrap();
    assert!(again < quick + STEP, "{again:?}");
}

#[test]
fn who_never_answers_the_opening() {
    let mut world = World::new(Plan::calm());
    world.add_client(0);
    let link = world.clients[0].link;
    world.network.stall(link);
    run(&mut world, seconds(20));
    let seen = &world.clients[0].witness.record.seen;
    let [(time, Seen::NotConnected(Some(Reason::TimedOut { .. })))] = seen.as_slice() else {
        panic!("{seen:?}");
    };
    assert!((seconds(10)..=seconds(11)).contains(time), "{time:?}");
    assert!(world.servers[0].referee.records.is_empty());
    world.network.resume(link);
    run(&mut world, seconds(10));
    assert!(world.network.is_released(link));
    assert!(world.servers[0].referee.records.is_empty());
}
