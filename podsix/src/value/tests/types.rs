//! What types become, and what they are read from.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Debug;
use std::net::IpAddr;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::super::Value;
use super::words;
use crate::data;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Player {
    name: String,
    score: u32,
    team: Option<Team>,
}

#[derive(Debug, PartialEq, Eq, Hash, Clone, Copy, Serialize, Deserialize)]
enum Team {
    Red,
    #[serde(rename = "the greens")]
    Green,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Point,
    Circle(f32),
    Line((u8, u8), (u8, u8)),
    Square { at: (u8, u8), size: u8 },
    Group(Vec<Self>),
}

#[derive(Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Id(u32);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Pair(u8, u8);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Unit;

/// `data` becomes what `text` shows, and is read from it again.
pub(super) fn becomes<T: Serialize + DeserializeOwned + PartialEq + Debug>(data: &T, text: &str) {
    let value = Value::from_data(data).unwrap();
    assert_eq!(value.to_string(), text);
    assert_eq!(&value.to_data::<T>().unwrap(), data);
}

#[test]
fn each_kind_of_type_has_its_value() {
    becomes(&true, "true");
    becomes(&5_u8, "5");
    becomes(&1.5_f32, "1.5");
    becomes(&'é', r#""é""#);
    becomes(&String::from("x"), r#""x""#);
    becomes(&(), "None");
    becomes(&Unit, "None");
    becomes(&None::<u8>, "None");
    becomes(&Some(5), "5");
    becomes(&vec![1, 2], "[1, 2]");
    becomes(&BTreeSet::from([1, 2]), "[1, 2]");
    becomes(&(1, "a".to_string()), r#"(1, "a")"#);
    becomes(&[1, 2, 3], "(1, 2, 3)");
    becomes(&Pair(1, 2), "(1, 2)");
    becomes(&Id(7), "7");
    becomes(&Box::new(7), "7");
    becomes(&BTreeMap::from([("a".to_string(), 1)]), r#"{"a": 1}"#);
    becomes(&BTreeMap::from([(1, 'a'), (2, 'b')]), r#"{1: "a", 2: "b"}"#);
    becomes(&HashMap::from([((1, 2), ())]), "{(1, 2): None}");
    becomes(
        &HashMap::from([(Team::Green, Id(1))]),
        r#"{"the greens": 1}"#,
    );
    becomes(&HashMap::from([(Id(5), true)]), "{5: true}");
    becomes(&IpAddr::from([127, 0, 0, 1]), r#""127.0.0.1""#);
    becomes(
        &Player {
            name: "Ann".into(),
            score: 3,
            team: Some(Team::Red),
        },
        r#"{"name": "Ann", "score": 3, "team": "Red"}"#,
    );
    becomes(
        &Player {
            name: "Bob".into(),
            score: 0,
            team: None,
        },
        r#"{"name": "Bob", "score": 0, "team": None}"#,
    );
    becomes(&Shape::Point, r#""Point""#);
    becomes(&Shape::Circle(1.5), r#"{"Circle": 1.5}"#);
    becomes(
        &Shape::Line((1, 2), (3, 4)),
        r#"{"Line": ((1, 2), (3, 4))}"#,
    );
    becomes(
        &Shape::Square {
            at: (1, 2),
            size: 3,
        },
        r#"{"Square": {"at": (1, 2), "size": 3}}"#,
    );
    becomes(
        &Shape::Group(vec![Shape::Point, Shape::Circle(0.0)]),
        r#"{"Group": ["Point", {"Circle": 0.0}]}"#,
    );
    assert_eq!(Value::from_data(b"ab").unwrap().to_string(), "(97, 98)");
    assert_eq!(Value::from_data("borrowed").unwrap(), "borrowed");
}

#[test]
fn lists_and_tuples_are_read_from_either() {
    let list = Value::from(vec![1, 2]);
    let tuple = Value::from((1, 2));
    for value in [&list, &tuple] {
        assert_eq!(value.to_data::<Vec<u8>>(), Ok(vec![1, 2]));
        assert_eq!(value.to_data::<(u8, i64)>(), Ok((1, 2)));
        assert_eq!(value.to_data::<[u8; 2]>(), Ok([1, 2]));
        assert_eq!(value.to_data::<Pair>(), Ok(Pair(1, 2)));
        assert_eq!(
            words(value.to_data::<(u8, u8, u8)>()),
            format!("expected a tuple of size 3, found {value}")
        );
        assert!(value.to_data::<(u8,)>().is_err() && value.to_data::<[u8; 3]>().is_err());
        assert!(words(value.to_data::<Player>()).starts_with("expected struct Player, found"));
        assert!(value.to_data::<HashMap<u8, u8>>().is_err());
    }
    assert!(Value::from("ab").to_data::<Vec<u8>>().is_err());
    assert!(Value::Bytes(vec![1]).to_data::<Vec<u8>>().is_err());
}

#[test]
fn structs_take_missing_fields_as_none_and_ignore_extra_ones() {
    let mut value =
        data! { "score": 3.0, 0: "not the first field", "extra": [1], "name": "Ann", None: 1 };
    let ann = Player {
        name: "Ann".into(),
        score: 3,
        team: None,
    };
    assert_eq!(value.to_data::<Player>(), Ok(ann));
    value.set("team", None::<u8>).unwrap();
    assert!(value.to_data::<Player>().is_ok());

    for (change, expected) in [
        (
            data! { "name": 5 },
            "field `name`: expected a string, found 5",
        ),
        (
            data! { "name": None },
            "field `name`: expected a string, found None",
        ),
        (
            data! { "score": true },
            "field `score`: expected u32, found true",
        ),
        (
            data! { "score": -1 },
            "field `score`: expected u32, found -1",
        ),
        (
            data! { "team": "Blue" },
            r#"field `team`: expected `Red` or `the greens`, found "Blue""#,
        ),
        (
            data! { "team": 0 },
            "field `team`: expected `Red` or `the greens`, found 0",
        ),
    ] {
        let mut changed = value.clone();
        changed
            .as_map_mut()
            .unwrap()
            .extend(change.as_map().unwrap().clone());
        assert_eq!(words(changed.to_data::<Player>()), expected);
    }
    assert_eq!(
        words(data! { "name": "x" }.to_data::<Player>()),
        "field `score`: missing"
    );
    assert_eq!(
        words(data! { "players": [{ "name": "x" }] }.get::<Vec<Player>>("players")),
        "field `players[0].score`: missing"
    );

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code)]
    struct Strict {
        a: u8,
    }
    assert_eq!(
        words(data! { "a": 1, "b": 2 }.to_data::<Strict>()),
        "field `b`: not a field; expected `a`"
    );
}

#[test]
fn integer_keys_are_read_from_decimal_text_too() {
    let value = data! { 1: "a", "2": "b", "-3": "c" };
    let expected = BTreeMap::from([(1, "a"), (2, "b"), (-3, "c")]);
    assert_eq!(value.to_data::<BTreeMap<i8, &str>>(), Ok(expected));
    let ids = data! { "5": 1 }.to_data::<HashMap<Id, u8>>();
    assert_eq!(ids, Ok(HashMap::from([(Id(5), 1)])));
    assert!(
        data! { "18446744073709551615": 1 }
            .to_data::<HashMap<u64, u8>>()
            .is_ok()
    );
    for key in ["", "+1", "01", "1.0", " 1", "-0", "x"] {
        let error = words(data! { key: 1 }.to_data::<HashMap<i32, u8>>());
        assert!(
            error.ends_with(&format!("expected i32, found {key:?}")),
            "{error}"
        );
    }
    assert_eq!(
        words(data! { "300": 1 }.to_data::<HashMap<u8, u8>>()),
        "field `300`: expected u8, found 300"
    );
    // Only as keys, and only for integers.
    assert!(data! { 1: "1" }.to_data::<HashMap<u8, u8>>().is_err());
    assert!(
        data! { 1: "1" }
            .to_data::<HashMap<String, String>>()
            .is_err()
    );
    assert!(data! { true: 1 }.to_data::<HashMap<u8, u8>>().is_err());
    assert!(data! { 1: 1 }.to_data::<HashMap<bool, u8>>().is_err());
}

#[test]
fn text_is_never_guessed() {
    let text = Value::Bytes("é".into());
    let bytes = Value::Bytes(vec![b'a', 255]);
    assert_eq!(text.to_data::<&str>(), Ok("é"));
    assert_eq!(text.to_data::<char>(), Ok('é'));
    assert_eq!(
        words(bytes.to_data::<String>()),
        r#"expected a string, found b"a\xff""#
    );
    assert_eq!(
        words(bytes.to_data::<&str>()),
        r#"expected a borrowed string, found b"a\xff""#
    );
    assert!(words(bytes.to_data::<Team>()).contains("found b\"a\\xff\""));
    assert_eq!(bytes.to_data::<&[u8]>(), Ok(&[b'a', 255][..]));
    assert_eq!(Value::from("ab").to_data::<&[u8]>(), Ok(&b"ab"[..]));
    assert!(Value::from("ab").to_data::<char>().is_err());
    assert_eq!(bytes.to_data::<Value>(), Ok(bytes.clone()));
}

#[test]
fn variants_are_names_or_maps_of_one_entry() {
    assert_eq!(data! { "Point": None }.to_data(), Ok(Shape::Point));
    assert_eq!(data! { "Circle": 2 }.to_data(), Ok(Shape::Circle(2.0)));
    for (value, expected) in [
        (
            Value::from("Circle"),
            "field `Circle`: expected what the variant holds, found its name alone",
        ),
        (
            data! { "Point": 1 },
            "field `Point`: expected a variant that holds nothing, found 1",
        ),
        (
            data! { "Circle": "x" },
            r#"field `Circle`: expected f32, found "x""#,
        ),
        (
            data! { "Square": { "at": (1, 2) } },
            "field `Square.size`: missing",
        ),
        (
            data! { "Square": (1, 2) },
            "field `Square`: expected struct variant Shape::Square, found (1, 2)",
        ),
        (
            data! { "Line": [1] },
            "field `Line`: expected tuple variant Shape::Line, found [1]",
        ),
        (
            data! { "Group": ["Point", { "Group": ["Cube"] }] },
            "field `Group[1].Group[0]`: expected `Point`, `Circle`, `Line`, `Square` or `Group`, found \"Cube\"",
        ),
    ] {
        assert_eq!(words(value.to_data::<Shape>()), expected);
    }
    for value in [
        data! {},
        data! { "Point": None, "Circle": 1 },
        data! { 0: None },
        0.into(),
        Value::None,
    ] {
        assert_eq!(
            words(value.to_data::<Shape>()),
            format!("expected `Point`, `Circle`, `Line`, `Square` or `Group`, found {value}")
        );
    }
}

#[test]
fn what_serde_stores_on_the_way_keeps_its_kind_too() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "kind")]
    enum Tagged {
        Move { to: (u8, u8) },
        Chat { text: String },
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(i64),
        Text(String),
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Rest {
        a: u8,
        #[serde(flatten)]
        rest: BTreeMap<String, Either>,
    }
    becomes(
        &Tagged::Move { to: (1, 2) },
        r#"{"kind": "Move", "to": (1, 2)}"#,
    );
    becomes(
        &Tagged::Chat { text: "x".into() },
        r#"{"kind": "Chat", "text": "x"}"#,
    );
    becomes(
        &vec![Either::Number(-1), Either::Text("x".into())],
        r#"[-1, "x"]"#,
    );
    becomes(
        &Rest {
            a: 1,
            rest: BTreeMap::from([("b".into(), Either::Number(2))]),
        },
        r#"{"a": 1, "b": 2}"#,
    );
    assert!(Value::from(true).to_data::<Either>().is_err());
    // Their store has no room for this, so it is refused.
    assert!(Value::from(u128::MAX).to_data::<Either>().is_err());
}

#[test]
fn types_that_cannot_be_values_say_where() {
    #[derive(Serialize)]
    struct Outer {
        boards: Vec<HashMap<Vec<u8>, u8>>,
    }
    let outer = Outer {
        boards: vec![HashMap::new(), HashMap::from([(vec![1], 2)])],
    };
    assert_eq!(
        words(Value::from_data(&outer)),
        "field `boards[1]`: expected a key, which holds no list and no map, found [1]"
    );

    struct Refuses;
    impl Serialize for Refuses {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("not today"))
        }
    }
    #[derive(Serialize)]
    enum Holds {
        Newtype(Refuses),
        Tuple(u8, Refuses),
        Struct { field: Refuses },
    }
    for (holds, expected) in [
        (Holds::Newtype(Refuses), "field `Newtype`: not today"),
        (Holds::Tuple(1, Refuses), "field `Tuple[1]`: not today"),
        (
            Holds::Struct { field: Refuses },
            "field `Struct.field`: not today",
        ),
    ] {
        assert_eq!(words(Value::from_data(&holds)), expected);
    }
    assert_eq!(
        words(Value::from_data(&HashMap::from([((1, 2), Refuses)]))),
        "field `(1, 2)`: not today"
    );
}
