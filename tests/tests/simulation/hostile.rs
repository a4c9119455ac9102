//! Bytes that change on their way, and ends that never stop: whoever is next
//! to them plays on.

use std::time::Duration;

use podsix::testing::Direction;

use crate::messages::{Seen, ToClient, ToServer};
use crate::model;
use crate::plan::{Heartbeats, Plan};
use crate::world::World;

const STEP: Duration = Duration::from_millis(20);

fn play(seed: u64, tampers: bool) {
    let mut world = World::new(Plan {
        seed,
        split: seed.is_multiple_of(2),
        heartbeats: [Heartbeats::Usual, Heartbeats::Fast][(seed / 2 % 2) as usize],
        ..Plan::calm()
    });
    let victim = 0;
    for _ in 0..4 {
        world.add_client(0);
    }
    for step in 0..120 {
        let number = step;
        for client in 0..4 {
            match world.network.random(4) {
                0 => world.client_sends(client, ToServer::Number { number }),
                1 => {
                    let text = "some words".to_owned();
                    world.client_sends(client, ToServer::Text { number, text });
                }
                2 => {
                    let values = vec![i64::from(number); 20];
                    world.client_sends(client, ToServer::Values { number, values });
                }
                _ => world.client_sends(client, ToServer::Echo { number, half: None }),
            }
        }
        world.broadcast(
            0,
            &ToClient::Text {
                number,
                text: "to all".to_owned(),
            },
        );
        // Some while they open, most when they are up.
        let begins = if seed.is_multiple_of(4) { 0 } else { 20 };
        if tampers && step >= begins && world.chance(20) {
            world.tamper(victim);
        }
        world.step(STEP, 90);
    }
    for _ in 0..200 {
        world.step(STEP, 100);
    }
    for client in 1..4 {
        let guest = &world.clients[client];
        let id = guest.welcome().unwrap();
        let channel = &world.servers[0].referee.records[&id];
        assert_eq!(
            channel.messages(),
            guest.witness.record.sent,
            "client {client}"
        );
        assert_eq!(
            guest.witness.record.messages(),
            channel.sent,
            "client {client}"
        );
    }
    for client in 0..4 {
        world.close_client(client, "bye");
    }
    // A frame that is never complete, an end that is never heard of: all of
    // them are over by then.
    for _ in 0..400 {
        world.step(Duration::from_millis(100), 100);
    }
    assert!(
        world.servers[0]
            .server
            .as_ref()
            .unwrap()
            .channels()
            .is_empty()
    );
    for guest in &world.clients {
        assert!(guest.is_done());
        assert!(world.network.is_released(guest.link));
    }
    model::check(&world);
}

#[test]
fn changed_bytes_hurt_one_connection_alone() {
    for seed in 0..300 {
        play(seed, true);
    }
}

#[test]
fn unchanged_bytes_hurt_nobody() {
    play(0, false);
}

/// Lets a client and a server meet.
fn pair() -> World {
    let mut world = World::new(Plan::calm());
    world.add_client(0);
    for _ in 0..10 {
        world.step(STEP, 100);
    }
    assert!(world.clients[0].welcome().is_some());
    world
}

#[test]
fn an_error_is_never_the_last_that_is_heard() {
    // One more bad message than the limit says, in one pump.
    for count in [100, 101, 150] {
        let mut world = pair();
        let link = world.clients[0].link;
        let text = "QQQ".to_owned();
        for number in 0..count {
            let text = text.clone();
            world.client_sends(0, ToServer::Text { number, text });
        }
        let connection = world.clients[0].connection.as_mut().unwrap();
        connection.flush();
        world.network.tamper(link, Direction::ToServer, |bytes| {
            // No text has such a byte.
            bytes
                .iter_mut()
                .filter(|byte| **byte == b'Q')
                .for_each(|byte| *byte = 0xFF);
        });
        for _ in 0..10 {
            world.step(STEP, 100);
        }
        let record = world.servers[0].referee.records.values().next().unwrap();
        let failed = record.count(|seen| matches!(seen, Seen::Failed(_)));
        assert!(
            (100..=count as usize).contains(&failed),
            "{failed} of {count}"
        );
        assert_eq!(record.count(Seen::is_end), usize::from(count > 100));
        let last = &record.seen.last().unwrap().1;
        assert_eq!(last.is_end(), count > 100, "{last:?} came last");
    }
}

#[test]
fn who_stops_without_a_goodbye_is_noticed_at_once() {
    // The last bytes and the end arrive together.
    for kept in [true, false] {
        let mut world = pair();
        let link = world.clients[0].link;
        world.client_sends(0, ToServer::Number { number: 7 });
        world.clients[0].connection.as_mut().unwrap().flush();
        let message = world.network.under_way(link, Direction::ToServer);
        world.drop_client(0);
        world.network.tamper(link, Direction::ToServer, |bytes| {
            bytes.truncate(if kept { message } else { 0 });
        });
        for _ in 0..3 {
            world.step(STEP, 100);
        }
        let record = world.servers[0].referee.records.values().next().unwrap();
        let number = ToServer::Number { number: 7 };
        assert_eq!(record.messages().last() == Some(&number), kept);
        assert!(record.reason().is_some(), "it is still waited for");
        assert!(world.network.is_released(link));
    }
}

#[test]
fn who_never_stops_is_left_alone() {
    // A client that was closed, never hears of it, and sends on and on.
    let mut world = pair();
    let link = world.clients[0].link;
    let id = world.clients[0].welcome().unwrap();
    world.drop_client(0);
    world.network.stall(link);
    world.network.tamper(link, Direction::ToServer, Vec::clear);
    world.close_channel(0, id, "enough");
    for _ in 0..100 {
        world.network.tamper(link, Direction::ToServer, |bytes| {
            bytes.resize(1 << 20, 0);
        });
        // More than a pump reads from one connection.
        world.network.deliver(link, Direction::ToServer, 512 << 10);
        world.step(Duration::from_millis(100), 100);
    }
    let record = &world.servers[0].referee.records[&id];
    assert_eq!(record.count(Seen::is_end), 1);
    assert!(
        world.network.is_released(link),
        "10 s after it was closed the server still reads from it"
    );
}

#[test]
fn what_failed_is_not_told_to_somebody_else() {
    use std::io::Write;

    use podsix::{Channel, Error, Reason, Server, network_handler};

    #[derive(Default)]
    struct Game {
        errors: Vec<String>,
        connected: usize,
        disconnected: usize,
    }

    #[network_handler(ToServer, ..)]
    impl Game {
        fn network_connected(&mut self) {
            self.connected += 1;
        }
        fn network_disconnected(&mut self, _reason: &Reason) -> Result<(), String> {
            self.disconnected += 1;
            Err("could not save the game".to_owned())
        }
        fn network_error(&mut self, channel: &mut Channel<()>, error: &Error) {
            self.errors.push(format!("{}: {error}", channel.id()));
        }
    }

    // Over a socket, because there a newcomer is accepted by the very pump that
    // frees the place of the one who went.
    let mut server = Server::<()>::bind("127.0.0.1:0").unwrap();
    let mut game = Game::default();
    let addr = server.addr().unwrap();
    let wait = Some(Duration::from_secs(5));
    let newcomer = || {
        let mut stream = std::net::TcpStream::connect(addr).unwrap();
        let opening = b"\xF6pd6\x01\x03\x80\x01\x80\x80\x40";
        stream.write_all(opening).unwrap();
        stream
    };
    let mut first = newcomer();
    while game.connected < 1 {
        server.wait(wait).unwrap();
        server.dispatch(&mut game);
    }
    first.write_all(b"\x04\x84\x01\x00bye").unwrap();
    drop(first);
    while game.disconnected < 1 {
        server.wait(wait).unwrap();
        if server.channels().len() == 1 {
            server.dispatch(&mut game);
        }
    }
    let second = newcomer();
    while game.connected < 2 {
        server.wait(wait).unwrap();
        server.dispatch(&mut game);
    }
    assert_eq!(game.errors, [] as [String; 0]);
    drop(second);
}
