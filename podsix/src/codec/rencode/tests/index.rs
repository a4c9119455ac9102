//! A message's fields, found without reading them.

use super::super::tokens::code;
use super::super::{Entry, NoMessage, Scanner, find, find_message, from_slice, index, to_vec};
use super::{Random, hex};
use crate::data;
use crate::value::{Key, Value};

#[test]
fn fields_are_found_by_name() {
    let message =
        data! { 5: 1, "who": "Ann", (1, "who"): 2, "list": [1, [2], {3: 4}], "action": "say" };
    let body = to_vec(&message).unwrap();
    let mut entries: Vec<Entry> = Vec::new();
    assert_eq!(index(&body, &mut entries), Ok("say"));
    assert_eq!(entries.len(), 5);
    assert_eq!(find(&entries, &body, "who"), Some(&b"\x83Ann"[..]));
    assert_eq!(
        find(&entries, &body, "list"),
        Some(&hex("C3 01 C1 02 67 03 04")[..])
    );
    assert_eq!(find(&entries, &body, "5"), None);
    assert_eq!(find(&entries, &body, ""), None);
    let memory = (entries.as_ptr(), entries.capacity());
    assert_eq!(index(&body, &mut entries), Ok("say"));
    assert_eq!((entries.as_ptr(), entries.capacity()), memory);
    assert_eq!(entries[1].key(&body), b"\x83who");
}

#[test]
fn names_are_found_in_any_form_and_the_last_one_counts() {
    // action: "a", then in long forms and with a mark at the end: action: "b"
    let body = [&b"<\x86action\x81a6:action"[..], b"001:b\x80\x01\x7F"].concat();
    let mut entries = Vec::new();
    assert_eq!(index(&body, &mut entries), Ok("b"));
    assert_eq!(find(&entries, &body, ""), Some(&[1][..]));
    assert_eq!(entries.len(), 3);
}

#[test]
fn what_is_no_message_is_told_apart() {
    let mut entries = Vec::new();
    for (value, expected, found) in [
        (data! { "action": "" }, Ok(""), 1),
        (data! {}, Err(NoMessage::NoAction), 0),
        (data! { "Action": "x", 1: 2 }, Err(NoMessage::NoAction), 2),
        (data! { "action": 5 }, Err(NoMessage::ActionIsNoText), 1),
        (data! { "action": ["x"] }, Err(NoMessage::ActionIsNoText), 1),
        (data! { "action": None }, Err(NoMessage::ActionIsNoText), 1),
        (data! { "a": 1 }["a"].clone(), Err(NoMessage::NoDict), 0),
        (Value::from("action"), Err(NoMessage::NoDict), 0),
        (Value::from(vec!["action", "x"]), Err(NoMessage::NoDict), 0),
    ] {
        let body = to_vec(&value).unwrap();
        assert_eq!(index(&body, &mut entries), expected, "{value}");
        assert_eq!(entries.len(), found);
    }
    let body = hex("67 86616374696F6E 81FF");
    assert_eq!(index(&body, &mut entries), Err(NoMessage::ActionIsNoText));
    let body = hex("67 86616374696F6E");
    assert_eq!(index(&body, &mut entries), Err(NoMessage::NoDict));
}

#[test]
fn every_entry_of_every_dict_is_found() {
    let mut random = Random(0x0123_4567_89AB_CDEF);
    let mut entries = Vec::new();
    for _ in 0..2000 {
        let mut map = crate::value::Map::from([("action", "x")]);
        for _ in 0..random.below(30) {
            map.insert(random.key_without_bytes(), random.value_without_bytes(2));
        }
        let mut body = Vec::new();
        random.encode(&Value::Map(map.clone()), &mut body);
        index(&body, &mut entries).ok();
        let mut found = crate::value::Map::new();
        for entry in &entries {
            let key: Key = from_slice(entry.key(&body)).unwrap();
            let value: Value = from_slice(entry.value(&body)).unwrap();
            if let Some(name) = key.as_str() {
                let last = find(&entries, &body, name).unwrap();
                assert_eq!(&from_slice::<Value>(last).unwrap(), map.get(name).unwrap());
            }
            found.insert(key, value);
        }
        assert_eq!(found, map);
    }
}

#[test]
fn a_message_is_found_where_a_scanner_finds_one() {
    let mut random = Random(0x1357_9BDF_0246_8ACE);
    let (mut found, mut not) = (0, 0);
    for round in 0..20_000 {
        let mut map = crate::value::Map::from([("action", "x")]);
        for _ in 0..random.below(30) {
            map.insert(random.key_without_bytes(), random.value_without_bytes(2));
        }
        let mut bytes = Vec::new();
        random.encode(&Value::Map(map), &mut bytes);
        if round % 3 == 0 {
            let at = random.below(bytes.len());
            bytes[at] = random.next() as u8;
        }
        match round % 4 {
            0 => bytes.truncate(random.below(bytes.len())),
            // What follows is the next one's.
            1 => bytes.extend_from_slice(b"\0---\0\x67"),
            _ => {}
        }
        let first = bytes.first().copied().unwrap_or_default();
        let is_dict = matches!(first, code::SHORT_DICT..=code::LAST_SHORT_DICT | code::DICT);
        let scanned = Scanner::new(usize::MAX).scan(&bytes);
        let end = scanned.ok().flatten().filter(|_| is_dict);
        let mut entries = Vec::new();
        let message = find_message(&bytes, &mut entries);
        assert_eq!(message.map(|message| message.end), end, "{bytes:02X?}");
        if end.is_none() {
            assert_eq!(entries, []);
            not += 1;
        } else {
            found += 1;
        }
    }
    assert!(found > 5000 && not > 5000, "{found}, {not}");
}

#[test]
fn nesting_is_limited_in_a_message_as_well() {
    for (levels, is_message) in [(127, true), (128, false), (1000, false)] {
        let mut bytes = b"\x68\x86action\x81x\x81a".to_vec();
        bytes.resize(bytes.len() + levels, 0xC1);
        bytes.push(0);
        let mut entries = Vec::new();
        assert_eq!(find_message(&bytes, &mut entries).is_some(), is_message);
        let scanned = Scanner::new(usize::MAX).scan(&bytes);
        assert_eq!(scanned.is_ok(), is_message);
    }
}
