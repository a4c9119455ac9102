//! Integers of any size, and what numbers become in types.

use std::fmt::Debug;

use serde::de::DeserializeOwned;

use super::super::{BigInt, Value};
use super::words;
use crate::data;

const LARGEST: &str = "999999999999999999999999999999999999999999999999999999999999999";
const SMALLEST: &str = "-99999999999999999999999999999999999999999999999999999999999999";

fn big(text: &str) -> BigInt {
    match Value::parse_int(text) {
        Some(Value::BigInt(number)) => number,
        other => panic!("{text} is {other:?}"),
    }
}

#[test]
fn integers_are_kept_exactly_in_one_form() {
    for (text, number) in [
        ("0", 0),
        ("-0", 0),
        ("007", 7),
        ("9223372036854775807", i64::MAX),
        ("-9223372036854775808", i64::MIN),
        (
            "000000000000000000000000000000000000000000000000000000000000001",
            1,
        ),
        (
            "-00000000000000000000000000000000000000000000000000000000000001",
            -1,
        ),
    ] {
        assert!(matches!(Value::parse_int(text), Some(Value::Int(found)) if found == number));
    }
    for text in [
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551615",
        "340282366920938463463374607431768211456",
        LARGEST,
        SMALLEST,
    ] {
        assert_eq!(big(text).as_str(), text);
        assert_eq!(Value::parse_int(text).unwrap().to_string(), text);
    }
    assert_eq!(
        big("-009223372036854775809").as_str(),
        "-9223372036854775809"
    );
    assert_eq!(big("09223372036854775808").as_str(), "9223372036854775808");
    for text in [
        "",
        "-",
        "+1",
        "1_0",
        " 1",
        "1 ",
        "--1",
        "1.0",
        "1e3",
        "0x1",
        "１",
        "1000000000000000000000000000000000000000000000000000000000000000",
        "-100000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000001",
    ] {
        assert_eq!(Value::parse_int(text), None, "{text}");
    }
    assert_eq!(LARGEST.len(), 63);
    assert_eq!(SMALLEST.len(), 63);
}

#[test]
fn integers_beyond_64_bits_have_an_order() {
    let ordered = [
        SMALLEST,
        "-9223372036854775810",
        "-9223372036854775809",
        "9223372036854775808",
        "9223372036854775809",
        "10000000000000000000",
        LARGEST,
    ]
    .map(big);
    assert!(ordered.is_sorted_by(|a, b| a < b));
    assert_eq!(
        format!("{} {:?}", ordered[1], ordered[1]),
        "-9223372036854775810 -9223372036854775810"
    );
}

#[test]
fn every_integer_type_becomes_a_value_and_comes_back() {
    fn there_and_back<T>(values: &[T])
    where
        T: Into<Value> + serde::Serialize + DeserializeOwned + Copy + PartialEq + Debug + ToString,
    {
        for &number in values {
            let value: Value = number.into();
            assert_eq!(value, Value::from_data(&number).unwrap());
            assert_eq!(value.to_data::<T>(), Ok(number));
            assert_eq!(value.to_string(), number.to_string());
            assert_eq!(
                matches!(value, Value::BigInt(_)),
                number.to_string().parse::<i64>().is_err()
            );
            // What is beyond 128 bits in another type is beyond this one too.
            let wide = Value::parse_int(LARGEST).unwrap();
            assert!(words(wide.to_data::<T>()).starts_with("expected"));
            assert!(words(Value::from(true).to_data::<T>()).ends_with("found true"));
            assert!(words(Value::from(0.5).to_data::<T>()).ends_with("found 0.5"));
            assert!(words(Value::from("1").to_data::<T>()).ends_with(r#"found "1""#));
        }
    }
    there_and_back(&[i8::MIN, -1, 0, i8::MAX]);
    there_and_back(&[i16::MIN, -1, 0, i16::MAX]);
    there_and_back(&[i32::MIN, -1, 0, i32::MAX]);
    there_and_back(&[i64::MIN, -1, 0, i64::MAX]);
    there_and_back(&[
        i128::MIN,
        i64::MIN.into(),
        -1,
        0,
        u64::MAX.into(),
        i128::MAX,
    ]);
    there_and_back(&[isize::MIN, -1, 0, isize::MAX]);
    there_and_back(&[0, u8::MAX]);
    there_and_back(&[0, u16::MAX]);
    there_and_back(&[0, u32::MAX]);
    there_and_back(&[0, i64::MAX as u64, i64::MAX as u64 + 1, u64::MAX]);
    there_and_back(&[
        0,
        u64::MAX.into(),
        i128::MAX as u128,
        i128::MAX as u128 + 1,
        u128::MAX,
    ]);
    there_and_back(&[0, usize::MAX]);
}

#[test]
fn out_of_range_names_the_value() {
    for (error, expected) in [
        (
            words(Value::from(300).to_data::<u8>()),
            "expected u8, found 300",
        ),
        (
            words(Value::from(-1).to_data::<u8>()),
            "expected u8, found -1",
        ),
        (
            words(Value::from(-1).to_data::<u64>()),
            "expected u64, found -1",
        ),
        (
            words(Value::from(-1).to_data::<u128>()),
            "expected u128, found -1",
        ),
        (
            words(Value::from(-129).to_data::<i8>()),
            "expected i8, found -129",
        ),
        (
            words(Value::from(u64::MAX).to_data::<i64>()),
            "expected i64, found 18446744073709551615",
        ),
        (
            words(Value::from(u128::MAX).to_data::<u64>()),
            "expected u64, found 340282366920938463463374607431768211455",
        ),
        (
            words(Value::from(u128::MAX).to_data::<i128>()),
            "expected i128, found 340282366920938463463374607431768211455",
        ),
        (
            words(Value::from(256.0).to_data::<u8>()),
            "expected u8, found 256",
        ),
        (
            words(Value::from(1e300).to_data::<f32>()),
            "expected f32, found 1e300",
        ),
        (
            words(Value::from(1e30).to_data::<u64>()),
            "expected u64, found 1e30",
        ),
    ] {
        assert_eq!(error, expected);
    }
}

#[test]
fn whole_floats_are_integers_and_integers_are_floats() {
    assert_eq!(Value::from(3.0).to_data::<u8>(), Ok(3));
    assert_eq!(Value::from(-0.0).to_data::<u8>(), Ok(0));
    assert_eq!(Value::from(-128.0).to_data::<i8>(), Ok(-128));
    assert_eq!(
        Value::from(1.8e19).to_data::<u64>(),
        Ok(18_000_000_000_000_000_000)
    );
    assert_eq!(Value::from(i64::MIN as f64).to_data::<i64>(), Ok(i64::MIN));
    assert!(Value::from(i64::MAX as f64).to_data::<i64>().is_err());
    assert!(Value::from(u64::MAX as f64).to_data::<u64>().is_err());
    assert!(Value::from(i128::MAX as f64).to_data::<i128>().is_err());
    assert_eq!(
        Value::from(i128::MIN as f64).to_data::<i128>(),
        Ok(i128::MIN)
    );
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, 0.1] {
        assert!(Value::from(number).to_data::<i128>().is_err());
    }

    assert_eq!(Value::from(3).to_data::<f64>(), Ok(3.0));
    assert_eq!(Value::from(3).to_data::<f32>(), Ok(3.0));
    assert_eq!(
        Value::from(u64::MAX).to_data::<f64>(),
        Ok(18_446_744_073_709_551_615.0)
    );
    assert_eq!(
        Value::parse_int(LARGEST).unwrap().to_data::<f64>(),
        Ok(1e63)
    );
    assert!(Value::parse_int(LARGEST).unwrap().to_data::<f32>().is_err());
    assert_eq!(Value::from(0.1).to_data::<f32>(), Ok(0.1));
    assert_eq!(
        Value::from(0.1_f32).to_data::<f64>(),
        Ok(f64::from(0.1_f32))
    );
    assert_eq!(
        Value::from(f64::INFINITY).to_data::<f32>(),
        Ok(f32::INFINITY)
    );
    assert!(Value::from(f64::NAN).to_data::<f32>().unwrap().is_nan());
    assert_eq!(
        words(Value::from(true).to_data::<f64>()),
        "expected f64, found true"
    );
    assert_eq!(
        words(Value::from("1").to_data::<f32>()),
        r#"expected f32, found "1""#
    );
    for number in [0, 1] {
        assert!(words(Value::from(number).to_data::<bool>()).starts_with("expected a boolean"));
    }
}

#[test]
fn values_compare_with_plain_numbers() {
    let value = data! { "int": 3, "float": 3.0, "bool": true, "text": "3" };
    let three = String::from("3");
    assert!(value["int"] == 3 && value["int"] == 3_u8 && value["int"] == 3_usize);
    assert!(value["float"] == 3.0 && value["float"] == 3.0_f32);
    assert!(value["int"] != 3.0 && value["float"] != 3 && value["bool"] != 1);
    assert!(value["bool"] == true && value["text"] == "3" && value["text"] == three);
    assert!(value["text"] == *"3" && value["text"] != 3);
}
