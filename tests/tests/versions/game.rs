//! All that `podsix::testing::Game` promises, with one small game.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use podsix::testing::{Game, Lifecycle};
use podsix::{
    Channel, Connection, Error, NetworkHandler, PeerAddr, Reason, Server, network_handler,
};

#[derive(podsix::Message, Clone, Debug, PartialEq)]
enum ToServer {
    Roll { dice: u32 },
    Leave,
    Crash,
}

#[derive(podsix::Message, Clone, Debug, PartialEq)]
enum ToClient {
    Rolled { points: u32 },
    Round { number: u32 },
}

#[derive(Debug, Default)]
struct Player {
    points: u32,
}

#[derive(Debug, Default)]
struct Table {
    rounds: u32,
    gone: Vec<(u32, String)>,
}

#[network_handler(ToServer)]
impl Table {
    fn network_roll(&mut self, channel: &mut Channel<Player>, dice: u32) {
        channel.points += dice * 6;
        channel.broadcast(&ToClient::Rolled {
            points: channel.points,
        });
    }

    fn network_leave(&mut self, channel: &mut Channel<Player>) {
        channel.close("bye");
    }

    fn network_crash(&mut self) {
        panic!("the table broke");
    }

    fn network_disconnected(&mut self, channel: &mut Channel<Player>, reason: &Reason) {
        self.gone.push((channel.points, reason.to_string()));
    }
}

fn game() -> Game<Player, Table> {
    Game::new(Table::default())
}

fn rolled(points: u32) -> ToClient {
    ToClient::Rolled { points }
}

#[test]
fn clients_join_send_receive_and_leave() {
    let mut game = game();
    let (ann, bob) = (game.join(), game.join());
    assert_eq!(game.lifecycle(ann), [Lifecycle::Connected]);
    assert_eq!(game.server().channels().len(), 2);
    game.send(ann, &ToServer::Roll { dice: 2 });
    game.send(bob, &ToServer::Roll { dice: 1 });
    for client in [ann, bob] {
        assert_eq!(game.received::<ToClient>(client), [rolled(12), rolled(6)]);
        assert_eq!(game.received::<ToClient>(client), []);
    }
    game.leave(ann, "enough");
    game.send(bob, &ToServer::Leave);
    let words = || "enough".to_owned();
    assert_eq!(
        game.lifecycle(ann),
        [Lifecycle::Disconnected(Reason::Closed { words: words() })]
    );
    let words = "bye".to_owned();
    assert_eq!(
        game.lifecycle(bob),
        [
            Lifecycle::Connected,
            Lifecycle::Disconnected(Reason::ClosedByPeer { words })
        ]
    );
    let gone: Vec<u32> = game
        .handler()
        .gone
        .iter()
        .map(|(points, _)| *points)
        .collect();
    assert_eq!(gone, [12, 6]);
    assert!(game.server().channels().is_empty());
}

#[test]
fn steps_of_the_game_reach_everybody() {
    let mut game = game();
    let ann = game.join();
    let number = game.step(|table, server| {
        table.rounds += 1;
        server.channels().broadcast(&ToClient::Round {
            number: table.rounds,
        });
        table.rounds
    });
    assert_eq!(game.received::<ToClient>(ann), [ToClient::Round { number }]);
    game.handler_mut().rounds = 7;
    assert_eq!(game.handler().rounds, 7);
    game.connection(ann)
        .send(&ToServer::Roll { dice: 1 })
        .unwrap();
    game.settle();
    assert_eq!(game.received::<ToClient>(ann), [rolled(6)]);
}

#[test]
fn a_cut_connection_ends_at_both_ends() {
    let mut game = game();
    let (ann, bob) = (game.join(), game.join());
    game.cut(ann);
    let lifecycle = game.lifecycle(ann);
    assert!(
        matches!(
            &*lifecycle,
            [
                Lifecycle::Connected,
                Lifecycle::Disconnected(Reason::Io { .. })
            ]
        ),
        "{lifecycle:?}"
    );
    assert_eq!(game.handler().gone.len(), 1);
    game.send(bob, &ToServer::Roll { dice: 1 });
    assert_eq!(game.received::<ToClient>(bob), [rolled(6)]);
}

#[test]
fn a_stalled_connection_times_out_or_goes_on() {
    let mut game = game();
    let (ann, bob) = (game.join(), game.join());
    game.stall(ann);
    game.stall(bob);
    game.connection(ann)
        .send(&ToServer::Roll { dice: 1 })
        .unwrap();
    game.advance(Duration::from_secs(20));
    assert_eq!(game.received::<ToClient>(bob), []);
    game.resume(ann);
    game.advance(Duration::from_secs(1));
    assert_eq!(game.received::<ToClient>(ann), [rolled(6)]);
    game.advance(Duration::from_secs(3600));
    assert_eq!(game.lifecycle(ann), [Lifecycle::Connected]);
    let lifecycle = game.lifecycle(bob);
    assert!(
        matches!(
            &*lifecycle,
            [
                Lifecycle::Connected,
                Lifecycle::Disconnected(Reason::TimedOut { .. })
            ]
        ),
        "{lifecycle:?}"
    );
    assert_eq!(game.handler().gone.len(), 1);
}

#[test]
fn streams_in_pieces_make_no_difference() {
    let mut game = game();
    game.conditions(|conditions| conditions.split = true);
    let ann = game.join();
    for _ in 0..50 {
        game.send(ann, &ToServer::Roll { dice: 1 });
    }
    let expected: Vec<ToClient> = (1..=50).map(|rolls| rolled(rolls * 6)).collect();
    assert_eq!(game.received::<ToClient>(ann), expected);
}

#[test]
fn delayed_pieces_arrive_before_a_call_returns() {
    let mut game = game();
    game.conditions(|conditions| conditions.delay = Duration::from_micros(200));
    let ann = game.join();
    game.send(ann, &ToServer::Roll { dice: 1 });
    assert_eq!(game.received::<ToClient>(ann), [rolled(6)]);
}

#[test]
fn a_handlers_panic_goes_through() {
    let mut game = game();
    let ann = game.join();
    let panic = catch_unwind(AssertUnwindSafe(|| game.send(ann, &ToServer::Crash)));
    assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"the table broke"));
}

#[test]
fn a_refused_client_is_told_why() {
    let builder = Server::<Player>::builder()
        .limits(|limits| limits.max_channels = 2)
        .accept_with({
            let mut count = 0;
            move |_: &PeerAddr| {
                count += 1;
                if count == 1 {
                    Err("not you".to_owned())
                } else {
                    Ok(Player { points: 100 })
                }
            }
        });
    let mut game = Game::with(builder, Table::default());
    let clients = [(); 4].map(|()| game.join());
    let [refused, ann, bob, late] = clients.map(|client| game.lifecycle(client));
    let [Lifecycle::Error(words)] = &*refused else {
        panic!("{refused:?}")
    };
    assert!(words.contains("not you"), "{words}");
    assert_eq!(
        (ann, bob),
        (vec![Lifecycle::Connected], vec![Lifecycle::Connected])
    );
    let [Lifecycle::Error(words)] = &*late else {
        panic!("{late:?}")
    };
    assert!(words.contains("full"), "{words}");
    game.send(clients[1], &ToServer::Roll { dice: 1 });
    assert_eq!(game.received::<ToClient>(clients[2]), [rolled(106)]);
}

#[test]
fn what_was_received_has_to_be_read_as_what_it_is() {
    let mut game = game();
    let ann = game.join();
    game.send(ann, &ToServer::Roll { dice: 1 });
    let panic = catch_unwind(AssertUnwindSafe(|| game.received::<ToServer>(ann))).unwrap_err();
    let words: &String = panic.downcast_ref().unwrap();
    assert!(
        words.contains("`rolled`") && words.contains("ToServer"),
        "{words}"
    );
}

#[test]
fn a_client_of_another_game_is_none_of_this_one() {
    let mut other = game();
    let (_, stranger) = (other.join(), other.join());
    let mut game = game();
    game.join();
    assert!(catch_unwind(AssertUnwindSafe(|| game.lifecycle(stranger))).is_err());
}

/// A client's listener, which rolls again until it has enough.
#[derive(Default)]
struct Roller {
    enough: u32,
    seen: Vec<String>,
}

#[network_handler(ToClient)]
impl Roller {
    fn network_connected(&mut self) {
        self.seen.push("connected".to_owned());
    }

    fn network_rolled(&mut self, connection: &mut Connection, points: u32) -> Result<(), String> {
        self.seen.push(format!("{points} points"));
        if points >= self.enough {
            return Err("enough".to_owned());
        }
        connection.pump().unwrap();
        let dice = 1;
        connection
            .send(&ToServer::Roll { dice })
            .map_err(|error| error.to_string())?;
        Ok(())
    }

    fn network_round(&mut self, connection: &mut Connection, number: u32) {
        connection.close(&format!("after {number} rounds"));
    }

    fn network_error(&mut self, error: &Error) {
        self.seen.push(error.to_string());
    }

    fn network_disconnected(&mut self, reason: &Reason) {
        self.seen.push(reason.to_string());
    }
}

/// One that takes no context.
#[derive(Default)]
struct Points(Vec<u32>);

#[network_handler(ToClient, ..)]
impl Points {
    fn network_rolled(&mut self, points: u32) {
        self.0.push(points);
    }
}

#[test]
fn a_clients_listeners_are_called_with_what_it_received() {
    let mut game = game();
    let (ann, bob) = (game.join(), game.join());
    let mut roller = Roller {
        enough: 12,
        ..Roller::default()
    };
    game.dispatch(ann, &mut roller);
    assert_eq!(roller.seen.split_off(0), ["connected"]);
    game.dispatch(ann, &mut roller);
    assert_eq!(roller.seen, [""; 0]);

    game.send(ann, &ToServer::Roll { dice: 1 });
    game.dispatch(ann, &mut roller);
    assert_eq!(roller.seen.split_off(0), ["6 points"]);
    // What the listener sent has come to the server, and its answer to everybody.
    assert_eq!(game.received::<ToClient>(bob), [rolled(6), rolled(12)]);

    // In its own dispatch a connection can't be pumped, and an `Err` is told: as in a program.
    game.dispatch(ann, &mut roller);
    let seen = roller.seen.split_off(0);
    let [misuse, points] = &*seen else {
        panic!("{seen:?}");
    };
    assert!(
        misuse.starts_with("`pump` was called from inside"),
        "{misuse}"
    );
    assert_eq!(points, "12 points");
    game.dispatch(ann, &mut roller);
    assert_eq!(
        roller.seen.split_off(0),
        ["the handler of `rolled` failed: enough"]
    );

    // Another type of listener sees it all, and so does who asks for messages.
    let mut points: Box<dyn NetworkHandler<Connection>> = Box::new(Points::default());
    game.dispatch(ann, &mut *points);
    let mut same = Points::default();
    game.dispatch(ann, &mut same);
    assert_eq!(same.0, [0; 0]);
    assert_eq!(game.received::<ToClient>(ann), [rolled(6), rolled(12)]);
    game.dispatch(ann, &mut roller);
    assert_eq!(roller.seen, [""; 0]);

    // Each client has listeners of its own.
    let mut of_bob = Points::default();
    game.dispatch(bob, &mut of_bob);
    assert_eq!(of_bob.0, [0; 0], "they were taken before");
    game.send(bob, &ToServer::Roll { dice: 3 });
    game.dispatch(bob, &mut of_bob);
    game.dispatch(ann, &mut same);
    assert_eq!((of_bob.0, same.0), (vec![18], vec![18]));

    game.step(|_, server| {
        let round = |number| ToClient::Round { number };
        server.channels().broadcast(&round(1));
        server.channels().broadcast(&round(2));
    });
    game.dispatch(bob, &mut roller);
    assert_eq!(roller.seen.split_off(0), ["18 points"]);
    assert_eq!(game.handler().gone.len(), 1);
    game.dispatch(bob, &mut roller);
    assert_eq!(
        roller.seen,
        [
            "the handler of `rolled` failed: enough",
            "closed by this end: `after 1 rounds`"
        ]
    );
}

#[test]
fn a_listeners_panic_goes_through_and_the_next_call_goes_on() {
    #[derive(Default)]
    struct Fragile(Vec<u32>);
    #[network_handler(ToClient, ..)]
    impl Fragile {
        fn network_rolled(&mut self, points: u32) {
            self.0.push(points);
            assert_ne!(points, 6, "broken");
        }
    }
    let mut game = game();
    let ann = game.join();
    let mut fragile = Fragile::default();
    game.send(ann, &ToServer::Roll { dice: 1 });
    let panics = catch_unwind(AssertUnwindSafe(|| game.dispatch(ann, &mut fragile)));
    assert!(panics.is_err());
    game.send(ann, &ToServer::Roll { dice: 1 });
    game.dispatch(ann, &mut fragile);
    assert_eq!(fragile.0, [6, 12]);
}
