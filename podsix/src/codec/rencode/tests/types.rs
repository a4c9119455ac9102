//! What types become, and what is told about those that can't be sent or read.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Debug;
use std::net::IpAddr;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::super::{Error, decode_value, from_slice, read_fields, to_vec};
use super::{hex, is_same, words};
use crate::data;
use crate::value::{Map, Value};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Player {
    name: String,
    score: u32,
    team: Option<Team>,
}

#[derive(Debug, PartialEq, Eq, Hash, Clone, Copy, Serialize, Deserialize)]
pub(super) enum Team {
    Red,
    #[serde(rename = "the greens")]
    Green,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Shape {
    Point,
    Circle(f32),
    Line((u8, u8), (u8, u8)),
    Square { at: (u8, u8), size: u8 },
    Group(Vec<Self>),
}

#[derive(Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Id(u32);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Unit;

/// `data` becomes the same as a value does, and is read from it again.
fn becomes<T: Serialize + DeserializeOwned + PartialEq + Debug>(data: &T) {
    let bytes = to_vec(data).unwrap();
    let value = Value::from_data(data).unwrap();
    assert!(is_same(&decode_value(&bytes).unwrap(), &value), "{data:?}");
    assert_eq!(bytes, to_vec(&value).unwrap());
    assert_eq!(&from_slice::<T>(&bytes).unwrap(), data);
}

#[test]
fn types_become_what_they_become_as_a_value() {
    becomes(&true);
    becomes(&(i8::MIN, i16::MIN, i32::MIN, i64::MIN, i128::MIN));
    becomes(&(u8::MAX, u16::MAX, u32::MAX, u64::MAX, u128::MAX));
    becomes(&(i64::MAX as u64, i64::MAX as u64 + 1));
    becomes(&(1.5_f32, 0.1_f64, f64::MAX, f32::MIN_POSITIVE));
    becomes(&('é', String::from("x"), ()));
    becomes(&Unit);
    becomes(&vec![Some(5), None]);
    becomes(&BTreeSet::from([1, 2]));
    becomes(&[1, 2, 3]);
    becomes(&Vec::<Id>::new());
    becomes(&(0..100).map(Id).collect::<Vec<_>>());
    becomes(&[0_u8; 32]);
    becomes(&BTreeMap::from([("a".to_string(), 1)]));
    becomes(&(0..40).map(|key| (key, 'a')).collect::<BTreeMap<_, _>>());
    becomes(&HashMap::from([((1, 2), ())]));
    becomes(&HashMap::from([(Team::Green, Id(1))]));
    becomes(&IpAddr::from([127, 0, 0, 1]));
    for team in [Some(Team::Red), None] {
        becomes(&Player {
            name: "Ann".into(),
            score: 3,
            team,
        });
    }
    let square = Shape::Square {
        at: (1, 2),
        size: 3,
    };
    becomes(&vec![
        Shape::Point,
        Shape::Circle(1.5),
        Shape::Line((1, 2), (3, 4)),
        square,
        Shape::Group(vec![Shape::Point, Shape::Circle(0.0)]),
    ]);
}

#[test]
fn a_value_stands_in_a_struct_as_it_is() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Holder {
        any: Value,
        map: Map,
        keys: Vec<crate::value::Key>,
        optional: Option<Value>,
    }
    becomes(&Holder {
        any: data! { "list": [1], "tuple": (1, (2,)), "big": u128::MAX, 1.5: 2.0, "empty": ((), {}) },
        map: Map::from([((1, 2), data! { "5": "text" })]),
        keys: vec![(1, "a").into(), true.into(), u64::MAX.into()],
        optional: None,
    });
    for digits in [40, 62] {
        for sign in ["", "-"] {
            becomes(&Value::parse_int(&format!("{sign}1{}", "0".repeat(digits - 1))).unwrap());
        }
    }
}

#[test]
fn text_is_borrowed() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Said<'a> {
        who: &'a str,
        #[serde(borrow)]
        text: Cow<'a, str>,
    }
    let bytes = to_vec(&data! { "who": "Ann", "text": "hi" }).unwrap();
    let said: Said<'_> = from_slice(&bytes).unwrap();
    assert!(bytes.as_ptr_range().contains(&said.who.as_ptr()));
    assert!(matches!(said.text, Cow::Borrowed("hi")));
    assert_eq!(said.who, "Ann");
}

#[test]
fn the_last_of_double_fields_counts() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Point<'a> {
        x: u8,
        #[serde(default, alias = "Y")]
        y: u8,
        who: Option<&'a str>,
    }
    // {"x": "a", "who": "Ann", "x": 1, "x": 2, "other": 1, "other": 2}
    let bytes = hex("6C 8178 8161 8377686F 83416E6E 8178 01 8178 02 816F 01 816F 02");
    let point: Point<'_> = from_slice(&bytes).unwrap();
    assert_eq!((point.x, point.y, point.who), (2, 0, Some("Ann")));
    // Also in other forms of the text, further in, and in enums.
    let bytes = hex("C2 68 8178 01 313A78 03 3C 8178 01 8178 04 7F");
    let points: Vec<Point<'_>> = from_slice(&bytes).unwrap();
    assert_eq!((points[0].x, points[1].x), (3, 4));
    for bytes in [
        "68 86436972636C65 45 86436972636C65 01",
        "3C 86436972636C65 45 86436972636C65 01 7F",
    ] {
        assert_eq!(
            from_slice::<Shape>(&hex(bytes)).unwrap(),
            Shape::Circle(1.0)
        );
    }
    // Two names for one field are not one key.
    assert_eq!(
        words(from_slice::<Point<'_>>(&hex("69 8178 01 8179 01 8159 01"))),
        "field `y`: given twice"
    );
    // The error is that of the entries that count.
    let bytes = hex("68 8178 01 8178 8161");
    assert_eq!(
        words(from_slice::<Point<'_>>(&bytes)),
        r#"field `x`: expected u8, found "a""#
    );
}

#[test]
fn an_action_is_hidden_from_fields() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Named {
        action: Option<String>,
        a: u8,
    }
    let message = data! { "action": "x", "a": 1 };
    let bytes = to_vec(&message).unwrap();
    for shown in [true, false] {
        fn both<T: DeserializeOwned + Debug + PartialEq>(
            value: &Value,
            bytes: &[u8],
            shown: bool,
        ) -> Result<T, Error> {
            let read = read_fields::<T>(bytes, shown);
            assert_eq!(
                read.as_ref().ok(),
                value.to_data_of_fields::<T>(true, shown).ok().as_ref()
            );
            read
        }
        let map = both::<BTreeMap<String, u8>>(&message, &bytes, shown).unwrap();
        assert_eq!(map, BTreeMap::from([("a".into(), 1)]));
        let named = both::<Named>(&message, &bytes, shown).unwrap();
        assert_eq!(named.action.is_some(), shown);
        let value = both::<Value>(&message, &bytes, shown).unwrap();
        assert_eq!(value.action().is_some(), shown);
        let circle = data! { "action": "Circle", "Circle": 2 };
        let variant = both::<Shape>(&circle, &to_vec(&circle).unwrap(), shown).unwrap();
        assert_eq!(variant, Shape::Circle(2.0));
        let alone = data! { "action": "Circle" };
        assert!(both::<Shape>(&alone, &to_vec(&alone).unwrap(), shown).is_err());
        // It is the outermost alone that has one.
        let nested = data! { "action": "x", "in": { "action": 2 } };
        let nested =
            both::<HashMap<String, HashMap<String, u8>>>(&nested, &to_vec(&nested).unwrap(), shown);
        assert_eq!(nested.unwrap()["in"]["action"], 2);
        let optional = both::<Option<BTreeMap<String, u8>>>(&message, &bytes, shown).unwrap();
        assert_eq!(optional.unwrap().len(), 1);
    }
    assert!(from_slice::<Shape>(&bytes).is_err());
}
