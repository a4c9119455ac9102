//! Values on the native wire, and what else becomes of them.

use crate::codec::bincode::Problem;
use crate::codec::rencode;
use crate::{Value, value::MAX_LEVELS};

use super::bodies::Everything;

pub(super) fn body(data: &[u8]) {
    let Ok(value) = Value::decode(data) else {
        return;
    };
    assert!(levels(&value) <= MAX_LEVELS);
    let mut bytes = Vec::new();
    value.encode(&mut bytes, usize::MAX).unwrap();
    assert!(bytes.len() <= data.len(), "what is passed on never grows");
    assert_eq!(Value::decode(&bytes).as_ref(), Ok(&value));
    let mut short = Vec::new();
    let limited = value.encode(&mut short, bytes.len() - 1);
    assert_eq!(limited, Err(Problem::TooLarge));
    assert!(short.len() < bytes.len());

    assert_eq!(Value::from_data(&value).as_ref(), Ok(&value));
    assert_eq!(value.to_data::<Value>().as_ref(), Ok(&value));
    let _ = value.to_data::<Everything>();
    let _ = value.to_string();

    // Python's wire has no bytes apart from text.
    if let Ok(bytes) = rencode::to_vec(&value)
        && !has_bytes(&value)
    {
        assert_eq!(rencode::decode_value(&bytes).as_ref(), Ok(&value));
    }
    #[cfg(feature = "json")]
    super::json::value(&value);
}

fn levels(value: &Value) -> usize {
    match value {
        Value::List(items) | Value::Tuple(items) => 1 + items.iter().map(levels).max().unwrap_or(0),
        Value::Map(map) => {
            let entries = map
                .iter()
                .map(|(key, value)| levels(key).max(levels(value)));
            1 + entries.max().unwrap_or(0)
        }
        _ => 0,
    }
}

fn has_bytes(value: &Value) -> bool {
    match value {
        Value::Bytes(_) => true,
        Value::List(items) | Value::Tuple(items) => items.iter().any(has_bytes),
        Value::Map(map) => map
            .iter()
            .any(|(key, value)| has_bytes(key) || has_bytes(value)),
        _ => false,
    }
}
