//! Unsigned integers of one to five bytes: LEB128, seven bits a byte, least
//! significant first, the top bit set on every byte but the last.
//!
//! Only the shortest form of a number is read, so that there is one way to
//! write each frame.

/// What the first bytes of some input hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Varint {
    /// A number, and how many bytes it took.
    Value(u32, usize),
    /// The beginning of a number.
    Incomplete,
    /// More than 32 bits, or not the shortest form.
    Invalid,
}

pub(crate) fn write(mut value: u32, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[inline]
pub(crate) fn read(bytes: &[u8]) -> Varint {
    match bytes {
        [] => Varint::Incomplete,
        [first, ..] if *first < 0x80 => Varint::Value(u32::from(*first), 1),
        _ => read_long(bytes),
    }
}

fn read_long(bytes: &[u8]) -> Varint {
    let mut value: u32 = 0;
    for (index, &byte) in bytes.iter().enumerate().take(5) {
        let bits = u32::from(byte & 0x7f);
        // The fifth byte has room for the four topmost of 32 bits.
        if index == 4 && byte > 0x0f {
            return Varint::Invalid;
        }
        value |= bits << (7 * index);
        if byte < 0x80 {
            let shortest = byte != 0 || index == 0;
            return if shortest {
                Varint::Value(value, index + 1)
            } else {
                Varint::Invalid
            };
        }
    }
    Varint::Incomplete
}

/// The bytes that [`write`] takes for `value`.
pub(crate) fn len(value: u32) -> usize {
    match value {
        0..=0x7f => 1,
        0x80..=0x3fff => 2,
        0x4000..=0x1f_ffff => 3,
        0x20_0000..=0xfff_ffff => 4,
        _ => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_comes_back_whole_and_cut() {
        for value in [
            0,
            1,
            127,
            128,
            129,
            16_383,
            16_384,
            2_097_151,
            2_097_152,
            268_435_455,
            268_435_456,
            u32::MAX - 1,
            u32::MAX,
        ] {
            let mut bytes = Vec::new();
            write(value, &mut bytes);
            assert_eq!(bytes.len(), len(value), "{value}");
            assert_eq!(read(&bytes), Varint::Value(value, bytes.len()));
            for cut in 0..bytes.len() {
                assert_eq!(
                    read(&bytes[..cut]),
                    Varint::Incomplete,
                    "{value} cut at {cut}"
                );
            }
        }
    }

    #[test]
    fn only_the_shortest_form_is_read() {
        assert_eq!(read(&[0x80, 0x00]), Varint::Invalid);
        assert_eq!(read(&[0xff, 0x80, 0x00]), Varint::Invalid);
        assert_eq!(read(&[0xff; 5]), Varint::Invalid);
        assert_eq!(read(&[0xff, 0xff, 0xff, 0xff, 0x10]), Varint::Invalid);
        assert_eq!(read(&[0xff; 64]), Varint::Invalid);
    }
}
