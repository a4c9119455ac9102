//! Why a value does not fit.

use std::fmt::{self, Display};

use serde::de::{Expected, Unexpected};

use super::{AsKey, Map, Value, show};
use crate::error::Quoted;

/// A value does not fit the type that should take it, or data can't become a value.
///
/// It prints as one line: the field, what was expected, what was found.
///
/// ```
/// use podsix::data;
///
/// let message = data! { "action": "deal", "hands": [{ "seat": 1 }, { "seat": "east" }] };
/// #[derive(Debug, podsix::Data)]
/// struct Hand { seat: u8 }
///
/// let error = message.get::<Vec<Hand>>("hands").unwrap_err();
/// assert_eq!(error.to_string(), r#"field `hands[1].seat`: expected u8, found "east""#);
/// assert_eq!(error.field(), "hands[1].seat");
/// assert_eq!(error.problem(), r#"expected u8, found "east""#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    field: String,
    problem: String,
}

/// What is told of an option inside an option, and its like.
pub(crate) const SOME_OF_NOTHING: &str = "`Some` that holds nothing (`Some(None)`, `Some(())`) can't be told from \
     `None` by name: write an enum with a variant for each case";

/// How many of a map's keys an error lists.
const LISTED_KEYS: usize = 8;

impl ValueError {
    /// Where it is: names and positions from the outside in, such as `players[2].name`. Empty if the value itself is
    /// meant.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What is wrong there.
    pub fn problem(&self) -> &str {
        &self.problem
    }

    #[cold]
    pub(super) fn new(problem: impl Display) -> Self {
        Self {
            field: String::new(),
            problem: problem.to_string(),
        }
    }

    /// A value of a kind that can't be what is expected.
    #[cold]
    pub(super) fn mismatch(expected: impl Display, found: &Value) -> Self {
        Self::new(format_args!(
            "expected {expected}, found {}",
            show::Short(found)
        ))
    }

    /// A value that is none of an enum's variants.
    #[cold]
    pub(super) fn no_variant(found: &Value, variants: &'static [&'static str]) -> Self {
        Self::mismatch(Names(variants), found)
    }

    #[cold]
    pub(super) fn too_deep() -> Self {
        Self::new(format_args!(
            "values are nested more than {} levels deep",
            super::MAX_LEVELS
        ))
    }

    /// An option inside an option, and its like.
    #[cold]
    pub(super) fn some_of_nothing() -> Self {
        Self::new(SOME_OF_NOTHING)
    }

    #[cold]
    pub(super) fn missing(map: &Map) -> Self {
        let mut problem = String::from("missing");
        for (place, key) in map.keys().take(LISTED_KEYS).enumerate() {
            problem.push_str(if place == 0 { "; there are " } else { ", " });
            problem.push_str(&Quoted(&show::path(key)).to_string());
        }
        if map.len() > LISTED_KEYS {
            problem.push_str(", …");
        }
        Self::new(problem)
    }

    #[cold]
    pub(super) fn not_a_map(found: &Value, key: &impl AsKey) -> Self {
        Self::mismatch("a map with this field", found).in_entry(key)
    }

    /// The same, seen from the map around it.
    #[cold]
    pub(super) fn in_entry(self, key: &impl AsKey) -> Self {
        self.in_field(&key.lookup().to_string())
    }

    /// The same, seen from the map or struct around it.
    #[cold]
    pub(crate) fn in_field(mut self, name: &str) -> Self {
        let dot = match self.field.chars().next() {
            None | Some('[') => "",
            Some(_) => ".",
        };
        self.field = format!("{name}{dot}{}", self.field);
        self
    }

    /// The same, seen from the list or tuple around it.
    #[cold]
    pub(super) fn in_element(self, index: usize) -> Self {
        self.in_field(&format!("[{index}]"))
    }
}

impl Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.field.is_empty() {
            write!(f, "field {}: ", Quoted(&self.field))?;
        }
        f.write_str(&self.problem)
    }
}

impl std::error::Error for ValueError {}

impl serde::ser::Error for ValueError {
    fn custom<T: Display>(problem: T) -> Self {
        Self::new(problem)
    }
}

impl serde::de::Error for ValueError {
    fn custom<T: Display>(problem: T) -> Self {
        Self::new(problem)
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_value(found, expected)
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Bool(value) => value.into(),
            Unexpected::Unsigned(value) => value.into(),
            Unexpected::Signed(value) => value.into(),
            Unexpected::Float(value) => value.into(),
            Unexpected::Char(value) => value.into(),
            Unexpected::Str(value) => value.into(),
            Unexpected::Bytes(value) => Value::Bytes(value.to_owned()),
            Unexpected::Unit | Unexpected::Option => Value::None,
            other => return Self::new(format_args!("expected {expected}, found {other}")),
        };
        Self::mismatch(expected, &found)
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::new(format_args!("expected {expected}, found {length} elements"))
    }

    fn unknown_variant(name: &str, expected: &'static [&'static str]) -> Self {
        Self::no_variant(&name.into(), expected)
    }

    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format_args!("not a field; expected {}", Names(expected)))
    }

    fn missing_field(name: &'static str) -> Self {
        Self::new("missing").in_field(name)
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::new("given twice").in_field(name)
    }
}

/// Names from the program's own source.
pub(crate) struct Names(pub(crate) &'static [&'static str]);

impl Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [] => f.write_str("nothing"),
            [only] => write!(f, "`{only}`"),
            [first, middle @ .., last] => {
                write!(f, "`{first}`")?;
                middle.iter().try_for_each(|name| write!(f, ", `{name}`"))?;
                write!(f, " or `{last}`")
            }
        }
    }
}
