//! What came on a connection and could not be taken yet.

/// Bytes that wait: the beginning of a frame, until the rest of it comes, or
/// whole frames, until it is their turn.
#[derive(Debug, Default)]
pub(super) struct Tail {
    bytes: Vec<u8>,
    /// How many of them have been taken, so that the others need not be moved.
    // taken <= bytes.len()
    taken: usize,
}

/// Up to this size the memory is kept for the next cut frame.
pub(super) const KEPT_TAIL_BYTES: usize = 4 << 10;

impl Tail {
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.bytes.len() - self.taken
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first of the bytes, at most `count`.
    pub(super) fn front(&self, count: usize) -> &[u8] {
        let rest = self.bytes.get(self.taken..).unwrap_or_default();
        rest.get(..count).unwrap_or(rest)
    }

    pub(super) fn add(&mut self, bytes: &[u8]) {
        if self.taken > 0 && self.taken >= self.len() {
            // At most as many bytes are moved as were taken.
            self.bytes.drain(..self.taken);
            self.taken = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Puts these in the place of all others.
    #[inline]
    pub(super) fn replace(&mut self, bytes: &[u8]) {
        self.bytes.clear();
        self.taken = 0;
        if !bytes.is_empty() {
            self.bytes.extend_from_slice(bytes);
        }
        self.shrink_to_rest();
    }

    /// Takes the first `count` bytes away.
    pub(super) fn take(&mut self, count: usize) {
        self.taken = self.taken.saturating_add(count).min(self.bytes.len());
        self.shrink_to_rest();
    }

    /// Gives back the memory of a large tail of which little is left.
    #[inline]
    fn shrink_to_rest(&mut self) {
        if self.bytes.capacity() > KEPT_TAIL_BYTES && self.len() < KEPT_TAIL_BYTES {
            self.bytes = self.front(KEPT_TAIL_BYTES).to_vec();
            self.taken = 0;
        }
    }

    /// Gives back the memory that nothing is kept in.
    pub(super) fn shrink(&mut self) {
        if self.is_empty() {
            *self = Self::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(from: usize, count: usize) -> Vec<u8> {
        (from..from + count).map(|number| number as u8).collect()
    }

    #[test]
    fn what_is_taken_leaves_the_rest_in_its_place() {
        let mut tail = Tail::default();
        tail.add(&bytes(0, 60_000));
        let first = tail.front(1).as_ptr();
        for taken in 0..50_000 {
            assert_eq!(tail.len(), 60_000 - taken);
            assert_eq!(tail.front(3), bytes(taken, 3));
            // Nothing was moved.
            assert_eq!(tail.front(1).as_ptr(), first.wrapping_add(taken));
            tail.take(1);
        }
        assert_eq!(tail.front(usize::MAX), bytes(50_000, 10_000));
    }

    #[test]
    fn what_is_added_comes_behind() {
        let mut tail = Tail::default();
        let (mut added, mut taken) = (0, 0);
        for round in 0..2000 {
            let count = round * 7 % 900;
            tail.add(&bytes(added, count));
            added += count;
            // Those that were taken are no more than those that wait.
            assert!(tail.bytes.len() <= 2 * tail.len(), "{round}");
            let count = (round * 13 % 950).min(added - taken);
            tail.take(count);
            taken += count;
            assert_eq!(tail.len(), added - taken);
            assert_eq!(tail.front(usize::MAX), bytes(taken, added - taken));
        }
        tail.take(usize::MAX);
        assert!(tail.is_empty());
        assert_eq!(tail.front(1), b"");
    }

    #[test]
    fn the_memory_of_a_large_one_is_given_back() {
        let mut tail = Tail::default();
        tail.add(&bytes(0, 60_000));
        tail.take(59_000);
        assert_eq!(tail.front(usize::MAX), bytes(59_000, 1000));
        assert!(tail.bytes.capacity() <= KEPT_TAIL_BYTES);
        tail.replace(&bytes(7, 50_000));
        assert_eq!(tail.front(usize::MAX), bytes(7, 50_000));
        tail.replace(b"abc");
        assert_eq!(tail.front(usize::MAX), b"abc");
        assert!(tail.bytes.capacity() <= KEPT_TAIL_BYTES);
        tail.shrink();
        assert_eq!(tail.len(), 3);
        tail.take(3);
        tail.shrink();
        assert_eq!(tail.bytes.capacity(), 0);
    }
}
