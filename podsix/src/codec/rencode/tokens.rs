//! The items of the format, read one by one.

use super::skip::size;
use crate::codec::bincode::Problem;

/// How many characters an integer in decimal, and the length of a string, has at most.
pub(super) const MAX_CHARACTERS: usize = 63;

/// The bytes that items begin with.
pub(super) mod code {
    pub(in super::super) const LAST_SMALL: u8 = 0x2B;
    pub(in super::super) const FLOAT_8: u8 = 0x2C;
    pub(in super::super) const DIGIT_0: u8 = 0x30;
    pub(in super::super) const DIGIT_9: u8 = 0x39;
    pub(in super::super) const TUPLE: u8 = 0x3A;
    pub(in super::super) const LIST: u8 = 0x3B;
    pub(in super::super) const DICT: u8 = 0x3C;
    pub(in super::super) const DECIMAL: u8 = 0x3D;
    pub(in super::super) const INT_1: u8 = 0x3E;
    pub(in super::super) const INT_2: u8 = 0x3F;
    pub(in super::super) const INT_4: u8 = 0x40;
    pub(in super::super) const INT_8: u8 = 0x41;
    pub(in super::super) const FLOAT_4: u8 = 0x42;
    pub(in super::super) const TRUE: u8 = 0x43;
    pub(in super::super) const FALSE: u8 = 0x44;
    pub(in super::super) const NONE: u8 = 0x45;
    pub(in super::super) const MINUS_1: u8 = 0x46;
    pub(in super::super) const MINUS_32: u8 = 0x65;
    pub(in super::super) const SHORT_DICT: u8 = 0x66;
    pub(in super::super) const LAST_SHORT_DICT: u8 = 0x7E;
    pub(in super::super) const END: u8 = 0x7F;
    pub(in super::super) const SHORT_STR: u8 = 0x80;
    pub(in super::super) const LAST_SHORT_STR: u8 = 0xBF;
    pub(in super::super) const SHORT_LIST: u8 = 0xC0;
    pub(in super::super) const LAST_SHORT_LIST: u8 = 0xDF;
    pub(in super::super) const SHORT_TUPLE: u8 = 0xE0;
}

/// One item of the format. What holds others is only begun by its token: so many follow (in a dict, pairs), or all up
/// to an [`End`](Self::End).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Token<'a> {
    None,
    Bool(bool),
    Int(i64),
    /// An integer beyond 64 bits: digits, perhaps after a `-`, perhaps with zeros in front; at most 63 characters.
    BigInt(&'a str),
    Float(f64),
    /// The bytes of a string, which should be UTF-8.
    Str(&'a [u8]),
    List(Option<usize>),
    Tuple(Option<usize>),
    Dict(Option<usize>),
    /// The end of a list, tuple or dict without a count.
    End,
}

/// Why there is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// The bytes end before the token does, which goes on up to this position at least.
    Short(usize),
    /// No token begins with this byte.
    NoToken(u8),
    /// An integer in decimal that has other characters than a sign and digits, or too many.
    NoInteger,
    /// A string whose length is no number, or has too many digits.
    NoLength,
}

impl Stop {
    #[cold]
    pub(super) fn problem(self) -> Problem {
        Problem::invalid(match self {
            Self::Short(_) => "the body ends before its value does".to_owned(),
            Self::NoToken(code::END) => "a mark of an end has nothing to end here".to_owned(),
            Self::NoToken(first) => format!("no value begins with {first:#04X}"),
            Self::NoInteger => format!(
                "expected an integer in decimal of at most {MAX_CHARACTERS} characters, found others"
            ),
            Self::NoLength => format!(
                "expected the length of a string in at most {MAX_CHARACTERS} digits, and a colon"
            ),
        })
    }
}

/// Reads token after token. It knows nothing of what they form together.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    // Where the next token begins; after an error, where the faulty one does.
    position: usize,
}

impl<'a> Reader<'a> {
    #[inline]
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self::at(bytes, 0)
    }

    /// A reader that begins at this position.
    #[inline]
    pub(super) fn at(bytes: &'a [u8], position: usize) -> Self {
        Self { bytes, position }
    }

    /// Reads the next token.
    ///
    /// # Errors
    ///
    /// [`Problem::Invalid`] if there is none, or not all of it.
    #[inline]
    pub(crate) fn next(&mut self) -> Result<Token<'a>, Problem> {
        self.token().map_err(Stop::problem)
    }

    /// How many bytes were read.
    #[inline]
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// The bytes that are read.
    #[inline]
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The bytes from one position to another.
    #[inline]
    pub(super) fn range(&self, start: usize, end: usize) -> &'a [u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// How many bytes are left.
    #[inline]
    pub(super) fn left(&self) -> usize {
        self.bytes.len().saturating_sub(self.position)
    }

    /// Expects that no byte is left.
    #[inline]
    pub(super) fn end(&self) -> Result<(), Problem> {
        match self.left() {
            0 => Ok(()),
            left => Err(trailing(left)),
        }
    }

    /// Passes over so many bytes, which are there.
    #[inline]
    pub(super) fn advance(&mut self, bytes: usize) {
        self.position += bytes;
    }

    /// The first byte of the next token.
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.position).copied()
    }

    /// Reads the mark of an end, if it comes next.
    #[inline]
    pub(crate) fn take_end(&mut self) -> bool {
        let is_end = self.peek() == Some(code::END);
        self.position += usize::from(is_end);
        is_end
    }

    /// As [`next`](Self::next), for those who care why there is none.
    pub(super) fn token(&mut self) -> Result<Token<'a>, Stop> {
        if let Some(number) = self.take_int() {
            return Ok(Token::Int(number));
        }
        if let Some(text) = self.take_text() {
            return Ok(Token::Str(text));
        }
        if let Some(number) = self.take_float() {
            return Ok(Token::Float(number));
        }
        self.other_token()
    }

    /// As [`token`](Self::token), where [`take_int`](Self::take_int), [`take_text`](Self::take_text) and
    /// [`take_float`](Self::take_float) found nothing.
    pub(super) fn other_token(&mut self) -> Result<Token<'a>, Stop> {
        let Some(first) = self.peek() else {
            return Err(Stop::Short(self.position.saturating_add(1)));
        };
        let start = self.position + 1;
        let token = match first {
            code::TRUE => Token::Bool(true),
            code::FALSE => Token::Bool(false),
            code::NONE => Token::None,
            code::SHORT_DICT..=code::LAST_SHORT_DICT => {
                Token::Dict(Some((first - code::SHORT_DICT).into()))
            }
            code::SHORT_LIST..=code::LAST_SHORT_LIST => {
                Token::List(Some((first - code::SHORT_LIST).into()))
            }
            code::SHORT_TUPLE.. => Token::Tuple(Some((first - code::SHORT_TUPLE).into())),
            code::DIGIT_0..=code::DIGIT_9 => return self.long_string(),
            code::TUPLE => Token::Tuple(None),
            code::LIST => Token::List(None),
            code::DICT => Token::Dict(None),
            code::DECIMAL => return self.decimal(start),
            code::END => Token::End,
            _ => match size(first) {
                0 => return Err(Stop::NoToken(first)),
                size => return Err(Stop::Short(self.position + usize::from(size))),
            },
        };
        self.position = start;
        Ok(token)
    }

    /// Reads the next token, if it is an integer in bytes and whole.
    #[inline]
    pub(crate) fn take_int(&mut self) -> Option<i64> {
        let (number, size) = match *self.bytes.get(self.position..)? {
            [first @ ..=code::LAST_SMALL, ..] => (first.into(), 1),
            [code::INT_1, a, ..] => (i8::from_be_bytes([a]).into(), 2),
            [code::INT_2, a, b, ..] => (i16::from_be_bytes([a, b]).into(), 3),
            [code::INT_4, a, b, c, d, ..] => (i32::from_be_bytes([a, b, c, d]).into(), 5),
            [code::INT_8, a, b, c, d, e, f, g, h, ..] => {
                (i64::from_be_bytes([a, b, c, d, e, f, g, h]), 9)
            }
            [first @ code::MINUS_1..=code::MINUS_32, ..] => {
                (-1 - i64::from(first - code::MINUS_1), 1)
            }
            _ => return None,
        };
        self.position += size;
        Some(number)
    }

    /// Reads the next token, if it is a string of less than 64 bytes and whole.
    #[inline]
    pub(crate) fn take_text(&mut self) -> Option<&'a [u8]> {
        let (first @ code::SHORT_STR..=code::LAST_SHORT_STR, rest) =
            self.bytes.get(self.position..)?.split_first()?
        else {
            return None;
        };
        let text = rest.get(..usize::from(first - code::SHORT_STR))?;
        self.position += 1 + text.len();
        Some(text)
    }

    /// Reads the next token, if it is a float and whole.
    #[inline]
    pub(crate) fn take_float(&mut self) -> Option<f64> {
        let (number, size) = match *self.bytes.get(self.position..)? {
            [code::FLOAT_4, a, b, c, d, ..] => (f32::from_be_bytes([a, b, c, d]).into(), 5),
            [code::FLOAT_8, a, b, c, d, e, f, g, h, ..] => {
                (f64::from_be_bytes([a, b, c, d, e, f, g, h]), 9)
            }
            _ => return None,
        };
        self.position += size;
        Some(number)
    }

    fn string(&mut self, start: usize, length: usize) -> Result<Token<'a>, Stop> {
        let end = start.saturating_add(length);
        match self.bytes.get(start..end) {
            Some(bytes) => {
                self.position = end;
                Ok(Token::Str(bytes))
            }
            None => Err(Stop::Short(end)),
        }
    }

    fn long_string(&mut self) -> Result<Token<'a>, Stop> {
        let digits = self.digits(self.position);
        let colon = self.position + digits.len();
        if digits.len() > MAX_CHARACTERS {
            return Err(Stop::NoLength);
        }
        match self.bytes.get(colon) {
            Some(b':') => {
                let length = digits.iter().fold(0_usize, |length, digit| {
                    let digit = usize::from(digit - code::DIGIT_0);
                    length.saturating_mul(10).saturating_add(digit)
                });
                self.string(colon + 1, length)
            }
            Some(_) => Err(Stop::NoLength),
            None => Err(Stop::Short(colon + 1)),
        }
    }

    fn decimal(&mut self, start: usize) -> Result<Token<'a>, Stop> {
        let sign = usize::from(self.bytes.get(start) == Some(&b'-'));
        let digits = self.digits(start + sign).len();
        let end = start + sign + digits;
        if sign + digits > MAX_CHARACTERS {
            return Err(Stop::NoInteger);
        }
        match self.bytes.get(end) {
            Some(&code::END) if digits > 0 => {}
            Some(_) => return Err(Stop::NoInteger),
            None => return Err(Stop::Short(end + 1)),
        }
        // ASCII, as was just seen.
        let text = str::from_utf8(self.range(start, end)).unwrap_or_default();
        self.position = end + 1;
        Ok(match text.parse() {
            Ok(number) => Token::Int(number),
            Err(_) => Token::BigInt(text),
        })
    }

    /// The digits from a position on: all of them, or more than there may be.
    fn digits(&self, start: usize) -> &'a [u8] {
        let most = self.bytes.get(start..).unwrap_or_default();
        let most = most.get(..=MAX_CHARACTERS).unwrap_or(most);
        let end = most.iter().position(|byte| !byte.is_ascii_digit());
        most.get(..end.unwrap_or(most.len())).unwrap_or_default()
    }
}

/// The levels that may begin one level further in.
pub(super) fn inside(levels: usize) -> Result<usize, Problem> {
    levels.checked_sub(1).ok_or_else(too_deep)
}

#[cold]
pub(super) fn too_deep() -> Problem {
    Problem::invalid(format!(
        "values are nested more than {} levels deep",
        crate::value::MAX_LEVELS
    ))
}

#[cold]
fn trailing(count: usize) -> Problem {
    Problem::invalid(format!(
        "expected the end of the body, found {count} more bytes"
    ))
}
