//! STUB, replaced soon.
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Debug)]
pub(crate) enum Problem {
    TooLarge,
    Invalid(String),
}
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("too large"),
            Self::Invalid(what) => f.write_str(what),
        }
    }
}
pub(crate) fn encode<T: Serialize + ?Sized>(
    value: &T,
    body: &mut Vec<u8>,
    limit: usize,
) -> Result<(), Problem> {
    let bytes = bincode::serde::encode_to_vec(value, bincode::config::standard())
        .map_err(|e| Problem::Invalid(e.to_string()))?;
    if body.len() + bytes.len() > limit {
        return Err(Problem::TooLarge);
    }
    body.extend(bytes);
    Ok(())
}
#[derive(Debug)]
pub(crate) struct Decoder<'de> {
    rest: &'de [u8],
}
impl<'de> Decoder<'de> {
    pub(crate) fn new(body: &'de [u8]) -> Self {
        Self { rest: body }
    }
    pub(crate) fn next<T: Deserialize<'de>>(&mut self) -> Result<T, Problem> {
        let (value, n) =
            bincode::serde::borrow_decode_from_slice(self.rest, bincode::config::standard())
                .map_err(|e| Problem::Invalid(e.to_string()))?;
        self.rest = self.rest.get(n..).unwrap_or_default();
        Ok(value)
    }
    pub(crate) fn finish(&self) -> Result<(), Problem> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(Problem::Invalid("bytes left".into()))
        }
    }
}
