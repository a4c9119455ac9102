#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(
    clippy::use_self,
    reason = "a type inside itself is clearer by its name"
)]

mod hostile;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::fmt::Debug;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime};

use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Decoder, Problem, encode};
use crate::random::Random;

const NO_LIMIT: usize = usize::MAX;

fn encoded<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    let mut body = Vec::new();
    encode(value, &mut body, NO_LIMIT).unwrap();
    body
}

fn decoded<'de, T: Deserialize<'de>>(body: &'de [u8]) -> Result<T, Problem> {
    let mut decoder = Decoder::new(body);
    let value = decoder.next()?;
    decoder.finish()?;
    Ok(value)
}

/// What the `bincode` crate writes and what we write are the same bytes, we read them to the same value, every
/// shorter body is refused, and no changed one does harm.
fn same_as_bincode<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let theirs = ::bincode::serde::encode_to_vec(value, ::bincode::config::standard()).unwrap();
    assert_eq!(encoded(value), theirs, "{value:?}");
    assert_eq!(&decoded::<T>(&theirs).unwrap(), value);

    for length in 0..theirs.len() {
        assert!(
            decoded::<T>(&theirs[..length]).is_err(),
            "{value:?} was read from {length} bytes"
        );
    }
    let mut longer = theirs.clone();
    longer.push(0);
    assert!(decoded::<T>(&longer).is_err(), "a byte is left over");

    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for _ in 0..200 {
        let mut changed = theirs.clone();
        for _ in 0..=random.below(3) {
            if let Some(length) = changed.len().checked_sub(1) {
                let at = random.below(length + 1);
                changed[at] =
                    [0, 1, 2, 250, 251, 252, 253, 254, 255, random.next() as u8][random.below(10)];
            }
        }
        // It may well be another valid value; then writing and reading that one is a round trip too.
        if let Ok(other) = decoded::<T>(&changed) {
            let again = encoded(&other);
            assert_eq!(encoded(&decoded::<T>(&again).unwrap()), again);
        }
    }
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone, Default)]
struct Unit;

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone, Default)]
struct Newtype(u32);

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone, Default)]
struct Pair(i16, String);

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
enum Kind {
    Plain,
    One(Newtype),
    Two(u8, Option<char>),
    Named {
        at: (f32, f32),
        next: Option<Box<Kind>>,
    },
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
struct Everything {
    flag: bool,
    small: (i8, i16, i32, i64, i128),
    big: (u8, u16, u32, u64, u128),
    float: (f32, f64),
    letter: char,
    text: String,
    bytes: Blob,
    unit: (Unit, ()),
    newtype: Newtype,
    pair: Pair,
    kinds: Vec<Kind>,
    map: BTreeMap<u16, Option<Vec<String>>>,
    array: [[u16; 3]; 2],
    foreign: (Duration, IpAddr, Result<u8, String>, std::ops::Range<u32>),
}

/// Bytes as serde means them, not a sequence of `u8`.
#[derive(Debug, PartialEq, Clone, Default)]
struct Blob(Vec<u8>);

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Blob;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Blob, E> {
                Ok(Blob(bytes.to_vec()))
            }
        }
        deserializer.deserialize_byte_buf(Bytes)
    }
}

fn everything() -> Everything {
    let deep = Kind::Named {
        at: (1.5, -0.0),
        next: Some(Box::new(Kind::Two(7, Some('é')))),
    };
    Everything {
        flag: true,
        small: (-1, -300, 70_000, i64::MIN, i128::MAX),
        big: (255, 65_535, 250, u64::MAX, u128::MAX),
        float: (f32::MAX, 1e300),
        letter: '😀',
        text: "grüße \0---\0".into(),
        bytes: Blob(vec![0, 255, 1]),
        unit: (Unit, ()),
        newtype: Newtype(251),
        pair: Pair(-125, String::new()),
        kinds: vec![Kind::Plain, Kind::One(Newtype(1)), Kind::Two(0, None), deep],
        map: [(1, None), (500, Some(vec!["a".into(), "b".into()]))].into(),
        array: [[1, 2, 3], [250, 251, 65_535]],
        foreign: (
            Duration::from_millis(1500),
            [127, 0, 0, 1].into(),
            Err("no".into()),
            3..9,
        ),
    }
}

#[test]
fn the_format_is_bincodes() {
    for value in [
        0,
        1,
        250,
        251,
        65_535,
        65_536,
        u64::from(u32::MAX),
        u64::MAX,
    ] {
        same_as_bincode(&value);
        same_as_bincode(&(value as u8, value as u16, value as u32, u128::from(value)));
        same_as_bincode(&(
            value as i8,
            value as i16,
            value as i32,
            value as i64,
            i128::from(value) - 300,
        ));
        same_as_bincode(&f64::from_bits(value >> 2));
    }
    for value in [
        '\0',
        'a',
        '\u{7f}',
        '\u{80}',
        '\u{7ff}',
        '\u{800}',
        '\u{ffff}',
        '\u{10000}',
        char::MAX,
    ] {
        same_as_bincode(&value);
    }
    for text in ["", "a", "ß\u{0}", &"long ".repeat(200)] {
        same_as_bincode(&text.to_owned());
        same_as_bincode(&Blob(text.into()));
        same_as_bincode(&text.as_bytes().to_vec());
    }
    same_as_bincode(&(
        true,
        false,
        Some(true),
        None::<bool>,
        Some(None::<u8>),
        Some(Some(3_u8)),
    ));
    same_as_bincode(&((), Unit, Newtype(9), Pair(-3, "x".into())));
    same_as_bincode(&vec![Some("a".to_owned()), None]);
    same_as_bincode(&vec![(); 5]);
    same_as_bincode(&VecDeque::from([1_u32, 2, 300]));
    same_as_bincode(&HashSet::from([5_u8]));
    same_as_bincode(&BTreeSet::from(["b".to_owned(), "a".to_owned()]));
    same_as_bincode(&HashMap::from([(1_u8, vec![1.5_f32])]));
    same_as_bincode(&BTreeMap::from([((1_u8, 'x'), ()), ((2, 'y'), ())]));
    same_as_bincode(&(
        SystemTime::UNIX_EPOCH + Duration::from_secs(9),
        "127.0.0.1:1".parse::<SocketAddr>().unwrap(),
    ));
    same_as_bincode(&std::ops::Bound::Included(3_u8));
    same_as_bincode(&std::num::NonZeroU16::new(300).unwrap());
    same_as_bincode(&everything());
}

#[test]
fn fields_are_read_one_after_the_other_and_borrowed() {
    let mut body = vec![9];
    encode("who", &mut body, NO_LIMIT).unwrap();
    encode(&7_u32, &mut body, NO_LIMIT).unwrap();
    encode(&Blob(vec![1, 2]), &mut body, NO_LIMIT).unwrap();

    let mut decoder = Decoder::new(&body[1..]);
    let who: &str = decoder.next().unwrap();
    assert_eq!((who, who.as_ptr()), ("who", body[2..].as_ptr()));
    assert_eq!(decoder.next::<u32>(), Ok(7));
    assert!(decoder.finish().is_err());
    assert_eq!(decoder.remaining(), 3);
    assert_eq!(decoder.next::<&[u8]>(), Ok(&[1, 2][..]));
    assert_eq!(decoder.finish(), Ok(()));
}

#[test]
fn an_encoding_ends_at_its_limit() {
    let value = everything();
    let size = encoded(&value).len();
    let mut body = vec![1, 2, 3];
    assert_eq!(encode(&value, &mut body, size + 3), Ok(()));
    assert_eq!(body.len(), size + 3);
    for limit in 0..size + 3 {
        let mut body = vec![1, 2, 3];
        assert_eq!(encode(&value, &mut body, limit), Err(Problem::TooLarge));
        assert!(body.len() <= limit.max(3) && body[..3] == [1, 2, 3]);
    }
    // Nothing is reserved for what does not fit.
    let (text, mut body) = ("x".repeat(1 << 20), Vec::new());
    assert_eq!(encode(&text, &mut body, 1000), Err(Problem::TooLarge));
    assert!(body.capacity() < 1000);
}

#[test]
fn an_error_that_a_type_swallows_is_still_an_error() {
    struct Careless;
    impl Serialize for Careless {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            use serde::ser::SerializeTuple;
            let mut tuple = serializer.serialize_tuple(2)?;
            let _ = tuple.serialize_element("four");
            tuple.end()
        }
    }
    assert_eq!(
        encode(&Careless, &mut Vec::new(), 3),
        Err(Problem::TooLarge)
    );
}

#[test]
fn what_has_no_form_as_a_body_is_refused() {
    #[derive(Serialize)]
    struct Skips {
        #[serde(skip_serializing_if = "Option::is_none")]
        maybe: Option<u8>,
        always: u8,
    }
    let skipped = encode(
        &Skips {
            maybe: None,
            always: 1,
        },
        &mut Vec::new(),
        NO_LIMIT,
    )
    .unwrap_err();
    assert!(
        skipped.to_string().starts_with("field `maybe` is left out"),
        "{skipped}"
    );
    assert_eq!(
        encoded(&Skips {
            maybe: Some(2),
            always: 1
        }),
        [1, 2, 1]
    );

    struct Sequence(Option<usize>);
    impl Serialize for Sequence {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            use serde::ser::SerializeSeq;
            let mut seq = serializer.serialize_seq(self.0)?;
            seq.serialize_element(&1_u8)?;
            seq.end()
        }
    }
    assert_eq!(encoded(&Sequence(Some(1))), [1, 1]);
    for length in [None, Some(0), Some(2)] {
        assert!(encode(&Sequence(length), &mut Vec::new(), NO_LIMIT).is_err());
    }
}
