//! Bodies that a peer made to do harm.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use serde::de::{DeserializeOwned, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::super::{Decoder, MAX_ZERO_SIZED, Problem, encode};
use super::{Blob, Everything, Kind, NO_LIMIT, Random, Unit, decoded, encoded, same_as_bincode};

/// What is wrong with a body.
fn words<T: DeserializeOwned>(body: &[u8]) -> String {
    match decoded::<T>(body) {
        Err(Problem::Invalid(words)) => *words,
        Err(Problem::TooLarge) => panic!("decoding has no limit"),
        Ok(_) => panic!("{body:?} was accepted"),
    }
}

/// Lengths of 2^40, as bincode writes them.
const HUGE: [u8; 12] = [253, 0, 0, 0, 0, 0, 1, 0, 0, 97, 98, 99];

#[test]
fn a_claim_beyond_the_body_is_refused() {
    assert_eq!(
        words::<String>(&HUGE),
        "a string claims 1099511627776 bytes, 3 are left"
    );
    assert_eq!(
        words::<Blob>(&HUGE),
        "a byte string claims 1099511627776 bytes, 3 are left"
    );
    assert_eq!(
        words::<Vec<u8>>(&HUGE),
        "a sequence claims 1099511627776 elements, 3 bytes are left"
    );
    assert_eq!(
        words::<HashMap<u8, u8>>(&HUGE),
        "a map claims 1099511627776 elements, 3 bytes are left"
    );
    assert!(words::<Vec<u64>>(&HUGE).contains("claims"));
    assert!(words::<Vec<Vec<Vec<u64>>>>(&HUGE).contains("claims"));
    assert!(words::<BTreeMap<String, String>>(&HUGE).contains("claims"));
    assert!(words::<Vec<()>>(&HUGE).contains("claims"));
    assert!(words::<(u8, Box<str>)>(&[&[0], &HUGE[..]].concat()).contains("claims"));
    assert!(decoded::<&str>(&HUGE).is_err() && decoded::<&[u8]>(&HUGE).is_err());
    let mut most = HUGE;
    most[1..9].fill(255);
    assert!(words::<String>(&most).contains("18446744073709551615"));
    assert!(words::<Vec<()>>(&most).contains("18446744073709551615"));
}

/// The number of elements that a type is told to expect.
#[derive(Debug, PartialEq)]
struct Hint(Option<usize>);

impl<'de> Deserialize<'de> for Hint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Sequence;
        impl<'de> Visitor<'de> for Sequence {
            type Value = Hint;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a sequence")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Hint, A::Error> {
                let hint = elements.size_hint();
                while elements.next_element::<u8>()?.is_some() {}
                Ok(Hint(hint))
            }
        }
        deserializer.deserialize_seq(Sequence)
    }
}

#[test]
fn a_hint_is_exact_and_never_larger_than_the_body() {
    assert_eq!(decoded::<Hint>(&[3, 1, 2, 3]), Ok(Hint(Some(3))));
    // So a list is reserved once, and for [u64; 32] serde itself takes at most a mebibyte at a time, whatever the
    // hint: a body of 4 bytes that claims 4000 elements is told to expect 1 of them.
    assert_eq!(decoded::<Vec<u32>>(&[3, 1, 2, 3]).unwrap().capacity(), 3);
    let mut decoder = Decoder::new(&[251, 0xA0, 0x0F, 1]);
    assert!(decoder.next::<Vec<[u64; 32]>>().is_err());
    let zero_sized = decoded::<Vec<Unit>>(&[251, 0xA0, 0x0F]).unwrap();
    assert_eq!(zero_sized.len(), 4000);
}

#[test]
fn elements_that_take_no_bytes_are_counted() {
    let most = MAX_ZERO_SIZED as usize;
    same_as_bincode(&vec![vec![(); 5], vec![]]);
    assert_eq!(
        decoded::<Vec<()>>(&encoded(&vec![(); most])).unwrap().len(),
        most
    );
    // A million of them, claimed at once or bit by bit.
    assert!(words::<Vec<()>>(&[252, 0x40, 0x42, 0x0F, 0]).contains("claims 1000000 elements"));
    let mut claims = vec![251, 0xE8, 0x03];
    for _ in 0..1000 {
        claims.extend([251, 0xE8, 0x03]);
    }
    assert_eq!(
        words::<Vec<Vec<Unit>>>(&claims),
        "more than 4096 elements take no bytes"
    );
    assert!(words::<BTreeMap<(), ()>>(&[252, 0x40, 0x42, 0x0F, 0]).contains("claims"));
    assert_eq!(
        decoded::<Vec<((), u8)>>(&encoded(&vec![((), 1_u8); 10_000]))
            .unwrap()
            .len(),
        10_000
    );
    // Each field counts for itself, and writing has the same bound.
    let body = encoded(&vec![(); most]);
    let twice = body.repeat(2);
    let mut decoder = Decoder::new(&twice);
    assert!(decoder.next::<Vec<()>>().is_ok() && decoder.next::<Vec<()>>().is_ok());
    let mut out = Vec::new();
    assert!(matches!(
        encode(&vec![(); most + 1], &mut out, NO_LIMIT),
        Err(Problem::Invalid(_))
    ));
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Default)]
struct Chain {
    next: Option<Box<Chain>>,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Default)]
struct Tree {
    children: Vec<Tree>,
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
enum Expr {
    Num(u8),
    Neg(Box<Expr>),
}

#[derive(Serialize, Deserialize, Debug)]
struct Endless(Box<Endless>);

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Map(BTreeMap<u8, Map>);

#[test]
fn nesting_has_an_end() {
    let megabyte = vec![1; 1 << 20];
    let expected = "values are nested more than 128 levels deep";
    assert_eq!(words::<Chain>(&megabyte), expected);
    assert_eq!(words::<Tree>(&megabyte), expected);
    assert_eq!(words::<Expr>(&megabyte), expected);
    assert_eq!(words::<Map>(&megabyte), expected);
    assert_eq!(words::<Endless>(&megabyte), expected);
    assert_eq!(words::<Endless>(&[]), expected);

    let mut chain = Chain::default();
    let mut tree = Tree::default();
    let mut expr = Expr::Num(1);
    let mut map = Map(BTreeMap::new());
    for _ in 0..100 {
        chain = Chain {
            next: Some(Box::new(chain)),
        };
        tree = Tree {
            children: vec![tree],
        };
        expr = Expr::Neg(Box::new(expr));
        map = Map([(1, map)].into());
    }
    same_as_bincode(&chain);
    same_as_bincode(&tree);
    same_as_bincode(&expr);
    same_as_bincode(&map);
    for _ in 0..30 {
        chain = Chain {
            next: Some(Box::new(chain)),
        };
        tree = Tree {
            children: vec![tree],
        };
        expr = Expr::Neg(Box::new(expr));
    }
    assert_eq!(
        encode(&chain, &mut Vec::new(), NO_LIMIT),
        Err(Problem::invalid(expected.into()))
    );
    assert_eq!(
        encode(&tree, &mut Vec::new(), NO_LIMIT),
        Err(Problem::invalid(expected.into()))
    );
    assert_eq!(
        encode(&expr, &mut Vec::new(), NO_LIMIT),
        Err(Problem::invalid(expected.into()))
    );
}

#[test]
fn wrong_bytes_are_named() {
    assert_eq!(words::<bool>(&[2]), "expected a `bool` (0 or 1), found 2");
    assert_eq!(
        words::<Option<u8>>(&[2, 0]),
        "expected an option (0 or 1), found 2"
    );
    assert_eq!(
        words::<u32>(&[]),
        "expected a `u32`, found the end of the body"
    );
    assert_eq!(
        words::<u32>(&[252, 1]),
        "expected a `u32`, found the end of the body"
    );
    assert_eq!(
        words::<u16>(&[252, 0, 0, 0, 0]),
        "expected a `u16`, found an integer of the type `U32`"
    );
    assert!(words::<i32>(&[255, 0, 0, 0, 0]).starts_with("expected an `i32`"));
    assert!(
        words::<Kind>(&[4]).contains("variant index 0 <= i < 4"),
        "{}",
        words::<Kind>(&[4])
    );
    assert!(words::<Kind>(&[252, 255, 255, 255, 255]).contains("4294967295"));
    assert!(
        words::<Kind>(&[253, 0, 0, 0, 0, 1, 0, 0, 0]).starts_with("expected an enum's variant")
    );
    assert!(words::<Result<u8, u8>>(&[2, 0]).contains('2'));
    assert!(words::<String>(&[2, 0xC3, 0x28]).starts_with("a string is not UTF-8"));
    // 0xD800 and 0x110000 as UTF-8 would have them, an overlong zero, a lone continuation, a byte that is never UTF-8.
    for body in [
        &[0xED, 0xA0, 0x80][..],
        &[0xF4, 0x90, 0x80, 0x80],
        &[0xC0, 0x80],
        &[0x80],
        &[0xFF],
        &[0xE2, 0x28],
    ] {
        assert!(decoded::<char>(body).is_err(), "{body:x?}");
        assert!(decoded::<String>(&[&[body.len() as u8], body].concat()).is_err());
    }
    assert_eq!(
        words::<u8>(&[1, 2, 3]),
        "expected the end of the body, found 2 more bytes"
    );
    assert!(words::<IgnoredAny>(&[1]).contains("without field names"));
    assert_eq!(
        Problem::TooLarge.to_string(),
        "the message is larger than the limit"
    );
}

#[test]
fn noise_does_no_harm() {
    let mut random = Random(42);
    for _ in 0..20_000 {
        let body: Vec<u8> = (0..random.below(40))
            .map(|_| random.next() as u8 >> random.below(8))
            .collect();
        let _ = decoded::<Everything>(&body);
        let _ = decoded::<Vec<Kind>>(&body);
        let _ = decoded::<HashMap<String, Vec<Tree>>>(&body);
        let _ = decoded::<(char, Duration, Option<Chain>)>(&body);
    }
}
