//! Rencode to JSON: what each value becomes, and which are refused.

use super::*;
use crate::Error;
use crate::encode::dict;
use crate::wire::Coding;

/// The field and the words of the refusal.
fn refusal(value: impl Into<Value>, integers: Integers) -> (String, String) {
    let (field, problem) = written(&value.into(), integers).unwrap_err();
    (field, problem.to_string())
}

#[test]
fn simple_values() {
    assert_eq!(text(Value::None), "null");
    assert_eq!(text(true), "true");
    assert_eq!(text(false), "false");
    assert_eq!(text(0), "0");
    assert_eq!(text(-1), "-1");
    assert_eq!(text(i64::MIN), "-9223372036854775808");
    assert_eq!(text(i64::MAX), "9223372036854775807");
    assert_eq!(text(value!([])), "[]");
    assert_eq!(text(value!({})), "{}");
    assert_eq!(
        text(value!([1, [2, (3, "x")], {}])),
        r#"[1,[2,[3,"x"]],{}]"#
    );
    assert_eq!(
        text(value!({ "a": 1, "b": { "c": None } })),
        r#"{"a":1,"b":{"c":null}}"#
    );
}

#[test]
fn long_containers() {
    for length in [24, 25, 31, 32, 33, 70] {
        let numbers = (0..length)
            .map(|number| number.to_string())
            .collect::<Vec<_>>();
        let list: Value = (0..length).collect::<Vec<i32>>().into();
        assert_eq!(text(list), format!("[{}]", numbers.join(",")));
        let mut map = Map::new();
        for number in 0..length {
            map.insert(number, number);
        }
        let pairs = numbers
            .iter()
            .map(|number| format!("\"{number}\":{number}"))
            .collect::<Vec<_>>();
        assert_eq!(text(Value::Map(map)), format!("{{{}}}", pairs.join(",")));
    }
}

#[test]
fn floats_look_like_floats() {
    assert_eq!(text(1.0), "1.0");
    assert_eq!(text(-0.0), "-0.0");
    assert_eq!(text(0.1), "0.1");
    assert_eq!(text(0.5_f32), "0.5");
    for number in [1e15, 1e16, 1e17, 1e100, f64::MAX, 1e-7, 5e-324] {
        let json = text(number);
        assert!(json.contains(['.', 'e']), "{json}");
    }
    let infinite = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    for (number, shown) in infinite.into_iter().zip(["NaN", "inf", "-inf"]) {
        let problem =
            format!("JSON has no NaN and no infinities, found {shown}: send `None` instead");
        for integers in [Integers::Any, Integers::Safe] {
            assert_eq!(refusal(number, integers), (String::new(), problem.clone()));
        }
    }
}

#[test]
fn integers_as_the_other_end_holds_them() {
    let safe = 9_007_199_254_740_991_i64;
    for number in [safe, -safe] {
        assert_eq!(
            written(&number.into(), Integers::Safe).unwrap(),
            number.to_string()
        );
    }
    let big = Value::parse_int("-123456789012345678901234567890").unwrap();
    for value in [(safe + 1).into(), (-safe - 1).into(), i64::MIN.into(), big] {
        assert_eq!(text(value.clone()), value.to_string());
        let message = data! { "id": [value.clone()] };
        let problem = format!(
            "expected an integer from -9007199254740991 to 9007199254740991, which JavaScript holds exactly, \
             found {value}: send it as text"
        );
        assert_eq!(
            refusal(message, Integers::Safe),
            ("id[0]".to_owned(), problem)
        );
        // As a key it is text.
        let mut map = Map::new();
        map.insert(Key::try_from(value.clone()).unwrap(), 1);
        let json = written(&Value::Map(map), Integers::Safe).unwrap();
        assert_eq!(json, format!("{{\"{value}\":1}}"));
    }
}

#[test]
fn integers_have_no_zeros_in_front() {
    let mut json = Vec::new();
    let body = b"\xC3=0099999999999999999999\x7F=-0099999999999999999999\x7F=-007\x7F";
    from_rencode(body, &mut json, NO_LIMIT, Integers::Any).unwrap();
    assert_eq!(json, b"[99999999999999999999,-99999999999999999999,-7]");
}

#[test]
fn every_character_arrives_and_controls_are_escaped() {
    for character in '\0'..=char::MAX {
        if character < '\u{3000}' || u32::from(character) % 251 < 2 {
            let written = character.to_string();
            // `text` looks for control characters, of which DEL alone needs no escape.
            if character != '\u{7F}' {
                assert_eq!(read(text(&*written)).unwrap(), *written);
            }
            let mut map = Map::new();
            map.insert(&*written, 1);
            let mut json = Vec::new();
            Json.encode(&Value::Map(map.clone()), &mut json).unwrap();
            assert_eq!(Json.decode(&json).unwrap(), Value::Map(map));
        }
    }
    assert_eq!(text("\0---\0"), r#""\u0000---\u0000""#);
    assert_eq!(text("\u{1}\u{1f}\n\t\"\\"), r#""\u0001\u001f\n\t\"\\""#);
    assert_eq!(text("/äß🎲\u{2028}"), "\"/äß🎲\u{2028}\"");
}

#[test]
fn bytes_are_sent_as_text_or_not_at_all() {
    assert_eq!(text(Value::Bytes("ä\0".into())), r#""ä\u0000""#);
    let message = data! { "map": { "tiles": [1, (Value::Bytes(vec![0xFF, 0, 1]))] } };
    assert_eq!(
        refusal(message, Integers::Any),
        (
            "map.tiles[1]".to_owned(),
            "expected text, found 3 bytes that are not UTF-8: send them as a list of numbers, as a `Vec<u8>` is"
                .to_owned()
        )
    );
    let (field, problem) =
        from_rencode(b"\xC1\x81\xFF", &mut Vec::new(), NO_LIMIT, Integers::Any).unwrap_err();
    assert_eq!(field, "[0]");
    assert_eq!(
        problem.to_string(),
        "JSON has only text, found 1 bytes that are not UTF-8"
    );
}

#[test]
fn keys() {
    assert_eq!(
        text(value!({ 1: 2, -5: 3, "": 4 })),
        r#"{"1":2,"-5":3,"":4}"#
    );
    assert_eq!(
        text(value!({ "007": 1, "-": 2, "\0": 3 })),
        r#"{"007":1,"-":2,"\u0000":3}"#
    );

    let others = [
        (Value::None, "None"),
        (true.into(), "True"),
        (false.into(), "False"),
        (1.5.into(), "a float"),
        (value!((1, 2)), "a tuple"),
    ];
    for (key, found) in others {
        let mut map = Map::new();
        map.insert("a", 1);
        map.insert(Key::try_from(key).unwrap(), 2);
        let message = data! { "board": [(Value::Map(map))] };
        let problem = format!(
            "expected a key that is text or an integer, as JSON has no others, found {found}"
        );
        assert_eq!(
            refusal(message, Integers::Any),
            ("board[0]".to_owned(), problem)
        );
    }
}

#[test]
fn text_and_its_bytes_as_keys() {
    let mut map = Map::from([("a", 1)]);
    map.insert(Key::try_from(Value::Bytes(b"a".to_vec())).unwrap(), 2);
    let error = Json.encode(&map.into(), &mut Vec::new()).unwrap_err();
    let problem = "field `a`: text and the same bytes are two keys here, and would arrive as one: rename one of them";
    assert_eq!(error.to_string(), problem);

    let mut map = Map::from([("b", 1)]);
    map.insert(Key::try_from(Value::Bytes(b"a".to_vec())).unwrap(), 2);
    let mut body = Vec::new();
    Json.encode(&map.into(), &mut body).unwrap();
    assert_eq!(body, br#"{"b":1,"a":2}"#);
}

#[test]
fn keys_that_would_be_one() {
    let problem = "integers and text of digits are keys of one dict, and JSON can't tell them apart: use one kind"
        .to_owned();
    let big = Value::parse_int("18446744073709551616").unwrap();
    for map in [
        value!({ 1: "a", "1": "b" }),
        value!({ "-3": "b", -3: "a" }),
        value!({ "x": 0, (Key::try_from(big).unwrap()): "b", "18446744073709551616": "a" }),
    ] {
        let message = data! { "ids": map };
        assert_eq!(
            refusal(message, Integers::Any),
            ("ids".to_owned(), problem.clone())
        );
    }
    // Each dict for itself.
    assert_eq!(
        text(value!({ 1: { "1": 2 }, 2: { 3: 1 } })),
        r#"{"1":{"1":2},"2":{"3":1}}"#
    );
}

#[test]
fn the_path_of_a_field() {
    let nan = f64::NAN;
    let long = "ä".repeat(100);
    for (message, field) in [
        (value!([1, nan]), "[1]"),
        (value!({ "a": nan }), "a"),
        (value!({ "a": { "b": [0, [nan]] } }), "a.b[1][0]"),
        (value!({ "a": (1, { 17: { "c": nan } }) }), "a[1].17.c"),
        (
            value!({ long: { "b": nan } }),
            &*format!("{}.b", "ä".repeat(64)),
        ),
    ] {
        assert_eq!(refusal(message, Integers::Any).0, field);
    }
}

#[test]
fn it_appends_within_the_limit() {
    let message =
        data! { "action": "say", "text": "\0\0", "to": [1, (2, 300), 0.1], 5: None, "on": true };
    let body = rencode(&message).unwrap();
    let whole = format!("before{}", text(message));
    for limit in 0..whole.len() {
        let mut out = b"before".to_vec();
        let (_, problem) = from_rencode(&body, &mut out, limit, Integers::Any).unwrap_err();
        assert_eq!(problem, Problem::TooLarge, "{limit}");
        assert_eq!(out, b"before");
    }
    let mut out = b"before".to_vec();
    from_rencode(&body, &mut out, whole.len(), Integers::Any).unwrap();
    assert_eq!(out, whole.as_bytes());
}

/// In between, a message takes more room than as JSON.
#[test]
fn the_limit_is_that_of_the_json() {
    let codecs: crate::wire::Codecs = [].into();
    for value in [
        data! { "action": "at", "at": vec![0.1; 500] },
        data! { "action": "at", "at": vec![-0.5; 500] },
        data! { "action": "at", "at": vec![1e300; 500] },
        data! { "action": "at", "at": vec![i64::MIN; 500], "text": "a".repeat(500) },
        data! { "action": "at", "at": { 1: vec![Value::None; 500] } },
    ] {
        for coding in [Coding::Json, Coding::Web] {
            let whole = match dict(&value, coding, &codecs, NO_LIMIT) {
                Ok(whole) => whole,
                // JavaScript has no such integers.
                Err(error) => {
                    assert!(matches!(error, Error::Encode { .. }), "{error}");
                    continue;
                }
            };
            assert_eq!(dict(&value, coding, &codecs, whole.len()).unwrap(), whole);
            for limit in [whole.len() - 1, whole.len() / 2, whole.len() / 4, 40, 5] {
                let error = dict(&value, coding, &codecs, limit).unwrap_err();
                let Error::TooLarge { size, max, .. } = error else {
                    panic!("{error}");
                };
                assert_eq!((size, max), (limit + 1, limit));
            }
        }
    }
}
