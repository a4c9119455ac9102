//! The bytes of PodSixNet's messages: what the original's own encoder and decoder did with some 650 values and byte
//! strings is what podsix does, but for what is listed here.
//!
//! The vectors were made by running PodSixNet 0.11.0; their `meta` says with what.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that unwraps says clearly enough what went wrong"
)]

use std::collections::BTreeSet;

use podsix::value::Map;
use podsix::{Value, rencode};
use serde::Deserialize;
use serde_json::Value as Json;

/// Valid bytes that are refused here.
const REFUSED: [(&str, &str); 3] = [
    ("v0317", "spaces around an integer in decimal"),
    ("v0318", "an underscore in an integer in decimal"),
    ("v0321", "a space in the length of a string"),
];

/// Malformed bytes that are accepted here: strings that are not UTF-8 are bytes, except as keys.
const ACCEPTED: [&str; 17] = [
    "m0166", "m0167", "m0168", "m0169", "m0170", "m0171", "m0173", "m0174", "m0175", "m0217",
    "m0220", "m0227", "m0229", "m0230", "m0231", "m0232", "m0235",
];

/// Values that PodSixNet can't encode, and that are sent here: floats beyond the range of its four bytes.
const ENCODED: [&str; 3] = ["e0003", "e0004", "e0005"];

fn vectors(list: &str) -> Vec<Json> {
    let json = include_str!("../vectors/rencode.json");
    let mut json = serde_json::Deserializer::from_str(json);
    json.disable_recursion_limit();
    let mut vectors = Json::deserialize(&mut json).unwrap();
    let Json::Array(list) = vectors[list].take() else {
        panic!("there are no vectors");
    };
    assert!(!list.is_empty());
    list
}

fn text<'a>(vector: &'a Json, name: &str) -> &'a str {
    vector[name].as_str().unwrap()
}

fn from_hex(hex: &str) -> Vec<u8> {
    assert!(hex.len().is_multiple_of(2));
    (0..hex.len() / 2)
        .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
        .collect()
}

/// The bytes of a vector, which may be the repetition of a few.
fn bytes(vector: &Json) -> Vec<u8> {
    match vector["hex"].as_str() {
        Some(hex) => from_hex(hex),
        None => vector["gen"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|part| {
                let times = part[1].as_u64().unwrap() as usize;
                from_hex(part[0].as_str().unwrap()).repeat(times)
            })
            .collect(),
    }
}

fn float(json: &Json) -> f64 {
    f64::from_bits(u64::from_str_radix(text(json, "bits"), 16).unwrap())
}

/// `None` for an integer of more than 63 characters, which no value can be.
fn value(json: &Json) -> Option<Value> {
    let content = &json["v"];
    let items =
        || -> Option<Vec<Value>> { content.as_array().unwrap().iter().map(value).collect() };
    Some(match text(json, "t") {
        "none" => Value::None,
        "bool" => content.as_bool().unwrap().into(),
        "int" => Value::parse_int(content.as_str().unwrap())?,
        "float" => float(json).into(),
        "str" => content.as_str().unwrap().into(),
        "bytes" => Value::Bytes(from_hex(text(json, "hex"))),
        "list" => Value::List(items()?),
        "tuple" => Value::Tuple(items()?),
        "dict" => {
            let mut map = Map::new();
            for entry in content.as_array().unwrap() {
                let key = podsix::value::Key::try_from(value(&entry[0])?).unwrap();
                map.insert(key, value(&entry[1])?);
            }
            Value::Map(map)
        }
        other => panic!("what is `{other}`?"),
    })
}

/// Also the sign of a zero, and the order of a map's entries.
fn is_same(a: &Value, b: &Value) -> bool {
    a == b && format!("{a}") == format!("{b}")
}

#[test]
fn valid_bytes_are_the_value_that_they_are_to_the_original() {
    let mut refused = BTreeSet::new();
    for vector in vectors("valid") {
        let id = text(&vector, "id");
        let expected = value(&vector["decoded"]).unwrap();
        match rencode::from_slice::<Value>(&bytes(&vector)) {
            Ok(found) => assert!(is_same(&found, &expected), "{id}: {found}"),
            Err(error) => {
                assert_eq!(text(&vector, "level"), "may", "{id}: {error}");
                refused.insert(id.to_owned());
            }
        }
    }
    let listed = REFUSED.iter().map(|(id, _)| (*id).to_owned()).collect();
    assert_eq!(refused, listed);
}

#[test]
fn values_become_the_bytes_that_the_original_makes_of_them() {
    let mut compared = 0;
    for vector in vectors("valid") {
        let id = text(&vector, "id");
        let decoded = value(&vector["decoded"]).unwrap();
        if vector["canonical"] == true {
            let encoded = rencode::to_vec(&decoded).unwrap();
            assert_eq!(encoded, bytes(&vector), "{id}: {decoded}");
            compared += 1;
        }
        // What the original makes of text as `bytes`; its floats lose precision, ours do not.
        let given = Some(&vector["enc"])
            .filter(|given| !given.is_null())
            .and_then(value)
            .filter(|_| vector["enc"]["t"] != "float");
        if let Some(given) = given {
            assert_eq!(rencode::to_vec(&given).unwrap(), bytes(&vector), "{id}");
        }
        // Whatever form it came in, it goes out in one that is read the same.
        let again = rencode::to_vec(&decoded).unwrap();
        let again: Value = rencode::from_slice(&again).unwrap();
        assert!(is_same(&again, &decoded), "{id}");
    }
    assert!(compared > 300);
}

#[test]
fn malformed_bytes_are_refused_on_a_small_stack() {
    let vectors = vectors("malformed");
    let small_stack = std::thread::Builder::new().stack_size(256 << 10);
    let on_small_stack = small_stack.spawn(move || {
        let mut accepted = Vec::new();
        for vector in &vectors {
            let id = text(vector, "id");
            if let Ok(found) = rencode::from_slice::<Value>(&bytes(vector)) {
                assert_eq!(text(vector, "error"), "UnicodeDecodeError", "{id}: {found}");
                assert!(found.to_string().contains("b\""), "{id}: {found}");
                accepted.push(id.to_owned());
            }
        }
        (accepted, vectors)
    });
    let (accepted, _) = on_small_stack.unwrap().join().unwrap();
    assert_eq!(accepted, ACCEPTED);
}

#[test]
fn what_the_original_cannot_encode_is_sent_whole_or_no_value() {
    let mut encoded = Vec::new();
    for vector in vectors("encode") {
        // Kinds that only Python has.
        if vector["value"].is_null() || vector["value"]["t"] == "str-surrogate" {
            continue;
        }
        // The original's own option for the size of floats.
        if vector["group"] == "float-bits" {
            continue;
        }
        if let Some(value) = value(&vector["value"]) {
            let bytes = rencode::to_vec(&value).unwrap();
            assert!(is_same(&rencode::from_slice(&bytes).unwrap(), &value));
            encoded.push(text(&vector, "id").to_owned());
        }
    }
    assert_eq!(encoded, ENCODED);
}
