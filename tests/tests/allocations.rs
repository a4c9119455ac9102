//! Once a game is under way, its messages take no memory from the system: neither to send
//! them nor to receive them, on any wire; but for text in JSON that has escapes in it.
//!
//! Server and client are in one thread here, and what is counted is all that this thread
//! does meanwhile.

#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says clearly enough what went wrong"
)]

use std::time::{Duration, Instant};

use podsix::{Channel, Connection, Server, network_handler};

const PATIENCE: Duration = Duration::from_secs(20);

#[derive(podsix::Message)]
enum ToServer<'a> {
    Move { x: f32, y: f32, id: u32 },
    Say { text: &'a str },
}

#[derive(podsix::Message)]
enum ToClient<'a> {
    Moved { x: f32, y: f32, id: u32 },
    Said { text: &'a str },
}

struct Game;

#[network_handler(ToServer)]
impl Game {
    fn network_move(&mut self, channel: &mut Channel<()>, x: f32, y: f32, id: u32) {
        channel.send(&ToClient::Moved { x, y, id });
    }

    fn network_say(&mut self, channel: &mut Channel<()>, text: &str) {
        channel.broadcast(&ToClient::Said { text });
    }
}

#[derive(Default)]
struct Player {
    moved: u32,
    said: u32,
}

#[network_handler(ToClient)]
impl Player {
    fn network_moved(&mut self, x: f32, y: f32) {
        assert_eq!((x, y), (1.5, -20.0));
        self.moved += 1;
    }

    fn network_said(&mut self, text: &str) {
        assert!(!text.is_empty());
        self.said += 1;
    }
}

struct Pair {
    server: Server<()>,
    connection: Connection,
    player: Player,
    text: &'static str,
}

impl Pair {
    fn new(scheme: &str) -> Self {
        let mut server = Server::bind(&format!("{scheme}127.0.0.1:0")).unwrap();
        let address = format!("{scheme}{}", server.addr().unwrap());
        let mut connection = Connection::connect(&address).unwrap();
        let until = Instant::now() + PATIENCE;
        while !connection.is_connected() {
            assert!(Instant::now() < until, "it does not come up");
            server.pump().unwrap();
            connection.pump().unwrap();
        }
        Self {
            server,
            connection,
            player: Player::default(),
            text: "well, this is a line",
        }
    }

    /// Sends ten of each message, and waits until all were answered.
    fn talk(&mut self, move_it: bool, say: bool) {
        const COUNT: u32 = 10;

        let moved = self.player.moved + if move_it { COUNT } else { 0 };
        let said = self.player.said + if say { COUNT } else { 0 };
        for id in 0..COUNT {
            if move_it {
                let message = ToServer::Move {
                    x: 1.5,
                    y: -20.0,
                    id,
                };
                self.connection.send(&message).unwrap();
            }
            if say {
                let text = self.text;
                self.connection.send(&ToServer::Say { text }).unwrap();
            }
        }
        let until = Instant::now() + PATIENCE;
        while (self.player.moved, self.player.said) != (moved, said) {
            assert!(Instant::now() < until, "no answer came");
            self.connection.pump().unwrap();
            self.server.pump().unwrap();
            self.server.dispatch(&mut Game);
            self.connection.dispatch(&mut self.player);
        }
    }

    /// How often twenty rounds of ten messages there and back allocated, once ten rounds
    /// were over.
    fn allocations(&mut self, move_it: bool, say: bool) -> u64 {
        for _ in 0..10 {
            self.talk(move_it, say);
        }
        let counted = allocation_counter::measure(|| {
            for _ in 0..20 {
                self.talk(move_it, say);
            }
        });
        counted.count_total
    }
}

#[test]
fn what_is_counted_is_what_allocates() {
    let counted = allocation_counter::measure(|| drop(vec![1_u8; 100]));
    assert_eq!(counted.count_total, 1);
}

#[test]
fn the_native_wire_allocates_nothing() {
    let mut pair = Pair::new("");
    assert_eq!(pair.allocations(true, false), 0, "numbers");
    assert_eq!(pair.allocations(false, true), 0, "text");
}

#[test]
fn podsixnets_wire_allocates_nothing() {
    let mut pair = Pair::new("podsixnet://");
    assert_eq!(pair.allocations(true, false), 0, "numbers");
    assert_eq!(pair.allocations(false, true), 0, "text");
}

#[test]
fn json_on_podsixnets_wire_allocates_nothing() {
    let mut pair = Pair::new("podsixnet+json://");
    assert_eq!(pair.allocations(true, false), 0, "numbers");
    assert_eq!(pair.allocations(false, true), 0, "text");
}

#[test]
fn a_websocket_allocates_nothing() {
    let mut pair = Pair::new("ws://");
    assert_eq!(pair.allocations(true, false), 0, "numbers");
    assert_eq!(pair.allocations(false, true), 0, "text");
}

/// serde_json puts a text together in memory of its own, which it takes for each message
/// that has such a text, and which here grows once.
#[test]
fn json_allocates_for_what_is_escaped() {
    const MESSAGES: u64 = 2 * 10 * 20;

    let mut pair = Pair::new("podsixnet+json://");
    pair.text = "a \"word\"";
    assert_eq!(pair.allocations(false, true), MESSAGES);
}
