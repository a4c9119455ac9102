//! Bytes that a peer made to do harm.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::scan::validate;
use super::super::{decode_value, from_slice, read};
use super::agreement::Picky;
use super::{Random, hex, words};
use crate::value::{MAX_LEVELS, Value};

/// What a value without maps takes in memory.
fn memory(value: &Value) -> usize {
    let heap = match value {
        Value::Str(text) => text.heap_bytes(),
        Value::Bytes(bytes) => bytes.capacity(),
        Value::List(items) | Value::Tuple(items) => {
            let spare = items.capacity() - items.len();
            spare * size_of::<Value>() + items.iter().map(memory).sum::<usize>()
        }
        _ => 0,
    };
    size_of::<Value>() + heap
}

#[test]
fn many_small_elements_take_40_bytes_of_memory_each_at_most() {
    for element in [
        "45",
        "80",
        "C0",
        "C1 00",
        "3B 7F",
        "3A 00 7F",
        "81 61",
        "81 FF",
        "C5 00 01 02 3B 7F 04",
        "3B 00 3B 00 00 00 7F 00 3B 00 00 7F 00 00 7F",
    ] {
        let element = hex(element);
        let elements = element.repeat((1 << 17) / element.len() + 1);
        let bytes = [&[0x3B][..], &elements, &[0x7F]].concat();
        let value = decode_value(&bytes).unwrap();
        let took = memory(&value);
        assert!(took <= 40 * bytes.len(), "{took} for {}", bytes.len());
    }
}

#[test]
fn a_claim_beyond_the_bytes_is_refused() {
    for bytes in [
        "DF 00 00",
        "FF 00 00",
        "7E 00 00",
        "BF 61",
        "39 39 39 39 39 39 39 39 39 39 39 39 3A 61",
        "C2 39 39 39 39 39 39 39 39 39 39 39 39 3A 61 00",
    ] {
        let bytes = hex(bytes);
        assert!(words(from_slice::<Value>(&bytes)).contains("ends before its value"));
        assert!(decode_value(&bytes).is_err());
        // Read by types that trust what was checked, which here it was not.
        assert!(read::<Value>(&bytes).is_err());
        assert!(read::<Vec<Option<String>>>(&bytes).is_err());
        assert!(read::<std::collections::HashMap<u8, u8>>(&bytes).is_err());
    }
}

/// All that recurses does so at the greatest depth that can arrive, also on a small stack.
#[test]
fn the_deepest_values_are_read_on_a_small_stack() {
    #[derive(Debug, Deserialize)]
    struct Deep(#[expect(dead_code)] Option<Vec<Self>>);
    #[derive(Debug, Deserialize)]
    #[expect(dead_code)]
    struct Entry {
        a: Option<Box<Self>>,
    }
    let on_small_stack = std::thread::Builder::new().stack_size(1 << 20).spawn(|| {
        for open in ["C1", "3B", "E1", "3A", "67 8161", "3C 8161"] {
            let open = hex(open);
            let close = if open[0] < 0x66 {
                vec![0x7F; MAX_LEVELS]
            } else {
                vec![]
            };
            let bytes = [open.repeat(MAX_LEVELS), vec![0x45], close].concat();
            let value = decode_value(&bytes).unwrap();
            assert_eq!(from_slice::<Value>(&bytes).unwrap(), value);
            assert_eq!(
                from_slice::<Deep>(&bytes).is_ok(),
                value.as_list().is_some()
            );
            assert_eq!(
                from_slice::<Entry>(&bytes).is_ok(),
                value.as_map().is_some()
            );
            let again = super::to_vec(&value).unwrap();
            assert_eq!(decode_value(&again).unwrap(), value);
            // Nor does it run away where nothing was checked before.
            let endless = open.repeat(1000);
            assert!(read::<Deep>(&endless).is_err() && read::<Value>(&endless).is_err());
            assert!(read::<serde::de::IgnoredAny>(&endless).is_err());
            assert!(read::<Entry>(&endless).is_err() && decode_value(&endless).is_err());
        }
    });
    on_small_stack.unwrap().join().unwrap();
    assert!(from_slice::<Value>(&[0xC1; 100_000]).is_err());
}

/// A type that is nothing but itself takes no byte a level, so no body ends it.
#[test]
fn a_type_that_holds_nothing_but_itself_ends() {
    #[derive(Debug, Deserialize)]
    struct Endless(#[expect(dead_code)] Option<Box<Self>>);
    assert!(from_slice::<Endless>(&[0x45]).is_ok());
    assert!(words(from_slice::<Endless>(&[5])).contains("holds nothing but itself"));
    assert!(words(from_slice::<Vec<Endless>>(&[0xC1, 5])).starts_with("field `[0]`"));
    // Wrapped often, and not without end.
    type Often = Option<Box<Option<Box<Option<Box<Option<Box<Option<Box<Option<u8>>>>>>>>>>>;
    assert!(from_slice::<[Often; 2]>(&[0xC2, 5, 0x45]).is_ok());
}

/// Types that read unchecked bytes meet errors alone.
#[test]
fn unchecked_bytes_never_panic() {
    #[derive(Debug, Deserialize)]
    #[expect(dead_code)]
    enum Shape {
        Point,
        Circle(f32),
        Line((u8, u8), (u8, u8)),
        Square { at: (u8, u8), size: Option<u8> },
        Group(Vec<Self>),
    }
    #[derive(Debug, Deserialize)]
    #[expect(dead_code)]
    struct All {
        shape: Option<Shape>,
        map: Option<BTreeMap<i32, String>>,
        any: Option<Value>,
    }
    let mut random = Random(0x5555_AAAA_1234_4321);
    for _ in 0..8000 {
        let value = random.value_without_bytes(3);
        let mut bytes = vec![0x69];
        for name in ["shape", "map", "any"] {
            bytes.push(0x80 + name.len() as u8);
            bytes.extend(name.bytes());
            random.encode(&value, &mut bytes);
        }
        for _ in 0..random.below(4) {
            let at = random.below(bytes.len());
            match random.below(3) {
                0 => bytes[at] = random.next() as u8,
                1 => bytes.truncate(at + 1),
                _ => bytes.insert(at, random.next() as u8),
            }
        }
        let checked = validate(&bytes).is_ok();
        let all = read::<All>(&bytes);
        assert!(!checked || all.is_ok() == decode_value(&bytes).unwrap().to_data::<All>().is_ok());
        drop(read::<Value>(&bytes));
        drop(read::<Shape>(&bytes));
        // Who forgives every error comes to an end too.
        drop(read::<Picky>(&bytes));
        drop(read::<BTreeMap<String, Picky>>(&bytes));
        drop(read::<Vec<(u8, Shape)>>(&bytes));
    }
}

/// Of whatever it is made, on the stack of a thread that has little.
#[test]
fn the_deepest_value_takes_little_stack() {
    let small_stack = std::thread::Builder::new().stack_size(256 << 10);
    let on_small_stack = small_stack.spawn(|| {
        for begin in [
            &b"\xC1"[..],
            b"\xE1",
            b"\x67\x00",
            b"\x67\x81a",
            b"\x3B",
            b"\x3C\x00",
        ] {
            let is_marked = begin[0] < 0x40;
            for (levels, is_value) in [(MAX_LEVELS, true), (MAX_LEVELS + 1, false)] {
                let mut bytes = begin.repeat(levels);
                bytes.push(0);
                bytes.resize(bytes.len() + if is_marked { levels } else { 0 }, 0x7F);
                assert_eq!(decode_value(&bytes).is_ok(), is_value, "{begin:02X?}");
                assert_eq!(validate(&bytes).is_ok(), is_value, "{begin:02X?}");
            }
        }
    });
    on_small_stack.unwrap().join().unwrap();
}
