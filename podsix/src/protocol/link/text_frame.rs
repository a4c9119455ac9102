//! The frames of a WebSocket that nearly all messages come in.

/// The only frame of a text.
const WHOLE_TEXT: u8 = 0x81;
/// In front of the length: a mask follows it.
const MASKED: u8 = 0x80;
/// In place of a length: two bytes with the length follow.
const LONGER: u8 = 126;
/// The same, with eight bytes.
const LONGEST: u8 = 127;

/// The head of the frame that `bytes` begin with, if that is a whole text in one
/// frame, which is there, with a mask or without as it has to be: how many bytes the
/// head has, how many the text, and the mask.
#[inline]
pub(super) fn head(bytes: &[u8], is_masked: bool) -> Option<(usize, usize, [u8; 4])> {
    let [WHOLE_TEXT, length, rest @ ..] = bytes else {
        return None;
    };
    let (body, rest) = match (length ^ if is_masked { MASKED } else { 0 }, rest) {
        (length @ 0..LONGER, rest) => (usize::from(length), rest),
        (LONGER, [a, b, rest @ ..]) => (usize::from(u16::from_be_bytes([*a, *b])), rest),
        _ => return None,
    };
    let is_shortest = body >= usize::from(LONGER) || bytes.len() == rest.len() + 2;
    let (mask, rest) = match rest {
        [a, b, c, d, rest @ ..] if is_masked => ([*a, *b, *c, *d], rest),
        rest if !is_masked => ([0; 4], rest),
        _ => return None,
    };
    (is_shortest && body <= rest.len()).then_some((bytes.len() - rest.len(), body, mask))
}

/// Writes the head of a frame with a text of this length.
#[inline]
pub(crate) fn write_head(body: usize, mask: Option<[u8; 4]>, out: &mut Vec<u8>) {
    let masked = if mask.is_some() { MASKED } else { 0 };
    match (u8::try_from(body), u16::try_from(body)) {
        (Ok(length @ 0..LONGER), _) => out.extend_from_slice(&[WHOLE_TEXT, masked | length]),
        (_, Ok(length)) => {
            out.extend_from_slice(&[WHOLE_TEXT, masked | LONGER]);
            out.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            out.extend_from_slice(&[WHOLE_TEXT, masked | LONGEST]);
            out.extend_from_slice(&(body as u64).to_be_bytes());
        }
    }
    if let Some(mask) = mask {
        out.extend_from_slice(&mask);
    }
}

/// Takes the mask off a text, or puts it on.
#[inline]
pub(crate) fn unmask(text: &mut [u8], mask: [u8; 4]) {
    if mask == [0; 4] {
        return;
    }
    let [a, b, c, d] = mask;
    let twice = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let mut chunks = text.chunks_exact_mut(8);
    for chunk in &mut chunks {
        if let Ok(bytes) = <[u8; 8]>::try_from(&*chunk) {
            let bytes = u64::from_ne_bytes(bytes) ^ twice;
            chunk.copy_from_slice(&bytes.to_ne_bytes());
        }
    }
    let rest = chunks.into_remainder().iter_mut();
    for (byte, mask) in rest.zip(mask.into_iter().cycle()) {
        *byte ^= mask;
    }
}

#[cfg(test)]
mod tests {
    use tungstenite::protocol::frame::FrameHeader;
    use tungstenite::protocol::frame::coding::{Data, OpCode};

    use super::*;

    const MASK: [u8; 4] = [1, 0xFF, 0, 77];

    fn frame(is_masked: bool, length: usize) -> Vec<u8> {
        let header = FrameHeader {
            opcode: OpCode::Data(Data::Text),
            mask: is_masked.then_some(MASK),
            ..FrameHeader::default()
        };
        let mut bytes = Vec::new();
        header.format(length as u64, &mut bytes).ok();
        bytes.resize(bytes.len() + length, b'x');
        bytes
    }

    #[test]
    fn a_text_is_found_if_it_is_whole() {
        for is_masked in [true, false] {
            for length in [0, 1, 7, 125, 126, 127, 255, 256, 65535] {
                let bytes = frame(is_masked, length);
                let mask = if is_masked { MASK } else { [0; 4] };
                let expected = Some((bytes.len() - length, length, mask));
                assert_eq!(head(&bytes, is_masked), expected);
                let longer = [&*bytes, b"more"].concat();
                assert_eq!(head(&longer, is_masked), expected);
                for cut in (0..bytes.len().min(10)).chain([bytes.len() - 1]) {
                    assert_eq!(head(bytes.get(..cut).unwrap_or_default(), is_masked), None);
                }
                // The other end's frames.
                assert_eq!(head(&bytes, !is_masked), None);
            }
            assert_eq!(head(&frame(is_masked, 65536), is_masked), None);
        }
    }

    #[test]
    fn whatever_else_a_frame_is_nothing_is_found() {
        let text = frame(true, 3);
        for first in 0..=u8::MAX {
            let mut bytes = text.clone();
            bytes[0] = first;
            assert_eq!(head(&bytes, true).is_some(), first == WHOLE_TEXT);
        }
        // More bytes for the length than it takes.
        for length in [0, 3, 125] {
            let mut bytes = vec![WHOLE_TEXT, MASKED | LONGER, 0, length];
            bytes.resize(300, 0);
            assert_eq!(head(&bytes, true), None);
        }
    }

    #[test]
    fn a_mask_is_put_on_and_taken_off() {
        for length in 0..40 {
            let text: Vec<u8> = (0..length).collect();
            let mut masked = text.clone();
            unmask(&mut masked, MASK);
            let expected = text.iter().zip(MASK.iter().cycle());
            assert!(
                masked.iter().eq(expected
                    .map(|(byte, mask)| byte ^ mask)
                    .collect::<Vec<_>>()
                    .iter())
            );
            unmask(&mut masked, MASK);
            assert_eq!(masked, text);
        }
    }
}
