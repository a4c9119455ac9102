//! Why data has no form in this format, or bytes do not fit a type.

use std::fmt::{self, Display};

use serde::de::{Expected, Unexpected};

use super::value::decode_value;
use super::writer::Full;
use crate::codec::bincode::Problem;
use crate::error::Quoted;
use crate::value::{Value, ValueError};

/// Data has no form in this format, or bytes do not fit the type that should take them.
///
/// It prints as one line: the field, what was expected, what was found.
///
/// ```
/// use podsix::rencode;
///
/// #[derive(Debug, podsix::Data)]
/// struct Hand { seat: u8 }
///
/// let bytes = rencode::to_vec(&podsix::data! { "hands": [{ "seat": "east" }] })?;
/// let error = rencode::from_slice::<std::collections::HashMap<String, Vec<Hand>>>(&bytes).unwrap_err();
/// assert_eq!(error.to_string(), r#"field `hands[0].seat`: expected u8, found "east""#);
/// assert_eq!(error.field(), "hands[0].seat");
/// assert_eq!(error.problem(), r#"expected u8, found "east""#);
/// # Ok::<(), rencode::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(
    // Boxed, since the good results should be small.
    Box<Content>,
);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Content {
    field: String,
    problem: String,
    is_too_large: bool,
}

/// How much of a peer's key an error shows.
const SHOWN_BYTES: usize = 64;

impl Error {
    /// Where it is: names and positions from the outside in, such as `players[2].name`. Empty if the value itself is
    /// meant.
    pub fn field(&self) -> &str {
        &self.0.field
    }

    /// What is wrong there.
    pub fn problem(&self) -> &str {
        &self.0.problem
    }

    #[cold]
    pub(super) fn new(problem: impl Display) -> Self {
        Self(Box::new(Content {
            field: String::new(),
            problem: problem.to_string(),
            is_too_large: false,
        }))
    }

    #[cold]
    fn of_value(error: &ValueError) -> Self {
        let mut same = Self::new(error.problem());
        same.0.field = error.field().to_owned();
        same
    }

    /// Where it is, and what.
    pub(crate) fn into_parts(self) -> (String, Problem) {
        let Content {
            field,
            problem,
            is_too_large,
        } = *self.0;
        if is_too_large {
            (field, Problem::TooLarge)
        } else {
            (field, Problem::invalid(problem))
        }
    }

    /// The same, seen from the dict, struct or variant around it.
    #[cold]
    pub(crate) fn in_field(mut self, name: &str) -> Self {
        let dot = match self.0.field.chars().next() {
            None | Some('[') => "",
            Some(_) => ".",
        };
        self.0.field = format!("{name}{dot}{}", self.0.field);
        self
    }

    /// The same, seen from the dict around it, where it has this key.
    #[cold]
    pub(super) fn in_entry(self, key: &[u8]) -> Self {
        self.in_field(&shown_key(key))
    }

    /// The same, seen from the list or tuple around it.
    #[cold]
    pub(super) fn in_element(self, index: usize) -> Self {
        self.in_field(&format!("[{index}]"))
    }
}

/// An encoded key in the path of an error: text as it is, the rest as a literal.
#[cold]
fn shown_key(key: &[u8]) -> String {
    let text: String = match decode_value(key) {
        Ok(Value::Str(text)) => text.into(),
        Ok(value) => value.to_string(),
        Err(_) => return "?".to_owned(),
    };
    let end = (0..=SHOWN_BYTES.min(text.len()))
        .rev()
        .find(|&end| text.is_char_boundary(end));
    text.get(..end.unwrap_or(0)).unwrap_or_default().to_owned()
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.field.is_empty() {
            write!(f, "field {}: ", Quoted(&self.0.field))?;
        }
        f.write_str(&self.0.problem)
    }
}

impl std::error::Error for Error {}

impl From<Problem> for Error {
    #[cold]
    fn from(problem: Problem) -> Self {
        let mut error = Self::new(&problem);
        error.0.is_too_large = problem == Problem::TooLarge;
        error
    }
}

impl From<Full> for Error {
    #[cold]
    fn from(full: Full) -> Self {
        Problem::from(full).into()
    }
}

impl serde::ser::Error for Error {
    #[cold]
    fn custom<T: Display>(problem: T) -> Self {
        Self::new(problem)
    }
}

/// In the words of a [`ValueError`], which knows how to show what was found.
impl serde::de::Error for Error {
    #[cold]
    fn custom<T: Display>(problem: T) -> Self {
        Self::new(problem)
    }

    #[cold]
    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::of_value(&ValueError::invalid_type(found, expected))
    }

    #[cold]
    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::of_value(&ValueError::invalid_value(found, expected))
    }

    #[cold]
    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::of_value(&ValueError::invalid_length(length, expected))
    }

    #[cold]
    fn unknown_variant(name: &str, expected: &'static [&'static str]) -> Self {
        Self::of_value(&ValueError::unknown_variant(name, expected))
    }

    #[cold]
    fn unknown_field(name: &str, expected: &'static [&'static str]) -> Self {
        Self::of_value(&ValueError::unknown_field(name, expected))
    }

    #[cold]
    fn missing_field(name: &'static str) -> Self {
        Self::of_value(&ValueError::missing_field(name))
    }

    #[cold]
    fn duplicate_field(name: &'static str) -> Self {
        Self::of_value(&ValueError::duplicate_field(name))
    }
}
