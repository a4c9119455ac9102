//! What it costs to call the method for a message, in instructions: by podsix, and by a
//! `match` on a number or on a name that was written by hand. Counted by callgrind, so the
//! figures repeat.

use std::env::current_exe;
use std::hint::black_box;
use std::ops::Range;
use std::process::Command;
use std::time::Duration;

use podsix::testing::Network;
use podsix::{Channel, Server, network_handler};

use crate::peer::Result;
use crate::stats::{short, table};

/// What all methods do.
#[derive(Default)]
struct Sum(u64);

impl Sum {
    #[inline]
    fn add(&mut self, x: f32, y: f32, id: u32) {
        self.0 += u64::from(id) + u64::from(x.to_bits() ^ y.to_bits());
    }
}

/// Whom a message is from, in the loops that were written by hand.
#[derive(Default)]
struct Client;

/// A message that waits to be dispatched in those loops: its client, what it is, and where
/// its body is.
type Waiting<Action> = Vec<(usize, Action, Range<usize>)>;

fn body_of(bytes: &mut Vec<u8>) -> Result<Range<usize>> {
    let start = bytes.len();
    let body = (1.5_f32, -20.25_f32, 7_u32);
    bincode::serde::encode_into_std_write(body, bytes, bincode::config::standard())?;
    Ok(start..bytes.len())
}

fn decode(body: &[u8]) -> Option<(f32, f32, u32)> {
    let (fields, _) = bincode::serde::decode_from_slice(body, bincode::config::standard()).ok()?;
    Some(fields)
}

/// How many messages are handed over at once.
const BATCH: usize = 256;
const BATCHES: usize = 40;
/// Not counted, because podsix makes room in them.
const WARM_UP: usize = 10;
/// The next message is so many actions further, so that the way is not the same each time.
const STEP: usize = 97;

macro_rules! game {
    ($module:ident, $count:literal: $($variant:ident $method:ident $number:literal $name:literal)*) => {
        mod $module {
            use super::*;

            #[derive(podsix::Message)]
            pub enum Game {
                $($variant { x: f32, y: f32, id: u32 },)*
            }

            #[derive(Default)]
            pub struct Handler(Sum);

            #[network_handler(Game)]
            impl Handler {
                $(fn $method(&mut self, _channel: &mut Channel<()>, x: f32, y: f32, id: u32) {
                    self.0.add(black_box($number as f32) + x, y, id);
                })*
            }

            fn message(number: usize) -> Game {
                let (x, y, id) = (1.5, -20.25, 7);
                match number % $count {
                    $($number => Game::$variant { x, y, id },)*
                    _ => unreachable!(),
                }
            }

            pub fn podsix() -> Result<u64> {
                let mut network = Network::new(1);
                let mut server = network.server(Server::<()>::builder());
                let (mut connection, _) = network.connect(&mut server);
                let mut handler = Handler::default();
                for batch in 0..BATCHES + WARM_UP {
                    for number in 0..BATCH {
                        connection.send(&message(number * STEP))?;
                    }
                    for _ in 0..2 {
                        connection.pump()?;
                        network.advance(Duration::from_millis(1));
                        server.pump()?;
                    }
                    if batch < WARM_UP {
                        server.dispatch(&mut handler);
                    } else {
                        counted(|| server.dispatch(&mut handler));
                    }
                }
                Ok(handler.0.0)
            }

            /// The methods again: a loop by hand has no `Channel`.
            struct ByHand(Sum);

            impl ByHand {
                $(fn $method(&mut self, _client: &mut Client, x: f32, y: f32, id: u32) {
                    self.0.add(black_box($number as f32) + x, y, id);
                })*
            }

            pub fn by_number() -> Result<u64> {
                let mut bytes = Vec::new();
                let mut waiting: Waiting<u16> = Vec::new();
                for number in 0..BATCH {
                    let action = u16::try_from(number * STEP % $count)?;
                    waiting.push((0, action, body_of(&mut bytes)?));
                }
                let mut game = ByHand(Sum::default());
                let mut clients = [Client];
                for _ in 0..BATCHES {
                    counted(|| match_numbers(&mut game, &mut clients, &waiting, &bytes));
                }
                Ok(game.0.0)
            }

            #[inline(never)]
            fn match_numbers(
                game: &mut ByHand,
                clients: &mut [Client],
                waiting: &Waiting<u16>,
                bytes: &[u8],
            ) {
                for (client, action, range) in waiting {
                    let Some(client) = clients.get_mut(*client) else { continue };
                    let Some(body) = bytes.get(range.clone()) else { continue };
                    match action {
                        $($number => if let Some((x, y, id)) = decode(body) {
                            game.$method(client, x, y, id);
                        },)*
                        _ => {}
                    }
                }
            }

            pub fn by_name() -> Result<u64> {
                let mut bytes = Vec::new();
                let mut waiting: Waiting<Range<usize>> = Vec::new();
                for number in 0..BATCH {
                    let start = bytes.len();
                    bytes.extend_from_slice(format!("act{}", number * STEP % $count).as_bytes());
                    let action = start..bytes.len();
                    waiting.push((0, action, body_of(&mut bytes)?));
                }
                let mut game = ByHand(Sum::default());
                let mut clients = [Client];
                for _ in 0..BATCHES {
                    counted(|| match_names(&mut game, &mut clients, &waiting, &bytes));
                }
                Ok(game.0.0)
            }

            #[inline(never)]
            fn match_names(
                game: &mut ByHand,
                clients: &mut [Client],
                waiting: &Waiting<Range<usize>>,
                bytes: &[u8],
            ) {
                for (client, action, range) in waiting {
                    let Some(client) = clients.get_mut(*client) else { continue };
                    let Some(action) = bytes.get(action.clone()) else { continue };
                    let Some(body) = bytes.get(range.clone()) else { continue };
                    let Ok(action) = std::str::from_utf8(action) else { continue };
                    match action {
                        $($name => if let Some((x, y, id)) = decode(body) {
                            game.$method(client, x, y, id);
                        },)*
                        _ => {}
                    }
                }
            }
        }
    };
}

/// What callgrind counts.
#[inline(never)]
fn counted<R>(act: impl FnOnce() -> R) -> R {
    black_box(act())
}

type Act = fn() -> Result<u64>;

// The games, and `GAMES`: their number of actions, and each way to dispatch.
include!(concat!(env!("OUT_DIR"), "/games.rs"));

/// The ways, in the order of `GAMES`.
pub const WAYS: [&str; 3] = ["podsix", "match on a number", "match on a name"];

/// The numbers of actions there are games for.
pub fn sizes() -> [usize; GAMES.len()] {
    GAMES.map(|(actions, _)| actions)
}

/// Runs one of them, to be counted.
pub fn one(way: &str, actions: &str) -> Result<()> {
    let actions: usize = actions.parse()?;
    let game = GAMES.iter().find(|(size, _)| *size == actions);
    let (_, acts) = game.ok_or("there is no game of so many actions")?;
    let index = WAYS.iter().position(|name| *name == way);
    let act = acts[index.ok_or("there is no such way to dispatch")?];
    black_box(act()?);
    Ok(())
}

pub fn run() -> Result<()> {
    let mut rows = Vec::new();
    for actions in [8, 64, 256] {
        let [podsix, number, name] = WAYS;
        let podsix = count(podsix, actions)?;
        let mut row = vec![actions.to_string(), short(podsix)];
        for way in [number, name] {
            let by_hand = count(way, actions)?;
            row.extend([short(by_hand), short(podsix / by_hand)]);
        }
        rows.push(row);
    }
    let [podsix, number, name] = WAYS;
    let head = [
        "actions",
        podsix,
        number,
        "podsix ÷ it",
        name,
        "podsix ÷ it",
    ];
    let title = "instructions to dispatch and decode a message";
    println!("{}", table(title, &head, &rows));
    Ok(())
}

/// Instructions a message.
pub fn count(way: &str, actions: usize) -> Result<f64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args([
            "--collect-atstart=no",
            "--toggle-collect=*dispatch::counted*",
        ])
        .arg(current_exe()?)
        .args(["dispatch-one", way, &actions.to_string()])
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = text
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    let (_, instructions) = collected.ok_or_else(|| format!("callgrind says: {text}"))?;
    Ok(instructions.trim().parse::<f64>()? / (BATCH * BATCHES) as f64)
}
