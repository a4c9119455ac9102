//! A server and its clients, on all wires, while bytes are cut, delayed and
//! changed on their way.

use std::time::Duration;

use super::choices::Choices;
use crate::testing::{Direction, LinkId, Network};
use crate::{
    Channel, Connection, Error, Event, EventKind, Message, Reason, Server, network_handler,
};

const WIRES: &[&str] = &[
    "podsix",
    "podsixnet",
    #[cfg(feature = "json")]
    "podsixnet+json",
    #[cfg(feature = "websocket")]
    "ws",
];

#[derive(Message, Clone, Debug, PartialEq)]
enum ToServer {
    Say { number: u32, text: String },
    Place { number: u32, at: (f32, Option<i8>) },
}

#[derive(Message, Clone, Debug, PartialEq)]
enum ToClient {
    Said { number: u32, text: String },
}

#[derive(Default)]
struct Player {
    next: u32,
}

#[derive(Default)]
struct Game {
    connected: usize,
    disconnected: usize,
    /// Whether any bytes were changed on their way.
    changed: bool,
}

impl Game {
    fn take(&self, channel: &mut Channel<Player>, number: u32, text: String) {
        assert!(self.changed || channel.next == number, "out of order");
        channel.next = number.wrapping_add(1);
        channel.send(&ToClient::Said { number, text });
    }
}

#[network_handler(ToServer, ..)]
impl Game {
    fn network_connected(&mut self) {
        self.connected += 1;
    }

    fn network_disconnected(&mut self) {
        self.disconnected += 1;
    }

    fn network_error(&mut self, error: &Error) {
        assert!(self.changed, "{error}");
    }

    fn network_say(&mut self, channel: &mut Channel<Player>, number: u32, text: String) {
        self.take(channel, number, text);
    }

    fn network_place(&mut self, channel: &mut Channel<Player>, number: u32, at: (f32, Option<i8>)) {
        self.take(channel, number, format!("{at:?}"));
    }

    fn network(&mut self, event: &Event) {
        look(event, self.changed);
    }
}

/// A client and its game.
struct Guest {
    connection: Connection,
    link: LinkId,
    game: Heard,
    sent: u32,
}

#[derive(Default)]
struct Heard {
    next: u32,
    ups: usize,
    ends: usize,
    changed: bool,
}

#[network_handler(ToClient, ..)]
impl Heard {
    fn network_connected(&mut self) {
        assert_eq!((self.ups, self.ends), (0, 0));
        self.ups += 1;
    }

    fn network_disconnected(&mut self, _reason: &Reason) {
        assert_eq!((self.ups, self.ends), (1, 0));
        self.ends += 1;
    }

    fn network_error(&mut self, error: &Error) {
        if !error.connection_is_up() {
            assert_eq!((self.ups, self.ends), (0, 0));
            self.ends += 1;
        } else {
            assert!(self.changed, "{error}");
        }
    }

    fn network_said(&mut self, number: u32) {
        assert_eq!((self.ups, self.ends), (1, 0));
        assert!(self.changed || self.next == number, "out of order");
        self.next = number.wrapping_add(1);
    }

    fn network(&mut self, event: &Event) {
        look(event, self.changed);
    }
}

/// What arrives as it was sent is handled, and anything can be looked at.
fn look(event: &Event, changed: bool) {
    if let EventKind::Message { .. } = event.kind() {
        assert!(changed || event.handled(), "{event:?}");
        let value = event.value();
        assert!(changed || value.is_ok(), "{value:?}");
    }
}

/// What is done, a few bytes each.
pub(super) fn body(data: &[u8]) {
    let mut choices = Choices::new(data);
    let mut network = Network::new(u64::from(choices.byte()));
    let settings = choices.byte();
    network.conditions(|conditions| {
        conditions.split = settings & 1 != 0;
        conditions.delay = Duration::from_millis(u64::from(settings >> 4) * 10);
    });
    let small = settings & 2 != 0;
    let builder = Server::<Player>::builder().limits(|limits| {
        if small {
            limits.messages_a_pump = 2;
            limits.read_bytes_a_pump = 50;
            limits.max_incoming_messages = 2;
            limits.max_message_bytes = 300;
        }
        limits.idle_timeout = Some(Duration::from_secs(60));
    });
    let mut server = network.server(builder);
    let mut game = Game::default();
    let mut guests = Vec::new();
    for _ in 0..=choices.below(3) {
        let wire = WIRES[choices.below(WIRES.len())];
        let builder = Connection::builder().limits(|limits| {
            limits.idle_timeout = Some(Duration::from_secs(60));
        });
        let (connection, link) = network.connect_over(wire, builder, &mut server);
        guests.push(Guest {
            connection,
            link,
            game: Heard::default(),
            sent: 0,
        });
    }
    for _ in 0..100 {
        if choices.is_empty() {
            break;
        }
        let place = choices.below(guests.len());
        let guest = &mut guests[place];
        act(&mut network, guest, &mut choices);
        game.changed |= guest.game.changed;
        step(&mut server, &mut game, &mut guests);
        network.advance(Duration::from_millis(20));
    }
    for guest in &guests {
        network.resume(guest.link);
    }
    for _ in 0..60 {
        step(&mut server, &mut game, &mut guests);
        network.advance(Duration::from_millis(200));
    }
    for guest in &mut guests {
        guest.connection.close("that's all");
    }
    for _ in 0..90 {
        step(&mut server, &mut game, &mut guests);
        network.advance(Duration::from_secs(1));
    }
    step(&mut server, &mut game, &mut guests);
    assert!(server.channels().is_empty());
    assert_eq!(game.connected, game.disconnected);
    for guest in &guests {
        assert_eq!(guest.game.ends, 1);
        assert!(network.is_released(guest.link));
    }
}

fn act(network: &mut Network, guest: &mut Guest, choices: &mut Choices<'_>) {
    let number = guest.sent;
    let direction = [Direction::ToClient, Direction::ToServer][choices.below(2)];
    let sent = match choices.below(10) {
        0..3 => {
            let count = choices.below(40);
            let text = String::from_utf8_lossy(choices.bytes(count)).into_owned();
            guest.connection.send(&ToServer::Say { number, text })
        }
        3 => {
            let at = (f32::from(choices.byte()) / 8.0, Some(choices.byte() as i8));
            guest.connection.send(&ToServer::Place { number, at })
        }
        4 => {
            network.deliver(guest.link, direction, choices.below(100));
            return;
        }
        5 => return network.stall(guest.link),
        6 => return network.resume(guest.link),
        7 if choices.below(8) == 0 => {
            guest.game.changed = true;
            return network.cut(guest.link);
        }
        8 if choices.below(8) == 0 => return guest.connection.close("enough"),
        9 => return tamper(network, guest, direction, choices),
        _ => return,
    };
    guest.sent += u32::from(sent.is_ok_and(|count| count > 0));
}

fn tamper(
    network: &mut Network,
    guest: &mut Guest,
    direction: Direction,
    choices: &mut Choices<'_>,
) {
    guest.game.changed = true;
    let (place, what) = (choices.byte(), choices.below(4));
    let count = choices.below(30);
    let other = choices.bytes(count);
    network.tamper(guest.link, direction, |bytes| {
        let at = usize::from(place) % (bytes.len() + 1);
        let end = (at + other.len()).min(bytes.len());
        match what {
            0 => drop(bytes.splice(at..end, other.iter().copied())),
            1 => drop(bytes.splice(at..at, other.iter().copied())),
            2 => drop(bytes.drain(at..end)),
            _ => bytes[at..end]
                .iter_mut()
                .for_each(|byte| *byte ^= place | 1),
        }
    });
}

fn step(server: &mut Server<Player>, game: &mut Game, guests: &mut [Guest]) {
    server.pump().unwrap();
    server.dispatch(game);
    for guest in guests {
        guest.connection.pump().unwrap();
        guest.connection.dispatch(&mut guest.game);
    }
}
