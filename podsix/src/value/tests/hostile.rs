//! Bodies that a peer made to do harm.

use super::super::{MAX_LEVELS, Value};
use super::{Random, nested};
use crate::codec::bincode::Problem;

/// What a value takes in memory.
fn memory(value: &Value) -> usize {
    fn heap(value: &Value) -> usize {
        match value {
            Value::Str(text) => text.heap_bytes(),
            Value::Bytes(bytes) => bytes.capacity(),
            Value::BigInt(number) => number.as_str().len(),
            Value::List(items) | Value::Tuple(items) => {
                items.capacity() * size_of::<Value>() + items.iter().map(heap).sum::<usize>()
            }
            Value::Map(map) => {
                let entries = map.iter().map(|(key, value)| heap(key) + heap(value));
                map.heap_bytes() + entries.sum::<usize>()
            }
            _ => 0,
        }
    }
    size_of::<Value>() + heap(value)
}

fn words(bytes: &[u8]) -> String {
    match Value::decode(bytes) {
        Err(Problem::Invalid(words)) => *words,
        Err(Problem::TooLarge) => panic!("decoding has no limit"),
        Ok(_) => panic!("it was accepted"),
    }
}

/// A list of so many elements, and then these bytes again and again.
fn list_of(count: usize, element: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0xEC];
    let mut left = count;
    while left >= 0x80 {
        bytes.push(left as u8 | 0x80);
        left >>= 7;
    }
    bytes.push(left as u8);
    bytes.extend(element.repeat(count));
    bytes
}

#[test]
fn many_small_elements_take_40_bytes_of_memory_each_at_most() {
    let many: Vec<u8> = (0..17).flat_map(|key| [key, 0]).collect();
    let start = std::time::Instant::now();
    for (name, element) in [
        ("none", &[0xE0][..]),
        ("empty text", &[0x40]),
        ("empty list", &[0x80]),
        ("empty map", &[0xB0]),
        ("list of one", &[0x81, 0]),
        ("tuple of one", &[0xA1, 0]),
        ("map of one", &[0xB1, 0, 0]),
        ("text of one", &[0x41, b'a']),
        ("bytes", &[0xEB, 0]),
        ("lists in lists", &[0x81, 0x81, 0x81, 0x81, 0x80]),
        ("maps in maps", &[0xB1, 0, 0xB1, 0, 0xB1, 0, 0xB0]),
        ("one key again", &[0xB4, 0, 0, 0, 0, 0, 0, 0, 0]),
        ("maps of 17", &[&[0xEE, 17][..], &many].concat()),
    ] {
        let bytes = list_of((1 << 18) / element.len(), element);
        let value = Value::decode(&bytes).unwrap();
        let took = memory(&value);
        assert!(
            took <= 40 * bytes.len(),
            "{name}: {took} for {}",
            bytes.len()
        );
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn many_keys_take_40_bytes_of_memory_for_each_of_theirs() {
    for count in [17, 24, 25, 48, 49, 96, 1000, 60_000] {
        let mut bytes = vec![
            0xEE,
            (count & 0x7F) as u8 | 0x80,
            (count >> 7) as u8 | 0x80,
            (count >> 14) as u8,
        ];
        for key in 0..count {
            Value::from(key as i64 - 32)
                .encode(&mut bytes, usize::MAX)
                .unwrap();
            bytes.push(0);
        }
        let value = Value::decode(&bytes).unwrap();
        assert_eq!(value.as_map().unwrap().len(), count);
        assert!(memory(&value) <= 40 * bytes.len(), "{count} keys");
    }
}

/// What is announced is never reserved without as many bytes, also not once for each level.
#[test]
fn a_claim_beyond_the_body_is_refused() {
    for kind in [0xEA, 0xEB, 0xEC, 0xED, 0xEE] {
        for claim in [
            &[4][..],
            &[0xFF, 0xFF, 0x3F],
            &[0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
            &[0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
        ] {
            assert!(
                words(&[&[kind], claim, &[0; 3]].concat()).contains("left for"),
                "{kind:X}"
            );
        }
        assert_eq!(
            words(&[kind, 0x80, 0x80, 0x80, 0x80, 0x80, 0]),
            "a count takes more than five bytes"
        );
    }
    assert_eq!(
        words(&[0xEC, 100, 0, 0]),
        "100 elements are announced, 2 bytes are left for them"
    );
    assert_eq!(
        words(&[0xB2, 0, 0, 0]),
        "2 elements are announced, 3 bytes are left for them"
    );
    assert_eq!(words(&[0x45, b'a']), "text of 5 bytes, 1 are left for it");

    // Each level claims all that is left.
    let mut bytes = vec![0; 1 << 20];
    for level in 0..100 {
        let left = bytes.len() - 4 * (level + 1);
        bytes[4 * level..][..4].copy_from_slice(&[
            0xEC,
            left as u8 | 0x80,
            (left >> 7) as u8 | 0x80,
            (left >> 14) as u8,
        ]);
    }
    assert!(words(&bytes).contains("left for"));
    // The elements that come later are not left for the first one's text either.
    assert_eq!(
        words(&[0x83, 0x42, b'a', b'b', 0]),
        "text of 2 bytes, 1 are left for it"
    );
}

/// A type that holds nothing but itself takes nothing of a value, however often it is opened.
#[test]
fn an_option_of_itself_comes_to_an_end() {
    #[derive(serde::Deserialize, Debug, PartialEq)]
    struct Itself(Option<Box<Self>>);

    assert_eq!(Value::None.to_data(), Ok(Itself(None)));
    let error = Value::from(5).to_data::<Itself>().unwrap_err();
    assert_eq!(
        error.problem(),
        "values are nested more than 128 levels deep"
    );
    // Options around something are counted anew for each thing.
    let lists = Value::List(vec![Value::List(vec![Value::from(1)]); 200]);
    assert!(
        lists
            .to_data::<Option<Option<Vec<Option<Vec<Option<u8>>>>>>>()
            .is_ok()
    );
}

#[test]
fn nesting_ends_at_128_levels() {
    for (list, count) in [
        (&[0x81][..], 1),
        (&[0xA1], 1),
        (&[0xB1, 0], 1),
        (&[0xEC, 1], 1),
    ] {
        let deep = |levels| [&list.repeat(levels * count)[..], &[0]].concat();
        assert!(Value::decode(&deep(100)).is_ok());
        assert!(Value::decode(&deep(MAX_LEVELS)).is_ok());
        for levels in [MAX_LEVELS + 1, 200, 5000, 100_000] {
            assert_eq!(
                words(&deep(levels)),
                "values are nested more than 128 levels deep"
            );
        }
    }
    // An empty list is a level, as it is for those who send it.
    let mut empty = [0x81].repeat(MAX_LEVELS);
    empty.push(0x80);
    assert!(Value::decode(&empty).is_err());
    let value = Value::List(vec![nested(MAX_LEVELS)]);
    assert!(value.encode(&mut Vec::new(), usize::MAX).is_err());
    // Keys are levels too.
    let key = [&[0xB1][..], &[0xA1].repeat(200), &[0, 0]].concat();
    assert!(Value::decode(&key).is_err());
}

#[test]
fn malformed_bodies_are_refused_in_words() {
    for (bytes, expected) in [
        (&[][..], "a value of 1 bytes, 0 are left for it"),
        (&[0xEF], "no value begins with 0xEF"),
        (&[0xFF, 0], "no value begins with 0xFF"),
        (&[0, 0], "expected the end of the body, found 1 more bytes"),
        (
            &[0x41, 0xFF],
            "expected text, found bytes that are not UTF-8",
        ),
        (&[0xE6, 0], "an integer of 8 bytes, 1 are left for it"),
        (&[0xE7, 0], "a float of 4 bytes, 1 are left for it"),
        (
            &[0xB1, 0x80, 0],
            "expected a key, which holds no list and no map, found []",
        ),
        (
            &[0xB1, 0xB0, 0],
            "expected a key, which holds no list and no map, found {}",
        ),
        (
            &[0xB1, 0xA1, 0x80, 0],
            "expected a key, which holds no list and no map, found ([],)",
        ),
        (
            b"\xE9\x00",
            "expected an integer of at most 63 characters, found b\"\"",
        ),
        (
            b"\xE9\x03+12",
            "expected an integer of at most 63 characters, found b\"+12\"",
        ),
        (
            b"\xE9\x021\xFF",
            "expected an integer of at most 63 characters, found b\"1\\xff\"",
        ),
    ] {
        assert_eq!(words(bytes), expected);
    }
}

#[test]
fn long_integers_cost_nothing() {
    for length in [64, 127] {
        let bytes = [&[0xE9, length][..], &[b'9'; 127][..length.into()]].concat();
        assert!(words(&bytes).starts_with("expected an integer of at most 63 characters"));
    }
    let mut bytes = vec![0xE9, 0xC0, 0x84, 0x3D];
    bytes.resize(1_000_004, b'9');
    assert!(words(&bytes).len() < 200);
    let bytes = [&[0xE9, 63][..], &[b'9'; 63]].concat();
    assert!(matches!(Value::decode(&bytes), Ok(Value::BigInt(_))));
}

/// What has been read is nothing that reading again, comparing or printing makes slow.
#[test]
fn large_values_are_handled_in_linear_time() {
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let start = std::time::Instant::now();
    let mut bytes = vec![0xEE, 0xE0, 0xD4, 0x03];
    for _ in 0..60_000 {
        let key = Value::from((random.next() as i64, random.below(100) as f64));
        key.encode(&mut bytes, usize::MAX).unwrap();
        bytes.push(0xE0);
    }
    let value = Value::decode(&bytes).unwrap();
    assert_eq!(value.as_map().unwrap().len(), 60_000);
    assert_eq!(value.clone(), value);
    assert!(value.to_string().len() > bytes.len());
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
