//! Each type of a field sent to each other one: what arrives is what was
//! sent, by the rules of `podsix::value`, or it is an error.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU8;
use std::time::Duration;

use podsix::Value;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::support::{Ends, Nothing, Way};

#[derive(podsix::Message, Clone, Debug)]
#[message(action = "one")]
struct One<T> {
    before: u16,
    x: T,
}

#[derive(podsix::Data, Clone, Debug)]
struct Point {
    x: i16,
    y: i16,
}

#[derive(podsix::Data, Clone, Debug)]
struct Spot {
    y: f32,
    x: f32,
    #[serde(default)]
    z: u8,
}

#[derive(podsix::Data, Clone, Debug)]
enum Suit {
    Clubs,
    Hearts,
}

#[derive(podsix::Data, Clone, Debug)]
enum Tool {
    Eraser,
    Hearts,
    Pen { width: u8 },
    Text(String),
}

type Send = Box<dyn Fn(&Ends, usize)>;

/// A type of field, with some values of it.
struct Kind {
    name: &'static str,
    values: Vec<Value>,
    send: Send,
    receive: fn(&mut Ends) -> (Vec<Value>, usize),
}

fn kind<T>(name: &'static str, samples: Vec<T>) -> Kind
where
    T: Serialize + DeserializeOwned + Clone + Debug + 'static,
{
    Kind {
        name,
        values: samples
            .iter()
            .map(|x| Value::from_data(x).unwrap())
            .collect(),
        send: Box::new(move |ends, index| {
            let x = samples[index].clone();
            ends.send(Way::ToServer, &One { before: 40_000, x });
        }),
        receive: |ends| {
            let [(got, faults), _] = ends.turns::<One<T>>();
            let values = got.iter().map(|one| {
                assert_eq!(one.before, 40_000);
                Value::from_data(&one.x).unwrap()
            });
            (values.collect(), faults.len())
        },
    }
}

/// Numbers that are drawn again the same.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        // Small and large ones alike.
        self.0 >> (self.0 % 64)
    }
}

macro_rules! integers {
    ($random:ident: $($int:ident)*) => {
        [$({
            let mut samples = vec![0, 1, $int::MIN, $int::MAX, $int::MAX / 2 + 1];
            samples.extend((0..5).map(|_| $random.next() as $int));
            kind(stringify!($int), samples)
        }),*]
    };
}

fn kinds() -> Vec<Kind> {
    let mut random = Random(0x5EED_0FA1_1000);
    let texts = || {
        ["", "7", "Hearts", "Ä", "127.0.0.1"]
            .map(str::to_owned)
            .to_vec()
    };
    let mut kinds = Vec::from(integers!(random: u8 u16 u32 u64 u128 i8 i32 i64 i128));
    let floats = vec![
        0.0,
        -0.0,
        0.1,
        7.0,
        -1.5,
        255.0,
        1e20,
        f64::MAX,
        f64::INFINITY,
        f64::NAN,
    ];
    kinds.extend([
        kind("f32", floats.iter().map(|float| *float as f32).collect()),
        kind("f64", floats),
        kind("bool", vec![false, true]),
        kind("char", vec!['a', '7', 'Ä']),
        kind("String", texts()),
        kind("Option<u8>", vec![None, Some(0_u8), Some(255)]),
        kind(
            "Option<String>",
            vec![None, Some(String::new()), Some("Hearts".to_owned())],
        ),
        kind("Vec<u8>", vec![vec![], vec![1_u8], vec![1, 2, 255]]),
        kind("Vec<String>", vec![vec![], texts()]),
        kind(
            "Vec<Option<u16>>",
            vec![vec![], vec![None, Some(300_u16)], vec![Some(1); 3]],
        ),
        kind("(u8, u8)", vec![(0_u8, 255_u8)]),
        kind("(u8, String)", vec![(1_u8, "7".to_owned())]),
        kind("[u16; 3]", vec![[1_u16, 2, 3], [1, 2, 60_000]]),
        kind(
            "map of String",
            vec![
                BTreeMap::new(),
                BTreeMap::from([("x".to_owned(), 1_u32), ("y".to_owned(), 2)]),
                BTreeMap::from([("7".to_owned(), 70_000)]),
            ],
        ),
        kind(
            "map of u8",
            vec![BTreeMap::new(), BTreeMap::from([(7_u8, 1_u8), (8, 2)])],
        ),
        kind("()", vec![()]),
        kind("Point", vec![Point { x: 1, y: -300 }]),
        kind(
            "Spot",
            vec![
                Spot {
                    x: 1.0,
                    y: -300.0,
                    z: 9,
                },
                Spot {
                    x: 0.5,
                    y: 0.0,
                    z: 0,
                },
            ],
        ),
        kind("Suit", vec![Suit::Clubs, Suit::Hearts]),
        kind(
            "Tool",
            vec![
                Tool::Eraser,
                Tool::Hearts,
                Tool::Pen { width: 3 },
                Tool::Text("7".to_owned()),
            ],
        ),
        kind(
            "Box<[Point]>",
            vec![vec![Point { x: 1, y: 2 }, Point { x: 3, y: 4 }]],
        ),
        kind("NonZeroU8", vec![NonZeroU8::MIN, NonZeroU8::MAX]),
        kind("IpAddr", vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]),
        kind("Duration", vec![Duration::from_millis(1_500)]),
        kind(
            "Value",
            vec![Value::None, Value::from(7), Value::from("Hearts")],
        ),
    ]);
    kinds
}

/// Whether `got` is what `sent` becomes by the rules.
fn agree(sent: &Value, got: &Value) -> bool {
    match (sent, got) {
        (Value::Float(sent), Value::Float(got)) => {
            got == sent
                || (got.is_nan() && sent.is_nan())
                // The nearest that an `f32` has.
                || f64::from(*sent as f32) == *got && got.is_finite()
        }
        (Value::Int(_) | Value::BigInt(_), Value::Float(got)) => {
            let sent = sent.as_f64().unwrap();
            sent == *got || f64::from(sent as f32) == *got
        }
        (Value::Float(sent), Value::Int(_) | Value::BigInt(_)) => {
            sent.fract() == 0.0 && got.as_f64() == Some(*sent)
        }
        (Value::List(sent) | Value::Tuple(sent), Value::List(got) | Value::Tuple(got)) => {
            sent.len() == got.len() && sent.iter().zip(got).all(|(sent, got)| agree(sent, got))
        }
        (Value::Map(sent), Value::Map(got)) => got.iter().all(|(key, got)| match sent.get(key) {
            Some(sent) => agree(sent, got),
            // `Spot` has a default.
            None => key.as_str() == Some("z") && got.as_i64() == Some(0),
        }),
        // Addresses have a form for people, and another one in a body.
        (Value::Str(_), Value::Map(got)) => got.len() == 1 && got.contains_key("V4"),
        _ => sent == got,
    }
}

#[test]
fn no_type_arrives_as_another_value() {
    let kinds = kinds();
    let mut converts = Vec::new();
    for sent in &kinds {
        let mut to = Vec::new();
        for wanted in &kinds {
            let mut ends = Ends::new();
            let mut arrived = 0;
            for (index, value) in sent.values.iter().enumerate() {
                (sent.send)(&ends, index);
                let (got, faults) = (wanted.receive)(&mut ends);
                let pair = format!("{} {value} to {}: {got:?}", sent.name, wanted.name);
                // Where the types differ, the first message tells, and each counts.
                let channels = ends.server.channels().iter();
                let differing: u64 = channels.map(|one| one.link().differing).sum();
                let expected = if differing == 0 || index == 0 { 1 } else { 0 };
                assert_eq!(got.len() + faults, expected, "{pair}");
                assert!([0, index as u64 + 1].contains(&differing), "{pair}");
                assert!(got.iter().all(|got| agree(value, got)), "{pair}");
                arrived += got.len();
            }
            assert!(ends.client.is_connected());
            ends.turns::<Nothing>();
            if sent.name == wanted.name {
                assert_eq!(arrived, sent.values.len(), "{}", sent.name);
            } else if arrived == sent.values.len() {
                to.push(wanted.name.to_owned());
            } else if arrived > 0 {
                to.push(format!("{}?", wanted.name));
            }
        }
        converts.push(format!("{}: {}", sent.name, to.join(", ")));
    }
    assert_eq!(
        converts.join("\n"),
        CONVERTS.trim(),
        "\n{}\n",
        converts.join("\n")
    );
}

/// What takes what: always, or `?` where it depends on the value.
const CONVERTS: &str = "
u8: u16, u32, u64, u128, i8?, i32, i64, i128, f32, f64, Option<u8>, NonZeroU8?, Value
u16: u8?, u32, u64, u128, i8?, i32, i64, i128, f32, f64, Option<u8>?, NonZeroU8?, Value
u32: u8?, u16?, u64, u128, i8?, i32?, i64, i128, f32, f64, Option<u8>?, NonZeroU8?, Value
u64: u8?, u16?, u32?, u128, i8?, i32?, i64?, i128, f32, f64, Option<u8>?, NonZeroU8?, Value
u128: u8?, u16?, u32?, u64?, i8?, i32?, i64?, i128?, f32?, f64, Option<u8>?, NonZeroU8?, Value
i8: u8?, u16?, u32?, u64?, u128?, i32, i64, i128, f32, f64, Option<u8>?, NonZeroU8?, Value
i32: u8?, u16?, u32?, u64?, u128?, i8?, i64, i128, f32, f64, Option<u8>?, NonZeroU8?, Value
i64: u8?, u16?, u32?, u64?, u128?, i8?, i32?, i128, f32, f64, Option<u8>?, NonZeroU8?, Value
i128: u8?, u16?, u32?, u64?, u128?, i8?, i32?, i64?, f32, f64, Option<u8>?, NonZeroU8?, Value
f32: u8?, u16?, u32?, u64?, u128?, i8?, i32?, i64?, i128?, f64, Option<u8>?, NonZeroU8?, Value
f64: u8?, u16?, u32?, u64?, u128?, i8?, i32?, i64?, i128?, f32?, Option<u8>?, NonZeroU8?, Value
bool: Value
char: String, Option<String>, Value
String: char?, Option<String>, Suit?, Tool?, Value
Option<u8>: u8?, u16?, u32?, u64?, u128?, i8?, i32?, i64?, i128?, f32?, f64?, NonZeroU8?, Value
Option<String>: String?, Suit?, Tool?, Value
Vec<u8>: Vec<Option<u16>>, [u16; 3]?, Value
Vec<String>: Value
Vec<Option<u16>>: Vec<u8>?, [u16; 3]?, Value
(u8, u8): Vec<u8>, Vec<Option<u16>>, Value
(u8, String): Value
[u16; 3]: Vec<u8>?, Vec<Option<u16>>, Value
map of String: Value
map of u8: Value
(): Value
Point: Spot, Value
Spot: Point?, Value
Suit: String, Option<String>, Tool?, Value
Tool: String?, Option<String>?, Suit?, Value
Box<[Point]>: Value
NonZeroU8: u8, u16, u32, u64, u128, i8?, i32, i64, i128, f32, f64, Option<u8>, Value
IpAddr: Value
Duration: Value
Value: u8?, u16?, u32?, u64?, u128?, i8?, i32?, i64?, i128?, f32?, f64?, String?, Option<u8>?, Option<String>?, ()?, Suit?, Tool?, NonZeroU8?
";
