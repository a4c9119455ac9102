//! Bytes that mean nothing, or almost something.

use super::end::{ALL, End, Seen, control, frame};
use super::{GOODBYE, NAME, NAME_CHAT, OPENING, PING, PONG};
use crate::random::Random;

/// Feeds `bytes` in pieces with budgets, until the link has ended and beyond.
/// [`End`] sees to it that at most one ending is recorded, and last.
fn swallow(end: &mut End, mut bytes: &[u8], random: &mut Random) {
    while !bytes.is_empty() {
        let (piece, rest) = bytes.split_at(1 + random.below(bytes.len().min(300)));
        let budget = 1 + random.below(4);
        let mut received = end.feed_some(piece, budget);
        while received.more {
            received = end.feed_some(b"", budget);
        }
        bytes = rest;
    }
    assert!(end.link.gap() <= (1 << 20) + 10);
    if end.link.has_ended() {
        assert_eq!(end.link.gap(), 0);
    }
    end.pass(std::time::Duration::from_secs(100));
    assert!(end.link.is_over(), "nobody answers any more");
    let endings = |seen: &Seen| matches!(seen, Seen::Disconnected(_) | Seen::Failed(_));
    let count = end.seen().iter().filter(|seen| endings(seen)).count();
    assert!(count <= 1);
}

#[test]
fn noise_instead_of_an_opening() {
    let mut random = Random(1);
    for _ in 0..500 {
        for mut end in End::both() {
            let length = 1 + random.below(200);
            let noise: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
            swallow(&mut end, &noise, &mut random);
        }
    }
}

#[test]
fn noise_after_the_opening() {
    let mut random = Random(2);
    for _ in 0..1000 {
        for mut end in End::both_up() {
            let length = 1 + random.below(2000);
            // Small numbers make frames that are almost sound.
            let most = [4, 16, 130, 256][random.below(4)];
            let noise: Vec<u8> = (0..length).map(|_| random.below(most) as u8).collect();
            swallow(&mut end, &noise, &mut random);
        }
    }
}

#[test]
fn one_kind_of_byte_for_ever() {
    let mut random = Random(3);
    for byte in 0..=255 {
        for mut end in End::both_up() {
            swallow(&mut end, &[byte; 3000], &mut random);
        }
        for mut end in End::both() {
            swallow(&mut end, &[byte; 3000], &mut random);
        }
    }
}

#[test]
fn sound_frames_with_mistakes_in_them() {
    let sound = [
        OPENING,
        NAME,
        NAME_CHAT,
        b"\x00\x00",
        PING,
        b"\x04\x01\x03ann",
        PONG,
        &frame(0, &[3; 300]),
        &control(0x82, b"0123456789abcdef"),
        &control(0x90, b"later"),
        GOODBYE,
    ]
    .concat();
    let mut random = Random(4);
    for _ in 0..2000 {
        for mut end in End::both() {
            let mut bytes = sound.clone();
            for _ in 0..=random.below(4) {
                let at = random.below(bytes.len());
                match random.below(4) {
                    0 => bytes[at] ^= 1 << random.below(8),
                    1 => bytes[at] = random.next() as u8,
                    2 => bytes.insert(at, random.next() as u8),
                    _ => {
                        let count = 1 + random.below(5.min(bytes.len() - at));
                        bytes.drain(at..at + count);
                    }
                }
            }
            swallow(&mut end, &bytes, &mut random);
        }
    }
}

#[test]
fn frames_in_any_order() {
    let frames: [&[u8]; 10] = [
        &OPENING[5..],
        OPENING,
        NAME,
        NAME_CHAT,
        b"\x00\x00",
        b"\x04\x01\x03ann",
        PING,
        PONG,
        b"\x00\x9F\x01",
        GOODBYE,
    ];
    let mut random = Random(5);
    for _ in 0..2000 {
        for mut end in End::both() {
            let mut bytes = OPENING.to_vec();
            for _ in 0..random.below(12) {
                bytes.extend_from_slice(frames[random.below(frames.len())]);
            }
            swallow(&mut end, &bytes, &mut random);
        }
    }
}

#[test]
fn noise_gives_the_same_however_it_is_cut() {
    let mut random = Random(6);
    for _ in 0..500 {
        let mut noise = OPENING.to_vec();
        noise.extend_from_slice(NAME);
        let length = random.below(500);
        noise.extend((0..length).map(|_| random.below(6) as u8));
        let [mut whole, mut cut_up] = [End::server(), End::server()];
        whole.feed_some(&noise, ALL);
        for byte in &noise {
            cut_up.feed_some(&[*byte], ALL);
        }
        assert_eq!(whole.seen(), cut_up.seen(), "{noise:02x?}");
        assert_eq!(whole.out(), cut_up.out(), "{noise:02x?}");
        assert_eq!(whole.link.gap(), cut_up.link.gap(), "{noise:02x?}");
    }
}
