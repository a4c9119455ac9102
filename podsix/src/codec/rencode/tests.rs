#![allow(clippy::unwrap_used, clippy::panic)]

mod agreement;
mod hostile;
mod index;
mod layout;
mod refusals;
mod round_trips;
mod scan;
mod terminator;
mod types;

use super::writer::Full;
use super::{Container, Error, Reader, Token, Writer, decode_value, from_slice, to_vec};
use crate::codec::bincode::Problem;
use crate::random::Random;
use crate::value::{MAX_LEVELS, Value};

impl Random {
    /// Appends `value` in any of its forms, also such as nobody writes, and entries that come again later.
    fn encode(&mut self, value: &Value, out: &mut Vec<u8>) {
        match value {
            Value::Int(number) if self.chance(3) => {
                let forms = [
                    format!("={number}\x7F").into_bytes(),
                    [&[0x41][..], &number.to_be_bytes()].concat(),
                    [&b"="[..], format!("{number:020}\x7F").as_bytes()].concat(),
                ];
                out.extend(&forms[self.below(3)]);
            }
            Value::Float(number) if self.chance(3) && !number.is_nan() => {
                out.extend([&[0x2C][..], &number.to_be_bytes()].concat());
            }
            Value::Str(text) if self.chance(3) => {
                out.extend(format!("{:0>2}:{text}", text.len()).bytes());
            }
            Value::List(items) => {
                let first = self.begin(0xC0, 32, 0x3B, items.len(), out);
                items.iter().for_each(|item| self.encode(item, out));
                Self::end(out, first);
            }
            Value::Tuple(items) => {
                let first = self.begin(0xE0, 32, 0x3A, items.len(), out);
                items.iter().for_each(|item| self.encode(item, out));
                Self::end(out, first);
            }
            Value::Map(map) => {
                let twice = if self.chance(3) {
                    self.below(map.len() + 1)
                } else {
                    0
                };
                let first = self.begin(0x66, 25, 0x3C, map.len() + twice, out);
                for (key, value) in map.iter().take(twice) {
                    self.encode(key, out);
                    let other = if self.chance(2) {
                        self.value_without_bytes(1)
                    } else {
                        value.clone()
                    };
                    self.encode(&other, out);
                }
                for (key, value) in map {
                    self.encode(key, out);
                    self.encode(value, out);
                }
                Self::end(out, first);
            }
            other => out.extend(to_vec(other).unwrap()),
        }
    }

    fn begin(&mut self, short: u8, shorts: usize, long: u8, count: usize, out: &mut Vec<u8>) -> u8 {
        let first = match count < shorts && !self.chance(3) {
            true => short + count as u8,
            false => long,
        };
        out.push(first);
        first
    }

    fn end(out: &mut Vec<u8>, first: u8) {
        if first < 0x66 {
            out.push(0x7F);
        }
    }
}

/// The same in every bit but NaN's, the order of entries included.
fn is_same(a: &Value, b: &Value) -> bool {
    a == b && format!("{a}") == format!("{b}")
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<char> = text.chars().filter(|digit| *digit != ' ').collect();
    digits
        .chunks(2)
        .map(|byte| u8::from_str_radix(&byte.iter().collect::<String>(), 16).unwrap())
        .collect()
}

fn words<T>(result: Result<T, Error>) -> String {
    match result {
        Ok(_) => panic!("it was accepted"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_writer_makes_what_podsixnet_makes() {
    let mut body = Vec::new();
    let mut writer = Writer::new(&mut body, 100);
    let dict = writer.open().unwrap();
    writer.str(b"action").unwrap();
    writer.str(b"connected").unwrap();
    writer.close(dict, Container::Dict, 1).unwrap();
    assert_eq!(body, b"\x67\x86action\x89connected");
    assert_eq!(decode_value(&body).unwrap().action(), Some("connected"));
}

#[test]
fn the_writer_stops_at_its_limit() {
    let text = "a".repeat(70);
    for (size, write) in [
        (
            1,
            &(|writer: &mut Writer<'_>| writer.none())
                as &dyn Fn(&mut Writer<'_>) -> Result<(), Full>,
        ),
        (1, &|writer| writer.bool(true)),
        (1, &|writer| writer.int(43)),
        (2, &|writer| writer.int(44)),
        (9, &|writer| writer.int(i64::MAX)),
        (22, &|writer| writer.decimal(u64::MAX)),
        (5, &|writer| writer.float(0.5)),
        (9, &|writer| writer.float(0.1)),
        (64, &|writer| writer.str(&[b'a'; 63])),
        (73, &|writer| writer.str(text.as_bytes())),
        (33, &|writer| {
            let open = writer.open()?;
            (0..32).try_for_each(|_| writer.none())?;
            writer.close(open, Container::Dict, 16)
        }),
        (34, &|writer| {
            let open = writer.open()?;
            (0..32).try_for_each(|_| writer.none())?;
            writer.close(open, Container::List, 32)
        }),
    ] {
        for limit in 0..=size + 3 {
            let mut body = b"xxx".to_vec();
            let written = write(&mut Writer::new(&mut body, limit));
            assert_eq!(written.is_ok(), limit == size + 3, "{limit} of {size}");
            assert!(body.len() <= limit.max(3));
            assert!(written.is_err() || body.len() == size + 3);
        }
    }
}

#[test]
fn a_body_stops_at_its_limit() {
    let value = crate::data! { "action": "x", "list": [1, 2.5, "abc"], "big": u64::MAX };
    let whole = to_vec(&value).unwrap();
    for limit in 0..whole.len() {
        let mut body = Vec::new();
        let error = super::encode(&value, &mut body, limit).unwrap_err();
        assert_eq!(error.into_parts().1, Problem::TooLarge);
        assert!(body.len() <= limit);
    }
    let mut body = Vec::new();
    assert_eq!(super::encode(&value, &mut body, whole.len()), Ok(()));
    assert_eq!(body, whole);
}

/// Lists in lists, so many.
fn nested(levels: usize) -> Value {
    (0..levels).fold(Value::None, |inner, _| Value::List(vec![inner]))
}

#[test]
fn nesting_ends_at_128_levels_for_those_who_send() {
    assert!(to_vec(&nested(MAX_LEVELS)).is_ok());
    assert!(words(to_vec(&nested(MAX_LEVELS + 1))).ends_with("more than 128 levels deep"));
    assert!(from_slice::<Value>(&to_vec(&nested(MAX_LEVELS)).unwrap()).is_ok());
}

#[test]
fn tokens_are_read_one_by_one() {
    let bytes =
        b"<\x86action3:abc\xC1=18446744073709551615\x7F\x3E\x00\x42\x3F\x80\x00\x00\x7F\x7F\x2E";
    let mut reader = Reader::new(bytes);
    for (token, position) in [
        (Token::Dict(None), 1),
        (Token::Str(b"action"), 8),
        (Token::Str(b"abc"), 13),
        (Token::List(Some(1)), 14),
        (Token::BigInt("18446744073709551615"), 36),
        (Token::Int(0), 38),
        (Token::Float(1.0), 43),
        (Token::End, 44),
        (Token::End, 45),
    ] {
        assert_eq!(reader.next(), Ok(token));
        assert_eq!(reader.position(), position);
    }
    // What is none stays where it is.
    for _ in 0..2 {
        let problem = reader.next().unwrap_err();
        assert_eq!(problem.to_string(), "no value begins with 0x2E");
        assert_eq!(reader.position(), 45);
    }
}
