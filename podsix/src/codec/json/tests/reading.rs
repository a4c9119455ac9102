//! JSON to rencode: what each text becomes, and which are refused.

use super::*;

#[track_caller]
fn becomes(json: &str, value: impl Into<Value>) {
    let value = value.into();
    assert_eq!(read(json), Ok(value.clone()), "{json}");
    // The same anywhere in a message, and among white space.
    let around = format!(" \t\r\n{{ \"a\" :\t[ {json}\r,{json} ],\n\"b\": {json} }}\n ");
    let value = data! { "a": [value.clone(), value.clone()], "b": value };
    assert_eq!(read(around), Ok(value), "{json}");
}

#[track_caller]
fn refused(json: impl AsRef<[u8]>, problem: &str) {
    assert_eq!(read(json), Err(problem.to_owned()));
}

#[test]
fn simple_values() {
    becomes("null", Value::None);
    becomes("true", true);
    becomes("false", false);
    becomes("[]", value!([]));
    becomes("{}", value!({}));
    becomes("[[],[[]],{}]", value!([[], [[]], {}]));
    becomes("[1,\"a\",null]", value!([1, "a", None]));
}

#[test]
fn integers_keep_all_digits() {
    becomes("0", 0);
    becomes("-1", -1);
    for number in [i64::MAX, i64::MIN, 1 << 53, 999_999_999_999_999_999] {
        becomes(&number.to_string(), number);
        becomes(&(-i128::from(number)).to_string(), -i128::from(number));
    }
    becomes("18446744073709551615", u64::MAX);
    for text in ["18446744073709551616", "-9223372036854775809"] {
        becomes(text, Value::parse_int(text).unwrap());
    }
    let longest = "9".repeat(63);
    becomes(&longest, Value::parse_int(&longest).unwrap());
    let longest = format!("-{}", "9".repeat(62));
    becomes(&longest, Value::parse_int(&longest).unwrap());
    for text in [
        "9".repeat(64),
        format!("-{}", "9".repeat(63)),
        "9".repeat(300),
    ] {
        let problem = format!(
            "expected an integer of at most 63 characters, found {}",
            text.len()
        );
        refused(format!("[1,{text}]"), &problem);
    }
}

#[test]
fn long_integers_are_told_from_all_that_stands_around_them() {
    let long = "123456789012345678901234567890";
    let value = Value::parse_int(long).unwrap();
    let json = format!(
        r#"{{"{long}": 1, "a\"{long}": [-0.0, 1e5, {long}.0, "\\", "{long}\\\"7", true, -{long}],
            "\u0031": 1.5, "false": 2e-1, "-": -2, "e": [{long}, null, {long}e2, 0, {long}]}}"#
    );
    let expected = data! {
        long: 1,
        (format!("a\"{long}")): [
            -0.0, 1e5, 123_456_789_012_345_678_901_234_567_890.0, "\\",
            (format!("{long}\\\"7")), true, (Value::parse_int(&format!("-{long}")).unwrap()),
        ],
        "1": 1.5,
        "false": 0.2,
        "-": -2,
        "e": [
            (value.clone()), None, 12_345_678_901_234_567_890_123_456_789_000.0, 0, value,
        ],
    };
    assert_eq!(read(json), Ok(expected));
}

#[test]
fn long_integers_are_found_wherever_they_begin() {
    for before in 0..60 {
        for length in 1..=25 {
            let digits = "9".repeat(length);
            let json = format!("{}{digits},1.0]", "[".to_owned() + &" ".repeat(before));
            let expected = value!([(Value::parse_int(&digits).unwrap()), 1.0]);
            assert_eq!(read(json), Ok(expected));
        }
    }
}

#[test]
fn floats_stay_floats() {
    becomes("1.0", 1.0);
    becomes("1e0", 1.0);
    becomes("1E+2", 100.0);
    becomes("0.1", 0.1);
    becomes("0.10000000149011612", 0.1_f32);
    becomes("0.00012345678901234567", 0.000_123_456_789_012_345_67);
    becomes(
        "123456789012345678901234567890.0",
        123_456_789_012_345_678_901_234_567_890.0,
    );
    becomes("1.7976931348623157e308", f64::MAX);
    becomes("4.9e-324", f64::from_bits(1));
    becomes("1e-400", 0.0);
    for json in ["-0", "-0.0", "-0e5", "-1e-999"] {
        match read(json) {
            Ok(Value::Float(number)) => assert_eq!(number.to_bits(), (-0.0_f64).to_bits()),
            other => panic!("{json} became {other:?}"),
        }
    }
}

#[test]
fn numbers_that_are_not_json() {
    for json in [
        "01", "-", "-a", "1.", ".5", "+1", "1e", "1e+", "0x10", "1_000", "--1", "1.e5",
    ] {
        assert!(read(json).is_err(), "{json}");
        assert!(read(format!("[{json}]")).is_err(), "{json}");
    }
    for json in ["1e400", "-1e400", "1e99999999999999999999"] {
        let problem = read(json).unwrap_err();
        assert!(problem.starts_with("number out of range"), "{problem}");
    }
}

#[test]
fn what_python_writes_for_floats_that_are_no_numbers() {
    let why = "JSON has no NaN and no infinities, although Python writes them";
    refused("NaN", &format!("expected value at line 1 column 1: {why}"));
    refused(
        "{\"x\":\n [0.5, NaN]}",
        &format!("expected value at line 2 column 8: {why}"),
    );
    refused(
        "{\"é\": Infinity}",
        &format!("expected value at line 1 column 8: {why}"),
    );
    refused(
        "\n\n[-Infinity]",
        &format!("invalid number at line 3 column 3: {why}"),
    );
    refused("[None]", "expected value at line 1 column 2");
    refused("[-x]", "invalid number at line 1 column 3");
}

#[test]
fn strings() {
    becomes(r#""""#, "");
    becomes(r#""text""#, "text");
    becomes("\"\u{7F}äß🎲\u{2028}\"", "\u{7F}äß🎲\u{2028}");
    becomes(r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t");
    becomes(r#""\u00e4\ud83c\udfb2\uFFFF""#, "ä🎲\u{FFFF}");
    becomes(r#""\u0000---\u0000""#, "\0---\0");
    becomes(&format!("\"{}\"", "ä".repeat(5000)), "ä".repeat(5000));
    becomes(&format!("\"{}\"", r"\n".repeat(5000)), "\n".repeat(5000));
}

#[test]
fn strings_that_are_not_json() {
    for escape in [
        r"\ud83c",
        r"\ud83cx",
        r"\ud83c\n",
        r"\ud83c\ud83c",
        r"\udfb2",
        r"\x41",
        r"\u12",
        r"\",
    ] {
        for json in [format!("\"{escape}\""), format!("{{\"{escape}\":1}}")] {
            assert!(read(&json).is_err(), "{json}");
        }
    }
    for byte in 0..0x20 {
        for json in [
            [b'"', byte, b'"'].as_slice(),
            &[b'{', b'"', byte, b'"', b':', b'1', b'}'],
        ] {
            let problem = read(json).unwrap_err();
            assert!(problem.starts_with("control character"), "{problem}");
        }
    }
    for bytes in [
        b"\xFF".as_slice(),
        b"\xC3",
        b"\xC0\x80",
        b"\xED\xA0\xBC",
        b"\xF5\x80\x80\x80",
        b"\\n\xFF",
    ] {
        let problem = read([b"\"", bytes, b"\""].concat()).unwrap_err();
        assert!(
            problem.starts_with("invalid unicode code point"),
            "{problem}"
        );
        assert!(read([b"{\"", bytes, b"\":1}"].concat()).is_err());
    }
}

#[test]
fn objects() {
    becomes(r#"{"":0,"a\"b":[1]}"#, data! { "": 0, "a\"b": [1] });
    becomes(r#"{"1":2,"-5":3}"#, data! { "1": 2, "-5": 3 });
    // The last of two counts.
    becomes(r#"{"a":1,"b":2,"a":3}"#, data! { "a": 3, "b": 2 });
    becomes(r#"{"a":1,"\u0061":2}"#, data! { "a": 2 });
    // What is serde_json's own in a program with `arbitrary_precision` is plain data in a message.
    let private = "$serde_json::private::Number";
    becomes(&format!(r#"{{"{private}":"5"}}"#), data! { private: "5" });
    becomes(
        r#"{"\u0024serde_json::private::Number":"5"}"#,
        data! { private: "5" },
    );

    for json in [
        "{1:2}",
        "{null:1}",
        "{a:1}",
        "{'a':1}",
        r#"{"a"}"#,
        r#"{"a":}"#,
        r#"{"a":1,}"#,
        r#"{,}"#,
    ] {
        assert!(read(json).is_err(), "{json}");
    }
}

#[test]
fn long_containers() {
    for length in [24, 25, 31, 32, 63, 64, 1000] {
        let list: Value = (0..length).collect::<Vec<i32>>().into();
        becomes(&text(list.clone()), list);
        let mut map = Map::new();
        for number in 0..length {
            map.insert(format!("key {number}"), number);
        }
        becomes(&text(Value::Map(map.clone())), Value::Map(map));
    }
}

#[test]
fn all_of_the_text_is_one_value() {
    for json in [
        "",
        " ",
        "\n",
        "1 2",
        "1,",
        "{}{}",
        "[]]",
        "null null",
        "\"a\"\"b\"",
        "1\0",
        "\u{feff}1",
        "nul",
        "True",
    ] {
        assert!(read(json).is_err(), "{json:?}");
    }
    refused("{} x", "trailing characters at line 1 column 4");
}

#[test]
fn it_appends_within_the_limit() {
    let json = br#"{"action":"say","text":"hello","to":[1,2,300,0.1,18446744073709551616]}"#;
    let mut whole = b"before".to_vec();
    to_rencode(json, &mut whole, NO_LIMIT).unwrap();
    for limit in 0..whole.len() {
        let mut out = b"before".to_vec();
        assert_eq!(
            to_rencode(json, &mut out, limit),
            Err(Problem::TooLarge),
            "{limit}"
        );
        assert_eq!(out, b"before");
    }
    let mut out = b"before".to_vec();
    to_rencode(json, &mut out, whole.len()).unwrap();
    assert_eq!(out, whole);
}

#[test]
fn what_programs_write_is_read_in_the_quick_pass() {
    let is_plain = |json: &str| {
        let mut body = Vec::new();
        plain_to_rencode(json.as_bytes(), &mut body, NO_LIMIT) == Some(json.len())
    };
    for json in [
        r#"{"action":"move","x":1.5,"y":-20.25,"id":7}"#,
        r#"{"action": "chat", "who": "Zoë", "text": "", "to": [1, 2, [], {}]}"#,
        "[true, false, null, -0, 0, 0.30000000000000004, 999999999999999999]",
        " 5 ",
    ] {
        assert!(is_plain(json), "{json}");
        read(json).unwrap();
    }
    for json in [
        r#""\n""#,
        "1e5",
        "9999999999999999999",
        "[1,]",
        "01",
        "{\"a\":1} x",
        "\"\n\"",
    ] {
        assert!(!is_plain(json), "{json}");
    }
}

/// Reads a message as one that is laid out as those before it; whether it was taken for one.
fn is_known(json: &[u8], layouts: &mut Layouts<u8>) -> bool {
    let mut expected = Vec::new();
    let mut out = b"before".to_vec();
    let mut entries = Vec::new();
    let text = [json, b" \0---\0{"].concat();
    let known = known_to_rencode(&text, &mut out, NO_LIMIT, &mut entries, layouts);
    let mut others = Vec::new();
    if let Some((bytes, known)) = &known {
        to_rencode(&text[..*bytes], &mut expected, NO_LIMIT).unwrap();
        assert_eq!(out.get(6..), Some(&*expected));
        let found = find_message(&expected, &mut others).unwrap();
        assert_eq!(found.end, known.end);
        let name = NAME_AT..NAME_AT + usize::from(known.name_bytes);
        assert_eq!(found.action, Ok(name));
        assert_eq!(entries, others);
        assert_eq!(known.entries, others.len());
    } else if to_rencode(json, &mut expected, NO_LIMIT).is_ok() {
        layouts.find_other(&expected, &mut others);
    }
    known.is_some_and(|(bytes, _)| bytes == json.len() + 1)
}

#[test]
fn messages_that_are_laid_out_alike_are_read_in_one_pass() {
    let mut layouts = Layouts::default();
    for (json, expected) in [
        (r#"{"action":"move","x":1.5,"name":"Ann"}"#, false),
        (r#"{"action":"move","x":[{"x":[]}],"name":null}"#, true),
        ("{\"action\": \"move\",\n\"x\" : 1 ,\t\"name\" :2 }", true),
        (r#"{"action":"move","y":1,"name":2}"#, false),
        (r#"{"action":"move","x":1,"name":2}"#, false),
        (r#"{"action":"move","x":1,"name":2,"name":3}"#, false),
        (r#"{"action":"move","x":1,"name":2,}"#, false),
        (r#"{"action":"move","x":1,"name":2"#, false),
        (r#"{"action":"move","x":1,"name"2}"#, false),
        (r#"{"action":"move","x":1"name":2}"#, false),
        (r#"{"action":"move","x:1,"name":2}"#, false),
        (r#"{"action":"move","x":1,"nam\u0065":2}"#, false),
        (r#"{"action":"","x":1}"#, false),
        (r#"{"action":7,"x":1}"#, false),
        (
            r#"{"action":"a key that is longer than a word","größe":1,"a longer one":2}"#,
            false,
        ),
        (
            r#"{"action":"a key that is longer than a word","größe":3,"a longer one":4}"#,
            true,
        ),
        (r#"{"action":"q","a\":1,\"b":1}"#, false),
        (r#"{"action":"q","a":1,"b":1}"#, false),
        (r#"{"action":"q","a":2,"b":2}"#, true),
    ] {
        assert_eq!(is_known(json.as_bytes(), &mut layouts), expected, "{json}");
    }
}

#[test]
fn random_messages_are_the_same_in_one_pass() {
    let mut random = Random(4711);
    let mut layouts = Layouts::default();
    let mut known = 0;
    for _ in 0..10_000 {
        let mut message = Map::from([("action", ["move", "chat", "a"][random.below(3)])]);
        for key in ["x", "y", "a name of its own"] {
            if !random.chance(10) {
                let value = match random.below(8) {
                    0 => random.json_value(2),
                    1 => [1.5, -0.25].into_iter().collect(),
                    2 => "Zoë".into(),
                    _ => (random.next() as i16).into(),
                };
                message.insert(key, value);
            }
        }
        let mut text = Vec::new();
        if Json.encode(&Value::Map(message), &mut text).is_err() {
            continue;
        }
        if random.chance(4) {
            let at = random.below(text.len());
            text[at] = b"\"\\,:{}[]0 x"[random.below(11)];
        }
        if random.chance(10) {
            text.truncate(random.below(text.len()));
        }
        known += u32::from(is_known(&text, &mut layouts));
    }
    assert!(known > 1000, "{known}");
}

#[test]
fn floats_are_the_same_in_both_passes() {
    let mut random = Random(77);
    for _ in 0..20_000 {
        let number = random.next() as i64 >> random.below(64);
        let places = random.below(25);
        let digits = format!("{:0>width$}", number.unsigned_abs(), width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let sign = if number < 0 { "-" } else { "" };
        let dot = if places > 0 { "." } else { "" };
        read(format!("{sign}{whole}{dot}{fraction}")).unwrap();
    }
}
