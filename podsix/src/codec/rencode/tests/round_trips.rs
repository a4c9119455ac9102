//! Values there and back, in whatever form.

use super::super::scan::validate;
use super::super::{decode_value, from_slice, to_vec};
use super::{Random, hex, is_same, words};
use crate::data;
use crate::value::Value;

#[test]
fn every_value_comes_back() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for _ in 0..3000 {
        let value = random.value_without_bytes(4);
        let bytes = to_vec(&value).unwrap();
        validate(&bytes).unwrap();
        assert!(is_same(&decode_value(&bytes).unwrap(), &value), "{value}");
        assert!(
            is_same(&from_slice::<Value>(&bytes).unwrap(), &value),
            "{value}"
        );
        // One form, whatever way it came.
        assert_eq!(to_vec(&decode_value(&bytes).unwrap()).unwrap(), bytes);
    }
}

#[test]
fn every_form_of_a_value_is_read() {
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    for _ in 0..3000 {
        let value = random.value_without_bytes(4);
        let mut bytes = Vec::new();
        random.encode(&value, &mut bytes);
        validate(&bytes).unwrap();
        // Not in order, as an entry that comes twice stands where it came first.
        assert_eq!(decode_value(&bytes).unwrap(), value);
        assert_eq!(from_slice::<Value>(&bytes).unwrap(), value);
    }
}

#[test]
fn numbers_take_the_least_room_that_holds_them_exactly() {
    for (value, expected) in [
        (Value::from(0.1), "2C 3FB999999999999A"),
        (Value::from(0.1_f32), "42 3DCCCCCD"),
        (Value::from(1e300), "2C 7E37E43C8800759C"),
        (Value::from(-0.0), "42 80000000"),
        (Value::from(f64::INFINITY), "42 7F800000"),
        (Value::from(f64::NAN), "42 7FC00000"),
        (
            Value::from(f64::from_bits(0x7FF8_0000_0000_0001)),
            "42 7FC00000",
        ),
        (Value::from(16_777_217), "40 01000001"),
        (Value::from(43), "2B"),
        (Value::from(44), "3E 2C"),
        (Value::from(-32), "65"),
        (Value::from(-33), "3E DF"),
        (Value::from(128), "3F 0080"),
        (
            Value::from(u64::MAX),
            "3D 3138343436373434303733373039353531363135 7F",
        ),
    ] {
        assert_eq!(to_vec(&value).unwrap(), hex(expected), "{value}");
    }
    assert_eq!(
        to_vec(&0.1_f32).unwrap(),
        to_vec(&Value::from(0.1_f32)).unwrap()
    );
    assert_eq!(
        to_vec(&u128::MAX).unwrap(),
        to_vec(&Value::from(u128::MAX)).unwrap()
    );
    assert_eq!(
        to_vec(&i128::MIN).unwrap(),
        to_vec(&Value::from(i128::MIN)).unwrap()
    );
}

#[test]
fn the_last_of_double_keys_counts_in_the_first_place() {
    // {"a": 1, "b": 2, "a": 3, 1: 4, True: 5}
    let bytes = hex("6B 8161 01 8162 02 8161 03 01 04 43 05");
    for value in [decode_value(&bytes).unwrap(), from_slice(&bytes).unwrap()] {
        assert!(is_same(&value, &data! { "a": 3, "b": 2, 1: 5 }), "{value}");
    }
}

#[test]
fn bytes_that_are_no_text_are_received_but_not_sent() {
    let bytes = hex("67 8161 82FF61");
    for value in [decode_value(&bytes).unwrap(), from_slice(&bytes).unwrap()] {
        assert_eq!(value["a"], Value::Bytes(vec![0xFF, b'a']));
        let error = to_vec(&value).unwrap_err();
        assert_eq!(error.field(), "a");
        assert!(error.problem().contains("not UTF-8"), "{error}");
    }
    let text = Value::Bytes("é".into());
    assert_eq!(to_vec(&text).unwrap(), hex("82 C3A9"));
    // As a key they are refused.
    let key = hex("67 81FF 00");
    assert!(words(from_slice::<Value>(&key)).contains("not UTF-8"));
    assert!(decode_value(&key).is_err());
}
