//! Bodies that must not contain the terminator.

use super::super::{TERMINATOR, avoid_terminator, contains_terminator, decode_value, to_vec};
use super::{Random, hex, is_same};
use crate::codec::bincode::Problem;
use crate::data;
use crate::value::{Map, Value};

/// The definition: where the first terminator is.
fn is_cut(body: &[u8]) -> bool {
    let stream = [body, TERMINATOR].concat();
    let first = stream.windows(5).position(|window| window == TERMINATOR);
    first != Some(body.len())
}

/// A float of eight bytes, or an integer.
fn float(bytes: [u8; 8]) -> Value {
    f64::from_be_bytes(bytes).into()
}

fn rewritten(value: &Value) -> Vec<u8> {
    let body = to_vec(value).unwrap();
    assert!(contains_terminator(&body), "{value}");
    let mut other = b"before".to_vec();
    avoid_terminator(&body, &mut other, usize::MAX).unwrap();
    let other = other.split_off(6);
    assert!(
        !is_cut(&other) && !contains_terminator(&other),
        "{other:02X?}"
    );
    assert!(is_same(&decode_value(&other).unwrap(), value));
    other
}

#[test]
fn another_form_is_found() {
    for (value, expected) in [
        // The integer 0 after it makes the terminator.
        (Value::from(vec![2_960_685, 0]), "C2 40002D2D2D 3E00"),
        (
            data! { "a": [2_960_685, 0, 0] },
            "67 8161 C3 40002D2D2D 3E00 00",
        ),
        (Value::from(("x\0---", 0)), "E2 85 78002D2D2D 3E00"),
        (data! { "\0---": 0 }, "67 84002D2D2D 3E00"),
        (
            Value::List(vec![
                f64::from(f32::from_bits(0x002D_2D2D)).into(),
                0.into(),
            ]),
            "C2 42002D2D2D 3E00",
        ),
        (
            Value::List(vec![float(*b"\x40aaa\0---"), 0.into()]),
            "C2 2C40616161002D2D2D 3E00",
        ),
        // The message's end makes it.
        (data! { "n": 2_960_685 }, "3C 816E 40002D2D2D 7F"),
        (Value::from(vec![2_960_685]), "3B 40002D2D2D 7F"),
        (Value::from((1, "\0---")), "3A 01 84002D2D2D 7F"),
        (data! { "a": ["\0---"] }, "3C 8161 C1 84002D2D2D 7F"),
    ] {
        assert_eq!(rewritten(&value), hex(expected), "{value}");
    }
    // It is all in the number, of which others are left as they are.
    for bytes in [
        *b"\0\0\x01\0---\0",
        *b"\0---\0\x01\x02\x03",
        *b"\xFF\xFF\0---\0\0",
    ] {
        let number = i64::from_be_bytes(bytes);
        let decimal = format!("={number}\x7F");
        let other = rewritten(&Value::List(vec![44.into(), number.into(), 0.into()]));
        assert_eq!(other, [b"\xC3\x3E\x2C", decimal.as_bytes(), b"\0"].concat());
    }
    // More than one in a message.
    let number = 0x2D_2D2D_0000_i64;
    let message = data! { "a": [2_960_685, 0], "b": number, "c": 2_960_685 };
    let expected = [
        hex("3C 8161 C2 40002D2D2D 3E00 8162"),
        format!("={number}\x7F").into_bytes(),
        hex("8163 40002D2D2D 7F"),
    ];
    assert_eq!(rewritten(&message), expected.concat());
}

#[test]
fn a_dict_that_has_a_mark_already_needs_no_other() {
    let mut map: Map = (0..30).map(|key| (key, 1)).collect();
    map.insert("last", 2_960_685);
    let body = to_vec(&Value::Map(map)).unwrap();
    assert!(!contains_terminator(&body) && !is_cut(&body));
}

#[test]
fn what_has_no_other_form_is_named() {
    let text = "a\0---\0b";
    for (value, field) in [
        (data! { "action": "say", "who": text }, "who"),
        (data! { "things": [1, 2, 3, text] }, "things[3]"),
        (data! { "things": { 3: text } }, "things.3"),
        (data! { "deep": [{ "in": (0, text) }] }, "deep[0].in[1]"),
        (data! { "n": float(*b"a\0---\0aa") }, "n"),
        (Value::from(text), ""),
        (
            Value::from((0..40).map(|_| Value::from(text)).collect::<Vec<_>>()),
            "[0]",
        ),
    ] {
        let body = to_vec(&value).unwrap();
        assert!(contains_terminator(&body) && is_cut(&body));
        let error = avoid_terminator(&body, &mut Vec::new(), usize::MAX).unwrap_err();
        assert_eq!(error.field(), field);
        let is_text = field != "n";
        assert_eq!(error.problem().contains(r"`\0---\0`"), is_text, "{error}");
        assert_eq!(
            error.problem().contains("00 2D 2D 2D 00"),
            !is_text,
            "{error}"
        );
    }
    let key = to_vec(&data! { "in": { text: 1 } }).unwrap();
    let error = avoid_terminator(&key, &mut Vec::new(), usize::MAX).unwrap_err();
    assert_eq!(error.field(), format!("in.{text}"));
    // Nothing ends in a mark here.
    let alone = to_vec("\0---").unwrap();
    assert!(contains_terminator(&alone));
    assert!(avoid_terminator(&alone, &mut Vec::new(), usize::MAX).is_err());
}

#[test]
fn the_other_form_keeps_to_the_limit() {
    let body = to_vec(&data! { "a": [2_960_685, 0], "n": 2_960_685 }).unwrap();
    let mut whole = Vec::new();
    avoid_terminator(&body, &mut whole, usize::MAX).unwrap();
    for limit in 0..whole.len() {
        let error = avoid_terminator(&body, &mut Vec::new(), limit).unwrap_err();
        assert_eq!(error.into_parts().1, Problem::TooLarge);
    }
    avoid_terminator(&body, &mut Vec::new(), whole.len()).unwrap();
}

#[test]
fn it_is_found_wherever_it_is() {
    for before in 0..20 {
        for after in 0..20 {
            for middle in [
                &b"\0---\0"[..],
                b"\0---",
                b"\0----\0",
                b"---\0",
                b"\0--\0---\0",
                b"-\0---\0-",
            ] {
                for fill in [b'a', b'-', 0] {
                    let body = [&vec![fill; before][..], middle, &vec![fill; after]].concat();
                    assert_eq!(contains_terminator(&body), is_cut(&body), "{body:02X?}");
                }
            }
        }
    }
    for body in [
        &b""[..],
        b"\0",
        b"-",
        b"\0-",
        b"\0--",
        b"\0---",
        b"---\0",
        b"---",
    ] {
        assert_eq!(contains_terminator(body), is_cut(body), "{body:02X?}");
    }
}

/// Values made of what makes terminators.
#[test]
fn random_values_arrive_whole_or_are_refused() {
    fn piece(random: &mut Random, levels: usize) -> Value {
        match random.below(if levels == 0 { 7 } else { 10 }) {
            0 => 0.into(),
            1 => 2_960_685.into(),
            2 => i64::from_be_bytes([0, b'-', b'-', b'-', 0, 0, 0, 0])
                .rotate_right(8 * random.below(8) as u32)
                .into(),
            3 => f64::from(f32::from_bits(0x002D_2D2D)).into(),
            4 => float([b'@', 0, 0, 0, 0, b'-', b'-', b'-']),
            5 => ["", "-", "\0---", "\0---\0", "--", "\0"][random.below(6)].into(),
            6 => f64::from_bits(0x002D_2D2D_0000_0000_u64.rotate_right(8 * random.below(8) as u32))
                .into(),
            7 => Value::List(
                (0..random.below(4))
                    .map(|_| piece(random, levels - 1))
                    .collect(),
            ),
            8 => Value::Tuple(
                (0..random.below(40))
                    .map(|_| piece(random, levels - 1))
                    .collect(),
            ),
            _ => {
                let mut map = Map::new();
                for _ in 0..random.below(4) {
                    let key = crate::value::Key::try_from(piece(random, 0)).unwrap();
                    map.insert(key, piece(random, levels - 1));
                }
                Value::Map(map)
            }
        }
    }
    let mut random = Random(0xABCD_EF01_2345_6789);
    let (mut kept, mut other, mut refused) = (0, 0, 0);
    for _ in 0..8000 {
        let value = Value::List(vec![piece(&mut random, 2), piece(&mut random, 2)]);
        let body = to_vec(&value).unwrap();
        assert_eq!(contains_terminator(&body), is_cut(&body));
        let mut out = Vec::new();
        if !contains_terminator(&body) {
            kept += 1;
        } else if avoid_terminator(&body, &mut out, usize::MAX).is_ok() {
            assert!(!is_cut(&out), "{out:02X?}");
            assert!(is_same(&decode_value(&out).unwrap(), &value), "{value}");
            other += 1;
        } else {
            assert!(
                value.to_string().contains("\\0---\\0") || value.to_string().contains('.'),
                "{value}"
            );
            refused += 1;
        }
    }
    assert!(
        kept > 1000 && other > 1000 && refused > 1000,
        "{kept}, {other}, {refused}"
    );
}
