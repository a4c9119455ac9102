//! Messages that are laid out as others before them.
//!
//! A program sends the same few messages again and again, each with the same keys in the same order: only the values
//! differ. So the keys of a message are compared with those of an earlier one with the same action, all bytes of a short
//! one at once, and what was found out about them need not be found out again.

use super::index::{ACTION_KEY, Entry, Found, find_message, skip_other_value};
use super::skip::sized;
use super::tokens::code;
#[cfg(feature = "json")]
use super::writer::{Full, Writer};

/// The layouts of messages that came lately, each with something that their user knows of all messages with that action.
#[derive(Debug)]
pub(crate) struct Layouts<T> {
    places: Vec<Option<Layout<T>>>,
    /// Which of its choices a new one takes if none is free.
    next: usize,
    /// One that is being learned; it may turn out that it can't be one.
    new: Layout<T>,
}

/// How many places there are for layouts, and in how many of them each of these may be.
const PLACES: usize = 32;
const CHOICES: usize = 4;

/// How many entries messages have at most that have a layout here.
const MAX_ENTRIES: usize = 16;

/// The place of a layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place(u8);

/// A message that is laid out as one before it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<T> {
    /// Where it ends.
    pub(crate) end: usize,
    /// How many bytes its action's name has, which begins at [`NAME_AT`].
    pub(crate) name_bytes: u8,
    pub(crate) entries: usize,
    pub(crate) place: Place,
    /// What is known of such messages.
    pub(crate) known: T,
}

/// Where the name is of the action of a message with a layout.
pub(crate) const NAME_AT: usize = HEAD + 1;

const HEAD: usize = 1 + ACTION_KEY.len();
const WORD: usize = size_of::<u64>();

/// The keys of a dict that begins with its action, all of them short texts, and different ones.
#[derive(Debug, Default)]
pub(crate) struct Layout<T> {
    /// The dict's first byte, which tells how many entries it has, and its first key.
    head: [u8; HEAD],
    /// The action's name.
    name: Key,
    /// The other keys.
    keys: Vec<Key>,
    /// All of these as they are written, one after the other.
    texts: Vec<u8>,
    /// Whether the keys have only characters that stand for themselves everywhere: no quotes, no escapes, no controls.
    are_plain: bool,
    known: T,
}

/// A short text as it is written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Key {
    /// Its bytes and where they are in a word, if they fit into one.
    word: u64,
    mask: u64,
    /// Where it is in `texts`.
    start: usize,
    size: usize,
}

impl Key {
    /// Whether the bytes begin with it.
    #[inline]
    fn begins(&self, bytes: &[u8], texts: &[u8]) -> bool {
        match bytes.first_chunk() {
            Some(first) if self.size <= WORD => u64::from_le_bytes(*first) & self.mask == self.word,
            _ => self.is_long_at(bytes, texts),
        }
    }

    /// The same where a word is too long or too short to tell.
    #[inline(never)]
    fn is_long_at(&self, bytes: &[u8], texts: &[u8]) -> bool {
        bytes.starts_with(self.text(texts))
    }

    fn text<'a>(&self, texts: &'a [u8]) -> &'a [u8] {
        let end = self.start + self.size;
        texts.get(self.start..end).unwrap_or_default()
    }

    #[cfg(feature = "json")]
    fn letters<'a>(&self, texts: &'a [u8]) -> &'a [u8] {
        self.text(texts).get(1..).unwrap_or_default()
    }
}

/// The first place where the layout may be of the messages that begin so. Names differ in their lengths, or the first or
/// the last letters.
#[inline]
fn place(bytes: &[u8]) -> Option<usize> {
    let (_, name) = bytes.split_first_chunk::<HEAD>()?;
    let first = *name.first_chunk()?;
    let [kind, _] = first;
    let last = bytes.get(usize::from(kind.wrapping_sub(code::SHORT_STR)) + HEAD - 3..)?;
    let first = u32::from(u16::from_le_bytes(first));
    let last = u32::from_le_bytes(*last.first_chunk()?);
    // The highest bits depend on all the others.
    let mixed = (last ^ first.rotate_left(16)).wrapping_mul(0x9E37_79B9);
    Some((mixed >> (u32::BITS - PLACES.ilog2())) as usize)
}

impl<T: Default> Default for Layouts<T> {
    fn default() -> Self {
        Self {
            places: Vec::new(),
            next: 0,
            new: Layout::default(),
        }
    }
}

impl<T: Copy + Default> Layouts<T> {
    /// Finds the message that `bytes` begin with, as [`find_message`] does, if it is laid out as one before it.
    #[inline(always)]
    pub(crate) fn find(&self, bytes: &[u8], entries: &mut Vec<Entry>) -> Option<Known<T>> {
        let head = bytes.first_chunk::<HEAD>()?;
        let (place, layout) = self.choose(bytes, |layout| layout.head == *head)?;
        let before = entries.len();
        match layout.find_entries(bytes, entries) {
            Some(end) => Some(layout.at(place, end)),
            None => {
                entries.truncate(before);
                None
            }
        }
    }

    /// The layout of a message with the action of the one that `bytes` begin with, whose first byte may be any, if
    /// its keys have only characters that stand for themselves in a text.
    #[cfg(feature = "json")]
    #[inline]
    pub(crate) fn of_action(&self, bytes: &[u8]) -> Option<(Place, &Layout<T>)> {
        self.choose(bytes, |layout| layout.are_plain)
    }

    #[inline(always)]
    fn choose(
        &self,
        bytes: &[u8],
        is_so: impl Fn(&Layout<T>) -> bool,
    ) -> Option<(Place, &Layout<T>)> {
        let first = place(bytes)?;
        let name = bytes.get(HEAD..)?;
        let mut choices = self.places.get(first..first + CHOICES)?.iter();
        let layout = choices.find_map(|layout| {
            let layout = layout.as_ref()?;
            (is_so(layout) && layout.name.begins(name, &layout.texts)).then_some(layout)
        })?;
        let place = first + CHOICES - 1 - choices.len();
        Some((Place(place as u8), layout))
    }

    /// As [`find_message`]; and the next one that is laid out so, if any can be, is found by [`find`](Self::find).
    #[inline(never)]
    pub(crate) fn find_other(
        &mut self,
        bytes: &[u8],
        entries: &mut Vec<Entry>,
    ) -> Option<(Found, Option<Place>)> {
        let before = entries.len();
        let found = find_message(bytes, entries)?;
        let entries = entries.get(before..).unwrap_or_default();
        let place = match found.action {
            Ok(_) => self.learn(bytes, entries),
            Err(_) => None,
        };
        Some((found, place))
    }

    /// Takes note of something that is true of all messages with the same action as those that are laid out so.
    pub(crate) fn set_known(&mut self, place: Place, known: T) {
        if let Some(Some(layout)) = self.places.get_mut(usize::from(place.0)) {
            layout.known = known;
        }
    }

    /// Takes note of how a valid message is laid out.
    fn learn(&mut self, bytes: &[u8], entries: &[Entry]) -> Option<Place> {
        let (head, name) = bytes.split_first_chunk()?;
        if entries.len() > MAX_ENTRIES || !head.ends_with(ACTION_KEY) {
            return None;
        }
        if self.places.is_empty() {
            self.places.resize_with(PLACES + CHOICES, || None);
        }
        let first = place(bytes)?;
        let choices = self.places.get_mut(first..first + CHOICES)?;
        // The one that it had, one that is free, or each in turn.
        let is_for_it = |layout: &Option<Layout<T>>| match layout {
            Some(layout) => layout.head == *head && layout.name.begins(name, &layout.texts),
            None => true,
        };
        let choice = choices.iter().position(is_for_it).unwrap_or_else(|| {
            self.next = (self.next + 1) % CHOICES;
            self.next
        });
        let place = choices.get_mut(choice)?;
        self.new.clear();
        self.new.learn(head, bytes, entries)?;
        // The memory of the one before is used for the next one.
        std::mem::swap(place.get_or_insert_default(), &mut self.new);
        Some(Place((first + choice) as u8))
    }
}

/// For what writes a message from another form.
#[cfg(feature = "json")]
impl<T> Layout<T> {
    /// The first byte of a message.
    pub(crate) fn first(&self) -> u8 {
        let [first, ..] = self.head;
        first
    }

    /// The keys that follow the action.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.keys.iter()
    }

    /// What follows this key in a text that begins with it, in plain letters.
    #[inline]
    pub(crate) fn strip<'a>(&self, key: &Key, text: &'a [u8]) -> Option<&'a [u8]> {
        match text.first_chunk() {
            Some(first) if key.size <= WORD => {
                let differs = u64::from_le_bytes(*first) & (key.mask >> 8) != key.word >> 8;
                if differs {
                    return None;
                }
                text.get(key.size - 1..)
            }
            _ => text.strip_prefix(key.letters(&self.texts)),
        }
    }

    /// Writes this key.
    #[inline]
    pub(crate) fn write(&self, key: &Key, writer: &mut Writer<'_>) -> Result<(), Full> {
        if key.size > WORD {
            return writer.put(key.text(&self.texts));
        }
        let end = writer.position() + key.size;
        // All of the word is sooner written than some.
        writer.put(&key.word.to_le_bytes())?;
        writer.body().truncate(end);
        Ok(())
    }
}

impl<T: Copy + Default> Layout<T> {
    /// What is known of a message that is laid out so and ends there.
    #[inline]
    pub(crate) fn at(&self, place: Place, end: usize) -> Known<T> {
        Known {
            end,
            name_bytes: (self.name.size - 1) as u8,
            entries: 1 + self.keys.len(),
            place,
            known: self.known,
        }
    }

    /// Finds the entries of a message with this head and name, if its keys are these; where it ends. Otherwise entries may
    /// have been appended that mean nothing.
    #[inline(always)]
    fn find_entries(&self, bytes: &[u8], entries: &mut Vec<Entry>) -> Option<usize> {
        // No place in a message takes more than 32 bits.
        u32::try_from(bytes.len()).ok()?;
        // Where nothing is any more, nothing fits.
        let nowhere = bytes.len() + 1;
        let mut end = HEAD + self.name.size;
        let all = entries.len() + 1 + self.keys.len();
        entries.push(Entry::new(1, HEAD, end));
        for keys in self.keys.chunks(4) {
            let mut four = [Entry::new(0, 0, 0); 4];
            for (entry, key) in four.iter_mut().zip(keys) {
                let (start, middle) = (end, end + key.size);
                end = self.skip_entry(key, bytes, start).unwrap_or(nowhere);
                *entry = Entry::new(start, middle, end);
            }
            // Four are sooner appended than one after the other.
            entries.extend_from_slice(&four);
        }
        entries.truncate(all);
        (end <= bytes.len()).then_some(end)
    }

    /// Where the entry ends that begins at `start`, if it has this key and is there.
    #[inline]
    fn skip_entry(&self, key: &Key, bytes: &[u8], start: usize) -> Option<usize> {
        if !key.begins(bytes.get(start..)?, &self.texts) {
            return None;
        }
        let middle = start + key.size;
        match sized(*bytes.get(middle)?) {
            0 => skip_other_value(bytes, middle),
            size => Some(middle + size),
        }
    }

    fn clear(&mut self) {
        self.keys.clear();
        self.texts.clear();
        self.known = T::default();
    }

    fn learn(&mut self, head: &[u8; HEAD], bytes: &[u8], entries: &[Entry]) -> Option<()> {
        let [code::SHORT_DICT..=code::LAST_SHORT_DICT, ..] = head else {
            return None;
        };
        let (action, others) = entries.split_first()?;
        let name = self.add(action.value(bytes)).filter(|name| name.size > 1)?;
        for entry in others {
            let key = entry.key(bytes);
            let comes_again = self.keys.iter().any(|other| other.text(&self.texts) == key);
            if comes_again || key == ACTION_KEY {
                return None;
            }
            let key = self.add(key)?;
            self.keys.push(key);
        }
        self.head = *head;
        self.name = name;
        let is_plain = |byte: &u8| !matches!(byte, 0..=0x1F | b'"' | b'\\');
        self.are_plain = self.texts.iter().all(is_plain);
        Some(())
    }

    fn add(&mut self, text: &[u8]) -> Option<Key> {
        let (code::SHORT_STR..=code::LAST_SHORT_STR, _) = text.split_first()? else {
            return None;
        };
        let mut word = [0; WORD];
        for (byte, first) in word.iter_mut().zip(text) {
            *byte = *first;
        }
        let start = self.texts.len();
        self.texts.extend_from_slice(text);
        Some(Key {
            word: u64::from_le_bytes(word),
            mask: u64::MAX >> (8 * WORD.saturating_sub(text.len())),
            start,
            size: text.len(),
        })
    }
}
