//! Bodies without names, read as types.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Debug;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::choices::Choices;
use crate::Value;
use crate::codec::bincode::{self, Decoder, Problem};
use crate::shape::{Fields, Shape};

/// A field of each kind.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Everything {
    small: (bool, u8, i8, u16, i16),
    large: (u32, i32, u64, i64, u128, i128),
    floats: [f32; 2],
    double: f64,
    letter: Option<char>,
    words: Vec<String>,
    by_name: BTreeMap<String, Item>,
    by_number: HashMap<i16, ()>,
    set: BTreeSet<(u8, Option<bool>)>,
    nothing: Vec<()>,
    items: Vec<Item>,
    inside: Option<Box<Self>>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) enum Item {
    #[default]
    Coin,
    Sword(u8),
    Pair(i64, f32),
    Bag {
        size: u32,
        items: Vec<Self>,
    },
}

/// Which type, and a body of it.
pub(super) fn body(data: &[u8]) {
    let mut choices = Choices::new(data);
    let kind = choices.below(12);
    let body = choices.rest();
    match kind {
        0 => read::<Vec<Item>>(body),
        1 => read::<String>(body),
        2 => read::<Vec<u64>>(body),
        3 => read::<HashMap<String, Vec<u8>>>(body),
        4 => read::<Vec<()>>(body),
        5 => read::<Option<Box<Everything>>>(body),
        6 => read::<(char, i128, u128, f32)>(body),
        7 => read::<BTreeMap<Option<i32>, [Item; 2]>>(body),
        8 => read::<Vec<Vec<Vec<()>>>>(body),
        9 => read::<Value>(body),
        10 => read::<Result<bool, String>>(body),
        _ => read::<Everything>(body),
    }
    by_shape(kind, body);
}

/// Reads and writes a type. Of a number there may be several forms, of a value
/// there is one.
fn read<T: DeserializeOwned + Serialize + Debug>(body: &[u8]) {
    let mut decoder = Decoder::new(body);
    let Ok(value) = decoder.next::<T>() else {
        return;
    };
    let read = body.len() - decoder.remaining();
    assert_eq!(decoder.finish().is_ok(), read == body.len());
    let mut again = Vec::new();
    bincode::encode(&value, &mut again, usize::MAX).unwrap();
    assert!(again.len() <= read, "{value:?} grew");
    let mut decoder = Decoder::new(&again);
    let same = decoder.next::<T>().unwrap();
    decoder.finish().unwrap();
    let mut third = Vec::new();
    bincode::encode(&same, &mut third, usize::MAX).unwrap();
    // The order of a `HashMap` is nobody's.
    assert_eq!(third.len(), again.len());
    if let Some(limit) = again.len().checked_sub(1) {
        third.clear();
        let limited = bincode::encode(&value, &mut third, limit);
        assert_eq!(limited, Err(Problem::TooLarge));
        assert!(third.len() <= limit);
    }
}

/// What a type takes is a body of its shape.
fn by_shape(kind: usize, body: &[u8]) {
    fn items(fields: &mut Fields<'static>) {
        fields.field::<Vec<Item>>("items");
    }
    fn results(fields: &mut Fields<'static>) {
        fields.field::<Result<bool, String>>("result");
    }
    let (shape, read) = match kind {
        0 => (Shape::trace(items), whole::<Vec<Item>>(body)),
        10 => (Shape::trace(results), whole::<Result<bool, String>>(body)),
        _ => return,
    };
    assert_eq!(shape.check(body).is_ok(), read, "{shape}");
}

/// Whether a body is one of this type.
fn whole<T: DeserializeOwned>(body: &[u8]) -> bool {
    let mut decoder = Decoder::new(body);
    decoder.next::<T>().is_ok() && decoder.finish().is_ok()
}
