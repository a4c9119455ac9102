//! What takes messages that carry their own names.

use crate::stats::Label;

/// What takes the actions that come by their names, once it was found out, by
/// the label of the name.
#[derive(Debug, Default)]
pub(super) struct Arms(Vec<Option<u16>>);

impl Arms {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The arm for a name with this label, which `find` finds by the name.
    #[inline]
    pub(super) fn get(&mut self, label: Label, find: impl FnOnce() -> u16) -> u16 {
        match self.0.get(label.index()) {
            Some(Some(arm)) => *arm,
            _ => self.add(label, find()),
        }
    }

    #[cold]
    fn add(&mut self, label: Label, arm: u16) -> u16 {
        // All names that have none of their own have that label.
        if label != Label::OTHERS {
            if self.0.len() <= label.index() {
                self.0.resize(label.index() + 1, None);
            }
            if let Some(place) = self.0.get_mut(label.index()) {
                *place = Some(arm);
            }
        }
        arm
    }
}
