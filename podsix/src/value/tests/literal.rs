//! `data!`

use std::collections::{BTreeMap, HashMap};

use super::super::{Map, Value};
use crate::data;

fn list<const N: usize>(items: [Value; N]) -> Value {
    Value::List(items.into())
}

#[test]
fn literals_expressions_and_nesting() {
    const LIMIT: i32 = 9;
    let (who, list_of, nothing) = (String::from("Ann"), vec![1, 2], None::<u8>);
    let message = data! {
        "action": "hello",
        "who": who.clone(),
        "borrowed": &who,
        "things": [3, 4.5, -1, "x", true, None, who.len() + 1, [], [[1]], {}, { "a": [1,], },],
        "point": (1, -2),
        "single": (1,),
        "empty": (),
        "grouped": (1 + 2),
        "alone": (5),
        "nested": { "a": None, 5: "int key", -5: "negative", (1, 2): "tuple", None: 0, true: 1, 1.5: 2 },
        "list": list_of,
        "call": i32::max(1, 2),
        "method": [1, 2, 3].len(),
        "index": (7, 8).1,
        "called": (i32::abs)(-4),
        "range": (1..4).collect::<Vec<i32>>(),
        "some": Some(1),
        "nothing": nothing,
        "match": match LIMIT { 9 => "nine", _ => "other" },
        "block": if LIMIT > 3 { 1 } else { 2 },
        LIMIT: "constant",
        who.clone() + "!": "expression",
        i32::MAX: "path",
    };
    let expected = concat!(
        r#"{"action": "hello", "who": "Ann", "borrowed": "Ann", "#,
        r#""things": [3, 4.5, -1, "x", true, None, 4, [], [[1]], {}, {"a": [1]}], "#,
        r#""point": (1, -2), "single": (1,), "empty": (), "grouped": 3, "alone": 5, "#,
        r#""nested": {"a": None, 5: "int key", -5: "negative", (1, 2): "tuple", None: 0, true: 1, 1.5: 2}, "#,
        r#""list": [1, 2], "call": 2, "method": 3, "index": 8, "called": 4, "range": [1, 2, 3], "#,
        r#""some": 1, "nothing": None, "match": "nine", "block": 1, "#,
        r#"9: "constant", "Ann!": "expression", 2147483647: "path"}"#,
    );
    assert_eq!(message.to_string(), expected);
}

#[test]
fn small_forms() {
    assert_eq!(data! {}, Value::Map(Map::new()));
    assert_eq!(data!("a": 1), data! { "a": 1, });
    assert_eq!(
        data! { "a": 1, "a": 2, "b": -3 }.to_string(),
        r#"{"a": 2, "b": -3}"#
    );
    assert_eq!(data! { "a": (-1) }["a"], -1);
    assert_eq!(data! { "a": ({}) }["a"], data! {});
    assert_eq!(data! { "a": ({},) }["a"], Value::Tuple(vec![data! {}]));
    assert_eq!(
        data! { "a": ([1], { "b": 2 }, -3) }["a"].to_string(),
        r#"([1], {"b": 2}, -3)"#
    );
    assert_eq!(
        data! { "a": [{ "b": 1 }, -1, { "c": -2 }] }["a"].to_string(),
        r#"[{"b": 1}, -1, {"c": -2}]"#
    );
    assert_eq!(
        data! { "a": Value::None, "b": None::<u8> }["b"],
        Value::None
    );
}

#[test]
fn long_literals_need_no_deep_recursion() {
    let value = data! { "a": [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9
    ] };
    assert_eq!(value["a"].as_list().unwrap().len(), 150);
}

/// What a macro of the user's hands on is one token each.
#[test]
fn other_macros_can_use_it() {
    macro_rules! message {
        ($action:expr, $key:ident = $value:expr, $items:tt) => {
            data! { "action": $action, stringify!($key): $value, "items": $items, "list": [$value, $value] }
        };
    }
    assert_eq!(
        message!("a", score = 1 + 2, [1, -2]).to_string(),
        r#"{"action": "a", "score": 3, "items": [1, -2], "list": [3, 3]}"#
    );
}

/// Nothing of the prelude, and none of the macro's names from outside, is needed or in the way.
#[no_implicit_prelude]
mod without_prelude {
    #[expect(dead_code)]
    fn value() {}
    #[expect(dead_code)]
    struct Value;

    pub(super) fn message() -> ::podsix::Value {
        let done = 4;
        let (key, rest, none) = (1, 2, 3);
        ::podsix::data! {
            "a": None, "b": [1, -2, (3, -4), {}, { "c": -5 }], done: done, "e": (key, -rest, none),
            (1, 2): -1,
        }
    }
}

#[test]
fn it_is_hygienic() {
    assert_eq!(
        without_prelude::message().to_string(),
        r#"{"a": None, "b": [1, -2, (3, -4), {}, {"c": -5}], 4: 4, "e": (1, -2, 3), (1, 2): -1}"#
    );
}

#[test]
fn the_usual_types_are_values() {
    assert_eq!(Value::from('x'), Value::from("x"));
    assert_eq!(
        Value::from(std::borrow::Cow::Borrowed("x")),
        Value::from(Box::<str>::from("x"))
    );
    assert_eq!(Value::from(&&"x"), Value::from(String::from("x")));
    assert_eq!(Value::from(vec!["a", "b"]), list(["a".into(), "b".into()]));
    assert_eq!(Value::from(["a", "b"]), Value::from(("a", "b")));
    assert_eq!(Value::from([0_u8; 2]), Value::from((0, 0)));
    assert_eq!(
        Value::from((1, 2, 3, 4, 5, 6, 7, "8")).to_string(),
        r#"(1, 2, 3, 4, 5, 6, 7, "8")"#
    );
    assert_eq!((1..3).collect::<Value>(), list([1.into(), 2.into()]));
    assert_eq!(Value::from(HashMap::from([(1, "a")])), data! { 1: "a" });
    assert_eq!(
        Value::from(BTreeMap::from([("b", 2), ("a", 1)])).to_string(),
        r#"{"a": 1, "b": 2}"#
    );
    assert_eq!(Value::from(Some(Some(1))), Value::from(1));
    assert_eq!(Value::from(Map::from([("a", 1)])), data! { "a": 1 });
    assert_eq!(Value::from(super::super::Key::from(1)), Value::from(1));
    assert_eq!(Value::from(0.1_f32), Value::from(f64::from(0.1_f32)));
}
