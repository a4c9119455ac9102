//! A value's form on a connection, which tells what it holds.
//!
//! A value is one byte for its kind, for many small ones all there is, then what the kind needs. What has more than one
//! byte is little endian. A count is unsigned LEB128: seven bits a byte, the least significant first, the top bit set on
//! every byte but the last, up to five bytes.
//!
//! | byte | value | followed by |
//! | --- | --- | --- |
//! | 00–3F | the integers 0 to 63 | |
//! | 40–7F | text of 0 to 63 bytes | so many bytes of UTF-8 |
//! | 80–9F | a list of 0 to 31 | so many values |
//! | A0–AF | a tuple of 0 to 15 | so many values |
//! | B0–BF | a map of 0 to 15 | so many keys, each with its value |
//! | C0–DF | the integers -32 to -1 | |
//! | E0 | none | |
//! | E1, E2 | false, true | |
//! | E3, E4, E5, E6 | an integer | 1, 2, 4 or 8 bytes, two's complement |
//! | E7, E8 | a float | 4 or 8 bytes, IEEE 754 |
//! | E9 | an integer beyond 64 bits | a count, so many decimal digits, the first perhaps `-`, 63 bytes at most |
//! | EA | text | a count, so many bytes of UTF-8 |
//! | EB | bytes | a count, so many bytes |
//! | EC | a list | a count, so many values |
//! | ED | a tuple | a count, so many values |
//! | EE | a map | a count, so many keys, each with its value |
//! | EF–FF | free, refused | |
//!
//! Writers use the shortest form there is (a float takes four bytes if they hold it exactly), so that a value that is
//! passed on never grows; readers take any. A key that stands twice counts once, in its first place with its last
//! value. A list, a map, or a tuple that holds one is no key. Values are nested at most [`MAX_LEVELS`] deep.

use super::{BigInt, Key, MAX_LEVELS, Map, Value, show};
use crate::codec::bincode::Problem;

mod kind {
    pub(super) const SMALL: u8 = 0x00;
    pub(super) const SHORT_STR: u8 = 0x40;
    pub(super) const SHORT_LIST: u8 = 0x80;
    pub(super) const SHORT_TUPLE: u8 = 0xA0;
    pub(super) const SHORT_MAP: u8 = 0xB0;
    pub(super) const SMALL_NEGATIVE: u8 = 0xC0;
    pub(super) const NONE: u8 = 0xE0;
    pub(super) const FALSE: u8 = 0xE1;
    pub(super) const TRUE: u8 = 0xE2;
    pub(super) const INT_1: u8 = 0xE3;
    pub(super) const INT_2: u8 = 0xE4;
    pub(super) const INT_4: u8 = 0xE5;
    pub(super) const INT_8: u8 = 0xE6;
    pub(super) const FLOAT_4: u8 = 0xE7;
    pub(super) const FLOAT_8: u8 = 0xE8;
    pub(super) const BIG_INT: u8 = 0xE9;
    pub(super) const STR: u8 = 0xEA;
    pub(super) const BYTES: u8 = 0xEB;
    pub(super) const LIST: u8 = 0xEC;
    pub(super) const TUPLE: u8 = 0xED;
    pub(super) const MAP: u8 = 0xEE;
}

impl Value {
    /// Appends this value to `out`, which may grow to `limit` bytes (those it had before included). After an error the
    /// end of `out` is unfinished: the caller truncates it.
    ///
    /// # Errors
    ///
    /// [`Problem::TooLarge`] as soon as `out` would pass `limit`, before memory is taken for it; [`Problem::Invalid`] if
    /// values are nested too deep.
    pub(crate) fn encode(&self, out: &mut Vec<u8>, limit: usize) -> Result<(), Problem> {
        Writer { out, limit }.value(self, MAX_LEVELS)
    }

    /// Reads a value that takes up all of `bytes`. It takes at most 40 bytes of memory for each of them.
    ///
    /// # Errors
    ///
    /// [`Problem::Invalid`] if `bytes` are no value, or hold anything after it.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Problem> {
        let mut reader = Reader {
            left: bytes,
            owed: 0,
        };
        let value = reader.value(MAX_LEVELS)?;
        match reader.left.len() {
            0 => Ok(value),
            left => Err(invalid(format_args!(
                "expected the end of the body, found {left} more bytes"
            ))),
        }
    }
}

struct Writer<'a> {
    out: &'a mut Vec<u8>,
    limit: usize,
}

impl Writer<'_> {
    /// A value in which so many levels may begin.
    fn value(&mut self, value: &Value, levels: usize) -> Result<(), Problem> {
        match value {
            Value::None => self.put(&[kind::NONE]),
            Value::Bool(false) => self.put(&[kind::FALSE]),
            Value::Bool(true) => self.put(&[kind::TRUE]),
            Value::Int(number) => self.int(*number),
            Value::BigInt(number) => self.big_int(number),
            Value::Float(number) => self.float(*number),
            Value::Str(text) => {
                self.head(text.len(), kind::SHORT_STR, 64, kind::STR)?;
                self.put(text.as_bytes())
            }
            Value::Bytes(bytes) => {
                self.head(bytes.len(), kind::BYTES, 0, kind::BYTES)?;
                self.put(bytes)
            }
            Value::List(items) => {
                self.head(items.len(), kind::SHORT_LIST, 32, kind::LIST)?;
                self.values(items, levels)
            }
            Value::Tuple(items) => {
                self.head(items.len(), kind::SHORT_TUPLE, 16, kind::TUPLE)?;
                self.values(items, levels)
            }
            Value::Map(map) => {
                self.head(map.len(), kind::SHORT_MAP, 16, kind::MAP)?;
                let levels = inside(levels)?;
                map.iter().try_for_each(|(key, value)| {
                    self.value(key, levels)?;
                    self.value(value, levels)
                })
            }
        }
    }

    fn values(&mut self, items: &[Value], levels: usize) -> Result<(), Problem> {
        let levels = inside(levels)?;
        items.iter().try_for_each(|item| self.value(item, levels))
    }

    fn int(&mut self, number: i64) -> Result<(), Problem> {
        if (0..64).contains(&number) {
            self.put(&[kind::SMALL + number as u8])
        } else if (-32..0).contains(&number) {
            // -32 is the first.
            self.put(&[kind::SMALL_NEGATIVE + (number + 32) as u8])
        } else if let Ok(number) = i8::try_from(number) {
            self.put(&[kind::INT_1])?;
            self.put(&number.to_le_bytes())
        } else if let Ok(number) = i16::try_from(number) {
            self.put(&[kind::INT_2])?;
            self.put(&number.to_le_bytes())
        } else if let Ok(number) = i32::try_from(number) {
            self.put(&[kind::INT_4])?;
            self.put(&number.to_le_bytes())
        } else {
            self.put(&[kind::INT_8])?;
            self.put(&number.to_le_bytes())
        }
    }

    fn big_int(&mut self, number: &BigInt) -> Result<(), Problem> {
        let text = number.as_str();
        self.head(text.len(), kind::BIG_INT, 0, kind::BIG_INT)?;
        self.put(text.as_bytes())
    }

    fn float(&mut self, number: f64) -> Result<(), Problem> {
        let short = number as f32;
        // By their bits, for the sake of NaN and the zeros.
        if f64::from(short).to_bits() == number.to_bits() {
            self.put(&[kind::FLOAT_4])?;
            self.put(&short.to_le_bytes())
        } else {
            self.put(&[kind::FLOAT_8])?;
            self.put(&number.to_le_bytes())
        }
    }

    /// A kind and a length: in one byte from `short` on if it is below `shorts`, otherwise `long` and a count.
    fn head(&mut self, length: usize, short: u8, shorts: usize, long: u8) -> Result<(), Problem> {
        if length < shorts {
            return self.put(&[short + length as u8]);
        }
        self.put(&[long])?;
        let mut left = u32::try_from(length).map_err(|_| Problem::TooLarge)?;
        while left >= 0x80 {
            self.put(&[(left & 0x7F) as u8 | 0x80])?;
            left >>= 7;
        }
        self.put(&[left as u8])
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        if bytes.len() > self.limit.saturating_sub(self.out.len()) {
            return Err(Problem::TooLarge);
        }
        self.out.extend_from_slice(bytes);
        Ok(())
    }
}

struct Reader<'a> {
    left: &'a [u8],
    // 0 <= owed <= left.len(): how many bytes the values take at least that are announced and not begun. Nothing else
    // may take these. So what lists announce inside each other is together no more than there are bytes, and memory can
    // be taken for it.
    owed: usize,
}

impl Reader<'_> {
    /// A value in which so many levels may begin. What does not recurse is elsewhere, so that a level takes little stack.
    fn value(&mut self, levels: usize) -> Result<Value, Problem> {
        let [first] = self.bytes("a value")?;
        match self.container(first)? {
            None => self.scalar(first),
            Some((Container::List, count)) => self.values(count, levels).map(Value::List),
            Some((Container::Tuple, count)) => self.values(count, levels).map(Value::Tuple),
            Some((Container::Map, count)) => self.map(count, levels),
        }
    }

    /// What begins with this byte and holds other values: which, and how many.
    fn container(&mut self, first: u8) -> Result<Option<(Container, usize)>, Problem> {
        Ok(Some(match first {
            kind::SHORT_LIST..kind::SHORT_TUPLE => {
                (Container::List, (first - kind::SHORT_LIST).into())
            }
            kind::SHORT_TUPLE..kind::SHORT_MAP => {
                (Container::Tuple, (first - kind::SHORT_TUPLE).into())
            }
            kind::SHORT_MAP..kind::SMALL_NEGATIVE => {
                (Container::Map, (first - kind::SHORT_MAP).into())
            }
            kind::LIST => (Container::List, self.count()?),
            kind::TUPLE => (Container::Tuple, self.count()?),
            kind::MAP => (Container::Map, self.count()?),
            _ => return Ok(None),
        }))
    }

    /// What begins with this byte and holds no other values.
    fn scalar(&mut self, first: u8) -> Result<Value, Problem> {
        Ok(match first {
            kind::SMALL..kind::SHORT_STR => Value::Int(first.into()),
            kind::SHORT_STR..kind::SHORT_LIST => self.text((first - kind::SHORT_STR).into())?,
            kind::SMALL_NEGATIVE..kind::NONE => {
                Value::Int(i64::from(first - kind::SMALL_NEGATIVE) - 32)
            }
            kind::NONE => Value::None,
            kind::FALSE => Value::Bool(false),
            kind::TRUE => Value::Bool(true),
            kind::INT_1 => i8::from_le_bytes(self.bytes("an integer")?).into(),
            kind::INT_2 => i16::from_le_bytes(self.bytes("an integer")?).into(),
            kind::INT_4 => i32::from_le_bytes(self.bytes("an integer")?).into(),
            kind::INT_8 => i64::from_le_bytes(self.bytes("an integer")?).into(),
            kind::FLOAT_4 => f32::from_le_bytes(self.bytes("a float")?).into(),
            kind::FLOAT_8 => f64::from_le_bytes(self.bytes("a float")?).into(),
            kind::BIG_INT => {
                let length = self.count()?;
                self.integer(length)?
            }
            kind::STR => {
                let length = self.count()?;
                self.text(length)?
            }
            kind::BYTES => {
                let length = self.count()?;
                Value::Bytes(self.take(length, "bytes")?.to_owned())
            }
            _ => return Err(invalid(format_args!("no value begins with {first:#04X}"))),
        })
    }

    fn values(&mut self, count: usize, levels: usize) -> Result<Vec<Value>, Problem> {
        let levels = inside(levels)?;
        self.owe(count, 1)?;
        let mut items = Vec::with_capacity(count);
        for _ in 0..count {
            self.owed -= 1;
            items.push(self.value(levels)?);
        }
        Ok(items)
    }

    fn map(&mut self, count: usize, levels: usize) -> Result<Value, Problem> {
        let levels = inside(levels)?;
        self.owe(count, 2)?;
        let mut map = Map::with_capacity(count);
        for _ in 0..count {
            self.owed -= 1;
            let key = key(self.value(levels)?)?;
            self.owed -= 1;
            let value = self.value(levels)?;
            map.insert(key, value);
        }
        Ok(Value::Map(map))
    }

    fn text(&mut self, length: usize) -> Result<Value, Problem> {
        match std::str::from_utf8(self.take(length, "text")?) {
            Ok(text) => Ok(text.into()),
            Err(_) => Err(invalid("expected text, found bytes that are not UTF-8")),
        }
    }

    fn integer(&mut self, length: usize) -> Result<Value, Problem> {
        let text = self.take(length, "an integer")?;
        std::str::from_utf8(text)
            .ok()
            .and_then(Value::parse_int)
            .ok_or_else(|| {
                let found = Value::Bytes(text.get(..64).unwrap_or(text).to_owned());
                invalid(format_args!(
                    "expected an integer of at most 63 characters, found {}",
                    show::Short(&found)
                ))
            })
    }

    /// A number of bytes or values.
    fn count(&mut self) -> Result<usize, Problem> {
        let mut count = 0_u64;
        for group in 0..5 {
            let [byte] = self.bytes("a count")?;
            count |= u64::from(byte & 0x7F) << (7 * group);
            if byte < 0x80 {
                return usize::try_from(count).map_err(|_| invalid("a count is too large"));
            }
        }
        Err(invalid("a count takes more than five bytes"))
    }

    /// Announces `count` elements, each of which takes at least so many bytes.
    fn owe(&mut self, count: usize, each: usize) -> Result<(), Problem> {
        let free = self.free();
        match count.checked_mul(each) {
            Some(owed) if owed <= free => {
                self.owed += owed;
                Ok(())
            }
            _ => Err(invalid(format_args!(
                "{count} elements are announced, {free} bytes are left for them"
            ))),
        }
    }

    fn bytes<const N: usize>(&mut self, what: &str) -> Result<[u8; N], Problem> {
        // `take` gives so many.
        Ok(self.take(N, what)?.try_into().unwrap_or([0; N]))
    }

    fn take(&mut self, length: usize, what: &str) -> Result<&[u8], Problem> {
        let free = self.free();
        match self.left.split_at_checked(length) {
            Some((taken, left)) if length <= free => {
                self.left = left;
                Ok(taken)
            }
            _ => Err(invalid(format_args!(
                "{what} of {length} bytes, {free} are left for it"
            ))),
        }
    }

    /// How many bytes may be taken.
    fn free(&self) -> usize {
        self.left.len().saturating_sub(self.owed)
    }
}

/// What holds other values.
enum Container {
    List,
    Tuple,
    Map,
}

fn key(value: Value) -> Result<Key, Problem> {
    Key::try_from(value).map_err(|error| invalid(error.problem()))
}

/// The levels that may begin one level further in.
fn inside(levels: usize) -> Result<usize, Problem> {
    levels.checked_sub(1).ok_or_else(|| {
        invalid(format_args!(
            "values are nested more than {MAX_LEVELS} levels deep"
        ))
    })
}

#[cold]
fn invalid(words: impl std::fmt::Display) -> Problem {
    Problem::invalid(words.to_string())
}
