#![allow(clippy::unwrap_used, clippy::panic)]

/// A value of any kind, as in `data!`.
macro_rules! value {
    ($value:tt) => {
        data!(@value $value)
    };
}

mod hostile;
mod quickly;
mod reading;
mod writing;

use super::plain::{known_to_rencode, plain_to_rencode};
use super::{Integers, Json, any_to_rencode, from_rencode, to_rencode};
use crate::codec::Codec;
use crate::codec::bincode::Problem;
use crate::codec::rencode::{self, Layouts, NAME_AT, decode_value, find_message, validate};
use crate::data;
use crate::random::Random;
use crate::value::{Key, MAX_LEVELS, Map, Value};

const NO_LIMIT: usize = usize::MAX;

/// What a JSON text is as a value. Whatever is read must be valid rencode.
fn read(json: impl AsRef<[u8]>) -> Result<Value, String> {
    let json = json.as_ref();
    let mut body = Vec::new();
    let result = to_rencode(json, &mut body, NO_LIMIT);
    let mut again = Vec::new();
    assert_eq!(any_to_rencode(json, &mut again, NO_LIMIT), result);
    assert_eq!(again, body, "the quick pass and the other one");
    match result {
        Ok(()) => {
            validate(&body).unwrap();
            assert!(
                body.len() <= 3 * json.len(),
                "{} bytes of JSON became {}",
                json.len(),
                body.len()
            );
            Ok(decode_value(&body).unwrap())
        }
        Err(problem) => {
            assert_eq!(body, b"", "after an error");
            Err(problem.to_string())
        }
    }
}

/// What a value is as a JSON text, or the field that has no form there, and why.
fn written(value: &Value, integers: Integers) -> Result<String, (String, Problem)> {
    let mut json = Vec::new();
    from_rencode(&rencode(value)?, &mut json, NO_LIMIT, integers)?;
    assert!(
        !json.iter().any(u8::is_ascii_control),
        "a control character in the JSON of {value}"
    );
    Ok(String::from_utf8(json).unwrap())
}

fn text(value: impl Into<Value>) -> String {
    written(&value.into(), Integers::Any).unwrap()
}

fn rencode(value: &Value) -> Result<Vec<u8>, (String, Problem)> {
    let mut body = Vec::new();
    rencode::encode(value, &mut body, NO_LIMIT).map_err(rencode::Error::into_parts)?;
    validate(&body).unwrap();
    Ok(body)
}

/// What a value arrives as, by the table of the module; `None` if it can't be sent.
fn arrival(value: &Value) -> Option<Value> {
    Some(match value {
        Value::Float(number) if !number.is_finite() => return None,
        Value::Bytes(bytes) => str::from_utf8(bytes).ok()?.into(),
        Value::List(items) | Value::Tuple(items) => {
            Value::List(items.iter().map(arrival).collect::<Option<_>>()?)
        }
        Value::Map(entries) => {
            let mut map = Map::new();
            let is_integer = |key: &&Key| matches!(***key, Value::Int(_) | Value::BigInt(_));
            let is_digits = |key: &&Key| {
                key.as_str()
                    .is_some_and(|key| Value::parse_int(key).is_some())
            };
            if entries.keys().any(|key| is_integer(&key))
                && entries.keys().any(|key| is_digits(&key))
            {
                return None;
            }
            for (key, value) in entries {
                let key = match &**key {
                    Value::Str(text) => text.to_string(),
                    Value::Int(_) | Value::BigInt(_) => key.to_string(),
                    Value::Bytes(bytes) => str::from_utf8(bytes).ok()?.to_owned(),
                    _ => return None,
                };
                map.insert(key, arrival(value)?);
            }
            Value::Map(map)
        }
        same => same.clone(),
    })
}

impl Random {
    /// Any value; what JSON has no form for is rare.
    fn json_value(&mut self, levels: usize) -> Value {
        let kinds = if levels == 0 { 9 } else { 14 };
        match self.below(kinds) {
            0 => Value::None,
            1 => (self.below(2) == 1).into(),
            2 => (self.next() as i64 >> self.below(64)).into(),
            3 => self.integer(),
            4 => f64::from_bits(self.next()).into(),
            5 => f32::from_bits(self.next() as u32).into(),
            6 => (self.below(2000) as f64 / 8.0 - 100.0).into(),
            7 => self.json_text().into(),
            8 if self.below(40) == 0 => Value::Bytes(vec![0xFF, self.next() as u8]),
            8 => Value::Bytes(self.json_text().into_bytes()),
            9 | 10 => {
                let length = self.json_length();
                (0..length).map(|_| self.json_value(levels - 1)).collect()
            }
            11 => {
                let length = self.below(6);
                Value::Tuple((0..length).map(|_| self.json_value(levels - 1)).collect())
            }
            _ => {
                let mut map = Map::new();
                for _ in 0..self.json_length() {
                    map.insert(self.json_key(), self.json_value(levels - 1));
                }
                Value::Map(map)
            }
        }
    }

    fn json_key(&mut self) -> Key {
        match self.below(80) {
            0 => (1, "a").into(),
            1 => Value::None.try_into().unwrap(),
            2 => 1.5.into(),
            3 => "7".into(),
            4..20 => (self.below(100) as i32 - 50).into(),
            20 => self.integer().try_into().unwrap(),
            _ => self.json_text().into(),
        }
    }

    /// Often short, sometimes longer than what has a count in rencode.
    fn json_length(&mut self) -> usize {
        let most = 40 >> (3 * self.below(2));
        self.below(most)
    }

    fn json_text(&mut self) -> String {
        let most = 90 >> self.below(6);
        let length = self.below(most);
        (0..length)
            .map(|_| match self.below(4) {
                0 => char::from(self.below(128) as u8),
                1 => '\u{1F3B2}',
                2 => char::from_u32(self.below(0xD800) as u32).unwrap(),
                _ => 'a',
            })
            .collect()
    }
}

#[test]
fn random_values_arrive_as_the_table_says() {
    let mut random = Random(11);
    let (mut sent, mut refused) = (0, 0);
    for _ in 0..1500 {
        let value = random.json_value(4);
        let mut json = Vec::new();
        match (Json.encode(&value, &mut json), arrival(&value)) {
            (Ok(()), Some(expected)) => {
                let arrived = Json.decode(&json).unwrap();
                assert_eq!(arrived, expected, "{value}");
                // The rest of the world reads it too, and what has arrived is sent on unchanged.
                serde_json::from_slice::<serde_json::Value>(&json).unwrap();
                assert_eq!(arrival(&arrived), Some(arrived));
                sent += 1;
            }
            (Err(_), None) => {
                assert_eq!(json, b"");
                refused += 1;
            }
            (result, expected) => panic!("{value}: {result:?}, expected {expected:?}"),
        }
    }
    assert!(
        sent > 1000 && refused > 50,
        "{sent} sent, {refused} refused"
    );
}

#[test]
fn random_floats_arrive_bit_by_bit() {
    let mut random = Random(23);
    let compare = |number: f64| {
        let json = text(number);
        match read(&json) {
            Ok(Value::Float(arrived)) => assert_eq!(arrived.to_bits(), number.to_bits(), "{json}"),
            other => panic!("{json} arrived as {other:?}"),
        }
    };
    for number in [
        0.0, -0.0, 1.0, -1.0, 0.1, 1e15, 1e16, 1e17, 1e21, 1e22, 1e23, 1e300, 5e-324,
    ] {
        compare(number);
        compare(-number);
    }
    for number in [
        f64::MAX,
        f64::MIN_POSITIVE,
        f64::EPSILON,
        9_007_199_254_740_993.0,
    ] {
        compare(number);
        compare(number.next_down());
    }
    for _ in 0..20_000 {
        let bits = random.next();
        for number in [f64::from_bits(bits), f32::from_bits(bits as u32).into()] {
            if number.is_finite() {
                compare(number);
            }
        }
    }
}

#[test]
fn the_codec_names_the_field() {
    let mut body = b"before".to_vec();
    let lost = data! { "action": "hit", "targets": [{ "seat": 1 }, { "seat": f64::INFINITY }] };
    let error = Json.encode(&lost, &mut body).unwrap_err();
    assert_eq!(
        error.to_string(),
        "field `targets[1].seat`: JSON has no NaN and no infinities, found inf: send `None` instead"
    );
    let error = Json.encode(&f64::NAN.into(), &mut body).unwrap_err();
    assert_eq!(
        error.to_string(),
        "JSON has no NaN and no infinities, found NaN: send `None` instead"
    );
    assert_eq!(body, b"before");

    Json.encode(&data! { "action": "hit" }, &mut body).unwrap();
    assert_eq!(body, br#"before{"action":"hit"}"#);
    assert_eq!(Json.name(), "json");
    let error = Json.decode(&body).unwrap_err();
    assert_eq!(error.to_string(), "expected value at line 1 column 1");
}
