//! Messages that are laid out as others before them, found in the quick way.

use std::ops::Range;

use super::super::{Entry, Fields, Known, Layouts, NAME_AT, NoMessage, find, find_message, to_vec};
use super::Random;
use crate::data;
use crate::value::{Map, Value};

/// Where a message ends, where its action's name is, and its entries.
type Parts = (usize, Result<Range<usize>, NoMessage>, Vec<Entry>);

fn parts<T>(known: &Known<T>, entries: Vec<Entry>) -> Parts {
    assert_eq!(known.entries, entries.len());
    let name = NAME_AT..NAME_AT + usize::from(known.name_bytes);
    (known.end, Ok(name), entries)
}

fn slow_parts(bytes: &[u8]) -> Option<Parts> {
    let mut entries = Vec::new();
    let found = find_message(bytes, &mut entries)?;
    Some((found.end, found.action, entries))
}

/// Finds a message in either way; whether it was the quick one, and whether its fields are known to be distinct.
fn find_either(layouts: &mut Layouts<u32>, bytes: &[u8]) -> Option<(Parts, bool, bool)> {
    let mut entries = Vec::new();
    if let Some(known) = layouts.find(bytes, &mut entries) {
        return Some((parts(&known, entries), true, true));
    }
    assert_eq!(entries, [], "they are as before");
    let (found, place) = layouts.find_other(bytes, &mut entries)?;
    Some(((found.end, found.action, entries), false, place.is_some()))
}

fn is_known(layouts: &mut Layouts<u32>, bytes: &[u8]) -> bool {
    find_either(layouts, bytes).unwrap().1
}

/// A message of one of a few kinds, most with the same keys in the same order.
fn message(random: &mut Random) -> Value {
    const ACTIONS: [&str; 8] = [
        "a",
        "go",
        "move",
        "chat",
        "card",
        "move_left",
        "mine_left",
        "über_lang_benannt",
    ];
    const KEYS: [&str; 10] = [
        "",
        "x",
        "y",
        "id",
        "name",
        "action2",
        "actions",
        "a_longer_name",
        "größe",
        "position",
    ];
    let kind = random.below(ACTIONS.len());
    let mut map = Map::from([("action", ACTIONS[kind])]);
    for (number, key) in KEYS.into_iter().enumerate() {
        let place = (number + kind) % KEYS.len();
        if place < kind && !random.chance(20) {
            let value = match random.below(6) {
                0 => random.value_without_bytes(2),
                1 => random.text().into(),
                2 => (random.below(300) as f64 / 8.0).into(),
                _ => random.integer(),
            };
            map.insert(key, value);
        }
    }
    if random.chance(30) {
        map.insert(random.key_without_bytes(), 1);
    }
    Value::Map(map)
}

#[test]
fn what_is_found_is_what_is_found_without() {
    let mut random = Random(0x00DD_BA11_5EED_CAFE);
    let mut layouts = Layouts::default();
    let (mut quick, mut found, mut not) = (0, 0, 0);
    for round in 0..40_000 {
        let mut bytes = Vec::new();
        let message = message(&mut random);
        match round % 4 {
            // In forms that nobody writes, and with keys that come twice.
            0 => random.encode(&message, &mut bytes),
            _ => bytes = to_vec(&message).unwrap(),
        }
        match random.below(8) {
            0 => {
                let at = random.below(bytes.len());
                bytes[at] = random.next() as u8;
            }
            1 => bytes.truncate(random.below(bytes.len())),
            // What follows is the next one's.
            2..=5 => bytes.extend_from_slice(b"\0---\0\x68\x86action"),
            _ => {}
        }
        let expected = slow_parts(&bytes);
        let Some((parts, is_quick, are_distinct)) = find_either(&mut layouts, &bytes) else {
            assert_eq!(expected, None, "{bytes:02X?}");
            not += 1;
            continue;
        };
        found += 1;
        quick += u32::from(is_quick);
        assert_eq!(Some(&parts), expected.as_ref(), "{bytes:02X?}");
        let (_, _, entries) = &parts;
        let fields = Fields {
            body: &bytes,
            entries,
            are_distinct,
        };
        for (place, entry) in entries.iter().enumerate() {
            let Ok(key) = super::from_slice::<String>(entry.key(&bytes)) else {
                continue;
            };
            let value = find(entries, &bytes, &key);
            assert_eq!(fields.find(&key), value);
            for place in [place, place + 1, 0] {
                let there = fields.get(place, &key);
                assert!(there.is_none() || there == value, "{key}: {bytes:02X?}");
            }
            assert!(!are_distinct || fields.get(place, &key) == value);
        }
    }
    let all = [quick, found, not];
    assert!(
        quick > 10_000 && found - quick > 5000 && not > 2000,
        "{all:?}"
    );
}

#[test]
fn a_layout_is_learned_at_once_and_told_by_action_and_keys() {
    let mut layouts = Layouts::default();
    let first = to_vec(&data! { "action": "move", "x": 1, "y": [1, 2] }).unwrap();
    let same = to_vec(&data! { "action": "move", "x": "far", "y": None }).unwrap();
    assert!(!is_known(&mut layouts, &first));
    assert!(is_known(&mut layouts, &first));
    assert!(is_known(&mut layouts, &same));
    for other in [
        data! { "action": "movE", "x": 1, "y": 2 },
        data! { "action": "moves", "x": 1, "y": 2 },
        data! { "action": "move", "x": 1, "y": 2, "z": 3 },
        data! { "action": "move", "x": 1, "yy": 2 },
        data! { "action": "move", "y": 1, "x": 2 },
    ] {
        let other = to_vec(&other).unwrap();
        assert!(!is_known(&mut layouts, &other));
        assert!(is_known(&mut layouts, &other));
    }
    // The last of them had as many keys.
    assert!(!is_known(&mut layouts, &same));
}

#[test]
fn some_have_no_layout() {
    let double = b"\x69\x86action\x81a\x81x\x01\x81x\x02";
    let action_twice = b"\x68\x86action\x81a\x86action\x81a";
    let marked = b"<\x86action\x81a\x7F";
    let long_form = b"\x68\x86action\x81a1:x\x01";
    let long_name = b"\x67\x86action1:a";
    let no_text = b"\x67\x86action\x81\xFF";
    let no_name = b"\x67\x86action\x80";
    let second = b"\x68\x81x\x01\x86action\x81a";
    let zeros = [0; 40];
    for bytes in [
        &double[..],
        action_twice,
        marked,
        long_form,
        long_name,
        no_text,
        no_name,
        second,
        &zeros,
        &[0xFF; 200],
    ] {
        // Among others, and not.
        for others in [0, 1] {
            let mut layouts = Layouts::default();
            let other = to_vec(&data! { "action": "a", "x": 1 }).unwrap();
            assert!(others == 0 || !is_known(&mut layouts, &other));
            for _ in 0..3 {
                let found = find_either(&mut layouts, bytes);
                let found = found.map(|(parts, is_quick, are_distinct)| {
                    assert!(!is_quick && !are_distinct, "{bytes:02X?}");
                    parts
                });
                assert_eq!(found, slow_parts(bytes));
            }
        }
    }
    // As many entries as a layout has, and one more.
    for (entries, has_layout) in [(15, true), (16, false)] {
        let mut message = data! { "action": "many" };
        for number in 0..entries {
            message
                .as_map_mut()
                .unwrap()
                .insert(format!("key {number}"), number);
        }
        let bytes = to_vec(&message).unwrap();
        let mut layouts = Layouts::default();
        assert!(!is_known(&mut layouts, &bytes));
        assert_eq!(is_known(&mut layouts, &bytes), has_layout);
    }
}

#[test]
fn what_is_known_stays_with_its_layout() {
    let mut layouts = Layouts::default();
    let names = ["move", "chat", "card", "play", "stop", "turn"];
    let bodies = names.map(|name| to_vec(&data! { "action": name, "x": 1 }).unwrap());
    for (number, body) in (1_u32..).zip(&bodies) {
        let (_, place) = layouts.find_other(body, &mut Vec::new()).unwrap();
        assert_eq!(layouts.find(body, &mut Vec::new()).unwrap().known, 0);
        layouts.set_known(place.unwrap(), number);
    }
    for (number, body) in (1..).zip(&bodies) {
        assert_eq!(layouts.find(body, &mut Vec::new()).unwrap().known, number);
    }
    // What was known of another layout is not true of the one in its place.
    for number in 0..1000 {
        let body = to_vec(&data! { "action": format!("{number}"), "x": 1 }).unwrap();
        layouts.find_other(&body, &mut Vec::new()).unwrap();
        assert_eq!(layouts.find(&body, &mut Vec::new()).unwrap().known, 0);
    }
}
