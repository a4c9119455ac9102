//! The quick pass from data to JSON: it writes what the other way writes, or nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use super::*;
use crate::Message;
use crate::encode::{dict, usual_dict};
use crate::wire::{Codecs, Coding};

/// What the quick pass makes of a message, if that is for it.
fn quickly(message: &impl Message, coding: Coding) -> Option<String> {
    let codecs: Codecs = Arc::new([]);
    let slowly = dict(message, coding, &codecs, 1 << 20);
    let quickly = usual_dict(message, coding, 1 << 20)?;
    assert_eq!(slowly.ok(), Some(quickly.clone()));
    for limit in [0, 1, 10, quickly.len() / 2, quickly.len() - 1] {
        assert_eq!(usual_dict(message, coding, limit), None, "{limit} bytes");
    }
    // Near to its end a limit may take a closer look.
    for limit in quickly.len()..quickly.len() + 80 {
        if let Some(again) = usual_dict(message, coding, limit) {
            assert_eq!(again, quickly);
        }
    }
    Some(String::from_utf8(quickly).unwrap())
}

/// That, for something that is in one field of a message.
fn in_field<T: Serialize>(data: T) -> Option<String> {
    #[derive(crate::Message)]
    #[message(send_only)]
    enum Game<T: Serialize> {
        Field { x: T },
    }
    let json = quickly(&Game::Field { x: data }, Coding::Json)?;
    let field = json.strip_prefix(r#"{"action":"field","x":"#).unwrap();
    Some(field.strip_suffix('}').unwrap().to_owned())
}

/// That, for something that is all of a message.
fn inline<T: Serialize>(data: T) -> Option<String> {
    #[derive(crate::Message)]
    #[message(send_only)]
    enum Game<T: Serialize> {
        All(T),
    }
    let json = quickly(&Game::All(data), Coding::Json)?;
    Some(json.strip_prefix(r#"{"action":"all""#).unwrap().to_owned())
}

#[derive(Serialize, Clone, Copy)]
struct Place {
    x: f32,
    y: i8,
}

#[derive(Serialize)]
struct Empty {}

#[derive(Serialize)]
struct Acts {
    action: u8,
}

#[derive(Serialize)]
struct Wrapped<T>(T);

#[derive(Serialize)]
enum Shape {
    Point,
    Circle(f64),
    Line(u8, u8),
    Named { name: &'static str },
}

const PLACE: Place = Place { x: 1.5, y: -7 };

#[test]
fn types() {
    let json = |json: &str| Some(json.to_owned());
    assert_eq!(in_field(true), json("true"));
    assert_eq!(
        in_field((0, 9, 10, -1, i64::MIN)),
        json("[0,9,10,-1,-9223372036854775808]")
    );
    assert_eq!(in_field((7_u64, 8_i128, 9_u128)), json("[7,8,9]"));
    assert_eq!(
        in_field((1.0, -0.0, 0.1, 1e300)),
        json("[1.0,-0.0,0.1,1e+300]")
    );
    assert_eq!(in_field(0.1_f32), json("0.10000000149011612"));
    assert_eq!(in_field('é'), json("\"é\""));
    assert_eq!(in_field("a \"quote\"\n"), json(r#""a \"quote\"\n""#));
    assert_eq!(in_field((None::<u8>, Some(3), ())), json("[null,3,null]"));
    assert_eq!(in_field([[1, 2], [3, 4]]), json("[[1,2],[3,4]]"));
    assert_eq!(in_field(PLACE), json(r#"{"x":1.5,"y":-7}"#));
    assert_eq!(in_field(Wrapped(Empty {})), json("{}"));
    assert_eq!(in_field(Vec::<u8>::new()), json("[]"));
    let map = BTreeMap::from([("a", 1), ("b\"", 2)]);
    assert_eq!(in_field(map), json(r#"{"a":1,"b\"":2}"#));
    let map = BTreeMap::from([(-1, 1), (i64::MAX, 2)]);
    assert_eq!(in_field(map), json(r#"{"-1":1,"9223372036854775807":2}"#));
    let map = BTreeMap::from([(u64::MAX, [1])]);
    assert_eq!(in_field(map), json(r#"{"18446744073709551615":[1]}"#));
    let shapes = [
        Shape::Point,
        Shape::Circle(2.0),
        Shape::Line(1, 2),
        Shape::Named { name: "n" },
    ];
    let expected = r#"["Point",{"Circle":2.0},{"Line":[1,2]},{"Named":{"name":"n"}}]"#;
    assert_eq!(in_field(shapes), json(expected));
}

#[test]
fn all_of_a_message() {
    let json = |json: &str| Some(json.to_owned());
    assert_eq!(inline(PLACE), json(r#","x":1.5,"y":-7}"#));
    assert_eq!(inline(Some(PLACE)), json(r#","x":1.5,"y":-7}"#));
    assert_eq!(inline(Empty {}), json("}"));
    assert_eq!(inline(7), json(r#","data":7}"#));
    assert_eq!(inline([PLACE]), json(r#","data":[{"x":1.5,"y":-7}]}"#));
    assert_eq!(inline(Acts { action: 1 }), json(r#","data":{"action":1}}"#));
    assert_eq!(
        inline(Wrapped(Acts { action: 1 })),
        json(r#","data":{"action":1}}"#)
    );
    let map = BTreeMap::from([("a", Acts { action: 1 })]);
    assert_eq!(inline(map), json(r#","a":{"action":1}}"#));
    let map = BTreeMap::from([("action", 1), ("b", 2)]);
    assert_eq!(inline(map), json(r#","data":{"action":1,"b":2}}"#));
    let map = BTreeMap::from([(1, 2)]);
    assert_eq!(inline(map), json(r#","data":{"1":2}}"#));
    assert_eq!(inline(Shape::Point), json(r#","data":"Point"}"#));
    assert_eq!(inline(Shape::Line(1, 2)), json(r#","Line":[1,2]}"#));
    assert_eq!(
        inline(Shape::Named { name: "n" }),
        json(r#","Named":{"name":"n"}}"#)
    );
}

#[test]
fn what_takes_a_closer_look() {
    assert_eq!(in_field(f64::NAN), None);
    assert_eq!(in_field(Some(None::<u8>)), None);
    assert_eq!(in_field(u64::MAX), None);
    assert_eq!(in_field(i128::MAX), None);
    assert_eq!(in_field(data! { 1: 2, "a": 3 }), None);
    assert_eq!(in_field(data! { "1": 2, 1: 3 }), None);
    assert_eq!(in_field(BTreeMap::from([(true, 2)])), None);
    assert_eq!(in_field(BTreeMap::from([((1, 2), 2)])), None);
    assert_eq!(in_field(Value::Bytes(b"bytes"[..].into())), None);
    let deep = |levels: usize| (0..levels).fold(Value::None, |value, _| Value::List(vec![value]));
    assert!(in_field(deep(MAX_LEVELS - 1)).is_some());
    assert_eq!(in_field(deep(MAX_LEVELS)), None);
    let unsafe_integer = data! { "action": "a", "x": (1_u64 << 53) };
    assert_eq!(quickly(&unsafe_integer, Coding::Web), None);
    assert!(quickly(&unsafe_integer, Coding::Json).is_some());
    assert_eq!(quickly(&data! { "x": 1 }, Coding::Json), None);
    assert_eq!(quickly(&data! { "action": "" }, Coding::Json), None);
}

/// Swallows the error of what is inside.
struct Careless;

impl Serialize for Careless {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        let _ = list.serialize_element(&f64::NAN);
        list.end()
    }
}

/// A key without its value, or two of them.
struct Keys(bool);

impl Serialize for Keys {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_key("a")?;
        if self.0 {
            map.serialize_key("b")?;
            map.serialize_value(&1)?;
        }
        map.end()
    }
}

#[test]
fn what_types_do_wrong() {
    assert_eq!(in_field(Careless), None);
    assert_eq!(in_field((Careless, 1)), None);
    assert_eq!(in_field(Keys(false)), None);
    assert_eq!(in_field(Keys(true)), None);
}

#[test]
fn every_byte_of_a_string_is_looked_at() {
    for length in 0..20 {
        for place in 0..length {
            for character in (0..128_u8).map(char::from) {
                let mut text = "é".repeat(length / 2) + &"a".repeat(length % 2);
                let at = (0..=place).rev().find(|at| text.is_char_boundary(*at));
                text.insert(at.unwrap(), character);
                let expected = serde_json::to_string(&text).unwrap();
                assert_eq!(in_field(text), Some(expected));
            }
        }
    }
}

#[test]
fn random_values() {
    let mut random = Random(17);
    let mut quick = 0;
    for _ in 0..600 {
        let mut message = Map::new();
        message.insert("action", Value::from("a"));
        for _ in 0..random.below(4) {
            message.insert(random.json_key(), random.json_value(3));
        }
        let message = Value::Map(message);
        for coding in [Coding::Json, Coding::Web] {
            quick += u32::from(quickly(&message, coding).is_some());
        }
    }
    assert!(quick > 200, "{quick}");
}
