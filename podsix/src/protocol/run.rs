//! Messages of one action, one behind the other, as nearly all messages come.

use std::ops::Range;

use super::frame::{Parsed, read_header};

/// Where the body is of the frame that these bytes, which were looked at before,
/// begin with.
#[inline]
pub(crate) fn body_of(bytes: &[u8]) -> Range<usize> {
    match bytes {
        [body, code, ..] if (body | code) & 0x80 == 0 => 2..2 + usize::from(*body),
        _ => body_of_long(bytes),
    }
}

#[cold]
fn body_of_long(bytes: &[u8]) -> Range<usize> {
    match read_header(bytes) {
        Parsed::Header(header) => header.bytes..header.bytes + header.body,
        // So that whoever goes on behind it comes to the end.
        Parsed::Incomplete(_) | Parsed::Invalid => bytes.len()..bytes.len(),
    }
}

/// Messages of one action, one behind the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// The action's number.
    pub(crate) number: u32,
    pub(crate) count: usize,
    /// The bytes of the first one's body.
    pub(crate) first_body: usize,
    /// The bytes of all frames.
    pub(crate) bytes: usize,
}

/// The bytes of a header that nearly all messages have.
pub(crate) const SHORT_HEADER_BYTES: usize = 2;

/// How many messages of one action these bytes begin with, up to `most`, whose
/// header is short and whose body has at most `max_body` bytes; none if the first
/// frame is no such message, or is not whole.
#[inline]
pub(crate) fn read_run(bytes: &[u8], max_body: u32, most: usize) -> Option<Run> {
    let [first_body, number @ 0..0x80, ..] = bytes else {
        return None;
    };
    // Longer ones have a longer header.
    let max_body = max_body.min(0x7F);
    let mut left = bytes;
    let mut count = 0;
    while count < most
        && let [body, code, rest @ ..] = left
        && code == number
        && u32::from(*body) <= max_body
        && let Some(rest) = rest.get(usize::from(*body)..)
    {
        left = rest;
        count += 1;
    }
    (count > 0).then_some(Run {
        number: u32::from(*number),
        count,
        first_body: usize::from(*first_body),
        bytes: bytes.len() - left.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: &[u8] = &[1, 7, 0xAA, 0, 7, 2, 7, 0xBB, 0xCC];

    fn run(number: u32, count: usize, first_body: usize, bytes: usize) -> Option<Run> {
        Some(Run {
            number,
            count,
            first_body,
            bytes,
        })
    }

    #[test]
    fn it_ends_where_another_action_or_no_whole_message_follows() {
        assert_eq!(read_run(THREE, 100, 9), run(7, 3, 1, 9));
        assert_eq!(
            read_run(&[THREE, &[0, 8]].concat(), 100, 9),
            run(7, 3, 1, 9)
        );
        for cut in 0..THREE.len() {
            let whole = [0, 0, 0, 3, 3, 5, 5, 5, 5][cut];
            let found = read_run(&THREE[..cut], 100, 9).map(|run| run.bytes);
            assert_eq!(found.unwrap_or(0), whole, "{cut}");
        }
    }

    #[test]
    fn it_ends_where_a_message_is_too_large_or_one_too_many() {
        assert_eq!(read_run(THREE, 1, 9), run(7, 2, 1, 5));
        assert_eq!(read_run(THREE, 0, 9), None);
        assert_eq!(read_run(THREE, 100, 2), run(7, 2, 1, 5));
        assert_eq!(read_run(THREE, 100, 0), None);
    }

    #[test]
    fn it_has_short_headers_only() {
        let long = [&[0x80, 1, 7][..], &[0; 128]].concat();
        assert_eq!(read_run(&long, u32::MAX, 9), None);
        assert_eq!(
            read_run(&[THREE, &long].concat(), u32::MAX, 9),
            run(7, 3, 1, 9)
        );
        // A control frame, and an action with a late number.
        assert_eq!(read_run(&[0, 0x80, 1, 0, 0x80, 1], 100, 9), None);
        assert_eq!(read_run(&[0, 0xA0, 1, 0, 0xA0, 1], 100, 9), None);
    }

    #[test]
    fn bodies_are_found_behind_any_header() {
        assert_eq!(body_of(THREE), 2..3);
        let long = [&[0x80, 1, 0xA0, 1][..], &[0; 128], THREE].concat();
        assert_eq!(body_of(&long), 4..132);
        assert_eq!(body_of(&[]), 0..0);
        assert_eq!(body_of(&[0x80]), 1..1);
    }
}
