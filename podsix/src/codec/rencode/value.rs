//! Bytes to a [`Value`].

use super::scan::{invalid, trailing};
use super::tokens::{Reader, Stop, Token, code, inside};
use crate::codec::bincode::Problem;
use crate::value::{Key, MAX_LEVELS, Map, Value};

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
pub(crate) fn decode_value(bytes: &[u8]) -> Result<Value, Problem> {
    let mut decoder = Decoder {
        reader: Reader::new(bytes),
        counts: Counts::default(),
    };
    let value = decoder.value(MAX_LEVELS)?;
    match decoder.reader.left() {
        0 => Ok(value),
        left => Err(trailing(left)),
    }
}

struct Decoder<'a> {
    reader: Reader<'a>,
    counts: Counts,
}

impl Decoder<'_> {
    /// A value in which so many levels may begin.
    fn value(&mut self, levels: usize) -> Result<Value, Problem> {
        let start = self.reader.position();
        match self.reader.next()? {
            Token::List(count) => self.values(start, count, levels).map(Value::List),
            Token::Tuple(count) => self.values(start, count, levels).map(Value::Tuple),
            Token::Dict(count) => self.map(start, count, levels),
            token => scalar(token),
        }
    }

    fn values(
        &mut self,
        start: usize,
        count: Option<usize>,
        levels: usize,
    ) -> Result<Vec<Value>, Problem> {
        let inside = inside(levels)?;
        let known = self.count(start, count, levels, 1)?;
        let mut items = Vec::with_capacity(known);
        for _ in 0..known {
            items.push(self.value(inside)?);
        }
        self.end(count)?;
        Ok(items)
    }

    fn map(&mut self, start: usize, count: Option<usize>, levels: usize) -> Result<Value, Problem> {
        let inside = inside(levels)?;
        let known = self.count(start, count, levels, 2)?;
        let mut map = Map::with_capacity(known);
        for _ in 0..known {
            let key = key(self.value(inside)?)?;
            map.insert(key, self.value(inside)?);
        }
        self.end(count)?;
        Ok(Value::Map(map))
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

fn scalar(token: Token<'_>) -> Result<Value, Problem> {
    Ok(match token {
        Token::Bool(value) => Value::Bool(value),
        Token::Int(number) => Value::Int(number),
        Token::BigInt(text) => Value::parse_int(text)
            .ok_or_else(|| invalid("expected an integer, found other characters"))?,
        Token::Float(number) => Value::Float(number),
        Token::Str(bytes) => match str::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(_) => Value::Bytes(bytes.to_owned()),
        },
        Token::End => return Err(Stop::NoToken(code::END).problem()),
        Token::None | Token::List(_) | Token::Tuple(_) | Token::Dict(_) => Value::None,
    })
}

fn key(value: Value) -> Result<Key, Problem> {
    fn is_text(value: &Value) -> bool {
        match value {
            Value::Bytes(_) => false,
            Value::Tuple(items) => items.iter().all(is_text),
            _ => true,
        }
    }
    if !is_text(&value) {
        return Err(invalid("expected a key, found text that is not UTF-8"));
    }
    Key::try_from(value).map_err(|error| Problem::Invalid(error.problem().to_owned()))
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
            self.add(&mut reader, levels)?;
        }
        let count = self.counts.get(self.used).copied().unwrap_or(0);
        self.used += 1;
        Ok(count as usize)
    }

    fn add(&mut self, reader: &mut Reader<'_>, levels: usize) -> Result<(), Problem> {
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
