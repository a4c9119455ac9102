//! A server needs little memory for a client, before and after it said something.
//!
//! What is counted is what the server allocates for each further client; its clients are
//! in the same thread and are not counted, nor is what the system keeps for a socket.

#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says clearly enough what went wrong"
)]

use std::time::{Duration, Instant};

use allocation_counter::{measure, opt_out};
use podsix::{Channel, Connection, Server, network_handler};

const PATIENCE: Duration = Duration::from_secs(20);

/// The silence after which a server asks for a sign of life, and gives memory back.
const SILENCE: Duration = Duration::from_millis(20);

#[derive(podsix::Message)]
enum Game<'a> {
    Move { x: f32, y: f32, id: u32 },
    Say { text: &'a str },
    Jump,
    Turn { angle: f32 },
    Pick { item: u16 },
    Drop { item: u16 },
    Fire { x: f32, y: f32 },
    Leave,
}

/// Says to the one who said something what it said, and to all that it did.
struct Echo;

#[network_handler(Game)]
impl Echo {
    fn network_move(&mut self, channel: &mut Channel<()>, x: f32, y: f32, id: u32) {
        channel.send(&Game::Move { x, y, id });
        channel.broadcast(&Game::Turn { angle: 0.5 });
    }

    fn network_say(&mut self, channel: &mut Channel<()>, text: &str) {
        channel.send(&Game::Say { text });
    }

    fn network_jump(&mut self) {}

    fn network_turn(&mut self) {}

    fn network_pick(&mut self) {}

    fn network_drop(&mut self) {}

    fn network_fire(&mut self) {}

    fn network_leave(&mut self) {}
}

#[derive(Default)]
struct Player {
    heard: u32,
}

#[network_handler(Game, ..)]
impl Player {
    fn network_move(&mut self) {
        self.heard += 1;
    }

    fn network_say(&mut self) {
        self.heard += 1;
    }
}

struct Scene {
    server: Server<()>,
    address: String,
    connections: Vec<Connection>,
}

impl Scene {
    fn new(scheme: &str) -> Self {
        // So that it does not take long to be silent.
        let builder = Server::builder().limits(|limits| limits.ping_after = SILENCE);
        let server = builder.bind(&format!("{scheme}127.0.0.1:0")).unwrap();
        let address = format!("{scheme}{}", server.addr().unwrap());
        Self {
            server,
            address,
            connections: Vec::new(),
        }
    }

    fn turn(&mut self) {
        self.server.pump().unwrap();
        self.server.dispatch(&mut Echo);
    }

    /// Lets clients come, one after the other.
    fn come(&mut self, count: usize) {
        let until = Instant::now() + PATIENCE;
        for _ in 0..count {
            opt_out(|| {
                let connection = Connection::connect(&self.address).unwrap();
                self.connections.push(connection);
            });
            let mut is_up = false;
            while !is_up || self.server.channels().len() < self.connections.len() {
                assert!(Instant::now() < until, "it does not come up");
                self.turn();
                opt_out(|| {
                    let connection = self.connections.last_mut().unwrap();
                    connection.pump().unwrap();
                    is_up = connection.is_connected();
                });
            }
        }
    }

    /// Lets all clients say something of everything, one after the other, and hear the
    /// answers.
    fn talk(&mut self) {
        const TIMES: u16 = 5;

        let until = Instant::now() + PATIENCE;
        for index in 0..self.connections.len() {
            opt_out(|| {
                for item in 0..TIMES {
                    let (x, y) = (1.5, f32::from(item));
                    let messages = [
                        Game::Jump,
                        Game::Turn { angle: x },
                        Game::Pick { item },
                        Game::Drop { item },
                        Game::Fire { x, y },
                        Game::Leave,
                        Game::Move { x, y, id: 7 },
                        Game::Say { text: "a line" },
                    ];
                    for message in &messages {
                        self.connections[index].send(message).unwrap();
                    }
                }
            });
            let mut player = Player::default();
            while player.heard < 2 * u32::from(TIMES) {
                assert!(Instant::now() < until, "no answer came");
                self.turn();
                opt_out(|| {
                    let connection = &mut self.connections[index];
                    connection.pump().unwrap();
                    connection.dispatch(&mut player);
                });
            }
        }
    }

    /// Waits until the server has asked each client twice for a sign of life, where it
    /// asks at all.
    fn fall_silent(&mut self) {
        let until = Instant::now() + PATIENCE;
        let mut before = Vec::new();
        let mut asked = self.address.starts_with("podsixnet");
        while !asked {
            assert!(Instant::now() < until, "it asks nobody");
            self.turn();
            opt_out(|| {
                for connection in &mut self.connections {
                    connection.pump().unwrap();
                }
                let channels = self.server.channels().iter();
                let pings = channels.map(|channel| channel.stats().limits.ping_after);
                let pings: Vec<u64> = pings.collect();
                if before.is_empty() {
                    before.clone_from(&pings);
                }
                let mut pings = before.iter().zip(pings);
                asked = pings.all(|(before, now)| now >= before + 2);
            });
        }
        opt_out(|| drop(before));
    }
}

/// How many bytes a server has for a client that came, and for one that said something
/// and fell silent.
fn bytes_of_a_client(scheme: &str) -> (i64, i64) {
    const FIRST: usize = 8;
    const MORE: usize = 92;

    let mut scene = Scene::new(scheme);
    // What the server needs for itself is there then.
    scene.come(FIRST);
    scene.talk();
    let idle = measure(|| scene.come(MORE)).bytes_current;
    let talked = measure(|| {
        scene.talk();
        scene.fall_silent();
    });
    let of_one = |bytes: i64| bytes / i64::try_from(MORE).unwrap();
    (of_one(idle), of_one(idle + talked.bytes_current))
}

#[test]
fn a_client_on_the_native_wire_takes_less_than_a_kibibyte() {
    let (idle, silent) = bytes_of_a_client("");
    assert!((100..=1024).contains(&idle), "{idle} bytes");
    assert!((idle..=1024).contains(&silent), "{silent} bytes");
}

#[test]
fn a_client_on_podsixnets_wire_takes_less_than_two_kibibytes() {
    let (idle, silent) = bytes_of_a_client("podsixnet://");
    assert!((100..=1024).contains(&idle), "{idle} bytes");
    assert!((idle..=2048).contains(&silent), "{silent} bytes");
}

#[test]
fn a_browser_takes_less_than_eight_kibibytes() {
    let (idle, silent) = bytes_of_a_client("ws://");
    assert!((100..=8192).contains(&idle), "{idle} bytes");
    assert!((idle..=8192).contains(&silent), "{silent} bytes");
}
