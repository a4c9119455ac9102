//! What no honest program sends: no harm is done, and little memory taken.

use super::*;

fn nested(begin: &str, inside: &str, end: &str, levels: usize) -> String {
    [begin.repeat(levels), inside.to_owned(), end.repeat(levels)].concat()
}

#[test]
fn levels_are_counted_both_ways() {
    let max = MAX_LEVELS;
    for (begin, inside, end) in [
        ("[", "", "]"),
        ("[", "1", "]"),
        ("[", "-0.5", "]"),
        (r#"{"a":"#, "{}", "}"),
        (r#"{"a":"#, "12345678901234567890123", "}"),
    ] {
        let levels = max - usize::from(inside == "{}");
        let json = nested(begin, inside, end, levels);
        let value = read(&json).unwrap();
        assert_eq!(text(value), json);

        for deeper in [levels + 1, levels + 2, 1000] {
            let problem = read(nested(begin, inside, end, deeper)).unwrap_err();
            assert_eq!(problem, "values are nested more than 128 levels deep");
        }
    }

    let mut body = vec![0xC1; max];
    body.push(0);
    let mut out = Vec::new();
    from_rencode(&body, &mut out, NO_LIMIT, Integers::Any).unwrap();
    out.clear();
    body.insert(0, 0xC1);
    let (field, problem) = from_rencode(&body, &mut out, NO_LIMIT, Integers::Any).unwrap_err();
    assert_eq!(field, "[0]".repeat(max));
    assert_eq!(
        problem.to_string(),
        "values are nested more than 128 levels deep"
    );
    assert_eq!(out, b"");
}

#[test]
fn the_codec_refuses_values_that_are_too_deep() {
    let mut value = value!([]);
    for _ in 1..MAX_LEVELS {
        value = value!([value]);
    }
    let mut body = Vec::new();
    Json.encode(&value, &mut body).unwrap();
    assert_eq!(Json.decode(&body).unwrap(), value);
    for deeper in [value!([(value.clone())]), value!({ "a": value })] {
        let error = Json.encode(&deeper, &mut body).unwrap_err();
        let error = error.to_string();
        assert!(
            error.ends_with(": values are nested more than 128 levels deep"),
            "{error}"
        );
    }
}

#[test]
fn a_megabyte_of_one_thing() {
    for piece in [
        "[",
        "{\"a\":",
        "[{\"a\":",
        "[[],",
        "\"",
        "\\",
        "-",
        "1",
        "1.1",
        "0.",
        "e",
        "\"\\",
        "\n",
        "{\"a\":1,",
    ] {
        assert!(
            read(piece.repeat((1 << 20) / piece.len())).is_err(),
            "{piece}"
        );
    }
}

#[test]
fn memory_is_a_few_times_the_text() {
    for piece in [
        "1",
        "0.1",
        "1e1",
        "9e9",
        "[]",
        "{}",
        "\"\"",
        "null",
        "[0,0]",
        "{\"\":0}",
        "\"\\n\"",
        "99999999999999999999",
    ] {
        let json = format!("[{}{piece}]", format!("{piece},").repeat(20_000));
        let mut body = Vec::new();
        to_rencode(json.as_bytes(), &mut body, NO_LIMIT).unwrap();
        assert!(
            body.capacity() < 6 * json.len(),
            "{piece}: {}",
            body.capacity()
        );
    }
}

/// JSON that has everything, and long numbers.
fn everything() -> Vec<u8> {
    br#" {"action":"all", "list": [1, -2.5e-3, "", {"a\n\"": null}, [true ,false]],
        "big": -123456789012345678901234567890, "more": [18446744073709551616.5, 0.30000000000000004],
        "\u00e4\ud83c\udfb2": "\\\u0000---\u0000", "7": {}} "#
        .to_vec()
}

#[test]
fn what_is_cut_off_is_refused() {
    let json = everything();
    read(&json).unwrap();
    for length in 0..json.trim_ascii_end().len() {
        assert!(read(&json[..length]).is_err(), "{length}");
    }
}

/// Bytes that mean something in JSON, and some that must not be there.
const BYTES: &[u8] = b"[]{}\",:\\0129.+-eEaflnrtu \n\0\x1F\x7F\xC3\xED\xFF";

#[test]
fn what_is_changed_does_no_harm() {
    let original = everything();
    let mut random = Random(5);
    let mut accepted = 0;
    for place in 0..original.len() {
        for &byte in BYTES {
            let mut json = original.clone();
            json[place] = byte;
            accepted += usize::from(agrees(&json));
        }
    }
    for _ in 0..5000 {
        let mut json = original.clone();
        for _ in 0..1 + random.below(4) {
            let place = random.below(json.len());
            let byte = BYTES[random.below(BYTES.len())];
            match random.below(3) {
                0 => json[place] = byte,
                1 => drop(json.remove(place)),
                _ => json.insert(place, byte),
            }
        }
        accepted += usize::from(agrees(&json));
    }
    assert!(accepted > 1000, "{accepted}");
}

/// Whether a text is accepted, by us and by serde_json. If so, writing it and reading it again changes nothing.
fn agrees(json: &[u8]) -> bool {
    let value = read(json);
    let theirs = serde_json::from_slice::<serde_json::Value>(json);
    assert_eq!(
        value.is_ok(),
        theirs.is_ok(),
        "{}: {value:?}",
        json.escape_ascii()
    );
    let (Ok(value), Ok(theirs)) = (value, theirs) else {
        return false;
    };
    let json = text_with_controls(&value);
    assert_eq!(read(&json), Ok(value));
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&json).unwrap(),
        theirs
    );
    true
}

/// As [`text`], for values that may have a DEL in them.
fn text_with_controls(value: &Value) -> Vec<u8> {
    let mut json = Vec::new();
    from_rencode(&rencode(value).unwrap(), &mut json, NO_LIMIT, Integers::Any).unwrap();
    json
}

/// A body that the scanner would not have let through.
#[test]
fn broken_bodies_are_refused() {
    let mut body =
        rencode(&data! { "a": [1, (2.5, "text"), { 7: None }], "b": [(u64::MAX)] }).unwrap();
    let mut random = Random(9);
    let mut out = Vec::new();
    for length in 0..body.len() {
        assert!(from_rencode(&body[..length], &mut out, NO_LIMIT, Integers::Any).is_err());
        assert_eq!(out, b"");
    }
    for _ in 0..20_000 {
        let place = random.below(body.len());
        let before = std::mem::replace(&mut body[place], random.next() as u8);
        if from_rencode(&body, &mut out, NO_LIMIT, Integers::Any).is_ok() {
            serde_json::from_slice::<serde_json::Value>(&out).unwrap();
            out.clear();
        }
        body[place] = before;
    }
    for body in [
        b"\xC2\x01\x7F".as_slice(),
        b"\xE1\x7F",
        b"\x67\x7F",
        b"\x67\x01\x7F",
        b"<\x01\x7F",
        b"\x7F",
    ] {
        let (_, problem) = from_rencode(body, &mut out, NO_LIMIT, Integers::Any).unwrap_err();
        assert_eq!(
            problem.to_string(),
            "a mark of an end has nothing to end here"
        );
    }
    body.push(0);
    let (_, problem) = from_rencode(&body, &mut out, NO_LIMIT, Integers::Any).unwrap_err();
    assert_eq!(
        problem.to_string(),
        "expected the end of the body, found 1 more bytes"
    );
}
