//! A message with the head of its frame in front of it.

use crate::codec::rencode::TERMINATOR;
use crate::protocol::frame::{self, Code};
#[cfg(feature = "websocket")]
use crate::protocol::websocket::{Masks, unmask, write_head};
use crate::wire::Coding;

/// As long as the head of a frame can be, on any wire.
pub(super) const HEAD_BYTES: usize = 14;

/// Room for a head, and a body: so that what was encoded leaves in one piece.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    // Once it was begun, HEAD_BYTES <= bytes.len().
    bytes: Vec<u8>,
    #[cfg(feature = "websocket")]
    masks: Masks,
}

impl Frame {
    /// Begins a body, which is to be appended.
    #[inline]
    pub(super) fn begin(&mut self) -> &mut Vec<u8> {
        if self.bytes.len() < HEAD_BYTES {
            self.make_room();
        }
        self.bytes.truncate(HEAD_BYTES);
        &mut self.bytes
    }

    #[cold]
    fn make_room(&mut self) {
        self.bytes.resize(HEAD_BYTES, 0);
    }

    #[inline]
    pub(super) fn body(&self) -> &[u8] {
        self.bytes.get(HEAD_BYTES..).unwrap_or_default()
    }

    /// How long the body is that was begun.
    #[inline]
    pub(super) fn body_len(&self) -> usize {
        self.bytes.len() - HEAD_BYTES
    }

    #[inline]
    pub(super) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// Gives memory back that few messages need.
    #[cold]
    pub(super) fn let_go(&mut self) {
        self.bytes = Vec::new();
    }

    /// The frame of the body, on the native wire; `number` is that of its action.
    #[inline]
    pub(crate) fn native(&mut self, number: u32) -> Option<&[u8]> {
        const SHORT: usize = HEAD_BYTES - 2;
        let body = self.body_len();
        if number < 0x80 && body < 0x80 {
            // Each part of the head is one byte.
            let head = self.bytes.get_mut(SHORT..HEAD_BYTES)?;
            head.copy_from_slice(&[body as u8, number as u8]);
            return self.bytes.get(SHORT..);
        }
        self.long_native(number, body)
    }

    #[inline(never)]
    fn long_native(&mut self, number: u32, body: usize) -> Option<&[u8]> {
        self.put_in_front(|out| frame::write_header(Code::Action(number), body, out))
    }

    /// The frame of the body, on another wire. Of each body it can be made once.
    #[inline]
    pub(crate) fn foreign(&mut self, coding: Coding, masked: bool) -> Option<&[u8]> {
        match coding {
            #[cfg(feature = "websocket")]
            Coding::Web => self.web(masked),
            _ => {
                let _ = masked;
                self.bytes.extend_from_slice(TERMINATOR);
                self.bytes.get(HEAD_BYTES..)
            }
        }
    }

    #[cfg(feature = "websocket")]
    #[inline(never)]
    fn web(&mut self, masked: bool) -> Option<&[u8]> {
        let body = self.body_len();
        let mask = masked.then(|| self.masks.next());
        if let Some(mask) = mask {
            unmask(self.bytes.get_mut(HEAD_BYTES..)?, mask);
        }
        self.put_in_front(|out| write_head(body, mask, out))
    }

    /// Has a head be written, and moves it into the room in front of the body.
    fn put_in_front(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Option<&[u8]> {
        let end = self.bytes.len();
        write(&mut self.bytes);
        let start = HEAD_BYTES.checked_sub(self.bytes.len() - end)?;
        self.bytes.copy_within(end.., start);
        self.bytes.truncate(end);
        self.bytes.get(start..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENGTHS: [usize; 11] = [0, 1, 12, 125, 126, 127, 128, 300, 16_384, 65_535, 2_200_000];

    #[test]
    fn a_frame_of_the_native_wire_is_as_any_other() {
        let mut made = Frame::default();
        for number in [0, 1, 127, 128, 20_000, u32::MAX] {
            for length in LENGTHS {
                let body = vec![7; length];
                made.begin().extend_from_slice(&body);
                let mut expected = Vec::new();
                frame::write(Code::Action(number), &body, &mut expected);
                let found = made.native(number);
                assert_eq!(found, Some(&*expected), "{number}, {length}");
                assert_eq!(made.body(), body);
            }
        }
    }

    #[test]
    fn podsixnet_ends_a_body() {
        let mut made = Frame::default();
        made.begin().extend_from_slice(b"first");
        made.begin().extend_from_slice(b"body");
        let found = made.foreign(Coding::Rencode, false);
        assert_eq!(found, Some(&b"body\0---\0"[..]));
    }

    #[test]
    #[cfg(feature = "websocket")]
    fn a_frame_of_a_websocket_is_as_any_other() {
        use std::io::Cursor;
        use tungstenite::protocol::frame::{Frame as Other, FrameHeader};

        let mut made = Frame::default();
        for length in LENGTHS {
            for masked in [false, true] {
                let body = vec![b'x'; length];
                made.begin().extend_from_slice(&body);
                let found = made.foreign(Coding::Web, masked).unwrap_or_default();
                let parsed = FrameHeader::parse(&mut Cursor::new(found));
                let Ok(Some((header, claimed))) = parsed else {
                    unreachable!("a head of {length} bytes, masked: {masked}");
                };
                assert_eq!(claimed, length as u64);
                assert_eq!(header.mask.is_some(), masked);
                assert_eq!(header.len(claimed) + length, found.len());
                let mut whole = Vec::new();
                let mut other = Other::message(body, header.opcode, true);
                other.header_mut().mask = header.mask;
                assert!(other.format(&mut whole).is_ok());
                assert!(whole == found, "{length} bytes, masked: {masked}");
            }
        }
    }

    #[test]
    #[cfg(feature = "websocket")]
    fn each_mask_is_another() {
        let mut masks = Masks::default();
        let mut seen: Vec<_> = (0..10).map(|_| masks.next()).collect();
        seen.sort_unstable();
        seen.dedup();
        // Two of ten that are equal come once in a hundred million times.
        assert!(seen.len() >= 9, "{seen:?}");
    }
}
