//! However the bytes are cut on their way, the games see the same.

use std::time::Duration;

use podsix::testing::Direction;

use crate::messages::{Seen, ToClient, ToServer};
use crate::plan::Plan;
use crate::world::World;

/// What both games saw, in order.
type Views = (Vec<Seen<ToServer>>, Vec<Seen<ToClient>>);

/// How many bytes crossed, to the client and to the server.
type Bytes = [usize; 2];

const BOTH: [Direction; 2] = [Direction::ToClient, Direction::ToServer];

/// One conversation: everything that a connection may carry, from its opening
/// to its goodbye. `piece` tells how many of the bytes that are under way in a
/// direction arrive at once, given how many arrived before.
fn converse(mut piece: impl FnMut(Direction, usize, usize) -> usize) -> (Views, Bytes) {
    let mut world = World::new(Plan::calm());
    world.add_client(0);
    let link = world.clients[0].link;
    world.network.stall(link);
    let mut arrived = [0; 2];
    let mut turn = |world: &mut World| {
        // No conversation has so many bytes.
        for _ in 0..10_000 {
            world.step(Duration::ZERO, 100);
            let mut nothing = true;
            for (direction, arrived) in BOTH.into_iter().zip(&mut arrived) {
                let under_way = world.network.under_way(link, direction);
                let count = piece(direction, *arrived, under_way).min(under_way);
                world.network.deliver(link, direction, count);
                *arrived += count;
                nothing &= under_way == 0;
            }
            if nothing {
                return;
            }
        }
        panic!("the two ends never come to rest");
    };

    turn(&mut world);
    let number = 300;
    let text = "größer ☃".to_owned();
    world.client_sends(0, ToServer::Number { number });
    world.client_sends(0, ToServer::Echo { number, half: None });
    turn(&mut world);
    let values = (0..70).map(|value| value * -3).collect();
    world.client_sends(0, ToServer::Values { number, values });
    let id = world.clients[0].welcome().unwrap();
    world.server_sends(0, id, &ToClient::Question { number });
    world.broadcast(
        0,
        &ToClient::Text {
            number,
            text: text.clone(),
        },
    );
    world.server_sends(0, id, &ToClient::Nothing);
    turn(&mut world);
    // A ping and its answer in between.
    world.network.advance(Duration::from_secs(3));
    turn(&mut world);
    world.client_sends(0, ToServer::Shout { number, text });
    world.client_sends(0, ToServer::Nothing);
    turn(&mut world);
    world.server_sends(0, id, &ToClient::Nothing);
    world.close_channel(0, id, "that's all");
    turn(&mut world);
    world.network.advance(Duration::from_secs(2));
    turn(&mut world);

    assert!(world.network.is_released(link));
    let server = world.servers[0].referee.records[&id].seen.clone();
    let client = world.clients[0].witness.record.seen.clone();
    let views = (
        server.into_iter().map(|(_, seen)| seen).collect(),
        client.into_iter().map(|(_, seen)| seen).collect(),
    );
    (views, arrived)
}

#[test]
fn a_cut_at_every_byte() {
    let (expected, bytes) = converse(|_, _, under_way| under_way);
    assert!(matches!(expected.0.last(), Some(Seen::Disconnected(_))));
    assert!(matches!(expected.1.last(), Some(Seen::Disconnected(_))));
    for (direction, bytes) in BOTH.into_iter().zip(bytes) {
        assert!(bytes > 200, "{bytes}");
        for cut in 0..=bytes {
            let (views, _) = converse(|way, arrived, under_way| {
                if way == direction && (arrived..arrived + under_way).contains(&cut) {
                    // Up to the cut, and the rest another time.
                    (cut - arrived).max(usize::from(cut == arrived))
                } else {
                    under_way
                }
            });
            assert_eq!(views, expected, "{direction:?} cut at {cut}");
        }
    }
}

#[test]
fn pieces_of_every_size() {
    let (expected, _) = converse(|_, _, under_way| under_way);
    for size in 1..=70 {
        let (views, _) = converse(|_, _, _| size);
        assert_eq!(views, expected, "pieces of {size} bytes");
    }
    for (to_client, to_server) in [(1, 1000), (1000, 1), (3, 7)] {
        let (views, _) = converse(|way, _, _| match way {
            Direction::ToClient => to_client,
            Direction::ToServer => to_server,
        });
        assert_eq!(
            views, expected,
            "pieces of {to_client} and {to_server} bytes"
        );
    }
}
