//! What is told about data that can't be sent, and bytes that fit no type.

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Serialize};

use super::super::{Deserializer, from_slice, to_vec};
use super::types::{Player, Shape, Team};
use super::{hex, words};
use crate::data;
use crate::value::{Key, Map, Value};

#[test]
fn what_cannot_be_sent_is_named() {
    #[derive(Serialize)]
    struct Holder<T> {
        before: u8,
        things: Vec<T>,
    }
    fn refused<T: Serialize>(thing: T) -> String {
        let things = Holder {
            before: 1,
            things: vec![thing],
        };
        words(to_vec(&things))
    }
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
    let nothing = crate::value::SOME_OF_NOTHING;
    let no_key = "expected a key, which is text, a number or a tuple of these, found a list";
    for (found, expected) in [
        (
            refused(Some(None::<u8>)),
            format!("field `things[0]`: {nothing}"),
        ),
        (
            refused(Some(Some(None::<u8>))),
            format!("field `things[0]`: {nothing}"),
        ),
        (
            refused((1, Some(()))),
            format!("field `things[0][1]`: {nothing}"),
        ),
        (
            refused(Some(Value::None)),
            format!("field `things[0]`: {nothing}"),
        ),
        (refused(Refuses), "field `things[0]`: not today".into()),
        (
            refused(Holds::Newtype(Refuses)),
            "field `things[0].Newtype`: not today".into(),
        ),
        (
            refused(Holds::Tuple(1, Refuses)),
            "field `things[0].Tuple[1]`: not today".into(),
        ),
        (
            refused(Holds::Struct { field: Refuses }),
            "field `things[0].Struct.field`: not today".into(),
        ),
        (
            refused(HashMap::from([((1, 2), Refuses)])),
            "field `things[0].(1, 2)`: not today".into(),
        ),
        (
            refused(HashMap::from([(vec![1], 2)])),
            format!("field `things[0]`: {no_key}"),
        ),
        (
            refused(HashMap::from([((1, vec![1]), 2)])),
            format!("field `things[0]`: {no_key}"),
        ),
    ] {
        // A key's own parts may be named too.
        let expected = expected.as_str();
        let found = found.replace(
            "`things[0][1]`: expected a key",
            "`things[0]`: expected a key",
        );
        assert_eq!(found, expected);
    }
    #[derive(PartialEq, Eq, Hash, Serialize)]
    enum AsKey {
        Holds(u8),
    }
    assert!(refused(HashMap::from([(AsKey::Holds(1), 2)])).contains("expected a key"));
    assert!(to_vec(&Some(Some(1))).is_ok());
    assert!(to_vec(&vec![None::<u8>]).is_ok());
}

/// Written, they are the same, and one of the two values would be lost.
#[test]
fn text_and_the_same_bytes_as_keys() {
    let bytes = |text: &str| Value::Bytes(text.as_bytes().to_vec());
    let tuple = |first, second| Value::Tuple(vec![first, second]);
    let map = |keys: [Value; 2]| {
        let keys = keys.map(|key| (Key::try_from(key).unwrap(), 1));
        Value::Map(keys.into_iter().collect())
    };
    for (keys, field) in [
        ([bytes("a"), "a".into()], "a"),
        (["a".into(), bytes("a")], "a"),
        (
            [tuple(1.into(), bytes("a")), tuple(1.into(), "a".into())],
            "(1, \"a\")",
        ),
        (
            [tuple("a".into(), bytes("b")), tuple(bytes("a"), "b".into())],
            "(\"a\", \"b\")",
        ),
    ] {
        let holder = Value::List(vec![map(keys)]);
        let error = to_vec(&holder).unwrap_err();
        assert_eq!(error.field(), format!("[0].{field}"));
        assert!(error.problem().contains("would arrive as one"), "{error}");
    }
    // One of them alone does no harm, nor does one in each of two dicts.
    let mut outer = Map::from([("a", map([bytes("b"), 1.into()]))]);
    outer.insert(Key::try_from(bytes("b")).unwrap(), 1);
    assert!(to_vec(&Value::Map(outer)).is_ok());
}

/// Errors that a `Serialize` keeps to itself leave no half a body behind.
#[test]
fn a_swallowed_error_is_an_error() {
    struct Swallows(u8);
    impl Serialize for Swallows {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let bad = vec![Some(None::<u8>)];
            match self.0 {
                0 => {
                    let mut list = serializer.serialize_seq(None)?;
                    let _ = list.serialize_element(&bad);
                    list.serialize_element(&1)?;
                    list.end()
                }
                1 => {
                    let mut map = serializer.serialize_map(None)?;
                    let _ = map.serialize_entry("a", &bad);
                    map.end()
                }
                2 => {
                    let mut map = serializer.serialize_map(None)?;
                    map.serialize_key("a")?;
                    map.end()
                }
                3 => {
                    let mut map = serializer.serialize_map(None)?;
                    map.serialize_value("a")?;
                    map.end()
                }
                _ => {
                    let mut map = serializer.serialize_map(None)?;
                    map.serialize_key("a")?;
                    map.serialize_key("b")?;
                    map.end()
                }
            }
        }
    }
    for way in 0..5 {
        assert!(to_vec(&Swallows(way)).is_err(), "{way}");
    }
}

/// A `Serialize` that says a wrong number is not believed.
#[test]
fn elements_are_counted() {
    struct Wrong;
    impl Serialize for Wrong {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut list = serializer.serialize_seq(Some(usize::MAX))?;
            list.serialize_element(&1)?;
            list.end()
        }
    }
    assert_eq!(to_vec(&Wrong).unwrap(), [0xC1, 1]);
}

#[test]
fn what_does_not_fit_is_named() {
    let players =
        data! { "players": [{ "name": "x", "score": 1 }, { "name": "x" }], 3: { (1, 2): "x" } };
    let bytes = to_vec(&players).unwrap();
    #[derive(Debug, Deserialize)]
    #[expect(dead_code)]
    struct Players {
        players: Vec<Player>,
    }
    let error = from_slice::<Players>(&bytes).unwrap_err();
    assert_eq!(error.to_string(), "field `players[1].score`: missing");
    assert_eq!(
        (error.field(), error.problem()),
        ("players[1].score", "missing")
    );

    fn refused<T: DeserializeOwned>(value: Value) -> String {
        words(from_slice::<T>(&to_vec(&value).unwrap()))
    }
    for (found, expected) in [
        (refused::<u8>(300.into()), "expected u8, found 300"),
        (
            refused::<u8>(u64::MAX.into()),
            "expected u8, found 18446744073709551615",
        ),
        (
            refused::<i64>(u128::MAX.into()),
            "expected i64, found 340282366920938463463374607431768211455",
        ),
        (refused::<u64>((-1).into()), "expected u64, found -1"),
        (refused::<u8>(true.into()), "expected u8, found true"),
        (refused::<u8>(0.5.into()), "expected u8, found 0.5"),
        (refused::<f32>(1e300.into()), "expected f32, found 1e300"),
        (refused::<bool>(1.into()), "expected a boolean, found 1"),
        (
            refused::<String>(Value::None),
            "expected a string, found None",
        ),
        (refused::<u8>("5".into()), r#"expected u8, found "5""#),
        (
            refused::<String>(vec![1].into()),
            "expected a string, found a list of 1 elements",
        ),
        (
            refused::<(u8, u8)>((1,).into()),
            "expected a tuple of size 2, found a tuple of 1 elements",
        ),
        (
            refused::<Player>(vec![1].into()),
            "expected struct Player, found a list of 1 elements",
        ),
        (
            refused::<Vec<u8>>(data! { 1: 2 }),
            "expected a sequence, found a dict of 1 entries",
        ),
        (
            refused::<Vec<u8>>("ab".into()),
            r#"expected a sequence, found "ab""#,
        ),
        (
            refused::<Team>("Blue".into()),
            r#"expected `Red` or `the greens`, found "Blue""#,
        ),
        (
            refused::<Team>(0.into()),
            "expected `Red` or `the greens`, found 0",
        ),
        (
            refused::<Team>(data! { "Red": 1 }),
            "field `Red`: expected a variant that holds nothing, found 1",
        ),
        (
            refused::<Shape>(data! { "Circle": 1, "Point": None }),
            "expected `Point`, `Circle`, `Line`, `Square` or `Group`, found a dict of 2 entries",
        ),
        (
            refused::<Shape>("Circle".into()),
            "field `Circle`: expected what the variant holds, found its name alone",
        ),
        (
            refused::<Shape>(data! { "Square": { "at": (1, 2) } }),
            "field `Square.size`: missing",
        ),
        (
            refused::<HashMap<u8, u8>>(data! { "300": 1 }),
            "field `300`: expected u8, found 300",
        ),
        (
            refused::<HashMap<u8, u8>>(data! { "01": 1 }),
            r#"field `01`: expected u8, found "01""#,
        ),
        (
            refused::<HashMap<u8, u8>>(data! { 1: "x" }),
            r#"field `1`: expected u8, found "x""#,
        ),
        (
            refused::<HashMap<(u8, u8), u8>>(data! { (1, 2): "x" }),
            r#"field `(1, 2)`: expected u8, found "x""#,
        ),
    ] {
        assert_eq!(found, expected);
    }
    let no_text = hex("67 8161 82FF61");
    assert_eq!(
        words(from_slice::<HashMap<String, String>>(&no_text)),
        r#"field `a`: expected a string, found b"\xffa""#
    );
    assert_eq!(
        words(from_slice::<u8>(&[1, 2])),
        "expected the end of the body, found 1 more bytes"
    );
    assert!(Deserializer::new(&[1, 2]).is_err() && Deserializer::new(&[]).is_err());
    // Also where elements have no count.
    let marked = hex("3B 00 00 00 7F");
    assert_eq!(
        words(from_slice::<(u8, u8)>(&marked)),
        "expected 2 elements, found 3 elements"
    );
    assert!(from_slice::<(u8, u8, u8, u8)>(&marked).is_err());
    assert_eq!(from_slice::<(u8, u8, u8)>(&marked).unwrap(), (0, 0, 0));
}
