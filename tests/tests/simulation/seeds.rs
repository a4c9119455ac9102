//! Random games on random networks: bytes are cut up, delayed, held back and
//! changed, connections break, both ends go and come back. What then was seen
//! has to fit the [`model`].
//!
//! Each test has its wire. A seed that fails is printed with the command that
//! plays it again. Ten thousand of them, on all processors:
//!
//! ```sh
//! PODSIX_SEEDS=10000 cargo test --release -p podsix-tests --test simulation many_small_games
//! ```
//!
//! `PODSIX_SEED=17` in the place of it plays that one alone.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::messages::{ToClient, ToServer};
use crate::model;
use crate::plan::{Heartbeats, Plan};
use crate::world::{Outcome, World};

const SEEDS: u64 = 200;
/// How many on each of the other wires.
const FURTHER_SEEDS: u64 = 20;

/// After so many failures there is no need for further ones.
const ENOUGH: usize = 5;

#[test]
fn many_small_games() {
    play("many_small_games", "podsix", SEEDS);
}

#[test]
fn over_podsixnet() {
    play("over_podsixnet", "podsixnet", FURTHER_SEEDS);
}

#[test]
fn over_json() {
    play("over_json", "podsixnet+json", FURTHER_SEEDS);
}

#[test]
fn over_websocket() {
    play("over_websocket", "ws", FURTHER_SEEDS);
}

/// Plays the games of so many seeds, or of those that the environment names.
fn play(test: &str, wire: &'static str, count: u64) {
    let plan = |seed| Plan {
        wire,
        ..Plan::from_seed(seed)
    };
    let set = |name| {
        env::var(name)
            .ok()
            .and_then(|text: String| text.parse().ok())
    };
    if let Some(seed) = set("PODSIX_SEED") {
        println!("{:#?}", plan(seed));
        run(plan(seed));
        return;
    }
    let count = set("PODSIX_SEEDS").unwrap_or(count);
    let next = AtomicU64::new(0);
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, Into::into) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= count || failed.lock().unwrap().len() >= ENOUGH {
                        break;
                    }
                    let game = || drop(run(plan(seed)));
                    if catch_unwind(AssertUnwindSafe(game)).is_err() {
                        failed.lock().unwrap().push(seed);
                    }
                }
            });
        }
    });
    let mut failed = failed.into_inner().unwrap();
    failed.sort_unstable();
    if let Some(seed) = failed.first() {
        panic!(
            "{failed:?} of {count} seeds failed over {wire}\nagain with: PODSIX_SEED={seed} cargo \
             test -p podsix-tests --test simulation {test}"
        );
    }
}

#[test]
fn the_same_seed_gives_the_same() {
    for seed in [3, 1003, 2003, 3003] {
        let [first, second] = [(); 2].map(|()| run(Plan::from_seed(seed)));
        assert!(first == second, "seed {seed} gave two different games");
        assert!(!first.clients.is_empty());
    }
    let other = run(Plan::from_seed(4));
    assert!(run(Plan::from_seed(3)) != other);
}

#[test]
fn larger_games() {
    for seed in 0..2 {
        run(Plan {
            servers: 2,
            clients: 100,
            steps: 60,
            bustle: 150,
            ..Plan::from_seed(1_000_000 + seed)
        });
    }
}

#[test]
fn a_thousand_clients() {
    run(Plan {
        servers: 1,
        clients: 1000,
        steps: 12,
        bustle: 1500,
        step: Duration::from_millis(20),
        split: true,
        delay: Duration::ZERO,
        eagerness: 80,
        heartbeats: Heartbeats::Usual,
        large: false,
        mishaps: 20,
        refuses: false,
        max_channels: 1024,
        short_of_time: false,
        ..Plan::from_seed(1000)
    });
}

/// Plays one game to its end and checks it.
fn run(plan: Plan) -> Outcome {
    let mut world = World::new(plan);
    for _ in 0..world.plan.clients {
        let host = world.pick(world.plan.servers);
        world.add_client(host);
    }
    for _ in 0..world.plan.steps {
        for _ in 0..=world.network.random(world.plan.bustle) {
            act(&mut world);
        }
        let time = world.network.random(world.plan.step.as_millis() as u64 + 1);
        let eagerness = world.plan.eagerness;
        world.step(Duration::from_millis(time), eagerness);
    }
    settle(&mut world);
    world.outwait();
    given_up(&world);
    end(&mut world);
    model::check(&world);
    world.into()
}

/// One thing that a game or the network does.
fn act(world: &mut World) {
    if world.network.random(1000) < world.plan.mishaps {
        return mishap(world);
    }
    let client = world.pick(world.clients.len());
    let host = world.clients[client].host;
    let number = u32::try_from(world.network.random(1 << 32)).unwrap_or(0);
    match world.network.random(12) {
        0..2 => world.client_sends(client, ToServer::Number { number }),
        2 => {
            let text = text(world);
            world.client_sends(client, ToServer::Text { number, text });
        }
        3 => {
            let count = world
                .network
                .random(if world.plan.large { 60_000 } else { 100 });
            let values = (0..count).map(|value| value as i64 * 10_007 - 3).collect();
            world.client_sends(client, ToServer::Values { number, values });
        }
        4 => {
            let text = text(world);
            world.client_sends(client, ToServer::Shout { number, text });
        }
        5 => {
            let half = (number % 3 > 0).then(|| f64::from(number) / 2.0);
            world.client_sends(client, ToServer::Echo { number, half });
        }
        6 => world.client_sends(client, ToServer::Nothing),
        7 => {
            if let Some(id) = world.clients[client].welcome() {
                world.server_sends(host, id, &ToClient::Number { number });
            }
        }
        8 => {
            if let Some(id) = world.clients[client].welcome() {
                let text = text(world);
                world.server_sends(host, id, &ToClient::Text { number, text });
            }
        }
        9 => {
            if let Some(id) = world.clients[client].welcome() {
                world.server_sends(host, id, &ToClient::Question { number });
            }
        }
        10 => {
            let text = text(world);
            world.broadcast(host, &ToClient::Text { number, text });
        }
        _ => world.broadcast(host, &ToClient::Nothing),
    }
}

/// A connection ends, or the network makes it hard.
fn mishap(world: &mut World) {
    let client = world.pick(world.clients.len());
    let host = world.clients[client].host;
    let words = format!("words {}", world.network.random(1000));
    match world.network.random(14) {
        0 => world.close_client(client, &words),
        1 => world.drop_client(client),
        2 => {
            if let Some(id) = world.clients[client].welcome() {
                world.close_channel(host, id, &words);
            }
        }
        3 => world.kick(client, words),
        4 => world.cut(client),
        5..8 => {
            let longest = world.plan.longest_silence().as_millis() as u64;
            let time = Duration::from_millis(world.network.random(longest));
            world.stall(client, time);
        }
        8 => {
            let time = world.plan.fatal_silence();
            world.stall(client, time);
        }
        // The one who is gone comes back as somebody else.
        9 if world.plan.tampers => world.tamper(client),
        9..13 => {
            let hosts = world.live_hosts();
            let host = hosts[world.pick(hosts.len())];
            world.add_client(host);
        }
        _ => {
            if world.network.random(4) == 0 {
                world.drop_server(host);
                world.add_server();
            }
        }
    }
}

fn text(world: &mut World) -> String {
    let letter = ['x', 'é', '☃', '\0'][world.pick(4)];
    let most = match world.network.random(20) {
        0 if world.plan.large => 100_000,
        0..3 => 6000,
        3..6 => 300,
        _ => 20,
    };
    let count = world.pick(most);
    std::iter::repeat_n(letter, count).collect()
}

/// Lets everything arrive that is under way, and sees that it does: nobody may
/// wait for a wake-up that was lost.
fn settle(world: &mut World) {
    world.resume_all();
    for _ in 0..3000 {
        if missing(world).is_none() {
            return;
        }
        world.step(Duration::from_millis(20), 90);
    }
    if let Some(missing) = missing(world) {
        panic!("never arrived: {missing}");
    }
}

/// A connection that is up at both ends where something is still to arrive.
fn missing(world: &World) -> Option<String> {
    world.clients.iter().enumerate().find_map(|(index, guest)| {
        let connection = guest.connection.as_ref()?;
        let host = &world.servers[guest.host];
        let record = &guest.witness.record;
        host.server.as_ref()?;
        if guest.witness.has_ended(connection) || guest.trouble.any() {
            return None;
        }
        let Some(id) = guest.welcome() else {
            return Some(format!("the welcome of client {index}"));
        };
        let channel = &host.referee.records[&id];
        if record.closed.is_some() || channel.closed.is_some() || channel.reason().is_some() {
            return None;
        }
        let (there, back) = (channel.messages().len(), record.messages().len());
        (there < record.sent.len() || back < channel.sent.len()).then(|| {
            format!(
                "client {index} sent {} of which {there} arrived, and received {back} of {}",
                record.sent.len(),
                channel.sent.len()
            )
        })
    })
}

/// Sees that both ends have given up each other where nothing went through for
/// too long.
fn given_up(world: &World) {
    if world.plan.heartbeats == Heartbeats::Off || !world.plan.says_goodbye() {
        return;
    }
    for (index, guest) in world.clients.iter().enumerate() {
        if !guest.trouble.dead {
            continue;
        }
        let connection = guest.connection.as_ref();
        let ended = connection.is_none_or(|connection| guest.witness.has_ended(connection));
        assert!(ended, "client {index} still waits for its server");
        let host = &world.servers[guest.host];
        let record = guest.welcome().and_then(|id| host.referee.records.get(&id));
        let ended = host.dropped || record.is_none_or(|record| record.reason().is_some());
        assert!(ended, "a server still waits for client {index}");
    }
}

/// Ends all connections, in one way or another, and sees that nothing is left.
fn end(world: &mut World) {
    for client in 0..world.clients.len() {
        let host = world.clients[client].host;
        match (world.network.random(3), world.clients[client].welcome()) {
            (0, Some(id)) => world.close_channel(host, id, "that's all"),
            (1, _) => world.drop_client(client),
            _ => world.close_client(client, "good night"),
        }
    }
    for _ in 0..2000 {
        world.step(Duration::from_millis(50), 90);
        if is_over(world) {
            break;
        }
    }
    for (index, guest) in world.clients.iter().enumerate() {
        assert!(guest.is_done(), "client {index} never heard of its end");
        assert!(
            world.network.is_released(guest.link),
            "the connection of client {index} is still held"
        );
    }
    for host in &world.servers {
        if let Some(server) = &host.server {
            assert!(server.channels().is_empty(), "{server:?}");
        }
        assert_eq!(host.players(), 0, "the places of players who are gone");
    }
    assert!(world.network.is_quiet());
    newcomers(world);
}

/// A server that has lost all its clients has room for as many as ever.
fn newcomers(world: &mut World) {
    if world.plan.max_channels == 1024 || world.plan.refuses {
        return;
    }
    let before = world.clients.len();
    for host in world.live_hosts() {
        for _ in 0..world.plan.max_channels {
            world.add_client(host);
        }
    }
    for _ in 0..500 {
        world.step(Duration::from_millis(20), 100);
    }
    for guest in &world.clients[before..] {
        assert!(guest.welcome().is_some(), "a place was not given back");
    }
    for client in before..world.clients.len() {
        world.close_client(client, "");
    }
    for _ in 0..500 {
        world.step(Duration::from_millis(20), 100);
    }
}

fn is_over(world: &World) -> bool {
    let empty = |host: &crate::world::Host| {
        let server = host.server.as_ref();
        server.is_none_or(|server| server.channels().is_empty()) && host.players() == 0
    };
    let over =
        |guest: &crate::world::Guest| guest.is_done() && world.network.is_released(guest.link);
    world.network.is_quiet() && world.servers.iter().all(empty) && world.clients.iter().all(over)
}
