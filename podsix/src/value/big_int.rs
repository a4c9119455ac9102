//! Integers beyond 64 bits.

use std::cmp::Ordering;
use std::fmt;

use super::Value;

/// An integer that does not fit an `i64`, exactly.
///
/// It has at most 63 characters in decimal, the sign included, as PodSixNet allows. Made by converting an `i128`, `u64`
/// or `u128` to a [`Value`], which is a [`Value::Int`] if it fits, or by [`Value::parse_int`]; read with
/// [`Value::to_data`] as one of these types, or as text with [`as_str`](Self::as_str).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BigInt {
    /// Digits without leading zeros, after a `-` for a negative number; at most [`MAX_CHARACTERS`].
    text: Box<str>,
}

/// What PodSixNet's decoder takes at most.
const MAX_CHARACTERS: usize = 63;

impl BigInt {
    /// The number in decimal.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn to_i128(&self) -> Option<i128> {
        self.text.parse().ok()
    }

    pub(super) fn to_u128(&self) -> Option<u128> {
        self.text.parse().ok()
    }

    /// The nearest float: 63 digits are far below a float's range.
    pub(super) fn to_f64(&self) -> f64 {
        self.text.parse().unwrap_or(f64::NAN)
    }

    pub(super) fn is_negative(&self) -> bool {
        self.text.starts_with('-')
    }
}

impl Value {
    /// The integer that a text is in decimal: a [`Value::Int`] if it fits 64 bits, otherwise a [`Value::BigInt`].
    ///
    /// `None` if the text is anything but digits, perhaps after a `-`, or has more than 63 characters.
    ///
    /// ```
    /// use podsix::Value;
    ///
    /// assert_eq!(Value::parse_int("-17"), Some(Value::Int(-17)));
    /// let atoms = Value::parse_int("100000000000000000000000000000000000000000000000000").unwrap();
    /// assert!(matches!(atoms, Value::BigInt(_)));
    /// assert_eq!(Value::parse_int("1e50"), None);
    /// ```
    pub fn parse_int(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if text.len() > MAX_CHARACTERS
            || digits.is_empty()
            || !digits.bytes().all(|byte| byte.is_ascii_digit())
        {
            return None;
        }
        if let Ok(small) = text.parse() {
            return Some(Self::Int(small));
        }
        let significant = digits.trim_start_matches('0');
        let sign = if digits.len() < text.len() { "-" } else { "" };
        Some(Self::BigInt(BigInt {
            text: [sign, significant].concat().into(),
        }))
    }
}

impl From<i128> for Value {
    fn from(value: i128) -> Self {
        match i64::try_from(value) {
            Ok(small) => Self::Int(small),
            Err(_) => Self::BigInt(BigInt {
                text: value.to_string().into(),
            }),
        }
    }
}

impl From<u128> for Value {
    fn from(value: u128) -> Self {
        match i64::try_from(value) {
            Ok(small) => Self::Int(small),
            Err(_) => Self::BigInt(BigInt {
                text: value.to_string().into(),
            }),
        }
    }
}

impl Ord for BigInt {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_size = |a: &Self, b: &Self| (a.text.len(), &a.text).cmp(&(b.text.len(), &b.text));
        match (self.is_negative(), other.is_negative()) {
            (false, false) => by_size(self, other),
            (true, true) => by_size(other, self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for BigInt {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for BigInt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for BigInt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
