//! JSON to rencode.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::numbers::{Numbers, has_long};
use super::plain::plain_to_rencode;
use super::{inside, invalid};
use crate::codec::bincode::Problem;
use crate::codec::rencode::{Container, Full, Open, Writer};
use crate::value::MAX_LEVELS;

/// How many characters an integer has at most.
const MAX_CHARACTERS: usize = 63;

/// Reads a JSON text and appends the same value to `out` as rencode. `out` may grow to `limit` bytes, those it has
/// included; after an error it is as before. What is appended has at most three times the size of the text.
///
/// # Errors
///
/// [`Problem::TooLarge`] if it would pass the limit, [`Problem::Invalid`] if the text is not JSON or has what podsix does
/// not take: see the [module](super).
pub(crate) fn to_rencode(json: &[u8], out: &mut Vec<u8>, limit: usize) -> Result<(), Problem> {
    let before = out.len();
    if plain_to_rencode(json, out, limit) == Some(json.len()) {
        return Ok(());
    }
    out.truncate(before);
    any_to_rencode(json, out, limit)
}

/// The same for a text that has anything in it.
pub(crate) fn any_to_rencode(json: &[u8], out: &mut Vec<u8>, limit: usize) -> Result<(), Problem> {
    let before = out.len();
    let mut state = State {
        json,
        writer: Writer::new(out, limit),
        numbers: has_long(json).then(|| Numbers::new(json)),
        problem: None,
    };
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    // Its own limit is 127 levels. `Item` counts them too.
    deserializer.disable_recursion_limit();
    let item = Item {
        state: &mut state,
        levels: MAX_LEVELS,
    };
    let read = item
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end());
    read.map_err(|error| {
        let problem = state.problem.take();
        out.truncate(before);
        problem.unwrap_or_else(|| syntax(json, &error))
    })
}

/// What the parser found wrong, and why, where people will wonder.
#[cold]
fn syntax(json: &[u8], error: &serde_json::Error) -> Problem {
    // Lines and columns are counted from 1, columns in bytes.
    let start: usize = json
        .split_inclusive(|&byte| byte == b'\n')
        .take(error.line().saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    let place = start.saturating_add(error.column().saturating_sub(1));
    let found = json.get(place..).unwrap_or_default();
    if found.starts_with(b"NaN") || found.starts_with(b"Infinity") {
        invalid(format_args!(
            "{error}: JSON has no NaN and no infinities, although Python writes them"
        ))
    } else {
        invalid(error)
    }
}

struct State<'a> {
    json: &'a [u8],
    writer: Writer<'a>,
    // In step with the parser. Only there if the text may have integers that the parser gives as floats.
    numbers: Option<Numbers<'a>>,
    // Why the parser was stopped from here.
    problem: Option<Problem>,
}

impl<'a> State<'a> {
    fn write<T, E: de::Error>(
        &mut self,
        write: impl FnOnce(&mut Writer<'a>) -> Result<T, Full>,
    ) -> Result<T, E> {
        write(&mut self.writer).map_err(|full| self.stop(full.into()))
    }

    #[cold]
    fn stop<E: de::Error>(&mut self, problem: Problem) -> E {
        self.problem = Some(problem);
        E::custom("")
    }

    /// The number that the parser has just read, as it is written, if they are followed.
    fn written_number(&mut self) -> Option<&'a str> {
        self.numbers.as_mut()?.next()
    }

    /// A number as it is written in the text.
    fn number<E: de::Error>(&mut self, text: &str) -> Result<(), E> {
        if is_integer(text) {
            match text.parse() {
                Ok(number) => self.write(|writer| writer.int(number)),
                Err(_) if text.len() <= MAX_CHARACTERS => self.write(|writer| writer.decimal(text)),
                Err(_) => Err(self.stop(invalid(format_args!(
                    "expected an integer of at most {MAX_CHARACTERS} characters, found {}",
                    text.len()
                )))),
            }
        } else {
            match text.parse() {
                Ok(number) if f64::is_finite(number) => self.write(|writer| writer.float(number)),
                _ => Err(self.stop(invalid("number out of range"))),
            }
        }
    }

    /// Whether a borrowed text lies in the JSON text.
    fn holds(&self, text: &str) -> bool {
        self.json.as_ptr_range().contains(&text.as_ptr())
    }
}

/// Whether a number has neither a fraction nor an exponent. `-0` counts as a float, as it does for the parser.
fn is_integer(number: &str) -> bool {
    number != "-0" && !number.contains(['.', 'e', 'E'])
}

/// A value in which so many levels may begin.
struct Item<'s, 'a> {
    state: &'s mut State<'a>,
    levels: usize,
}

impl<'de> DeserializeSeed<'de> for Item<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Item<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.state.write(Writer::none)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        self.state.write(|writer| writer.bool(value))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<(), E> {
        self.state.written_number();
        self.state.write(|writer| writer.int(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<(), E> {
        self.state.written_number();
        match i64::try_from(number) {
            Ok(number) => self.state.write(|writer| writer.int(number)),
            Err(_) => self.state.write(|writer| writer.decimal(number)),
        }
    }

    /// The parser gives integers beyond 64 bits as floats, too.
    fn visit_f64<E: de::Error>(self, number: f64) -> Result<(), E> {
        match self.state.written_number() {
            Some(text) if is_integer(text) => self.state.number(text),
            _ => self.state.write(|writer| writer.float(number)),
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.state.write(|writer| writer.str(text.as_bytes()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Self { state, levels } = self;
        let levels = inside(levels).map_err(|problem| state.stop(problem))?;
        let open = state.write(Writer::open)?;
        let mut count = 0;
        while items.next_element_seed(Item { state, levels })?.is_some() {
            count += 1;
        }
        state.write(|writer| writer.close(open, Container::List, count))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let Self { state, levels } = self;
        let first = entries.next_key_seed(Text(Role::FirstKey, state))?;
        if let Some(None) = first {
            entries.next_value_seed(Text(Role::Number, state))?;
            return Ok(());
        }
        let levels = inside(levels).map_err(|problem| state.stop(problem))?;
        let mut count = 0;
        let open = if let Some(open) = first.flatten() {
            loop {
                entries.next_value_seed(Item { state, levels })?;
                count += 1;
                if entries.next_key_seed(Text(Role::Key, state))?.is_none() {
                    break open;
                }
            }
        } else {
            state.write(Writer::open)?
        };
        state.write(|writer| writer.close(open, Container::Dict, count))
    }
}

/// Text that is no value of its own.
struct Text<'s, 'a>(Role, &'s mut State<'a>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// The first key of an object, with which the dict begins. If any crate of the program turns on serde_json's feature
    /// `arbitrary_precision`, an object may turn out to be a number: then the key is one of serde_json's own, which is
    /// not written.
    FirstKey,
    /// A further key of an object.
    Key,
    /// The text of such a number.
    Number,
}

impl<'de> DeserializeSeed<'de> for Text<'_, '_> {
    /// The dict that begins.
    type Value = Option<Open>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Open>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Text<'_, '_> {
    type Value = Option<Open>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Option<Open>, E> {
        let Self(role, state) = &self;
        if *role == Role::FirstKey && !state.holds(text) {
            return Ok(None);
        }
        self.visit_str(text)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Option<Open>, E> {
        let Self(role, state) = self;
        let mut dict = None;
        match role {
            Role::FirstKey => {
                dict = Some(state.write(Writer::open)?);
                state.write(|writer| writer.str(text.as_bytes()))?;
            }
            Role::Key => state.write(|writer| writer.str(text.as_bytes()))?,
            Role::Number => state.number(text)?,
        }
        Ok(dict)
    }
}
