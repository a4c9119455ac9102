//! Entries in the order of their insertion, found by their key.

mod positions;

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;
use std::{mem, slice, vec};

use self::positions::Positions;
use super::as_key::Lookup;
use super::{AsKey, Key, Text, Value};

/// Keys with a value each, in the order in which they were first put in: Python's `dict`.
///
/// Two maps are equal if they have the same keys and values, in whatever order.
///
/// ```
/// use podsix::value::Map;
///
/// let mut colors = Map::new();
/// colors.insert("Ann", "red");
/// colors.insert("Bob", "green");
/// colors.insert("Ann", "blue");                    // stays in the first place
/// colors.insert(7, (255, 128, 0));
///
/// assert_eq!(colors.get("Ann").unwrap(), "blue");
/// assert_eq!(colors.get(7).unwrap()[1], 128);
/// assert_eq!(colors.to_string(), r#"{"Ann": "blue", "Bob": "green", 7: (255, 128, 0)}"#);
/// ```
#[derive(Clone)]
pub struct Map(Entries);

type Entry = (Key, Value);

/// A map stands in every [`Value`], so it is no larger than a `Vec`.
#[derive(Clone)]
enum Entries {
    /// Few entries, of which each is asked.
    Few(Vec<Entry>),
    /// Many of them, with the positions of their keys.
    Many(Box<Many>),
}

#[derive(Clone)]
struct Many {
    entries: Vec<Entry>,
    /// Has the hash of each entry's key with the entry's position.
    positions: Positions,
}

/// How many entries are searched one by one.
const FEW: usize = 16;

/// The keys of all maps' hashes in this process, which nobody else knows: a peer can't send keys that collide.
static HASHES: LazyLock<RandomState> = LazyLock::new(RandomState::new);

impl Map {
    /// A map without entries, which takes no memory.
    pub const fn new() -> Self {
        Self(Entries::Few(Vec::new()))
    }

    /// A map without entries, with room for so many.
    pub fn with_capacity(capacity: usize) -> Self {
        Self(Entries::Few(Vec::with_capacity(capacity)))
    }

    /// Puts in an entry. If the key is there, its value is replaced where it stands, and returned.
    pub fn insert(&mut self, key: impl Into<Key>, value: impl Into<Value>) -> Option<Value> {
        self.insert_entry(key.into(), value.into())
    }

    /// Takes out an entry; the order of the others stays. This takes longer the more entries there are.
    pub fn remove(&mut self, key: impl AsKey) -> Option<Value> {
        let position = self.position(&key.lookup())?;
        if let Entries::Many(many) = &mut self.0 {
            many.positions.remove(position);
        }
        // `position` is that of an entry.
        Some(self.entries_mut().remove(position).1)
    }

    /// Takes out all entries.
    pub fn clear(&mut self) {
        *self = Self::new();
    }

    /// The value of a key to be changed.
    pub fn get_mut(&mut self, key: impl AsKey) -> Option<&mut Value> {
        let position = self.position(&key.lookup())?;
        self.entries_mut().get_mut(position).map(|(_, value)| value)
    }

    /// The entries in order, their values to be changed.
    pub fn iter_mut(&mut self) -> IterMut<'_> {
        IterMut(self.entries_mut().iter_mut())
    }

    /// The value of a key: text, or [another kind](Key).
    pub fn get(&self, key: impl AsKey) -> Option<&Value> {
        self.entry(&key.lookup()).map(|(_, value)| value)
    }

    /// Whether there is such a key.
    pub fn contains_key(&self, key: impl AsKey) -> bool {
        self.position(&key.lookup()).is_some()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries().len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.entries().is_empty()
    }

    /// The entries in order.
    pub fn iter(&self) -> Iter<'_> {
        Iter(self.entries().iter())
    }

    /// The keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Key> + ExactSizeIterator {
        self.entries().iter().map(|(key, _)| key)
    }

    /// The values in order.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Value> + ExactSizeIterator {
        self.entries().iter().map(|(_, value)| value)
    }

    fn insert_entry(&mut self, key: Key, value: Value) -> Option<Value> {
        let (position, is_new) = self.find_or_add(key);
        let (_, place) = self.entries_mut().get_mut(position)?;
        let old = mem::replace(place, value);
        (!is_new).then_some(old)
    }

    /// The place for the value of a key, where there is `None` now.
    pub(crate) fn place(&mut self, key: Key) -> Option<&mut Value> {
        let (position, _) = self.find_or_add(key);
        let (_, place) = self.entries_mut().get_mut(position)?;
        *place = Value::None;
        Some(place)
    }

    /// The same for a key that is text, unless these bytes are none.
    #[inline]
    pub(crate) fn text_place(&mut self, text: &[u8]) -> Option<&mut Value> {
        let is_easy = match &self.0 {
            Entries::Few(entries) => {
                entries.len() < FEW
                    && Text::is_easy(text)
                    && !entries.iter().any(|(key, _)| key.is_text(text))
            }
            Entries::Many(_) => false,
        };
        if !is_easy {
            return self.place(Text::from_utf8(text)?.into());
        }
        let entries = self.entries_mut();
        // Unlike `push`, this does not make the entry elsewhere first.
        entries.resize_with(entries.len() + 1, || (Key::none(), Value::None));
        let (key, place) = entries.last_mut()?;
        key.put_text(text);
        Some(place)
    }

    /// The position of a key's entry, and whether it is a new one, whose value is `None`.
    fn find_or_add(&mut self, key: Key) -> (usize, bool) {
        match &mut self.0 {
            Entries::Few(entries) => {
                if let Some(position) = entries.iter().position(|(other, _)| *other == key) {
                    return (position, false);
                }
                entries.push((key, Value::None));
                let position = entries.len() - 1;
                if entries.len() > FEW {
                    self.index();
                }
                (position, true)
            }
            Entries::Many(many) => {
                let Many { entries, positions } = &mut **many;
                let hash = HASHES.hash_one(&key);
                let found = positions.find(hash, |position| {
                    entries
                        .get(position)
                        .is_some_and(|(other, _)| *other == key)
                });
                if let Some(position) = found {
                    return (position, false);
                }
                if positions.is_full() {
                    *positions = Positions::new(hashes(entries));
                }
                positions.insert(hash, entries.len());
                entries.push((key, Value::None));
                (entries.len() - 1, true)
            }
        }
    }

    /// The few entries have become many.
    #[cold]
    fn index(&mut self) {
        let entries = mem::take(self.entries_mut());
        let positions = Positions::new(hashes(&entries));
        self.0 = Entries::Many(Box::new(Many { entries, positions }));
    }

    fn entry(&self, key: &Lookup<'_>) -> Option<&Entry> {
        self.entries().get(self.position(key)?)
    }

    fn position(&self, key: &Lookup<'_>) -> Option<usize> {
        match &self.0 {
            Entries::Few(entries) => entries.iter().position(|(other, _)| key.is(other)),
            Entries::Many(many) => {
                let mut hasher = HASHES.build_hasher();
                key.hash(&mut hasher);
                many.positions.find(hasher.finish(), |position| {
                    let entry = many.entries.get(position);
                    entry.is_some_and(|(other, _)| key.is(other))
                })
            }
        }
    }

    fn entries(&self) -> &[Entry] {
        match &self.0 {
            Entries::Few(entries) => entries,
            Entries::Many(many) => &many.entries,
        }
    }

    fn entries_mut(&mut self) -> &mut Vec<Entry> {
        match &mut self.0 {
            Entries::Few(entries) => entries,
            Entries::Many(many) => &mut many.entries,
        }
    }

    fn into_entries(self) -> Vec<Entry> {
        match self.0 {
            Entries::Few(entries) => entries,
            Entries::Many(many) => many.entries,
        }
    }

    /// The bytes that this map itself takes on the heap.
    #[cfg(test)]
    pub(super) fn heap_bytes(&self) -> usize {
        match &self.0 {
            Entries::Few(entries) => entries.capacity() * size_of::<Entry>(),
            Entries::Many(many) => {
                size_of::<Many>()
                    + many.entries.capacity() * size_of::<Entry>()
                    + many.positions.heap_bytes()
            }
        }
    }
}

fn hashes(entries: &[Entry]) -> impl ExactSizeIterator<Item = u64> {
    entries.iter().map(|(key, _)| HASHES.hash_one(key))
}

impl Default for Map {
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self.iter().all(|(key, value)| {
                // As keys `1` and `true` are the same, as values they are not.
                other
                    .entry(&Lookup::Value(key))
                    .is_some_and(|(same, theirs)| **same == **key && theirs == value)
            })
    }
}

impl Eq for Map {}

impl<K: Into<Key>, V: Into<Value>> Extend<(K, V)> for Map {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Into<Key>, V: Into<Value>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        map.extend(entries);
        map
    }
}

impl<K: Into<Key>, V: Into<Value>, const N: usize> From<[(K, V); N]> for Map {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl IntoIterator for Map {
    type Item = (Key, Value);
    type IntoIter = IntoIter;

    fn into_iter(self) -> IntoIter {
        IntoIter(self.into_entries().into_iter())
    }
}

impl<'a> IntoIterator for &'a Map {
    type Item = (&'a Key, &'a Value);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl<'a> IntoIterator for &'a mut Map {
    type Item = (&'a Key, &'a mut Value);
    type IntoIter = IterMut<'a>;

    fn into_iter(self) -> IterMut<'a> {
        self.iter_mut()
    }
}

/// A [`Map`]'s entries in order.
#[derive(Clone)]
pub struct Iter<'a>(slice::Iter<'a, Entry>);

/// A [`Map`]'s entries in order, their values to be changed.
pub struct IterMut<'a>(slice::IterMut<'a, Entry>);

/// A [`Map`]'s entries in order, taken out of it.
pub struct IntoIter(vec::IntoIter<Entry>);

/// Implements what an iterator over entries does.
macro_rules! iterator {
    ($name:ident $(<$lifetime:lifetime>)?, $item:ty, $pair:expr) => {
        impl $(<$lifetime>)? Iterator for $name $(<$lifetime>)? {
            type Item = $item;

            fn next(&mut self) -> Option<$item> {
                self.0.next().map($pair)
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                self.0.size_hint()
            }
        }

        impl $(<$lifetime>)? DoubleEndedIterator for $name $(<$lifetime>)? {
            fn next_back(&mut self) -> Option<Self::Item> {
                self.0.next_back().map($pair)
            }
        }

        impl $(<$lifetime>)? ExactSizeIterator for $name $(<$lifetime>)? {}

        impl $(<$lifetime>)? fmt::Debug for $name $(<$lifetime>)? {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_list().entries(self.0.as_slice()).finish()
            }
        }
    };
}

iterator!(Iter<'a>, (&'a Key, &'a Value), |(key, value)| (key, value));
iterator!(IterMut<'a>, (&'a Key, &'a mut Value), |(key, value)| (
    &*key, value
));
iterator!(IntoIter, (Key, Value), |entry| entry);
