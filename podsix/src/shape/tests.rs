#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(
    clippy::use_self,
    reason = "a type inside itself is clearer by its name"
)]

mod limits;
mod random;
mod taking;
mod tracing;
mod types;

use serde::Deserialize;

use super::wire::MalformedShape;
use super::{Fields, Leniency, Named, Shape};
use crate::random::Random;

/// The shape of a type, as that of an action that wraps it.
fn shape<T: Deserialize<'static>>() -> Shape {
    let shape = Shape::trace(|fields: &mut Fields<'static>| fields.inner::<T>());
    round_trip(&shape);
    shape
}

fn text<T: Deserialize<'static>>() -> String {
    shape::<T>().to_string()
}

fn encoded(shape: &Shape) -> Vec<u8> {
    let mut bytes = Vec::new();
    shape.encode(&mut bytes);
    bytes
}

fn decoded(bytes: &[u8]) -> Result<Shape, MalformedShape> {
    Shape::decode(bytes)
}

/// A shape arrives as it was, no part of its bytes is another shape, and no changed byte does harm.
fn round_trip(shape: &Shape) {
    let bytes = encoded(shape);
    assert_eq!(decoded(&bytes).as_ref(), Ok(shape));
    let step = (bytes.len() / 200).max(1);
    for length in (0..bytes.len()).step_by(step) {
        assert!(
            decoded(&bytes[..length]).is_err(),
            "{shape} was read from {length} bytes"
        );
    }
    assert!(decoded(&[&bytes[..], &[0]].concat()).is_err());

    let mut random = Random(0x2545_F491_4F6C_DD1D);
    for _ in 0..200 {
        let mut changed = bytes.clone();
        for _ in 0..=random.below(3) {
            let at = random.below(changed.len());
            changed[at] = random.next() as u8 >> random.below(8);
        }
        check(&changed);
    }
}

/// Whatever is accepted is within the limits and the one form of what it is.
fn check(bytes: &[u8]) {
    let Ok(shape) = decoded(bytes) else { return };
    assert_eq!(encoded(&shape), bytes);
    let (depth, nodes) = size(&shape);
    assert!(depth <= 32 && nodes <= 2048 && bytes.len() <= 16 * 1024);
    assert!(shape.to_string().len() <= 512);
    let _ = shape.is_complete();
    for body in [&[][..], &[0; 40], &[1; 40], &[255; 9]] {
        let _ = shape.read(body);
    }
}

fn size(shape: &Shape) -> (usize, usize) {
    let inner: Vec<&Shape> = match shape {
        Shape::Option(inner) | Shape::Seq(inner) => vec![inner],
        Shape::Map(entry) => vec![&entry.0, &entry.1],
        Shape::Tuple(shapes) => shapes.iter().collect(),
        Shape::Struct(members) | Shape::Enum(members) => {
            members.iter().map(|member| &member.shape).collect()
        }
        _ => vec![],
    };
    let sizes = inner.into_iter().map(size);
    sizes.fold((1, 1), |(depth, nodes), (inner, more)| {
        (depth.max(inner + 1), nodes + more)
    })
}

fn named(name: &str, shape: Shape) -> Named {
    Named {
        name: name.into(),
        shape,
        leniency: Leniency::default(),
    }
}
