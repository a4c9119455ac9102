//! Values as Python writes them, and as `peer.py` shows them.

use podsix::Value;
use podsix::value::{Key, Map};
use serde_json::{Value as Json, json};

/// A value as a Python literal.
pub(crate) fn python(value: &Value) -> String {
    let all = |items: &[Value]| {
        items
            .iter()
            .map(|item| python(item) + ", ")
            .collect::<String>()
    };
    match value {
        Value::None => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Int(int) => int.to_string(),
        Value::BigInt(int) => int.to_string(),
        Value::Float(float) if float.is_nan() => "nan".to_owned(),
        Value::Float(float) => format!("{float:?}"),
        // The escapes are the same in both languages.
        Value::Str(text) => json!(text).to_string(),
        Value::Bytes(bytes) => {
            let bytes: String = bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect();
            format!("b'{bytes}'")
        }
        Value::List(items) => format!("[{}]", all(items)),
        Value::Tuple(items) => format!("({})", all(items)),
        Value::Map(map) => {
            let entry =
                |(key, item): (&Key, &Value)| format!("{}: {}, ", python(key), python(item));
            format!("{{{}}}", map.iter().map(entry).collect::<String>())
        }
        other => panic!("there is no Python for {other:?}"),
    }
}

/// A value as `peer.py` shows it, which tells apart what `==` does not.
pub(crate) fn shown(value: &Value) -> Json {
    let all = |items: &[Value]| items.iter().map(shown).collect::<Vec<Json>>();
    match value {
        Value::None => json!({ "t": "none" }),
        Value::Bool(bool) => json!({ "t": "bool", "v": bool }),
        Value::Int(int) => json!({ "t": "int", "v": int.to_string() }),
        Value::BigInt(int) => json!({ "t": "int", "v": int.to_string() }),
        Value::Float(float) => {
            json!({ "t": "float", "v": format!("{:016x}", float.to_bits()) })
        }
        Value::Str(text) => json!({ "t": "str", "v": text }),
        Value::Bytes(bytes) => {
            let bytes: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            json!({ "t": "bytes", "v": bytes })
        }
        Value::List(items) => json!({ "t": "list", "v": all(items) }),
        Value::Tuple(items) => json!({ "t": "tuple", "v": all(items) }),
        Value::Map(map) => {
            let entries = map
                .iter()
                .map(|(key, item)| json!([shown(key), shown(item)]));
            json!({ "t": "dict", "v": entries.collect::<Vec<Json>>() })
        }
        other => panic!("nothing shows {other:?}"),
    }
}

/// The value that `peer.py` shows.
pub(crate) fn value(json: &Json) -> Value {
    let held = &json["v"];
    let text = || held.as_str().unwrap();
    let all = || held.as_array().unwrap().iter();
    match json["t"].as_str().unwrap() {
        "none" => Value::None,
        "bool" => held.as_bool().unwrap().into(),
        "int" => Value::parse_int(text()).unwrap(),
        "float" => f64::from_bits(u64::from_str_radix(text(), 16).unwrap()).into(),
        "str" | "object" => text().into(),
        "list" => all().map(value).collect(),
        "tuple" => Value::Tuple(all().map(value).collect()),
        "dict" => {
            let entry = |pair: &Json| (Key::try_from(value(&pair[0])).unwrap(), value(&pair[1]));
            Value::Map(all().map(entry).collect::<Map>())
        }
        other => panic!("what is `{other}`?"),
    }
}

#[test]
fn what_is_shown_is_read() {
    use podsix::data;

    let all = data! {
        "action": "all",
        "numbers": [0, -1, 0.5, 1e300, true],
        (1, "two"): (None, "\u{0}\"'é\\", {}),
    };
    assert_eq!(shown(&value(&shown(&all))), shown(&all));
    assert_eq!(
        python(&all),
        r#"{"action": "all", "numbers": [0, -1, 0.5, 1e300, True, ], "#.to_owned()
            + r#"(1, "two", ): (None, "\u0000\"'é\\", {}, ), }"#
    );
    assert_eq!(python(&Value::Bytes(vec![0, 255])), r"b'\x00\xff'");
}
