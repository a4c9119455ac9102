//! PodSixNet's coding.

use std::collections::BTreeMap;

use super::bodies::Everything;
use super::choices::Chance;
use crate::Value;
use crate::codec::rencode::{
    self, Entry, Fields, Layouts, NoMessage, Scanner, TERMINATOR, avoid_terminator,
    contains_terminator, decode_value, find, from_slice, read,
};

pub(super) fn body(data: &[u8]) {
    let end = scan(data);
    assert!(end.is_some() || rencode::find_message(data, &mut Vec::new()).is_none());
    let value = decode_value(data);
    assert_eq!(rencode::validate(data).is_ok(), value.is_ok());
    assert_eq!(end == Some(data.len()), value.is_ok());
    // Types that read bytes which nobody has checked meet errors alone.
    let _ = read::<Everything>(data);
    let _ = read::<BTreeMap<i32, Option<String>>>(data);
    let Ok(value) = value else {
        assert!(from_slice::<Value>(data).is_err());
        return;
    };
    assert_eq!(from_slice::<Value>(data).as_ref(), Ok(&value));
    message(data, &value);
    terminator(data, &value);
    let typed = from_slice::<Everything>(data).is_ok();
    assert_eq!(typed, value.to_data::<Everything>().is_ok());
    match rencode::to_vec(&value) {
        Ok(again) => {
            assert!(again.len() <= data.len() + data.len() / 2 + 8);
            assert_eq!(decode_value(&again).as_ref(), Ok(&value));
            let twice = rencode::to_vec(&value);
            assert_eq!(twice.as_ref(), Ok(&again));
        }
        // Bytes that are no text can be read, and not be sent.
        Err(error) => assert!(!error.problem().is_empty()),
    }
    #[cfg(feature = "json")]
    super::json::transcode(data);
}

/// Where the value ends, which is the same however the bytes arrive.
fn scan(data: &[u8]) -> Option<usize> {
    let whole = Scanner::new(usize::MAX).scan(data);
    let mut chance = Chance::of(data);
    let mut scanner = Scanner::new(usize::MAX);
    let mut cut = 0;
    let in_pieces = loop {
        match scanner.scan(&data[..cut]) {
            Ok(None) if cut == data.len() => break Ok(None),
            Ok(None) => {
                assert!(scanner.needed() > cut, "it waits for what is there");
                cut = data.len().min(cut + 1 + chance.below(9));
            }
            end => break end,
        }
    };
    match (&whole, &in_pieces) {
        (Ok(whole), Ok(in_pieces)) => assert_eq!(whole, in_pieces),
        (whole, in_pieces) => assert_eq!(whole.is_err(), in_pieces.is_err()),
    }
    let end = whole.ok().flatten()?;
    assert_eq!(Scanner::new(end).scan(data), Ok(Some(end)));
    let mut entries = Vec::new();
    if let Some(message) = rencode::find_message(data, &mut entries) {
        assert_eq!(message.end, end);
        laid_out(data, end, &entries, &mut chance);
    }
    assert!(Scanner::new(end - 1).scan(data).is_err());
    Some(end)
}

/// A message that is laid out as one before it is found as others are, and so is one that only seems to be.
fn laid_out(data: &[u8], end: usize, entries: &[Entry], chance: &mut Chance) {
    let mut layouts = Layouts::<u8>::default();
    let mut others = Vec::new();
    assert!(layouts.find(data, &mut others).is_none());
    let (_, place) = layouts.find_other(data, &mut others).unwrap();
    assert_eq!(others, entries);
    others.clear();
    let known = layouts.find(data, &mut others);
    assert_eq!(known.is_some(), place.is_some());
    if let Some(known) = known {
        assert_eq!((known.end, known.entries), (end, entries.len()));
        assert_eq!(others, entries);
        let fields = Fields {
            body: data,
            entries,
            are_distinct: true,
        };
        let mut keys: Vec<&[u8]> = entries.iter().map(|entry| entry.key(data)).collect();
        for (place, key) in keys.iter().enumerate() {
            let name = str::from_utf8(&key[1..]).unwrap();
            assert_eq!(fields.get(place, name), fields.find(name));
        }
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), entries.len());
    }
    let mut changed = data.to_vec();
    for _ in 0..8 {
        let place = chance.below(changed.len());
        changed[place] = u8::try_from(chance.below(256)).unwrap();
        let mut quick = Vec::new();
        if let Some(known) = layouts.find(&changed, &mut quick) {
            let mut slow = Vec::new();
            let found = rencode::find_message(&changed, &mut slow).unwrap();
            assert_eq!(found.end, known.end);
            assert_eq!(found.action.unwrap().len(), usize::from(known.name_bytes));
            assert_eq!(quick, slow);
        } else {
            assert!(quick.is_empty());
        }
    }
}

/// What finds a message's fields finds what is in its value.
fn message(data: &[u8], value: &Value) {
    let mut entries = Vec::new();
    let index = rencode::index(data, &mut entries);
    let Value::Map(map) = value else {
        assert_eq!(index, Err(NoMessage::NoDict));
        return;
    };
    assert!(entries.len() >= map.len());
    let named = map.get("action").ok_or(NoMessage::NoAction);
    let named = named.and_then(|name| name.as_str().ok_or(NoMessage::ActionIsNoText));
    assert_eq!(index, named);
    for (key, value) in map {
        if let Some(name) = key.as_str() {
            let field = find(&entries, data, name).unwrap();
            assert_eq!(decode_value(field).as_ref(), Ok(value));
        }
    }
}

/// What stands behind a message never stands in it.
fn terminator(data: &[u8], value: &Value) {
    let with = [data, TERMINATOR].concat();
    let first = rencode::find_terminator(&with).unwrap();
    assert_eq!(contains_terminator(data), first < data.len());
    let mut out = Vec::new();
    if contains_terminator(data) && avoid_terminator(data, &mut out, usize::MAX).is_ok() {
        assert!(!contains_terminator(&out));
        assert_eq!(decode_value(&out).as_ref(), Ok(value));
        let limit = out.len() - 1;
        let mut short = Vec::new();
        assert!(avoid_terminator(data, &mut short, limit).is_err());
        assert!(short.len() <= limit);
    }
}
