//! Where in a map each key stands: a table of positions, each in the slot that its key's hash names or, where that is
//! taken, in the next free one.

/// Positions of entries by the hashes of their keys. It stores no keys and asks its caller to compare them.
#[derive(Clone)]
pub(super) struct Positions {
    /// A power of two of slots: [`FREE`], [`GONE`] or a position.
    slots: Box<[u32]>,
    // 0 <= taken <= slots.len() * 3 / 4: how many slots are not free; the others end the searches.
    taken: usize,
}

/// Nothing was ever here, a search ends.
const FREE: u32 = u32::MAX;
/// A position was here, a search goes on.
const GONE: u32 = u32::MAX - 1;

impl Positions {
    /// The table for the entries with these hashes, in their order, with room for more.
    pub(super) fn new(hashes: impl ExactSizeIterator<Item = u64>) -> Self {
        // At most two thirds are taken now. A small table matters: a peer can send many small maps.
        let slots = (hashes.len() + hashes.len() / 2 + 1).next_power_of_two();
        let mut positions = Self {
            slots: vec![FREE; slots].into(),
            taken: 0,
        };
        for (position, hash) in hashes.enumerate() {
            positions.insert(hash, position);
        }
        positions
    }

    /// Whether a new table has to be made before the next insertion.
    pub(super) fn is_full(&self) -> bool {
        self.taken >= self.slots.len() / 4 * 3
    }

    /// Puts in a position whose key is not here yet. The table is not full.
    pub(super) fn insert(&mut self, hash: u64, position: usize) {
        // Four billion entries would take 256 GiB.
        let position = position as u32;
        let free = self.probe(hash).find(|&slot| self.slot(slot) == FREE);
        if let Some(slot) = free.and_then(|slot| self.slots.get_mut(slot)) {
            *slot = position;
            self.taken += 1;
        }
    }

    /// Takes out a position and moves those behind it forward, as their entries do.
    pub(super) fn remove(&mut self, position: usize) {
        let position = position as u32;
        for slot in &mut self.slots {
            if *slot == position {
                *slot = GONE;
            } else if *slot > position && *slot < GONE {
                *slot -= 1;
            }
        }
    }

    /// The first position for this hash that `matches`.
    pub(super) fn find(&self, hash: u64, mut matches: impl FnMut(usize) -> bool) -> Option<usize> {
        self.probe(hash)
            .map(|slot| self.slot(slot))
            .take_while(|&found| found != FREE)
            .filter(|&found| found != GONE)
            .map(|found| found as usize)
            .find(|&position| matches(position))
    }

    /// The slots in which a hash may be, each once.
    fn probe(&self, hash: u64) -> impl Iterator<Item = usize> + use<> {
        let mask = self.slots.len() - 1;
        let first = hash as usize;
        (0..=mask).map(move |step| first.wrapping_add(step) & mask)
    }

    fn slot(&self, slot: usize) -> u32 {
        self.slots.get(slot).copied().unwrap_or(FREE)
    }

    #[cfg(test)]
    pub(super) fn heap_bytes(&self) -> usize {
        size_of_val(&*self.slots)
    }
}
