//! A value's form on a connection.

use super::super::{Map, Value};
use super::{Random, is_same};
use crate::codec::bincode::Problem;
use crate::data;

fn encoded(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.encode(&mut bytes, usize::MAX).unwrap();
    bytes
}

#[test]
fn each_form_is_as_documented() {
    let text = |length| "x".repeat(length);
    let items = |length| vec![Value::None; length];
    let map = |length| (0..length).map(|key| (key, Value::None)).collect::<Map>();
    for (value, bytes) in [
        (0.into(), &[0x00][..]),
        (63.into(), &[0x3F]),
        (64.into(), &[0xE3, 64]),
        (127.into(), &[0xE3, 127]),
        (128.into(), &[0xE4, 128, 0]),
        (32_767.into(), &[0xE4, 255, 127]),
        (32_768.into(), &[0xE5, 0, 128, 0, 0]),
        (i32::MAX.into(), &[0xE5, 255, 255, 255, 127]),
        (0x8000_0000_u32.into(), &[0xE6, 0, 0, 0, 128, 0, 0, 0, 0]),
        ((-1).into(), &[0xDF]),
        ((-32).into(), &[0xC0]),
        ((-33).into(), &[0xE3, 0xDF]),
        (i8::MIN.into(), &[0xE3, 128]),
        (i64::MIN.into(), &[0xE6, 0, 0, 0, 0, 0, 0, 0, 128]),
        (u64::MAX.into(), b"\xE9\x1418446744073709551615"),
        (Value::None, &[0xE0]),
        (false.into(), &[0xE1]),
        (true.into(), &[0xE2]),
        (1.5.into(), &[0xE7, 0, 0, 0xC0, 0x3F]),
        (f64::INFINITY.into(), &[0xE7, 0, 0, 0x80, 0x7F]),
        (
            0.1.into(),
            &[0xE8, 0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F],
        ),
        (f64::NAN.into(), &[0xE7, 0, 0, 0xC0, 0x7F]),
        (
            f64::from_bits(0x7FF8_0000_0000_0001).into(),
            &[0xE8, 1, 0, 0, 0, 0, 0, 0xF8, 0x7F],
        ),
        ("".into(), &[0x40]),
        ("hé".into(), b"\x43h\xC3\xA9"),
        (Value::Bytes(vec![]), &[0xEB, 0]),
        (Value::Bytes(vec![255, 0]), &[0xEB, 2, 255, 0]),
        (Value::List(vec![]), &[0x80]),
        (vec![1, 2].into(), &[0x82, 1, 2]),
        (Value::Tuple(vec![]), &[0xA0]),
        ((1, (2,)).into(), &[0xA2, 1, 0xA1, 2]),
        (data! {}, &[0xB0]),
        (data! { "a": 1, 2: None }, &[0xB2, 0x41, b'a', 1, 2, 0xE0]),
    ] {
        assert_eq!(encoded(&value), bytes, "{value}");
        assert!(is_same(&Value::decode(bytes).unwrap(), &value), "{value}");
    }
    for (value, head) in [
        (text(63).into(), &[0x7F][..]),
        (text(64).into(), &[0xEA, 64]),
        (text(128).into(), &[0xEA, 0x80, 1]),
        (text(1 << 14).into(), &[0xEA, 0x80, 0x80, 1]),
        (Value::List(items(31)), &[0x9F]),
        (Value::List(items(32)), &[0xEC, 32]),
        (Value::Tuple(items(15)), &[0xAF]),
        (Value::Tuple(items(16)), &[0xED, 16]),
        (map(15).into(), &[0xBF]),
        (map(16).into(), &[0xEE, 16]),
        (map(300).into(), &[0xEE, 0xAC, 2]),
    ] {
        let bytes = encoded(&value);
        assert_eq!(&bytes[..head.len()], head);
        assert!(is_same(&Value::decode(&bytes).unwrap(), &value));
    }
}

#[test]
fn readers_take_longer_forms() {
    for (bytes, value) in [
        (&[0xE3, 5][..], Value::from(5)),
        (&[0xE6, 5, 0, 0, 0, 0, 0, 0, 0], 5.into()),
        (&[0xE8, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F], 1.5.into()),
        (&[0xEA, 1, b'a'], "a".into()),
        (&[0xEA, 0x81, 0x80, 0x80, 0x80, 0, b'a'], "a".into()),
        (&[0xEC, 0], Value::List(vec![])),
        (&[0xED, 1, 1], (1,).into()),
        (&[0xEE, 0x80, 0], data! {}),
        (b"\xE9\x0217", 17.into()),
        (b"\xE9\x04-007", (-7).into()),
    ] {
        assert_eq!(Value::decode(bytes).unwrap(), value);
    }
}

#[test]
fn a_key_that_stands_twice_has_its_last_value_in_its_first_place() {
    let value = Value::decode(&[0xB3, 0x41, b'a', 1, 0x41, b'b', 2, 0x41, b'a', 3]).unwrap();
    assert_eq!(value.to_string(), r#"{"a": 3, "b": 2}"#);
    let value = Value::decode(&[0xB2, 1, 5, 0xE2, 6]).unwrap();
    assert_eq!(value.to_string(), "{1: 6}");
}

#[test]
fn the_limit_is_kept_to_the_byte() {
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    for _ in 0..300 {
        let value = random.value(3);
        let whole = encoded(&value);
        for start in [0, 3] {
            let mut out = vec![9; start];
            assert_eq!(value.encode(&mut out, start + whole.len()), Ok(()));
            assert_eq!(&out[start..], whole);
            let mut out = vec![9; start];
            let result = value.encode(&mut out, start + whole.len() - 1);
            assert_eq!(result, Err(Problem::TooLarge));
            assert!(out.len() < start + whole.len());
        }
    }
}

/// What is encoded decodes to the same value, no part of it is a value, and no changed byte does harm.
#[test]
fn random_values_come_back_whole_cut_and_changed() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for _ in 0..2000 {
        let value = random.value(4);
        let bytes = encoded(&value);
        assert!(is_same(&Value::decode(&bytes).unwrap(), &value), "{value}");
        for length in (0..bytes.len()).step_by(bytes.len() / 50 + 1) {
            assert!(
                Value::decode(&bytes[..length]).is_err(),
                "{value} cut at {length}"
            );
        }
        assert!(Value::decode(&[&bytes[..], &[0]].concat()).is_err());

        for _ in 0..20 {
            let mut changed = bytes.clone();
            for _ in 0..=random.below(3) {
                let at = random.below(changed.len());
                changed[at] = match random.below(3) {
                    0 => random.next() as u8,
                    1 => changed[at] ^ (1 << random.below(8)),
                    _ => 0xE0 + random.below(16) as u8,
                };
            }
            check(&changed);
        }
    }
}

#[test]
fn random_bytes_do_no_harm() {
    let mut random = Random(0x1234_5678_9ABC_DEF1);
    for _ in 0..20_000 {
        let length = random.below(40);
        let bytes: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
        check(&bytes);
    }
}

/// Whatever is accepted can be sent on: it never grows, and is the same again.
fn check(bytes: &[u8]) {
    if let Ok(value) = Value::decode(bytes) {
        let again = encoded(&value);
        assert!(again.len() <= bytes.len(), "{bytes:?} became {again:?}");
        assert!(is_same(&Value::decode(&again).unwrap(), &value));
    }
}
