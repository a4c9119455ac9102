//! Numbers to the types that want some.

use serde::de::{Expected, Visitor};

use super::super::tokens::Token;
use super::{Deserializer, Place, Result};

impl<'de> Deserializer<'de> {
    #[inline]
    pub(super) fn integer<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        match self.reader.take_int() {
            Some(number) => visitor.visit_i64(number),
            None => self.other_integer(visitor),
        }
    }

    /// One that is not an integer in bytes.
    fn other_integer<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        let start = self.reader.position();
        match self.next()? {
            Token::Int(number) => visitor.visit_i64(number),
            token => match self.wide_integer(token) {
                Some(Wide::Signed(number)) => {
                    match (i64::try_from(number), u64::try_from(number)) {
                        (Ok(number), _) => visitor.visit_i64(number),
                        (_, Ok(number)) => visitor.visit_u64(number),
                        _ => Err(self.mismatch(start, &visitor)),
                    }
                }
                _ => Err(self.mismatch(start, &visitor)),
            },
        }
    }

    pub(super) fn signed_128<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        let start = self.reader.position();
        let token = self.next()?;
        match self.wide_integer(token) {
            Some(Wide::Signed(number)) => match i64::try_from(number) {
                Ok(number) => visitor.visit_i64(number),
                Err(_) => visitor.visit_i128(number),
            },
            _ => Err(self.mismatch(start, &visitor)),
        }
    }

    pub(super) fn unsigned_128<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        let start = self.reader.position();
        let token = self.next()?;
        let number = match self.wide_integer(token) {
            Some(Wide::Signed(number)) => u128::try_from(number).ok(),
            Some(Wide::Unsigned(number)) => Some(number),
            None => None,
        };
        match number.map(|number| (u64::try_from(number), number)) {
            Some((Ok(number), _)) => visitor.visit_u64(number),
            Some((Err(_), number)) => visitor.visit_u128(number),
            None => Err(self.mismatch(start, &visitor)),
        }
    }

    /// The integer that a token is to a type that wants one.
    fn wide_integer(&self, token: Token<'_>) -> Option<Wide> {
        match token {
            Token::Int(number) => Some(Wide::Signed(number.into())),
            Token::BigInt(text) => wide(text),
            // Both bounds are floats exactly; within them the conversion is exact too.
            Token::Float(number)
                if number.fract() == 0.0
                    && number >= i128::MIN as f64
                    && number < -(i128::MIN as f64) =>
            {
                Some(Wide::Signed(number as i128))
            }
            Token::Str(text) if self.place == Place::Key => {
                let digits = text.strip_prefix(b"-").unwrap_or(text);
                // Not `+7` nor `007`, which are other keys.
                match digits {
                    [b'1'..=b'9', ..] => wide(str::from_utf8(text).ok()?),
                    b"0" if text == digits => Some(Wide::Signed(0)),
                    _ => None,
                }
                .filter(|number| matches!(number, Wide::Signed(_)))
            }
            _ => None,
        }
    }

    #[inline]
    pub(super) fn float(&mut self, expected: &dyn Expected) -> Result<f64> {
        if let Some(number) = self.reader.take_float() {
            return Ok(number);
        }
        let start = self.reader.position();
        match self.next()? {
            Token::Float(number) => Ok(number),
            Token::Int(number) => Ok(number as f64),
            Token::BigInt(text) => Ok(text.parse().unwrap_or(f64::NAN)),
            _ => Err(self.mismatch(start, expected)),
        }
    }
}

/// An integer of up to 128 bits; `Unsigned` only beyond an `i128`.
enum Wide {
    Signed(i128),
    Unsigned(u128),
}

fn wide(text: &str) -> Option<Wide> {
    let signed = text.parse().ok().map(Wide::Signed);
    signed.or_else(|| text.parse().ok().map(Wide::Unsigned))
}
