//! Lists that are long or that there are many of: with a place for each connection, or
//! for each action of a connection.

/// The place with this number in a list, made with all before it if there is none yet.
pub(crate) fn place<T>(list: &mut Vec<T>, slot: u32, empty: impl FnMut() -> T) -> Option<&mut T> {
    let index = slot as usize;
    if list.len() <= index {
        resize(list, index + 1, empty);
    }
    list.get_mut(index)
}

/// Makes a list longer. It grows by an eighth rather than doubling: the room that nobody
/// uses would take as much memory as the rest.
#[cold]
pub(crate) fn resize<T>(list: &mut Vec<T>, len: usize, empty: impl FnMut() -> T) {
    let missing = len.saturating_sub(list.len());
    if list.capacity() < len {
        list.reserve_exact(missing.max(list.len() / 8));
    }
    list.resize_with(len, empty);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_little_more_than_its_places() {
        let mut list = Vec::new();
        let mut moves = 0;
        for slot in 0..10_000 {
            let before = list.capacity();
            *place(&mut list, slot, || None).unwrap() = Some(slot);
            let (len, capacity) = (list.len(), list.capacity());
            assert!(capacity <= len + len / 8, "{capacity} for {len}");
            moves += u32::from(capacity != before);
        }
        assert!(list.iter().flatten().copied().eq(0..10_000));
        assert!(moves < 100, "it was moved {moves} times");
    }

    #[test]
    fn places_that_are_passed_over_are_empty() {
        let mut list = vec![Some(1)];
        *place(&mut list, 3, || None).unwrap() = Some(4);
        *place(&mut list, 1, || None).unwrap() = Some(2);
        assert_eq!(list, [Some(1), Some(2), None, Some(4)]);
    }
}
