//! Messages as JSON, the text that browsers and Python's `json` read and write.
//!
//! [`Json`] writes any [`Value`] as JSON and reads it back. Nothing changes in silence: a value arrives as it was, or as
//! this table says, or can't be sent, and the error names its field.
//!
//! | value | JSON | arrives as |
//! | --- | --- | --- |
//! | `None` | `null` | `None` |
//! | `Bool` | `true`, `false` | `Bool` |
//! | `Int`, `BigInt` | all of their digits | the same integer |
//! | `Float` | the fewest digits that read back as the same float, with a fraction or an exponent: `1.0`, `1e300` | the same float |
//! | `Float`, NaN or infinite | an error: JSON has none | |
//! | `Str` | a string; control characters are escaped | `Str` |
//! | `Bytes` that are UTF-8 | a string | `Str` |
//! | other `Bytes` | an error: JSON has only text | |
//! | `List` | an array | `List` |
//! | `Tuple` | an array | `List` |
//! | `Map` | an object | `Map` |
//! | a key that is text | a string | text |
//! | a key that is an integer | a string of its digits | text, which types with integer keys read as well |
//! | another key | an error: Python would turn `None`, `True` and `1.5` into text that no type reads back, and give up on tuples | |
//! | integers and text of digits as keys of one map | an error: `1` and `"1"` would be one key | |
//! | text and the same bytes as keys of one map | an error, for the same reason | |
//!
//! What others write is read by the same table, and beyond it:
//!
//! - A number with a fraction or an exponent is a float, any other an integer of at most 63 characters. JavaScript writes
//!   the float `1.0` as `1`; a field of the type `f64` takes either. `-0` is a float, as no integer has a negative zero.
//! - JavaScript itself has no integers beyond ±9007199254740991 (2⁵³ - 1): it rounds what it reads. Python has all.
//! - Where a key stands twice in an object, the last one counts.
//! - Refused are: `NaN` and `Infinity`, which Python writes although they are not JSON; numbers beyond a float's range;
//!   halves of surrogate pairs, bytes that are not UTF-8, and raw control characters in strings; values nested more than
//!   [`MAX_LEVELS`] deep; anything but white space after the value.

mod from_rencode;
mod numbers;
mod plain;
mod ser;
#[cfg(test)]
mod tests;
mod to_rencode;

use super::bincode::Problem;
use super::rencode::decode_value;
use super::{Codec, CodecResult, rencode};
use crate::error::Quoted;
use crate::value::{MAX_LEVELS, Value};

pub(crate) use self::from_rencode::{Integers, from_rencode};
pub(crate) use self::plain::{known_to_rencode, plain_to_rencode};
pub(crate) use self::ser::{Odd, Text};
#[cfg(any(test, fuzzing))]
pub(crate) use self::to_rencode::any_to_rencode;
pub(crate) use self::to_rencode::to_rencode;

/// The [`Codec`] for JSON; the [module](self) tells what each kind of value becomes.
///
/// It writes text without spaces or line breaks, in UTF-8, and integers of any size, as Python reads them.
///
/// ```
/// use podsix::codec::{Codec, json::Json};
/// use podsix::data;
///
/// # fn main() -> podsix::codec::CodecResult<()> {
/// let message = data! { "action": "move", "who": "Ann", "to": (3, 4.5), "lives": { 7: 2 } };
/// let mut body = Vec::new();
/// Json.encode(&message, &mut body)?;
/// assert_eq!(body, br#"{"action":"move","who":"Ann","to":[3,4.5],"lives":{"7":2}}"#);
///
/// let back = Json.decode(&body)?;
/// assert_eq!(back.action(), Some("move"));
/// assert_eq!(back.get::<(i32, f64)>("to")?, (3, 4.5));
/// assert_eq!(back["lives"], data! { "7": 2 });
///
/// let nowhere = data! { "action": "move", "to": [3, f64::NAN] };
/// let error = Json.encode(&nowhere, &mut body).unwrap_err();
/// assert_eq!(error.to_string(), "field `to[1]`: JSON has no NaN and no infinities, found NaN: send `None` instead");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Json;

impl Codec for Json {
    fn name(&self) -> &str {
        "json"
    }

    fn encode(&self, message: &Value, body: &mut Vec<u8>) -> CodecResult<()> {
        let mut written = Vec::new();
        rencode::encode(message, &mut written, usize::MAX)?;
        from_rencode(&written, body, usize::MAX, Integers::Any).map_err(|(field, problem)| {
            if field.is_empty() {
                problem.into()
            } else {
                format!("field {}: {problem}", Quoted(&field)).into()
            }
        })
    }

    fn decode(&self, body: &[u8]) -> CodecResult<Value> {
        let mut rencode = Vec::new();
        to_rencode(body, &mut rencode, usize::MAX)?;
        Ok(decode_value(&rencode)?)
    }
}

/// The levels that may begin one level further in.
fn inside(levels: usize) -> Result<usize, Problem> {
    levels.checked_sub(1).ok_or_else(|| {
        Problem::invalid(format!(
            "values are nested more than {MAX_LEVELS} levels deep"
        ))
    })
}

#[cold]
fn invalid(words: impl std::fmt::Display) -> Problem {
    Problem::invalid(words.to_string())
}
