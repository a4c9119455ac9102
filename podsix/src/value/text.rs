//! Text that usually takes no memory of its own.

use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::mem;
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Value;

/// The text of a [`Value::Str`](super::Value::Str), which does not change any more.
///
/// It dereferences to the `str` that it is, and is made of one, or of a `String`, by `into()`, as is a `String` of it. Names
/// and other texts of up to 22 bytes are kept where the value itself is: messages are full of them.
///
/// ```
/// use podsix::Value;
///
/// let value = Value::from("Ann");
/// let Value::Str(name) = value else { panic!("it is text") };
/// assert_eq!(name, "Ann");
/// assert_eq!(name.to_uppercase(), "ANN");
/// assert_eq!(Value::Str("Ann".into()), Value::from(String::from(name)));
/// ```
#[derive(Clone)]
pub struct Text(Kept);

#[derive(Clone)]
enum Kept {
    Here(Short),
    /// More than [`MOST`] bytes.
    Apart(Box<str>),
}

/// The first `length` of these bytes, which are UTF-8; the others are 0.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Short {
    // 0 <= length <= MOST
    length: u8,
    bytes: [u8; MOST],
}

/// With these a text is no larger than a `String`.
const MOST: usize = 22;

impl Text {
    /// No text.
    pub const fn new() -> Self {
        Self(Kept::Here(Short {
            length: 0,
            bytes: [0; MOST],
        }))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            // Asked again each time, which for so few bytes takes next to nothing.
            Kept::Here(short) => str::from_utf8(short.bytes()).unwrap_or_default(),
            Kept::Apart(text) => text,
        }
    }

    /// Whether [`Value::put_text`] takes these bytes.
    #[inline]
    pub(crate) fn is_easy(bytes: &[u8]) -> bool {
        bytes.len() <= MOST && bytes.is_ascii()
    }

    /// The text that these bytes are in UTF-8.
    pub(crate) fn from_utf8(bytes: &[u8]) -> Option<Self> {
        str::from_utf8(bytes).ok().map(Into::into)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Kept::Here(short) => short.bytes(),
            Kept::Apart(text) => text.as_bytes(),
        }
    }

    /// The bytes that it takes on the heap.
    #[cfg(test)]
    pub(crate) fn heap_bytes(&self) -> usize {
        match &self.0 {
            Kept::Here(_) => 0,
            Kept::Apart(text) => text.len(),
        }
    }
}

/// What is made where it stays: to make a value and move it there takes several times as long.
impl Value {
    /// Becomes a value, where this is `None`: that it has nothing to drop is not asked.
    #[inline]
    pub(crate) fn put(&mut self, value: Self) {
        mem::forget(mem::replace(self, value));
    }

    /// Becomes the text that these bytes are, which are [easy](Text::is_easy), where this is `None`.
    #[inline]
    pub(crate) fn put_text(&mut self, bytes: &[u8]) {
        self.put(Self::Str(Text::new()));
        if let Self::Str(Text(Kept::Here(short))) = self
            && let Some(place) = short.bytes.get_mut(..bytes.len())
        {
            place.copy_from_slice(bytes);
            short.length = bytes.len() as u8;
        }
    }
}

impl Short {
    #[inline]
    fn new(text: &[u8]) -> Option<Self> {
        let mut bytes = [0; MOST];
        bytes.get_mut(..text.len())?.copy_from_slice(text);
        Some(Self {
            length: text.len() as u8,
            bytes,
        })
    }

    #[inline]
    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length.into()).unwrap_or_default()
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::new()
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl From<&str> for Text {
    #[inline]
    fn from(text: &str) -> Self {
        Self(match Short::new(text.as_bytes()) {
            Some(short) => Kept::Here(short),
            None => Kept::Apart(text.into()),
        })
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(match Short::new(text.as_bytes()) {
            Some(short) => Kept::Here(short),
            None => Kept::Apart(text.into()),
        })
    }
}

impl From<Box<str>> for Text {
    fn from(text: Box<str>) -> Self {
        String::from(text).into()
    }
}

impl From<Cow<'_, str>> for Text {
    fn from(text: Cow<'_, str>) -> Self {
        match text {
            Cow::Borrowed(text) => text.into(),
            Cow::Owned(text) => text.into(),
        }
    }
}

impl From<char> for Text {
    fn from(character: char) -> Self {
        (*character.encode_utf8(&mut [0; 4])).into()
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        match text.0 {
            Kept::Here(_) => text.as_str().to_owned(),
            Kept::Apart(text) => text.into(),
        }
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Kept::Here(own), Kept::Here(other)) => own == other,
            (Kept::Apart(own), Kept::Apart(other)) => own == other,
            // Their lengths differ.
            _ => false,
        }
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl PartialEq<String> for Text {
    fn eq(&self, other: &String) -> bool {
        *self == **other
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// As a `str` has it.
impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Into::into)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}
