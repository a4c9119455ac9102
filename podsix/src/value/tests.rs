#![allow(clippy::unwrap_used, clippy::panic)]

mod conversion;
mod hostile;
mod literal;
mod map;
mod nothing;
mod numbers;
mod reading;
mod text;
mod types;
mod wire;

use super::{Key, MAX_LEVELS, Map, Value, ValueError};
use crate::data;
use crate::random::Random;

/// The same in every bit, NaN's and the zeros' signs included.
fn is_same(a: &Value, b: &Value) -> bool {
    fn bits(value: &Value, all: &mut Vec<u64>) {
        match value {
            Value::Float(number) => all.push(number.to_bits()),
            Value::List(items) | Value::Tuple(items) => {
                items.iter().for_each(|item| bits(item, all));
            }
            Value::Map(map) => map.iter().for_each(|(key, value)| {
                bits(key, all);
                bits(value, all);
            }),
            _ => {}
        }
    }
    let (mut a_bits, mut b_bits) = (Vec::new(), Vec::new());
    bits(a, &mut a_bits);
    bits(b, &mut b_bits);
    a == b && a_bits == b_bits && format!("{a}") == format!("{b}")
}

/// Lists in lists, so many.
fn nested(levels: usize) -> Value {
    (0..levels).fold(Value::None, |inner, _| Value::List(vec![inner]))
}

fn words<T>(result: Result<T, ValueError>) -> String {
    match result {
        Ok(_) => panic!("it was accepted"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_value_is_small() {
    assert_eq!(size_of::<Value>(), 32);
    assert_eq!(size_of::<Key>(), 32);
    assert_eq!(size_of::<Map>(), 24);
}

#[test]
fn kinds_are_kept_apart_and_a_value_equals_its_copy() {
    let all = [
        Value::None,
        false.into(),
        true.into(),
        0.into(),
        1.into(),
        u64::MAX.into(),
        0.0.into(),
        1.0.into(),
        f64::NAN.into(),
        "".into(),
        "1".into(),
        Value::Bytes(vec![]),
        Value::Bytes(b"1".to_vec()),
        Value::List(vec![]),
        Value::Tuple(vec![]),
        Value::List(vec![1.into()]),
        Value::Tuple(vec![1.into()]),
        data! {},
        data! { 1: 1 },
        data! { true: 1 },
        data! { 1.0: 1 },
        data! { 1: 1.0 },
    ];
    for (a, left) in all.iter().enumerate() {
        for (b, right) in all.iter().enumerate() {
            assert_eq!(left == right, a == b, "{left} and {right}");
        }
        assert!(is_same(left, &left.clone()));
    }
    assert_eq!(Value::from(0.0), Value::from(-0.0));
    assert_eq!(
        Value::from(f64::NAN),
        Value::from(f64::from_bits(0xFFF8_0000_0000_0001))
    );
    assert_eq!(Value::default(), Value::None);

    assert_eq!(data! { "a": 1, "b": 2 }, data! { "b": 2, "a": 1 });
    assert_ne!(data! { "a": 1, "b": 2 }, data! { "a": 1, "c": 2 });
    assert_ne!(data! { "a": 1, "b": 2 }, data! { "a": 1 });
}

#[test]
fn it_prints_as_it_is_written() {
    let value = data! {
        "action": "a\"b\n",
        5: [1, -2, 3.0, 1e300, true, None],
        (1, 2): ((), (1,), ("é", 2.5)),
        "empty": [[], {}, ()],
        "big": u64::MAX,
        "bytes": Value::Bytes(vec![0, b'a', b'"', 255])
    };
    let text = concat!(
        r#"{"action": "a\"b\n", 5: [1, -2, 3.0, 1e300, true, None], "#,
        r#"(1, 2): ((), (1,), ("é", 2.5)), "empty": [[], {}, ()], "#,
        r#""big": 18446744073709551615, "bytes": b"\x00a\"\xff"}"#
    );
    assert_eq!(value.to_string(), text);
    assert_eq!(format!("{value:?}"), text);
    assert_eq!(value.as_map().unwrap().to_string(), text);
    assert_eq!(
        format!("{:#}", data! { "a": [1, (2,)], "b": {} }),
        "{\n    \"a\": [\n        1,\n        (\n            2,\n        ),\n    ],\n    \"b\": {},\n}"
    );
}

/// All that recurses does so at the greatest depth that can arrive, also on a small stack.
#[test]
fn the_deepest_values_are_handled_on_a_small_stack() {
    let on_small_stack = std::thread::Builder::new().stack_size(512 << 10).spawn(|| {
        let key = (0..MAX_LEVELS - 1).fold(Value::None, |inner, _| Value::Tuple(vec![inner]));
        let mut deep_key = Map::new();
        deep_key.insert(Key::try_from(key).unwrap(), 1);
        let maps = (0..MAX_LEVELS).fold(Value::None, |inner, _| data! { "a": inner });
        for value in [nested(MAX_LEVELS), maps, deep_key.into()] {
            let mut bytes = Vec::new();
            value.encode(&mut bytes, usize::MAX).unwrap();
            let same = Value::decode(&bytes).unwrap();
            assert_eq!(same.clone(), value);
            assert_eq!(same.to_string(), value.to_string());
            assert!(format!("{same:#?}").len() > MAX_LEVELS);
            assert_eq!(Value::from_data(&same).unwrap(), value);
            assert_eq!(same.to_data::<Value>().unwrap(), value);
            assert_eq!(same.to_data::<Deep>().is_ok(), same.as_list().is_some());
        }
    });
    on_small_stack.unwrap().join().unwrap();

    let too_deep = "values are nested more than 128 levels deep";
    let value = nested(MAX_LEVELS + 1);
    let problem = value.encode(&mut Vec::new(), usize::MAX).unwrap_err();
    assert_eq!(problem.to_string(), too_deep);
    assert!(words(Value::from_data(&value)).ends_with(too_deep));
    assert!(words(value.to_data::<Value>()).ends_with(too_deep));
}

#[derive(Debug, serde::Deserialize)]
struct Deep(#[expect(dead_code)] Option<Vec<Self>>);
