//! Bytes to a [`Value`].

use super::skip::{key_is_no_text, no_key};
use super::tokens::{Reader, Stop, Token, code, inside};
use crate::codec::bincode::Problem;
use crate::value::{Key, MAX_LEVELS, Map, Text, Value};

/// Reads a value that takes up all of `bytes`.
///
/// Of bytes that a [`Scanner`](super::Scanner) has accepted, it takes at most 40 bytes of memory for each. Of others, what
/// is announced inside each other and never comes can take 200 KB more before it is refused.
///
/// A string that is not UTF-8 becomes [`Value::Bytes`]. A key that stands twice counts once, in its first place with its
/// last value.
///
/// # Errors
///
/// [`Problem::Invalid`] for whatever a `Scanner` refuses.
#[inline]
pub(crate) fn decode_value(bytes: &[u8]) -> Result<Value, Problem> {
    decode_levels(bytes, MAX_LEVELS)
}

/// As [`decode_value`], for a value in which so many levels may begin.
pub(crate) fn decode_levels(bytes: &[u8], levels: usize) -> Result<Value, Problem> {
    let mut decoder = Decoder {
        reader: Reader::new(bytes),
        counts: Counts::default(),
    };
    let mut value = Value::None;
    decoder.value(&mut value, levels)?;
    decoder.reader.end()?;
    Ok(value)
}

struct Decoder<'a> {
    reader: Reader<'a>,
    counts: Counts,
}

/// Values are made where they stay, in a place that holds `None`: to move each of them there takes as long as to read it.
impl Decoder<'_> {
    /// A value in which so many levels may begin.
    #[inline]
    fn value(&mut self, place: &mut Value, levels: usize) -> Result<(), Problem> {
        if let Some(number) = self.reader.take_int() {
            place.put(Value::Int(number));
        } else if let Some(bytes) = self.reader.take_text() {
            put_text(place, bytes);
        } else if let Some(number) = self.reader.take_float() {
            place.put(Value::Float(number));
        } else {
            self.any_value(place, levels)?;
        }
        Ok(())
    }

    #[inline(never)]
    fn any_value(&mut self, place: &mut Value, levels: usize) -> Result<(), Problem> {
        let start = self.reader.position();
        match self.reader.other_token() {
            Ok(Token::List(count)) => self.values(place, Value::List, start, count, levels),
            Ok(Token::Tuple(count)) => self.values(place, Value::Tuple, start, count, levels),
            Ok(Token::Dict(count)) => self.map(place, start, count, levels),
            Ok(token) => put_scalar(place, token),
            Err(stop) => Err(stop.problem()),
        }
    }

    fn values(
        &mut self,
        place: &mut Value,
        kind: fn(Vec<Value>) -> Value,
        start: usize,
        count: Option<usize>,
        levels: usize,
    ) -> Result<(), Problem> {
        let inside = inside(levels)?;
        let known = self.count(start, count, levels, 1)?;
        let mut items = Vec::with_capacity(known);
        items.resize_with(known, || Value::None);
        place.put(kind(items));
        if let Some(items) = place.as_list_mut() {
            for place in items {
                self.value(place, inside)?;
            }
        }
        self.end(count)
    }

    fn map(
        &mut self,
        place: &mut Value,
        start: usize,
        count: Option<usize>,
        levels: usize,
    ) -> Result<(), Problem> {
        let inside = inside(levels)?;
        let known = self.count(start, count, levels, 2)?;
        place.put(Value::Map(Map::with_capacity(known)));
        if let Some(map) = place.as_map_mut() {
            for _ in 0..known {
                let place = self.place(map, inside)?;
                self.value(place, inside)?;
            }
        }
        self.end(count)
    }

    /// The place for the value of the key that comes next.
    #[inline]
    fn place<'m>(&mut self, map: &'m mut Map, levels: usize) -> Result<&'m mut Value, Problem> {
        let place = match self.reader.take_text() {
            Some(text) => map.text_place(text),
            None => map.place(self.key(levels)?),
        };
        place.ok_or_else(key_is_no_text)
    }

    /// A key.
    fn key(&mut self, levels: usize) -> Result<Key, Problem> {
        let before = self.reader.clone();
        self.reader.skip_key(levels)?;
        self.reader = before;
        let mut key = Value::None;
        self.value(&mut key, levels)?;
        Key::try_from(key).map_err(|_| no_key())
    }

    /// How many elements (or pairs, whose keys and values are `each` = 2 values) come. Those that are only announced are
    /// paid by as many bytes.
    fn count(
        &mut self,
        start: usize,
        count: Option<usize>,
        levels: usize,
        each: usize,
    ) -> Result<usize, Problem> {
        match count {
            // At most 31, so a level that claims more than there is costs little.
            Some(count) if count.saturating_mul(each) <= self.reader.left() => Ok(count),
            Some(_) => Err(Stop::Short(0).problem()),
            None => {
                let reader = Reader::at(self.reader.bytes(), start);
                self.counts.next(reader, levels)
            }
        }
    }

    fn end(&mut self, count: Option<usize>) -> Result<(), Problem> {
        if count.is_none() && !self.reader.take_end() {
            return Err(Stop::NoToken(code::END).problem());
        }
        Ok(())
    }
}

#[inline]
fn put_text(place: &mut Value, bytes: &[u8]) {
    if Text::is_easy(bytes) {
        place.put_text(bytes);
    } else {
        put_any_text(place, bytes);
    }
}

fn put_scalar(place: &mut Value, token: Token<'_>) -> Result<(), Problem> {
    place.put(match token {
        Token::Bool(value) => Value::Bool(value),
        Token::Int(number) => Value::Int(number),
        Token::BigInt(text) => Value::parse_int(text).ok_or_else(no_integer)?,
        Token::Float(number) => Value::Float(number),
        Token::Str(bytes) => {
            put_text(place, bytes);
            return Ok(());
        }
        Token::End => return Err(Stop::NoToken(code::END).problem()),
        Token::None | Token::List(_) | Token::Tuple(_) | Token::Dict(_) => Value::None,
    });
    Ok(())
}

#[inline(never)]
fn put_any_text(place: &mut Value, bytes: &[u8]) {
    *place = match Text::from_utf8(bytes) {
        Some(text) => Value::Str(text),
        None => Value::Bytes(bytes.to_owned()),
    };
}

#[cold]
fn no_integer() -> Problem {
    Problem::invalid("expected an integer, found other characters".to_owned())
}

/// How many elements there are where only a mark at the end tells. With that, memory is taken once and exactly; what
/// grows takes twice as much.
#[derive(Default)]
struct Counts {
    /// The counts of a container with a mark and of all such inside, in the order of their beginnings.
    counts: Vec<u32>,
    // 0 <= used <= counts.len()
    used: usize,
}

impl Counts {
    /// The count of the container that begins here. Each is counted with the outermost one around it, so no byte is
    /// looked at more than once for this.
    fn next(&mut self, mut reader: Reader<'_>, levels: usize) -> Result<usize, Problem> {
        if self.used == self.counts.len() {
            self.counts.clear();
            self.used = 0;
            self.add_any(&mut reader, levels)?;
        }
        let count = self.counts.get(self.used).copied().unwrap_or(0);
        self.used += 1;
        Ok(count as usize)
    }

    #[inline]
    fn add(&mut self, reader: &mut Reader<'_>, levels: usize) -> Result<(), Problem> {
        match reader.take_sized() {
            true => Ok(()),
            false => self.add_any(reader, levels),
        }
    }

    fn add_any(&mut self, reader: &mut Reader<'_>, levels: usize) -> Result<(), Problem> {
        let (count, each) = match reader.next()? {
            Token::List(count) | Token::Tuple(count) => (count, 1),
            Token::Dict(count) => (count, 2),
            Token::End => return Err(Stop::NoToken(code::END).problem()),
            _ => return Ok(()),
        };
        let levels = inside(levels)?;
        if let Some(count) = count {
            return (0..count * each).try_for_each(|_| self.add(reader, levels));
        }
        let place = self.counts.len();
        self.counts.push(0);
        let mut found = 0_u32;
        while !reader.take_end() {
            (0..each).try_for_each(|_| self.add(reader, levels))?;
            // A value takes a byte, and a body has less than four billion.
            found = found.saturating_add(1);
        }
        if let Some(count) = self.counts.get_mut(place) {
            *count = found;
        }
        Ok(())
    }
}
