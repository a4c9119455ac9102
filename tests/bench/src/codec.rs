//! The codecs alone: podsix's rencode beside PodSixNet's own in Python and the package
//! `rencode`, which is in C; its JSON beside Python's `json`; and `move` in bincode and in
//! JSON.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use podsix::codec::Codec;
use podsix::codec::json::Json;
use podsix::{Value, data, rencode};
use serde::{Deserialize, Serialize};

use crate::peer::{Move, Result};
use crate::run::python;
use crate::stats::{Summary, table};

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Small<'a> {
    action: &'a str,
    x: f32,
    y: f32,
    id: u32,
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Large<'a> {
    action: &'a str,
    names: Vec<&'a str>,
    scores: Vec<u32>,
    text: &'a str,
}

const NAME: &str = "player";
const TEXT: &str = "A line of a chat that is neither short nor long. ";
const NAMES: usize = 20;
const SCORES: u32 = 100;
const TEXTS: usize = 11;

/// The same as `python/codecs.py` has.
fn messages() -> [(&'static str, Value); 2] {
    let names: Vec<String> = (0..NAMES).map(|index| format!("{NAME}{index}")).collect();
    let scores: Vec<u32> = (0..SCORES).map(|index| index * 7).collect();
    [
        (
            "small",
            data! { "action": "move", "x": 1.5, "y": -20.25, "id": 7 },
        ),
        (
            "1 KB",
            data! { "action": "state", "names": names, "scores": scores, "text": TEXT.repeat(TEXTS) },
        ),
    ]
}

/// Nanoseconds a call, for some 20 milliseconds.
fn time<T>(mut act: impl FnMut() -> T) -> f64 {
    let mut calls = 1_u32;
    loop {
        let begin = Instant::now();
        for _ in 0..calls {
            black_box(act());
        }
        let elapsed = begin.elapsed().as_nanos() as f64;
        if elapsed > 20e6 {
            return elapsed / f64::from(calls);
        }
        calls = calls.saturating_mul(2);
    }
}

type Rows = BTreeMap<String, BTreeMap<&'static str, Vec<f64>>>;

fn add(rows: &mut Rows, what: String, who: &'static str, nanoseconds: f64) {
    let row = rows.entry(what).or_default();
    row.entry(who).or_default().push(nanoseconds);
}

const VALUE: &str = "podsix, Value";
const TYPED: &str = "podsix, typed";
const PYTHON: &str = "PodSixNet";
const C: &str = "rencode in C";
const PYTHON_JSON: &str = "Python's json";

fn measure(rows: &mut Rows) -> Result<()> {
    for (size, value) in messages() {
        let bytes = rencode::to_vec(&value)?;
        let (encode, decode) = (format!("encode, {size}"), format!("decode, {size}"));
        let mut out = Vec::new();
        let mut encoded = |data: &dyn Fn(&mut Vec<u8>)| {
            time(|| {
                out.clear();
                data(black_box(&mut out));
            })
        };
        let by_value = encoded(&|out| {
            let _ = value.serialize(rencode::Serializer::new(out));
        });
        let typed = if size == "small" {
            let small: Small<'_> = rencode::from_slice(&bytes)?;
            encoded(&|out| {
                let _ = small.serialize(rencode::Serializer::new(out));
            })
        } else {
            let large: Large<'_> = rencode::from_slice(&bytes)?;
            encoded(&|out| {
                let _ = large.serialize(rencode::Serializer::new(out));
            })
        };
        add(rows, encode.clone(), VALUE, by_value);
        add(rows, encode, TYPED, typed);

        let by_value = time(|| rencode::from_slice::<Value>(black_box(&bytes)).is_ok());
        let typed = if size == "small" {
            time(|| rencode::from_slice::<Small<'_>>(black_box(&bytes)).is_ok())
        } else {
            time(|| rencode::from_slice::<Large<'_>>(black_box(&bytes)).is_ok())
        };
        add(rows, decode.clone(), VALUE, by_value);
        add(rows, decode, TYPED, typed);
    }
    for (size, value) in messages() {
        let mut out = Vec::new();
        Json.encode(&value, &mut out)
            .map_err(|error| error.to_string())?;
        let bytes = out.clone();
        let encode = time(|| {
            out.clear();
            Json.encode(black_box(&value), &mut out).is_ok()
        });
        add(rows, format!("JSON: encode, {size}"), VALUE, encode);
        let decode = time(|| Json.decode(black_box(&bytes)).is_ok());
        add(rows, format!("JSON: decode, {size}"), VALUE, decode);
    }
    let Some(python) = python() else {
        return Ok(());
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/codecs.py");
    let output = Command::new(python).arg(script).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    for line in String::from_utf8(output.stdout)?.lines() {
        let mut words = line.split('\t');
        let mut next = || words.next().ok_or("a line of codecs.py is short");
        let (what, who, time) = (next()?, next()?, next()?);
        let who = match who {
            "python" => PYTHON,
            "json" => PYTHON_JSON,
            _ => C,
        };
        add(rows, what.to_owned(), who, time.parse()?);
    }
    Ok(())
}

fn measure_move(times: &mut BTreeMap<&'static str, Vec<f64>>) -> Result<()> {
    let config = bincode::config::standard();
    let message = Move::new(7);
    let mut out = Vec::new();
    bincode::serde::encode_into_std_write(message, &mut out, config)?;
    let bytes = out.clone();
    let json = serde_json::to_vec(&message)?;
    let mut add = |what, nanoseconds| times.entry(what).or_default().push(nanoseconds);
    add(
        "encode, bincode",
        time(|| {
            out.clear();
            bincode::serde::encode_into_std_write(black_box(message), &mut out, config).is_ok()
        }),
    );
    add(
        "decode, bincode",
        time(|| bincode::serde::decode_from_slice::<Move, _>(black_box(&bytes), config).is_ok()),
    );
    add(
        "encode, JSON",
        time(|| {
            out.clear();
            serde_json::to_writer(&mut out, black_box(&message)).is_ok()
        }),
    );
    add(
        "decode, JSON",
        time(|| serde_json::from_slice::<Move>(black_box(&json)).is_ok()),
    );
    Ok(())
}

/// What each took, and how much longer others took than podsix for a `Value`.
fn lines(rows: &Rows, ours: &[&str], others: &[&str]) -> Vec<Vec<String>> {
    let line = |(what, times): (&String, &BTreeMap<&str, Vec<f64>>)| {
        let mut line = vec![what.clone()];
        for who in ours.iter().chain(others) {
            line.push(match times.get(who) {
                Some(times) => Summary::of(times).to_string(),
                None => "–".to_owned(),
            });
        }
        for who in others {
            line.push(match (times.get(who), times.get(VALUE)) {
                (Some(theirs), Some(ours)) => Summary::of_ratios(theirs, ours).to_string(),
                _ => "–".to_owned(),
            });
        }
        line
    };
    rows.iter().map(line).collect()
}

pub fn run(repetitions: usize) -> Result<()> {
    let mut rows = Rows::new();
    let mut moves = BTreeMap::new();
    for _ in 0..repetitions {
        measure(&mut rows)?;
        measure_move(&mut moves)?;
    }
    let (json, rencode) = rows
        .into_iter()
        .partition(|(what, _)| what.starts_with("JSON"));
    let head = [
        "ns",
        VALUE,
        TYPED,
        PYTHON,
        C,
        "PodSixNet ÷ Value",
        "C ÷ Value",
    ];
    let ours = [VALUE, TYPED];
    println!(
        "{}",
        table("rencode", &head, &lines(&rencode, &ours, &[PYTHON, C]))
    );
    let head = ["ns", VALUE, PYTHON_JSON, "Python's json ÷ Value"];
    println!(
        "{}",
        table("JSON", &head, &lines(&json, &[VALUE], &[PYTHON_JSON]))
    );
    let lines: Vec<Vec<String>> = moves
        .iter()
        .map(|(what, times)| vec![(*what).to_owned(), Summary::of(times).to_string()])
        .collect();
    println!("{}", table("`move` as a struct", &["", "ns"], &lines));
    Ok(())
}
