//! Fields and elements, and the errors about them.

use super::super::{Map, Value};
use super::words;
use crate::data;

#[test]
fn fields_are_read_and_set() {
    let mut message = data! { "action": "move", "to": (3, 4), 7: { "x": 1 }, (1, 2): "a" };
    assert_eq!(message.action(), Some("move"));
    assert_eq!(message.get::<(u8, i64)>("to"), Ok((3, 4)));
    assert_eq!(message.get::<&str>(String::from("action")), Ok("move"));
    assert_eq!(message.get::<Value>(7), Ok(data! { "x": 1 }));
    assert_eq!(message.get::<String>((1, 2)).unwrap(), "a");
    assert_eq!(message.get::<Option<u8>>("gone"), Ok(None));
    assert_eq!(message.get::<Option<&str>>("action"), Ok(Some("move")));

    message.set("to", (5, 6)).unwrap();
    message.set(7, [1, 2]).unwrap();
    message.set("new", Some("x")).unwrap();
    message.set("none", None::<i32>).unwrap();
    assert_eq!(
        message.to_string(),
        r#"{"action": "move", "to": (5, 6), 7: (1, 2), (1, 2): "a", "new": "x", "none": None}"#
    );
    let mut fresh = Value::None;
    fresh.set("a", 1).unwrap();
    assert_eq!(fresh, data! { "a": 1 });
    let mut list = Value::List(vec![]);
    assert_eq!(
        words(list.set("a", 1)),
        "field `a`: expected a map with this field, found []"
    );
    assert_eq!(list, Value::List(vec![]));

    assert_eq!(data! { "action": 1 }.action(), None);
    assert_eq!(data! {}.action(), None);
    assert_eq!(Value::from("action").action(), None);
}

#[test]
fn errors_name_the_field_what_was_expected_and_what_was_found() {
    let message = data! { "action": "deal", "seat": "abc", "hands": [{ "seat": 300 }], 5: 1.5 };
    for (error, expected) in [
        (
            words(message.get::<u32>("seat")),
            r#"field `seat`: expected u32, found "abc""#,
        ),
        (
            words(message.get::<u32>("table")),
            "field `table`: missing; there are `action`, `seat`, `hands`, `5`",
        ),
        (
            words(message.get::<Value>("table")),
            "field `table`: missing; there are `action`, `seat`, `hands`, `5`",
        ),
        (
            words(message.get::<u8>(5)),
            "field `5`: expected u8, found 1.5",
        ),
        (
            words(message.get::<Vec<std::collections::BTreeMap<&str, u8>>>("hands")),
            "field `hands[0].seat`: expected u8, found 300",
        ),
        (
            words(message.get::<bool>("hands")),
            r#"field `hands`: expected a boolean, found [{"seat": 300}]"#,
        ),
        (words(data! {}.get::<u8>("x")), "field `x`: missing"),
        (
            words(Value::from(5).get::<u8>("x")),
            "field `x`: expected a map with this field, found 5",
        ),
        (
            words(Value::None.get::<Option<u8>>("x")),
            "field `x`: expected a map with this field, found None",
        ),
        (
            words(message.to_data::<u8>()),
            concat!(
                "expected u8, found ",
                r#"{"action": "deal", "seat": "abc", "hands": [{"seat": 300}], 5: 1…"#
            ),
        ),
    ] {
        assert_eq!(error, expected);
    }
    let error = message.get::<u32>("seat").unwrap_err();
    assert_eq!(
        (error.field(), error.problem()),
        ("seat", r#"expected u32, found "abc""#)
    );
}

#[test]
fn what_a_peer_sent_is_cut_and_escaped_in_errors() {
    let long = "é\n".repeat(100_000);
    let message = data! { &long: &long, "list": vec![&*long; 3] };
    for error in [
        words(message.get::<u32>(&long)),
        words(message.get::<u32>("list")),
        words(message.get::<u32>("gone")),
        words(message.to_data::<Vec<u8>>()),
        words(message.to_data::<std::collections::HashMap<u8, u8>>()),
    ] {
        assert!(error.len() < 400, "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
    let many: Map = (0..100).map(|key| (key, 0)).collect();
    assert_eq!(
        words(Value::from(many).get::<u8>("x")),
        "field `x`: missing; there are `0`, `1`, `2`, `3`, `4`, `5`, `6`, `7`, …"
    );
}

#[test]
fn indexing_never_panics() {
    let value = data! { "list": [1, (2, 3)], 4: "four", "text": "abc" };
    assert_eq!(value["list"][1][0], 2);
    assert_eq!(value[4], "four");
    for nothing in [
        &value["gone"],
        &value["list"][2],
        &value["list"]["x"],
        &value["text"][0],
        &value["gone"]["gone"][usize::MAX],
        &value[5],
    ] {
        assert!(nothing.is_none());
    }
}

#[test]
fn accessors_give_one_kind_each() {
    let mut value = data! {
        "none": None, "bool": true, "int": -3, "big": u64::MAX, "float": 2.5, "str": "s",
        "bytes": Value::Bytes(vec![1]), "list": [1], "tuple": (1, 2), "map": {}
    };
    let kinds = |value: &Value| {
        [
            value.is_none(),
            value.as_bool().is_some(),
            value.as_i64().is_some(),
            value.as_f64().is_some(),
            value.as_str().is_some(),
            value.as_bytes().is_some(),
            value.as_list().is_some(),
            value.as_map().is_some(),
        ]
        .map(u8::from)
    };
    for (key, expected) in [
        ("none", [1, 0, 0, 0, 0, 0, 0, 0]),
        ("bool", [0, 1, 0, 0, 0, 0, 0, 0]),
        ("int", [0, 0, 1, 1, 0, 0, 0, 0]),
        ("big", [0, 0, 0, 1, 0, 0, 0, 0]),
        ("float", [0, 0, 0, 1, 0, 0, 0, 0]),
        ("str", [0, 0, 0, 0, 1, 1, 0, 0]),
        ("bytes", [0, 0, 0, 0, 0, 1, 0, 0]),
        ("list", [0, 0, 0, 0, 0, 0, 1, 0]),
        ("tuple", [0, 0, 0, 0, 0, 0, 1, 0]),
        ("map", [0, 0, 0, 0, 0, 0, 0, 1]),
    ] {
        assert_eq!(kinds(&value[key]), expected, "{key}");
    }
    let map = value.as_map_mut().unwrap();
    map.get_mut("list")
        .unwrap()
        .as_list_mut()
        .unwrap()
        .push(2.into());
    assert_eq!(value["list"], data! { "x": [1, 2] }["x"]);
    assert!(Value::None.clone().as_list_mut().is_none());
    assert!(Value::None.clone().as_map_mut().is_none());
    assert_eq!(value["big"].as_f64(), Some(u64::MAX as f64));
}
