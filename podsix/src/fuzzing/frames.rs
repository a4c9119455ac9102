//! Frames of the native wire: heads, and the bodies of control frames.

use crate::protocol::frame::{self, Code, Parsed};

pub(super) fn body(data: &[u8]) {
    header(data);
    hello(data);
    name(data);
    dict_name(data);
    differs(data);
    goodbye(data);
}

/// A head is the same however it is cut, and has one form only.
fn header(data: &[u8]) {
    let whole = frame::read_header(data);
    let needed = match whole {
        Parsed::Header(header) => {
            let mut again = Vec::new();
            frame::write_header(header.code, header.body, &mut again);
            assert_eq!(again, data[..header.bytes]);
            assert_eq!(frame::header_len(header.code, header.body), header.bytes);
            header.bytes
        }
        Parsed::Incomplete(_) => data.len() + 1,
        // A length and a code, of up to five bytes each.
        Parsed::Invalid => {
            assert_eq!(frame::read_header(&data[..data.len().min(10)]), whole);
            return;
        }
    };
    for cut in 0..data.len().min(12) {
        let cut_off = frame::read_header(&data[..cut]);
        if cut < needed {
            assert!(matches!(cut_off, Parsed::Incomplete(_)), "{cut_off:?}");
        } else {
            assert_eq!(cut_off, whole);
        }
    }
}

fn hello(data: &[u8]) {
    let Some(hello) = frame::read_hello(data) else {
        return;
    };
    let mut again = Vec::new();
    frame::write_opening(hello.max_body, hello.names, &mut again);
    assert_eq!(
        frame::read_hello(written(&again[frame::OPENING_BYTES..])),
        Some(hello)
    );
}

fn name(data: &[u8]) {
    if let Some((number, name, shape)) = frame::read_name(data) {
        let mut again = Vec::new();
        frame::write_name(number, name, shape, &mut again);
        assert_eq!(written(&again), data);
    }
}

fn dict_name(data: &[u8]) {
    if let Some(name) = frame::read_dict_name(data) {
        let mut again = Vec::new();
        frame::write_dict_name(str::from_utf8(&data[name.clone()]).unwrap(), &mut again);
        assert_eq!(again, data[..name.end]);
    }
}

fn differs(data: &[u8]) {
    if let Some((number, words)) = frame::read_differs(data) {
        assert!(words.len() <= 3 * frame::MAX_WORDS_BYTES);
        let mut again = Vec::new();
        frame::write_differs(number, &words, &mut again);
        let (same, other) = frame::read_differs(written(&again)).unwrap();
        assert_eq!(same, number);
        // Bytes that are no text are longer as text, and may be cut.
        assert!(other == words || again.len() > frame::MAX_WORDS_BYTES);
    }
}

fn goodbye(data: &[u8]) {
    let reason = frame::read_goodbye(data);
    let mut again = Vec::new();
    frame::write_goodbye(&reason, &mut again);
    assert!(again.len() <= frame::MAX_WORDS_BYTES + 8);
    let other = frame::read_goodbye(written(&again));
    assert!(
        other == reason || again.len() > frame::MAX_WORDS_BYTES,
        "{reason}, {other}"
    );
}

/// The body of a control frame that was just written.
fn written(bytes: &[u8]) -> &[u8] {
    let Parsed::Header(header) = frame::read_header(bytes) else {
        panic!("no frame: {bytes:02X?}");
    };
    assert!(!matches!(header.code, Code::Action(_) | Code::Unknown(_)));
    assert_eq!(bytes.len(), header.bytes + header.body);
    &bytes[header.bytes..]
}
