//! What types read from bytes is what they read from the value that the bytes are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::super::{decode_value, from_slice, read_valid};
use super::Random;
use crate::value::{Key, Map, Value};

#[derive(Debug, Deserialize)]
#[expect(dead_code)]
struct Player {
    name: String,
    #[serde(default)]
    score: i16,
    team: Option<Team>,
    at: (f32, f64),
    inventory: Vec<Item>,
    tags: Option<BTreeSet<String>>,
    friends: BTreeMap<u32, Option<char>>,
    #[serde(alias = "extra")]
    any: Option<Value>,
}

#[derive(Debug, Deserialize)]
enum Team {
    Red,
    Green,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code)]
enum Item {
    Coin,
    Sword(u8),
    Pair(u64, i128),
    Bag { size: u128, items: Vec<Self> },
    Maybe(Option<()>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code)]
struct Strict {
    a: Option<bool>,
    b: Option<[u8; 2]>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
#[expect(dead_code)]
enum Either {
    Number(i64),
    Text(String),
    Flags(Vec<bool>),
    Strict(Strict),
}

/// Takes only what it likes, and forgives what it does not.
#[derive(Debug)]
#[expect(dead_code)]
pub(super) struct Picky(Vec<Option<u8>>);

impl<'de> Deserialize<'de> for Picky {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pick;
        impl<'de> Visitor<'de> for Pick {
            type Value = Picky;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("anything that holds others")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Picky, A::Error> {
                let mut picked = Vec::new();
                loop {
                    match items.next_element::<u8>() {
                        Ok(Some(number)) => picked.push(Some(number)),
                        Ok(None) => return Ok(Picky(picked)),
                        Err(_) => picked.push(None),
                    }
                }
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Picky, A::Error> {
                let mut picked = Vec::new();
                while picked.len() < 3 {
                    match entries.next_key::<String>() {
                        Ok(Some(key)) if key.len() < 2 => {
                            picked.push(
                                entries
                                    .next_value::<Vec<u8>>()
                                    .ok()
                                    .and_then(|all| all.first().copied()),
                            );
                        }
                        // Not asked for its value.
                        Ok(Some(_)) | Err(_) => picked.push(None),
                        Ok(None) => break,
                    }
                }
                Ok(Picky(picked))
            }
        }
        deserializer.deserialize_any(Pick)
    }
}

/// Reads nothing at all.
#[derive(Debug)]
pub(super) struct Blind;

impl<'de> Deserialize<'de> for Blind {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Ok(Self)
    }
}

/// Gives whether `T` took it.
fn agree<T: DeserializeOwned + Debug>(bytes: &[u8]) -> bool {
    let value = decode_value(bytes).unwrap();
    let quick = read_valid::<T>(bytes).map_err(|error| error.to_string());
    let read = from_slice::<T>(bytes).map_err(|error| error.to_string());
    assert_eq!(format!("{quick:?}"), format!("{read:?}"), "{value}");
    match (from_slice::<T>(bytes), value.to_data::<T>()) {
        (Ok(read), Ok(converted)) => {
            assert_eq!(format!("{read:?}"), format!("{converted:?}"), "{value}");
            true
        }
        (Err(read), Err(converted)) => {
            // One of several faults: which comes first may differ where entries come twice.
            if super::to_vec(&value).is_ok_and(|plain| plain.len() == bytes.len()) {
                assert_eq!(
                    read.field(),
                    converted.field(),
                    "{read}, {converted}, {value}"
                );
            }
            false
        }
        (read, converted) => panic!("{read:?}, {converted:?}, {value}, {bytes:02X?}"),
    }
}

/// A value that fits quite well.
fn player(random: &mut Random) -> Value {
    let mut map = Map::new();
    map.insert("name", text(random));
    map.insert("score", number(random));
    if random.chance(2) {
        map.insert("team", one_of(random, ["Red", "Green", "Blue"]));
    }
    map.insert("at", pair(number(random), number(random), random));
    map.insert("inventory", items(random, 2));
    if random.chance(2) {
        map.insert("tags", Value::from(vec![text(random), text(random)]));
    }
    let mut friends = Map::new();
    for _ in 0..random.below(4) {
        let key = [number(random), random.below(50).to_string().into()][random.below(2)].clone();
        let friend = [Value::None, "x".into(), text(random)][random.below(3)].clone();
        friends.insert(Key::try_from(key).unwrap(), friend);
    }
    map.insert("friends", friends);
    if random.chance(3) {
        map.insert(
            ["any", "extra"][random.below(2)],
            random.value_without_bytes(2),
        );
    }
    if random.chance(3) {
        map.insert(random.key_without_bytes(), random.value_without_bytes(2));
    }
    map.into()
}

fn items(random: &mut Random, levels: usize) -> Value {
    let count = if levels == 0 { 0 } else { random.below(4) };
    let items = (0..count).map(|_| match random.below(6) {
        0 => "Coin".into(),
        1 => Map::from([("Sword", number(random))]).into(),
        2 => Map::from([("Pair", pair(number(random), number(random), random))]).into(),
        3 => {
            let bag = Map::from([
                ("size", number(random)),
                ("items", items(random, levels - 1)),
            ]);
            Map::from([("Bag", bag)]).into()
        }
        4 => Map::from([("Maybe", Value::None)]).into(),
        _ => one_of(random, ["Maybe", "Sword", "None", ""]),
    });
    let items: Vec<Value> = items.collect();
    if random.chance(3) {
        Value::Tuple(items)
    } else {
        Value::List(items)
    }
}

fn pair(a: Value, b: Value, random: &mut Random) -> Value {
    if random.chance(2) {
        Value::List(vec![a, b])
    } else {
        Value::Tuple(vec![a, b])
    }
}

fn number(random: &mut Random) -> Value {
    match random.below(12) {
        0..6 => (random.below(100) as i64).into(),
        6..9 => (random.below(100) as f64).into(),
        9 => (random.next() as i64 >> random.below(64)).into(),
        10 => u64::MAX.into(),
        _ => [
            0.5.into(),
            true.into(),
            (-1).into(),
            u128::MAX.into(),
            i128::MIN.into(),
            random.integer(),
        ][random.below(6)]
        .clone(),
    }
}

fn text(random: &mut Random) -> Value {
    match random.below(20) {
        0 => 5.into(),
        1 => Value::None,
        _ => random.text().into(),
    }
}

fn one_of<const N: usize>(random: &mut Random, names: [&str; N]) -> Value {
    names[random.below(N)].into()
}

#[test]
fn types_read_the_same_from_bytes_as_from_values() {
    let mut random = Random(0x7777_1234_ABCD_9999);
    let (mut fitted, mut not) = (0, 0);
    for _ in 0..4000 {
        let value = player(&mut random);
        let mut bytes = Vec::new();
        random.encode(&value, &mut bytes);
        match agree::<Player>(&bytes) {
            true => fitted += 1,
            false => not += 1,
        }
        agree::<BTreeMap<String, Value>>(&bytes);
        agree::<BTreeMap<String, IgnoredAny>>(&bytes);
        agree::<Option<Blind>>(&bytes);
        // Who looks at entries one by one sees those that come twice.
        agree::<BTreeMap<String, Picky>>(&super::to_vec(&value).unwrap());
    }
    assert!(fitted > 500 && not > 500, "{fitted}, {not}");
}

#[test]
fn any_type_reads_any_bytes_as_it_reads_their_value() {
    let mut random = Random(0x3141_5926_5358_9793);
    for _ in 0..4000 {
        let value = match random.below(4) {
            0 => items(&mut random, 3),
            1 => Value::List(vec![number(&mut random), number(&mut random)]),
            _ => random.value_without_bytes(2),
        };
        let mut bytes = Vec::new();
        random.encode(&value, &mut bytes);
        agree::<Vec<Item>>(&bytes);
        agree::<Vec<i128>>(&bytes);
        agree::<Vec<u128>>(&bytes);
        agree::<Vec<f32>>(&bytes);
        agree::<Vec<Option<f64>>>(&bytes);
        agree::<Vec<Blind>>(&bytes);
        agree::<(u8, u8)>(&bytes);
        agree::<[i64; 2]>(&bytes);
        agree::<bool>(&bytes);
        agree::<char>(&bytes);
        agree::<String>(&bytes);
        agree::<()>(&bytes);
        agree::<Option<u64>>(&bytes);
        agree::<Item>(&bytes);
        agree::<Team>(&bytes);
        agree::<Strict>(&bytes);
        agree::<BTreeMap<i64, Value>>(&bytes);
        agree::<Map>(&bytes);
        agree::<Value>(&bytes);
        agree::<Picky>(&super::to_vec(&value).unwrap());
    }
}

/// What serde stores on the way, where entries come once.
#[test]
fn what_serde_stores_reads_the_same_too() {
    #[derive(Debug, Deserialize)]
    #[serde(tag = "kind")]
    #[expect(dead_code)]
    enum Tagged {
        Move { to: (u8, u8) },
        Chat { text: String },
    }
    #[derive(Debug, Deserialize)]
    #[expect(dead_code)]
    struct Flat {
        a: Option<u8>,
        #[serde(flatten)]
        rest: BTreeMap<String, Either>,
    }
    let mut random = Random(0x2718_2818_2845_9045);
    for _ in 0..4000 {
        let mut map = Map::new();
        map.insert("kind", one_of(&mut random, ["Move", "Chat", "x"]));
        map.insert(
            "to",
            pair(number(&mut random), number(&mut random), &mut random),
        );
        map.insert("text", text(&mut random));
        if random.chance(3) {
            map.insert("a", number(&mut random));
        }
        let bytes = super::to_vec(&Value::Map(map)).unwrap();
        agree::<Tagged>(&bytes);
        agree::<Flat>(&bytes);
        agree::<Either>(&super::to_vec(&number(&mut random)).unwrap());
        agree::<Vec<Either>>(&super::to_vec(&items(&mut random, 3)).unwrap());
    }
}

#[test]
fn a_type_that_makes_good_of_an_error_is_read_as_well() {
    #[derive(Debug, PartialEq)]
    struct Lenient<T>(T);

    impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Lenient<T> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Ok(Self(T::deserialize(deserializer).unwrap_or_default()))
        }
    }

    assert_eq!(read_valid(b"\xC2\x01\x02"), Ok(Lenient(vec![1, 2])));
    assert_eq!(read_valid(b"\x05"), Ok(Lenient(Some(5))));
    // What does not fit is as it was.
    assert_eq!(read_valid(b"\x3F\x01\x00"), Ok(Lenient(0_u8)));
}
