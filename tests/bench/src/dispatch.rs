//! What it costs to call the method for a message, in instructions: by podsix, and by a
//! hand-written `match` on a number. Counted by callgrind, so the figures repeat.

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

/// How many messages are handed over at once.
const BATCH: usize = 256;
const BATCHES: usize = 40;

macro_rules! game {
    ($module:ident, $count:literal: $($variant:ident $method:ident $number:literal)*) => {
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
                for batch in 0..BATCHES + 10 {
                    for number in 0..BATCH {
                        // The way there must not be the same each time.
                        connection.send(&message(number * 97))?;
                    }
                    for _ in 0..2 {
                        connection.pump()?;
                        network.advance(Duration::from_millis(1));
                        server.pump()?;
                    }
                    if batch < 10 {
                        server.dispatch(&mut handler);
                    } else {
                        counted(|| server.dispatch(&mut handler));
                    }
                }
                Ok(handler.0.0)
            }

            pub fn by_hand() -> Result<u64> {
                let config = bincode::config::standard();
                let mut bytes = Vec::new();
                let mut messages: Vec<(u16, Range<usize>)> = Vec::new();
                for number in 0..BATCH {
                    let start = bytes.len();
                    bincode::serde::encode_into_std_write((1.5_f32, -20.25_f32, 7_u32), &mut bytes, config)?;
                    messages.push((u16::try_from(number * 97 % $count)?, start..bytes.len()));
                }
                let mut handler = Handler::default();
                for _ in 0..BATCHES {
                    counted(|| match_each(&mut handler, &messages, &bytes));
                }
                Ok(handler.0.0)
            }

            #[inline(never)]
            fn match_each(handler: &mut Handler, messages: &[(u16, Range<usize>)], bytes: &[u8]) {
                let config = bincode::config::standard();
                for (action, range) in messages {
                    let Some(body) = bytes.get(range.clone()) else { continue };
                    match action {
                        $($number => {
                            let Ok(((x, y, id), _)) = bincode::serde::decode_from_slice::<(f32, f32, u32), _>(body, config) else { continue };
                            handler.0.add(black_box($number as f32) + x, y, id);
                        })*
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

include!(concat!(env!("OUT_DIR"), "/games.rs"));

/// Runs one of them, to be counted.
pub fn one(who: &str, actions: &str) -> Result<()> {
    let sum = match (who, actions) {
        ("podsix", "8") => game_8::podsix(),
        ("podsix", "64") => game_64::podsix(),
        ("podsix", "256") => game_256::podsix(),
        ("match", "8") => game_8::by_hand(),
        ("match", "64") => game_64::by_hand(),
        ("match", "256") => game_256::by_hand(),
        _ => Err("podsix or match; 8, 64 or 256".into()),
    };
    black_box(sum?);
    Ok(())
}

pub fn run() -> Result<()> {
    let mut rows = Vec::new();
    for actions in ["8", "64", "256"] {
        let mut row = vec![actions.to_owned()];
        let (podsix, by_hand) = (count("podsix", actions)?, count("match", actions)?);
        row.extend([short(podsix), short(by_hand), short(podsix / by_hand)]);
        rows.push(row);
    }
    let head = ["actions", "podsix", "match and decode", "ratio"];
    println!(
        "{}",
        table("instructions to dispatch a message", &head, &rows)
    );
    Ok(())
}

/// Instructions a message.
fn count(who: &str, actions: &str) -> Result<f64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args([
            "--collect-atstart=no",
            "--toggle-collect=*dispatch::counted*",
        ])
        .arg(current_exe()?)
        .args(["dispatch-one", who, actions])
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = text
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    let (_, instructions) = collected.ok_or_else(|| format!("callgrind says: {text}"))?;
    Ok(instructions.trim().parse::<f64>()? / (BATCH * BATCHES) as f64)
}
