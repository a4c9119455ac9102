//! JSON to rencode and back.

use super::choices::Chance;
use crate::Value;
use crate::codec::Codec;
use crate::codec::json::{
    Integers, Json, any_to_rencode, from_rencode, known_to_rencode, to_rencode,
};
use crate::codec::rencode::{Layouts, decode_value, find_message, find_terminator, validate};

const BOTH: [Integers; 2] = [Integers::Any, Integers::Safe];

pub(super) fn body(data: &[u8]) {
    let mut body = b"before".to_vec();
    let mut again = body.clone();
    let any = any_to_rencode(data, &mut again, usize::MAX);
    assert_eq!(any.is_ok(), to_rencode(data, &mut body, usize::MAX).is_ok());
    assert_eq!(again, body, "the quick pass and the other one");
    body.truncate(6);
    if to_rencode(data, &mut body, usize::MAX).is_err() {
        assert_eq!(body, b"before");
        assert!(Json.decode(data).is_err());
        return;
    }
    let body = &body[6..];
    assert!(body.len() <= 3 * data.len());
    laid_out(data, body);
    validate(body).unwrap();
    serde_json::from_slice::<serde::de::IgnoredAny>(data).unwrap();
    let mut short = Vec::new();
    assert!(to_rencode(data, &mut short, body.len() - 1).is_err());
    assert!(short.is_empty());
    let value = decode_value(body).unwrap();
    assert_eq!(Json.decode(data).unwrap(), value);
    transcode(body);
    // All that JSON can say is said in JSON, and in one way only.
    let text = written(body, Integers::Any).unwrap();
    let mut again = Vec::new();
    to_rencode(&text, &mut again, usize::MAX).unwrap();
    assert_eq!(decode_value(&again).unwrap(), value);
    assert_eq!(written(&again, Integers::Any).unwrap(), text);
}

/// A message that is laid out as one before it becomes what others become, and so does one that only seems to be.
fn laid_out(data: &[u8], body: &[u8]) {
    let mut layouts = Layouts::<u8>::default();
    if layouts.find_other(body, &mut Vec::new()).is_none() {
        return;
    }
    let mut chance = Chance::of(data);
    let mut changed = data.to_vec();
    for _ in 0..8 {
        let mut quick = Vec::new();
        let mut entries = Vec::new();
        let known = known_to_rencode(&changed, &mut quick, usize::MAX, &mut entries, &layouts);
        if let Some((read, known)) = known {
            let mut slow = Vec::new();
            any_to_rencode(&changed[..read], &mut slow, usize::MAX).unwrap();
            assert_eq!(quick, slow);
            let mut others = Vec::new();
            let found = find_message(&slow, &mut others).unwrap();
            assert_eq!(found.end, known.end);
            assert_eq!(found.action.unwrap().len(), usize::from(known.name_bytes));
            assert_eq!(entries, others);
        }
        let place = chance.below(changed.len());
        changed[place] = match chance.below(3) {
            0 => u8::try_from(chance.below(256)).unwrap(),
            _ => b"\"\\,:{}[]0 "[chance.below(10)],
        };
    }
}

/// Turns a valid body into JSON, if it has a form there.
pub(super) fn transcode(body: &[u8]) {
    for integers in BOTH {
        let Some(text) = written(body, integers) else {
            continue;
        };
        assert!(str::from_utf8(&text).is_ok());
        assert_eq!(find_terminator(&text), None);
        let mut again = Vec::new();
        to_rencode(&text, &mut again, usize::MAX).unwrap();
        assert_eq!(written(&again, integers).as_ref(), Some(&text));
        if let Some(limit) = text.len().checked_sub(1) {
            let mut short = Vec::new();
            assert!(from_rencode(body, &mut short, limit, integers).is_err());
            assert!(short.is_empty());
        }
    }
}

/// A value that can be sent arrives as what it was sent as.
pub(super) fn value(value: &Value) {
    let mut text = Vec::new();
    if Json.encode(value, &mut text).is_ok() {
        let arrived = Json.decode(&text).unwrap();
        let mut again = Vec::new();
        Json.encode(&arrived, &mut again).unwrap();
        assert_eq!(again, text);
    }
}

fn written(body: &[u8], integers: Integers) -> Option<Vec<u8>> {
    let mut text = b"before".to_vec();
    match from_rencode(body, &mut text, usize::MAX, integers) {
        Ok(()) => Some(text.split_off(6)),
        Err(_) => {
            assert_eq!(text, b"before");
            None
        }
    }
}
