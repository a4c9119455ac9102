//! When connections want to be looked at.

use std::collections::BTreeSet;

use crate::protocol::Time;

/// The alarms of all connections of one end, by their slots.
#[derive(Debug, Default)]
pub(crate) struct Alarms {
    times: BTreeSet<(Time, u32)>,
    /// The first of them, which each pump asks for.
    first: Option<Time>,
}

impl Alarms {
    /// When the first one goes off.
    #[inline]
    pub(crate) fn first(&self) -> Option<Time> {
        self.first
    }

    pub(crate) fn insert(&mut self, time: Time, slot: u32) {
        self.times.insert((time, slot));
        self.note_first();
    }

    pub(crate) fn remove(&mut self, time: Time, slot: u32) {
        self.times.remove(&(time, slot));
        self.note_first();
    }

    /// Takes out the first one, if its time has come.
    #[inline]
    pub(crate) fn take_due(&mut self, now: Time) -> Option<u32> {
        if self.first.is_none_or(|first| first > now) {
            return None;
        }
        let taken = self.times.pop_first();
        self.note_first();
        taken.map(|(_, slot)| slot)
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    fn note_first(&mut self) {
        self.first = self.times.first().map(|(time, _)| *time);
    }
}
