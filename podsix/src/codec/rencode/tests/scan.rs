//! A value's end in a stream, however it is cut.

use std::collections::HashMap;

use serde::de::IgnoredAny;

use super::super::scan::validate;
use super::super::{Scanner, decode_value, from_slice, to_vec};
use super::agreement::{Blind, Picky};
use super::{Random, hex, nested};
use crate::codec::bincode::Problem;
use crate::value::{Key, MAX_LEVELS, Value};

/// Gives `bytes` to the scanner piece by piece, at each cut that `is_cut` says.
fn scan_in_pieces(
    bytes: &[u8],
    limit: usize,
    mut is_cut: impl FnMut() -> bool,
) -> Result<Option<usize>, Problem> {
    let mut scanner = Scanner::new(limit);
    for end in 0..=bytes.len() {
        if end < bytes.len() && !is_cut() {
            continue;
        }
        let before = scanner.needed();
        match scanner.scan(&bytes[..end])? {
            Some(found) => return Ok(Some(found)),
            None => {
                assert!(scanner.needed() > end, "there was nothing to wait for");
                assert!(scanner.needed() >= before);
            }
        }
    }
    Ok(None)
}

#[test]
fn any_cut_gives_the_same_end() {
    let mut random = Random(0x1234_5678_9ABC_DEF1);
    for round in 0..3000 {
        let mut bytes = Vec::new();
        let value = random.value_without_bytes(3);
        random.encode(&value, &mut bytes);
        let end = bytes.len();
        // What follows is the next message's.
        bytes.extend_from_slice(b"\0---\0\x66");
        if round % 3 == 0 {
            let at = random.below(end);
            bytes[at] ^= 1 << random.below(8);
        }
        let whole = Scanner::new(usize::MAX).scan(&bytes);
        if round % 3 != 0 {
            assert_eq!(whole, Ok(Some(end)));
        }
        assert_eq!(scan_in_pieces(&bytes, usize::MAX, || true), whole);
        assert_eq!(
            scan_in_pieces(&bytes, usize::MAX, || random.chance(4)),
            whole
        );
    }
}

#[test]
fn a_scanner_is_used_again() {
    let mut scanner = Scanner::new(100);
    for bytes in [&b"\xC2\x01\x02"[..], b"\xC2\x01", b"\x2D", b"\x67\x81a\x01"] {
        let expected = Scanner::new(100).scan(bytes);
        assert_eq!(scanner.scan(bytes), expected);
        scanner.reset();
    }
}

/// The bytes of a long string are waited for, not looked at one by one.
#[test]
fn what_is_needed_is_known() {
    for (bytes, needed) in [
        ("", 1),
        ("C2", 2),
        ("C201", 3),
        ("41 00", 9),
        ("C1 2C", 10),
        ("85 61", 6),
        ("31", 2),
        ("31 30 30 30 3A", 1005),
        ("C1 31 30 30 30 3A 61", 1006),
        ("3D 31 32", 4),
        ("3C", 2),
        ("3C 00 01", 4),
    ] {
        let bytes = hex(bytes);
        let mut scanner = Scanner::new(usize::MAX);
        assert_eq!(scanner.scan(&bytes), Ok(None));
        assert_eq!(scanner.needed(), needed, "{bytes:02X?}");
        // Fewer change nothing.
        assert_eq!(scanner.scan(&vec![0x7F; needed - 1]), Ok(None));
    }
}

#[test]
fn a_value_beyond_the_limit_is_refused_at_once() {
    let claim = |size: usize| [format!("{size}:").as_bytes(), b"a"].concat();
    assert_eq!(Scanner::new(1000).scan(&claim(996)), Ok(None));
    assert_eq!(Scanner::new(1000).scan(&claim(997)), Err(Problem::TooLarge));
    for huge in ["4294967296", "18446744073709551616", &"9".repeat(63)] {
        let bytes = [b"C", huge.as_bytes(), b":"].concat();
        let scanned = Scanner::new(1 << 20).scan(&bytes[1..]);
        assert_eq!(scanned, Err(Problem::TooLarge));
        assert!(validate(&bytes[1..]).is_err());
    }
    // One over the limit, and a list that never ends.
    let list = to_vec(&vec![1; 100]).unwrap();
    assert_eq!(Scanner::new(list.len()).scan(&list), Ok(Some(list.len())));
    assert_eq!(
        Scanner::new(list.len() - 1).scan(&list),
        Err(Problem::TooLarge)
    );
    let endless = [&[0x3B][..], &[0; 100]].concat();
    assert_eq!(Scanner::new(101).scan(&endless), Err(Problem::TooLarge));
    assert_eq!(Scanner::new(102).scan(&endless), Ok(None));
    // Byte by byte, no later than whole.
    assert_eq!(
        scan_in_pieces(&endless, 60, || true),
        Err(Problem::TooLarge)
    );
}

#[test]
fn what_is_no_value_is_refused_as_soon_as_it_is_seen() {
    let too_long = "3D".to_owned() + &"39".repeat(64);
    let too_long_length = "39".repeat(64);
    for (bytes, expected) in [
        ("2D", "no value begins with 0x2D"),
        ("C1 2F", "no value begins with 0x2F"),
        ("7F", "a mark of an end has nothing to end here"),
        ("C1 7F", "a mark of an end has nothing to end here"),
        ("3C 00 7F", "a mark of an end has nothing to end here"),
        ("3D 7F", "expected an integer in decimal"),
        ("3D 2D 7F", "expected an integer in decimal"),
        ("3D 2D 2D", "expected an integer in decimal"),
        ("3D 2B 35", "expected an integer in decimal"),
        ("3D 31 5F", "expected an integer in decimal"),
        (&too_long, "expected an integer in decimal"),
        ("35 61", "expected the length of a string"),
        ("35 20 3A", "expected the length of a string"),
        (&too_long_length, "expected the length of a string"),
        ("67 C0", "expected a key, which holds no list and no dict"),
        ("67 66", "expected a key, which holds no list and no dict"),
        ("67 3B", "expected a key, which holds no list and no dict"),
        ("3C 3C", "expected a key, which holds no list and no dict"),
        (
            "67 E1 C0",
            "expected a key, which holds no list and no dict",
        ),
        (
            "67 E2 E1 00 E1 3B",
            "expected a key, which holds no list and no dict",
        ),
        (
            "67 3A E0 C1",
            "expected a key, which holds no list and no dict",
        ),
        ("67 81 FF", "expected a key, found text that is not UTF-8"),
        (
            "67 E1 81 FF",
            "expected a key, found text that is not UTF-8",
        ),
        (
            "67 31 3A FF",
            "expected a key, found text that is not UTF-8",
        ),
    ] {
        let bytes = hex(bytes);
        match scan_in_pieces(&bytes, usize::MAX, || true) {
            Err(Problem::Invalid(words)) => assert!(words.starts_with(expected), "{words}"),
            other => panic!("{bytes:02X?}: {other:?}"),
        }
        assert!(validate(&bytes).is_err() && decode_value(&bytes).is_err());
    }
    // A tuple of scalars is a key, and a list is a value again.
    for bytes in [
        "67 E2 00 81 61 C0",
        "67 3A 00 7F 3B 7F",
        "67 E1 E0 66",
        "67 01 81 FF",
    ] {
        validate(&hex(bytes)).unwrap();
    }
}

#[test]
fn nesting_ends_at_128_levels() {
    for (open, close) in [
        ("C1", ""),
        ("E1", ""),
        ("67 00", ""),
        ("3B", "7F"),
        ("3A", "7F"),
        ("3C 00", "7F"),
    ] {
        let deep = |levels| {
            [
                hex(open).repeat(levels),
                hex("00"),
                hex(close).repeat(levels),
            ]
            .concat()
        };
        for levels in [1, 16, 17, 100, MAX_LEVELS] {
            validate(&deep(levels)).unwrap();
            decode_value(&deep(levels)).unwrap();
        }
        for levels in [MAX_LEVELS + 1, 200, 100_000] {
            let error = validate(&deep(levels)).unwrap_err();
            assert!(error.to_string().contains("128 levels"), "{error}");
            assert!(decode_value(&deep(levels)).is_err());
        }
    }
    // An empty list is a level too, and so is a key.
    let empty = |levels| [vec![0xC1; levels - 1], vec![0xC0]].concat();
    validate(&empty(MAX_LEVELS)).unwrap();
    assert!(validate(&empty(MAX_LEVELS + 1)).is_err());
    assert!(decode_value(&empty(MAX_LEVELS + 1)).is_err());
    let key = |levels| [vec![0x67], vec![0xE1; levels - 1], vec![0, 0]].concat();
    validate(&key(MAX_LEVELS)).unwrap();
    assert!(validate(&key(MAX_LEVELS + 1)).is_err());
    validate(&to_vec(&nested(MAX_LEVELS)).unwrap()).unwrap();
}

/// Whatever the bytes are: no panic, and everybody is of one opinion.
#[test]
fn random_bytes_are_a_value_to_all_or_to_none() {
    let mut random = Random(0xDEAD_BEEF_CAFE_F00D);
    let (mut valid, mut invalid) = (0, 0);
    for round in 0..12_000 {
        let mut bytes = Vec::new();
        if round % 4 == 0 {
            bytes = (0..random.below(40)).map(|_| random.next() as u8).collect();
        } else {
            let value = random.value_without_bytes(3);
            random.encode(&value, &mut bytes);
            for _ in 0..random.below(3) {
                let at = random.below(bytes.len());
                match random.below(4) {
                    0 => bytes[at] ^= 1 << random.below(8),
                    1 => bytes.truncate(at + 1),
                    2 => bytes.insert(at, random.next() as u8),
                    _ => drop(bytes.splice(at..at, [0x3B, 0x7F])),
                }
            }
        }
        let scanned = validate(&bytes);
        let decoded = decode_value(&bytes);
        let read = from_slice::<Value>(&bytes);
        assert_eq!(
            scanned.is_ok(),
            decoded.is_ok(),
            "{bytes:02X?}: {scanned:?}"
        );
        match (decoded, read) {
            (Ok(decoded), Ok(read)) => assert!(super::is_same(&decoded, &read)),
            (Err(_), Err(_)) => {}
            other => panic!("{bytes:02X?}: {other:?}"),
        }
        match scanned {
            Ok(()) => valid += 1,
            Err(_) => invalid += 1,
        }
    }
    assert!(valid > 2000 && invalid > 2000, "{valid} and {invalid}");
}

/// Whatever a type leaves unread, and whatever it takes for good.
#[test]
fn what_is_no_value_is_no_type_either() {
    fn fits<'de, T: serde::Deserialize<'de>>(bytes: &'de [u8]) -> bool {
        from_slice::<T>(bytes).is_ok()
    }
    let mut random = Random(0x0BAD_CAFE_1234_5677);
    let mut refused = 0;
    for round in 0..20_000 {
        let mut bytes = Vec::new();
        let value = random.value_without_bytes(3);
        random.encode(&value, &mut bytes);
        match round % 4 {
            0 => {}
            1 => bytes.truncate(random.below(bytes.len())),
            2 => bytes.push(random.next() as u8),
            _ => {
                let at = random.below(bytes.len());
                bytes[at] = random.next() as u8;
            }
        }
        let end = Scanner::new(usize::MAX).scan(&bytes);
        let is_value = end == Ok(Some(bytes.len()));
        refused += u32::from(!is_value);
        assert_eq!(validate(&bytes).is_ok(), is_value, "{bytes:02X?}");
        assert_eq!(decode_value(&bytes).is_ok(), is_value, "{bytes:02X?}");
        assert_eq!(fits::<Value>(&bytes), is_value, "{bytes:02X?}");
        assert_eq!(fits::<IgnoredAny>(&bytes), is_value, "{bytes:02X?}");
        assert_eq!(fits::<Blind>(&bytes), is_value, "{bytes:02X?}");
        if !is_value {
            assert!(!fits::<Picky>(&bytes), "{bytes:02X?}");
            assert!(!fits::<Vec<Value>>(&bytes), "{bytes:02X?}");
            assert!(!fits::<Vec<Option<IgnoredAny>>>(&bytes), "{bytes:02X?}");
            assert!(
                !fits::<HashMap<Vec<u8>, IgnoredAny>>(&bytes),
                "{bytes:02X?}"
            );
            assert!(!fits::<HashMap<&[u8], IgnoredAny>>(&bytes), "{bytes:02X?}");
            assert!(!fits::<HashMap<Key, Value>>(&bytes), "{bytes:02X?}");
            assert!(!fits::<HashMap<String, Picky>>(&bytes), "{bytes:02X?}");
        }
    }
    assert!(refused > 3000, "{refused}");
}

/// Each of these is read as the type would have it, but for what is wrong with it.
#[test]
fn a_type_does_not_hide_what_is_wrong() {
    #[derive(Debug, serde::Deserialize)]
    struct Nothing {}

    fn refused<'de, T: serde::Deserialize<'de> + std::fmt::Debug>(bytes: &'de [u8]) {
        let read = from_slice::<T>(bytes);
        assert!(read.is_err(), "{read:?}");
    }
    // A list that does not end.
    refused::<Vec<u8>>(b"\x3B\x00");
    refused::<Vec<Option<u8>>>(b"\x3B\x00");
    // A list as a key.
    refused::<HashMap<Vec<u8>, u8>>(b"\x67\xC1\x01\x00");
    refused::<HashMap<(Vec<u8>,), u8>>(b"\x67\xE1\xC1\x01\x00");
    assert!(from_slice::<HashMap<Vec<u8>, u8>>(b"\x67\xE1\x01\x00").is_ok());
    // A key that is not UTF-8.
    refused::<HashMap<&[u8], u8>>(b"\x67\x81\xFF\x00");
    refused::<HashMap<IgnoredKey, u8>>(b"\x67\x81\xFF\x00");
    refused::<HashMap<(&[u8],), u8>>(b"\x67\xE1\x81\xFF\x00");
    assert!(from_slice::<HashMap<&[u8], u8>>(b"\x67\x81a\x00").is_ok());
    // In what nobody asks for.
    refused::<Nothing>(b"\x67\x81a\x67\xC0\x00");
    refused::<Nothing>(b"\x67\xE1\x81\xFF\x00");
    refused::<Nothing>(b"\x67\x81\xFF\x00");
    refused::<Nothing>(b"\x66\x00");
    assert!(from_slice::<Nothing>(b"\x67\x81a\x67\xE0\x00").is_ok());
}

/// A key that is not looked at.
#[derive(Debug, PartialEq, Eq, Hash)]
struct IgnoredKey;

impl<'de> serde::Deserialize<'de> for IgnoredKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}
