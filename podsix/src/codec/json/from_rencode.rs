//! Rencode to JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::{inside, invalid};
use crate::codec::bincode::Problem;
use crate::codec::rencode::{Reader, Token};
use crate::value::MAX_LEVELS;

/// Which integers the other end reads exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Integers {
    /// Any, as Python does.
    Any,
    /// Those that JavaScript's numbers hold, as browsers do.
    Safe,
}

/// The largest integer up to which JavaScript's numbers hold every one.
pub(super) const MAX_SAFE: u64 = (1 << 53) - 1;

/// How much of a key is shown in the path of a field.
const SHOWN_CHARACTERS: usize = 64;

/// Writes a body, which is one valid value, to the end of `out` as JSON. `out` may grow to `limit` bytes, those it has
/// included; after an error it is as before.
///
/// Control characters are written as escapes, so the terminator of PodSixNet's wire never occurs in what is written.
///
/// # Errors
///
/// The path of the field, such as `players[2].name`, which is empty if the body itself is meant, and the problem:
/// [`Problem::TooLarge`] if it would pass the limit, [`Problem::Invalid`] for what JSON has no form for: see the
/// [module](super).
pub(crate) fn from_rencode(
    body: &[u8],
    out: &mut Vec<u8>,
    limit: usize,
    integers: Integers,
) -> Result<(), (String, Problem)> {
    let before = out.len();
    let mut transcoder = Transcoder {
        reader: Reader::new(body),
        output: Output { text: out, limit },
        integers,
    };
    let written = transcoder.whole(body.len());
    written.map_err(|fault| {
        out.truncate(before);
        (fault.field, fault.problem)
    })
}

/// What can't be written, and where it is.
struct Fault {
    // Names and positions from the outside in.
    field: String,
    problem: Problem,
}

impl From<Problem> for Fault {
    #[cold]
    fn from(problem: Problem) -> Self {
        Self {
            field: String::new(),
            problem,
        }
    }
}

impl Fault {
    /// The same, seen from the dict around it.
    #[cold]
    fn in_field(mut self, name: &str) -> Self {
        let dot = match self.field.chars().next() {
            None | Some('[') => "",
            Some(_) => ".",
        };
        self.field = format!("{name}{dot}{}", self.field);
        self
    }

    /// The same, seen from the dict around it, where it has the key that comes next.
    #[cold]
    fn in_entry(self, mut key: Reader<'_>) -> Self {
        match key.next() {
            Ok(Token::Str(text)) => {
                let text = String::from_utf8_lossy(text);
                self.in_field(&text.chars().take(SHOWN_CHARACTERS).collect::<String>())
            }
            Ok(Token::Int(number)) => self.in_field(&number.to_string()),
            Ok(Token::BigInt(digits)) => self.in_field(digits),
            _ => self,
        }
    }

    /// The same, seen from the list or tuple around it.
    #[cold]
    fn in_element(self, index: usize) -> Self {
        self.in_field(&format!("[{index}]"))
    }
}

struct Transcoder<'a, 'o> {
    reader: Reader<'a>,
    output: Output<'o>,
    integers: Integers,
}

impl<'a> Transcoder<'a, '_> {
    /// The value that takes up all of a body of this length.
    fn whole(&mut self, length: usize) -> Result<(), Fault> {
        self.value(MAX_LEVELS)?;
        match length - self.reader.position() {
            0 => Ok(()),
            more => Err(invalid(format_args!(
                "expected the end of the body, found {more} more bytes"
            ))
            .into()),
        }
    }

    /// The next value, in which so many levels may begin.
    fn value(&mut self, levels: usize) -> Result<(), Fault> {
        // Before any other, since most values are one of these: to put each of them into a token first takes twice the
        // time.
        if let Some(number) = self.reader.take_int() {
            Ok(self.int(number)?)
        } else if let Some(text) = self.reader.take_text() {
            Ok(self.text(text)?)
        } else if let Some(number) = self.reader.take_float() {
            Ok(self.float(number)?)
        } else {
            self.other(levels)
        }
    }

    /// As [`value`](Self::value).
    fn other(&mut self, levels: usize) -> Result<(), Fault> {
        match self.reader.next()? {
            Token::None => self.output.put(b"null")?,
            Token::Bool(true) => self.output.put(b"true")?,
            Token::Bool(false) => self.output.put(b"false")?,
            Token::Int(number) => self.int(number)?,
            Token::BigInt(digits) => {
                if self.integers == Integers::Safe {
                    return Err(unsafe_integer(digits).into());
                }
                self.big_int(digits)?;
            }
            Token::Float(number) => self.float(number)?,
            Token::Str(bytes) => self.text(bytes)?,
            Token::List(count) | Token::Tuple(count) => self.array(count, inside(levels)?)?,
            Token::Dict(count) => self.object(count, inside(levels)?)?,
            Token::End => return Err(no_end().into()),
        }
        Ok(())
    }

    fn array(&mut self, count: Option<usize>, levels: usize) -> Result<(), Fault> {
        self.output.put(b"[")?;
        let mut index = 0;
        while self.has_more(count, index) {
            if index > 0 {
                self.output.put(b",")?;
            }
            self.value(levels)
                .map_err(|fault| fault.in_element(index))?;
            index += 1;
        }
        self.output.put(b"]")?;
        Ok(())
    }

    fn object(&mut self, count: Option<usize>, levels: usize) -> Result<(), Fault> {
        self.output.put(b"{")?;
        let mut index = 0;
        let mut kinds = KeyKinds::default();
        while self.has_more(count, index) {
            if index > 0 {
                self.output.put(b",")?;
            }
            let before = self.reader.clone();
            match self.reader.take_text() {
                Some(name) => {
                    kinds.text(name)?;
                    self.name(name)?;
                }
                None => self.key(&mut kinds)?,
            }
            self.output.put(b":")?;
            self.value(levels).map_err(|fault| fault.in_entry(before))?;
            index += 1;
        }
        self.output.put(b"}")?;
        Ok(())
    }

    /// Whether another element or pair follows, before which there were so many.
    #[inline]
    fn has_more(&mut self, count: Option<usize>, before: usize) -> bool {
        match count {
            Some(count) => before < count,
            None => !self.reader.take_end(),
        }
    }

    /// A key that is no short text.
    fn key(&mut self, kinds: &mut KeyKinds) -> Result<(), Problem> {
        let found = match self.reader.next()? {
            Token::Str(bytes) => {
                kinds.text(bytes)?;
                return self.name(bytes);
            }
            Token::Int(number) => {
                kinds.integer()?;
                self.output.put(b"\"")?;
                self.output.json(&number)?;
                return self.output.put(b"\"");
            }
            Token::BigInt(digits) => {
                kinds.integer()?;
                self.output.put(b"\"")?;
                self.big_int(digits)?;
                return self.output.put(b"\"");
            }
            Token::None => "None",
            Token::Bool(true) => "True",
            Token::Bool(false) => "False",
            Token::Float(_) => "a float",
            Token::Tuple(_) => "a tuple",
            Token::List(_) => "a list",
            Token::Dict(_) => "a dict",
            Token::End => return Err(no_end()),
        };
        Err(no_key(found))
    }

    /// A key that is text.
    fn name(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        match str::from_utf8(bytes) {
            Ok(text) => self.output.json(text),
            Err(_) => Err(no_key("text that is not UTF-8")),
        }
    }

    fn text(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        match str::from_utf8(bytes) {
            Ok(text) => self.output.json(text),
            Err(_) => Err(no_text(bytes.len())),
        }
    }

    fn int(&mut self, number: i64) -> Result<(), Problem> {
        if self.integers == Integers::Safe && number.unsigned_abs() > MAX_SAFE {
            return Err(unsafe_integer(&number.to_string()));
        }
        self.output.json(&number)
    }

    fn float(&mut self, number: f64) -> Result<(), Problem> {
        if number.is_finite() {
            self.output.json(&number)
        } else {
            Err(no_number(number))
        }
    }

    /// JSON has no zeros in front, rencode may have some.
    fn big_int(&mut self, digits: &str) -> Result<(), Problem> {
        let unsigned = digits.strip_prefix('-').unwrap_or(digits);
        if unsigned.len() < digits.len() {
            self.output.put(b"-")?;
        }
        self.output.put(unsigned.trim_start_matches('0').as_bytes())
    }
}

/// Which kinds of keys a dict has: of two kinds, two keys could become one.
#[derive(Default)]
struct KeyKinds {
    integers: bool,
    digits: bool,
}

impl KeyKinds {
    #[inline]
    fn text(&mut self, key: &[u8]) -> Result<(), Problem> {
        self.digits |= is_digits(key);
        self.check()
    }

    fn integer(&mut self) -> Result<(), Problem> {
        self.integers = true;
        self.check()
    }

    #[inline]
    fn check(&self) -> Result<(), Problem> {
        if self.integers && self.digits {
            Err(invalid(
                "integers and text of digits are keys of one dict, and JSON can't tell them apart: use one kind",
            ))
        } else {
            Ok(())
        }
    }
}

/// Whether a key is what an integer could become.
fn is_digits(key: &[u8]) -> bool {
    let digits = key.strip_prefix(b"-").unwrap_or(key);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

#[cold]
fn no_end() -> Problem {
    invalid("a mark of an end has nothing to end here")
}

#[cold]
fn no_key(found: &str) -> Problem {
    invalid(format_args!(
        "expected a key that is text or an integer, as JSON has no others, found {found}"
    ))
}

#[cold]
fn no_text(bytes: usize) -> Problem {
    invalid(format_args!(
        "JSON has only text, found {bytes} bytes that are not UTF-8"
    ))
}

#[cold]
fn no_number(found: f64) -> Problem {
    invalid(format_args!(
        "JSON has no NaN and no infinities, found {found}: send `None` instead"
    ))
}

#[cold]
fn unsafe_integer(found: &str) -> Problem {
    invalid(format_args!(
        "expected an integer from -{MAX_SAFE} to {MAX_SAFE}, which JavaScript holds exactly, found {found}: \
         send it as text"
    ))
}

/// A text that grows up to a limit.
struct Output<'a> {
    text: &'a mut Vec<u8>,
    limit: usize,
}

impl Output<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        if bytes.len() > self.limit.saturating_sub(self.text.len()) {
            return Err(Problem::TooLarge);
        }
        self.text.extend_from_slice(bytes);
        Ok(())
    }

    /// Text, or a finite number.
    fn json<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        // It fails only where the output does.
        serde_json::to_writer(self, value).map_err(|_| Problem::TooLarge)
    }
}

impl Write for Output<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.put(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(_) => Err(io::ErrorKind::StorageFull.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
