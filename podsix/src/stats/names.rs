//! The names of actions that are counted one by one.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// The names of actions that have figures of their own, each with a number.
///
/// A peer can make up as many names as it likes: those that this program has no
/// use for have figures of their own only up to a number.
#[derive(Debug)]
pub(crate) struct ActionNames {
    /// By label.
    names: Vec<Arc<str>>,
    index: HashMap<Arc<str>, Label, BuildHasherDefault<ShortHash>>,
    /// How many of them this program has no use for.
    strangers: usize,
    /// Which names came last, so that one that comes again and again is found
    /// at once.
    recent: [Label; RECENT],
}

const RECENT: usize = 32;

/// The number of a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Label(u32);

impl Label {
    /// Where all are counted that have no figures of their own.
    pub(crate) const OTHERS: Self = Self(0);

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// In place of all other names. Whoever sends an action of this name is counted
/// there as well.
const OTHERS: &str = "(others)";

const MAX_STRANGERS: usize = 256;

impl Default for ActionNames {
    fn default() -> Self {
        let others: Arc<str> = Arc::from(OTHERS);
        Self {
            names: vec![Arc::clone(&others)],
            index: HashMap::from_iter([(others, Label::OTHERS)]),
            strangers: 0,
            recent: [Label::OTHERS; RECENT],
        }
    }
}

impl ActionNames {
    /// The label of a name that may come for the first time. Whether it is one
    /// that this program has a use for is asked only where that matters.
    pub(crate) fn label(&mut self, name: &str, is_own: impl FnOnce() -> bool) -> Label {
        match self.index.get(name) {
            Some(label) => *label,
            None => self.add(name, is_own),
        }
    }

    /// The label of a name in UTF-8, if it came lately; otherwise [`label`](Self::label)
    /// has it.
    #[inline]
    pub(crate) fn recent(&self, name: &[u8]) -> Option<Label> {
        let label = *self.recent.get(place(name))?;
        let known = self.names.get(label.index())?;
        (known.as_bytes() == name).then_some(label)
    }

    /// Takes note that a name with this label came.
    pub(crate) fn came(&mut self, name: &str, label: Label) {
        if label != Label::OTHERS
            && let Some(recent) = self.recent.get_mut(place(name.as_bytes()))
        {
            *recent = label;
        }
    }

    /// The label of a name that came before.
    pub(crate) fn find(&self, name: &str) -> Label {
        self.index.get(name).copied().unwrap_or(Label::OTHERS)
    }

    /// The names in the order of their labels.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }

    #[cold]
    fn add(&mut self, name: &str, is_own: impl FnOnce() -> bool) -> Label {
        if !is_own() {
            if self.strangers == MAX_STRANGERS {
                return Label::OTHERS;
            }
            self.strangers += 1;
        }
        let Ok(number) = u32::try_from(self.names.len()) else {
            return Label::OTHERS;
        };
        let name: Arc<str> = Arc::from(name);
        self.names.push(Arc::clone(&name));
        self.index.insert(name, Label(number));
        Label(number)
    }
}

/// Where a name is among the recent ones.
#[inline]
fn place(name: &[u8]) -> usize {
    let [first, .., last] = name else { return 0 };
    (usize::from(*first) + 3 * usize::from(*last) + name.len()) % RECENT
}

/// Fowler, Noll and Vo's hash: for a short name it takes a fraction of the usual
/// one's time. A peer can foresee it, but has only so many names to fill one
/// place with.
#[derive(Debug)]
struct ShortHash(u64);

impl Default for ShortHash {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for ShortHash {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_have_so_many_places_and_own_actions_always_one() {
        let mut names = ActionNames::default();
        for number in 0..1000 {
            names.label(&format!("made up {number}"), || false);
        }
        assert_eq!(names.iter().count(), 1 + MAX_STRANGERS);
        assert_eq!(names.find("made up 255").index(), 256);
        assert_eq!(names.find("made up 256"), Label::OTHERS);
        let own = names.label("move", || true);
        assert_eq!(names.iter().nth(own.index()), Some("move"));
        // It keeps its label, whoever asks.
        assert_eq!(names.label("move", || false), own);
        // A name that no place was left for gets one once it is of use.
        let late = names.label("made up 999", || true);
        assert_eq!(names.iter().nth(late.index()), Some("made up 999"));
    }

    #[test]
    fn nobody_can_take_the_name_of_the_others() {
        let mut names = ActionNames::default();
        assert_eq!(names.label(OTHERS, || false), Label::OTHERS);
        assert_eq!(names.iter().collect::<Vec<_>>(), [OTHERS]);
    }
}
