//! What a shape may be at most, on the way out and in.

use serde::Deserialize;

use super::super::{Limits, Shape};
use super::{Random, check, decoded, encoded, named, round_trip, shape, text};

type Ten<T> = Vec<Vec<Vec<Vec<Vec<Vec<Vec<Vec<Vec<Vec<T>>>>>>>>>>;

#[test]
fn a_type_beyond_the_limits_is_unknown() {
    // 32 levels are allowed, and these are 31 and the number.
    assert!(shape::<Ten<Ten<Ten<Vec<u8>>>>>().is_complete());
    assert!(!shape::<Ten<Ten<Ten<Vec<Option<u8>>>>>>().is_complete());
    assert_eq!(
        text::<(Option<Ten<Ten<Ten<Ten<u8>>>>>, u8)>()
            .matches("unknown")
            .count(),
        1
    );

    macro_rules! wide {
        ($($level:ident $inner:ty;)*) => {$(
            #[derive(Deserialize)]
            #[allow(dead_code)]
            struct $level {
                a: $inner, b: $inner, c: $inner, d: $inner, e: $inner, f: $inner, g: $inner, h: $inner,
            }
        )*};
    }
    wide! { One u8; Two One; Three Two; Four Three; }
    assert!(shape::<Three>().is_complete());
    // 1 + 8 + 64 + 512 + 4096 parts.
    assert!(!shape::<Four>().is_complete());
    let action = Shape::trace(|fields| {
        fields.field::<u8>("before");
        fields.field::<Option<Four>>("large");
        fields.field::<u8>("after");
    });
    assert!(!action.is_complete());
    round_trip(&action);
}

#[test]
fn a_name_is_255_bytes_at_most() {
    let longest = Shape::Struct(vec![named(&"x".repeat(255), Shape::U8)]);
    round_trip(&longest);
    let longer = Shape::Struct(vec![named(&"x".repeat(256), Shape::U8)]);
    assert_ne!(decoded(&encoded(&longer)), Ok(longer));
}

fn why(bytes: &[u8]) -> &'static str {
    decoded(bytes).unwrap_err().why
}

#[test]
fn a_peers_shape_is_within_the_limits() {
    let nested = |levels: usize| [vec![17; levels - 1], vec![0]].concat();
    assert!(decoded(&nested(32)).is_ok());
    assert_eq!(why(&nested(33)), "nested too deep");
    assert_eq!(why(&vec![18; 16 * 1024]), "nested too deep");
    assert_eq!(why(&vec![18; 16 * 1024 + 1]), "too large");

    let tuple = |count: u16| {
        let mut bytes = vec![19, count as u8 | 0x80, (count >> 7) as u8];
        bytes.resize(3 + usize::from(count), 0);
        bytes
    };
    assert!(decoded(&tuple(2047)).is_ok());
    assert_eq!(why(&tuple(2048)), "a count that the rest can't hold");
    let two = [&[20][..], &tuple(1000), &tuple(1046)].concat();
    assert!(decoded(&two[..]).is_err());
    let two = [&[20][..], &tuple(1000), &tuple(1045)].concat();
    assert!(decoded(&two[..]).is_ok());

    // Claims far beyond the bytes.
    for claim in [
        &[19, 0x7F][..],
        &[19, 0xFF, 0x7F],
        &[21, 0xFF, 0xFF, 0x7F],
        &[22, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
    ] {
        assert_eq!(why(claim), "a count that the rest can't hold");
    }
    let small = Limits {
        bytes: 4,
        depth: 2,
        nodes: 2,
    };
    assert!(Shape::decode_within(&[17, 0], small).is_ok());
    assert_eq!(
        Shape::decode_within(&[17, 17, 0], small).unwrap_err().why,
        "nested too deep"
    );
    assert_eq!(
        Shape::decode_within(&[20, 0, 0], small).unwrap_err().why,
        "too many parts"
    );
    assert_eq!(
        Shape::decode_within(&[21, 1, 1, b'a', 0], small)
            .unwrap_err()
            .why,
        "too large"
    );
}

#[test]
fn a_peers_shape_has_one_form() {
    assert_eq!(why(&[]), "cut off");
    assert_eq!(why(&[25]), "a kind that does not exist");
    assert_eq!(why(&[0, 0]), "more bytes than the shape has");
    assert_eq!(why(&[19, 0x80, 0]), "a count is longer than it need be");
    assert_eq!(why(&[21, 1, 2, 0xC3, 0x28, 0]), "a name is not UTF-8");
    assert_eq!(why(&[21, 1, 9, b'a']), "a name is cut off");
    assert_eq!(why(&[21, 2, 1, b'a', 0, 1, b'a', 1]), "a name stands twice");
    assert_eq!(why(&[22, 2, 0, 0, 0, 0]), "a name stands twice");
    assert_eq!(why(&[23, 1]), "recursion that leads outside");
    assert_eq!(why(&[17, 23, 2]), "recursion that leads outside");
    assert_eq!(why(&[17, 23, 0]), "recursion into itself");
    assert_eq!(
        decoded(&[17, 23, 1]),
        Ok(Shape::Option(Box::new(Shape::Recursive(1))))
    );
    assert_eq!(
        decoded(&[17]).unwrap_err().to_string(),
        "malformed shape after 1 bytes: cut off"
    );
}

#[test]
fn noise_does_no_harm() {
    let mut random = Random(7);
    for _ in 0..50_000 {
        let length = random.below(60);
        let bytes: Vec<u8> = (0..length).map(|_| random.below(26) as u8).collect();
        check(&bytes);
    }
}

#[test]
fn a_walk_costs_a_peer_what_it_costs_us() {
    // 4096 tuples of 2000 units take no bytes at all.
    let shape = Shape::Seq(Box::new(Shape::Tuple(vec![Shape::Unit; 2000])));
    let error = shape.read(&[251, 0, 16]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a body of this size can't hold so many values"
    );
    assert!(shape.read(&[3]).is_ok());
    assert!(Shape::Unknown.read(&[3]).is_err());
    assert!(Shape::Recursive(1).read(&[3]).is_err());
    let kinds = Shape::Enum(vec![named("a", Shape::Unit)]);
    let error = kinds.read(&[1]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected one of 1 variants, found the index 1"
    );
}

#[test]
fn text_is_cut_and_harmless() {
    let members = |count: usize| {
        (0..count)
            .map(|n| named(&format!("field_{n}"), Shape::Str))
            .collect()
    };
    let text = Shape::Struct(members(200)).to_string();
    assert!(
        text.len() <= 512 && text.starts_with("{field_0: string, field_1") && text.ends_with('…'),
        "{text}"
    );
    let long = Shape::Struct(vec![
        named(&"é".repeat(127), Shape::U8),
        named(&"ü".repeat(127), Shape::Unit),
    ]);
    let text = Shape::Tuple(vec![long.clone(), long]).to_string();
    assert!(text.len() <= 512 && text.ends_with('…'), "{text}");
    let rude = Shape::Struct(vec![named("a\n\u{1b}[31m'b", Shape::U8)]);
    assert_eq!(rude.to_string(), r"{a\n\u{1b}[31m'b: u8}");
    assert_eq!(Shape::Seq(Box::new(Shape::Bytes)).to_string(), "[bytes]");
}
