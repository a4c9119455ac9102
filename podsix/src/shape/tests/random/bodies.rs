//! Random bodies of a shape.

use serde::Serialize;

use super::super::super::Shape;
use super::super::Random;
use super::At;
use super::shapes::ends;
use crate::codec::bincode::encode;
use crate::value::{Key, Map, Value};

/// How many parts a body has, about.
const PARTS: usize = 40;

/// A body, and the value that it is.
pub(super) fn body(shape: &Shape, random: &mut Random) -> (Vec<u8>, Value) {
    let mut bodies = Body {
        random,
        parts: PARTS,
        bytes: Vec::new(),
    };
    let value = bodies.value(At::top(shape));
    (bodies.bytes, value)
}

struct Body<'a> {
    random: &'a mut Random,
    // How many more parts there may be: then what can end ends.
    parts: usize,
    bytes: Vec<u8>,
}

impl Body<'_> {
    fn put<T: Serialize>(&mut self, data: T) -> T {
        encode(&data, &mut self.bytes, usize::MAX).expect("there is room");
        data
    }

    fn value(&mut self, at: At<'_>) -> Value {
        self.parts = self.parts.saturating_sub(1);
        let at = at.resolved();
        match at.shape {
            Shape::Unit => Value::None,
            Shape::Bool => {
                let value = self.random.below(2) == 0;
                self.put(value).into()
            }
            Shape::I8 => {
                let value = self.integer() as i8;
                self.put(value).into()
            }
            Shape::I16 => {
                let value = self.integer() as i16;
                self.put(value).into()
            }
            Shape::I32 => {
                let value = self.integer() as i32;
                self.put(value).into()
            }
            Shape::I64 => {
                let value = self.integer() as i64;
                self.put(value).into()
            }
            Shape::I128 => {
                let value = self.integer();
                self.put(value).into()
            }
            Shape::U8 => {
                let value = self.integer() as u8;
                self.put(value).into()
            }
            Shape::U16 => {
                let value = self.integer() as u16;
                self.put(value).into()
            }
            Shape::U32 => {
                let value = self.integer() as u32;
                self.put(value).into()
            }
            Shape::U64 => {
                let value = self.integer() as u64;
                self.put(value).into()
            }
            Shape::U128 => {
                let value = self.integer() as u128;
                self.put(value).into()
            }
            Shape::F32 => {
                let value = self.float() as f32;
                self.put(value).into()
            }
            Shape::F64 => {
                let value = self.float();
                self.put(value).into()
            }
            Shape::Char => {
                let value = ['a', 'é', '\0', '🦀'][self.random.below(4)];
                self.put(value).into()
            }
            Shape::Str => {
                let value = ["", "a", "b", "größe", "a longer text"][self.random.below(5)];
                self.put(value).into()
            }
            Shape::Bytes => {
                let bytes: Vec<u8> = (0..self.random.below(4))
                    .map(|_| self.random.next() as u8)
                    .collect();
                self.put(bytes.len() as u64);
                self.bytes.extend(&bytes);
                Value::Bytes(bytes)
            }
            Shape::Option(inner) => {
                let before = self.bytes.len();
                if self.count(2) == 1 {
                    self.put(1_u8);
                    match self.value(at.inner(inner)) {
                        // Something that looks like nothing is no value of its own.
                        Value::None => self.bytes.truncate(before),
                        value => return value,
                    }
                }
                self.put(0_u8);
                Value::None
            }
            Shape::Seq(inner) => {
                let count = self.count(4);
                self.put(count as u64);
                Value::List((0..count).map(|_| self.value(at.inner(inner))).collect())
            }
            Shape::Tuple(shapes) => Value::Tuple(
                shapes
                    .iter()
                    .map(|shape| self.value(at.inner(shape)))
                    .collect(),
            ),
            Shape::Map(entry) => {
                let count = self.count(4);
                self.put(count as u64);
                let mut map = Map::new();
                for _ in 0..count {
                    let key = self.value(at.inner(&entry.0));
                    let key = Key::try_from(key).expect("it can be a key");
                    map.insert(key, self.value(at.inner(&entry.1)));
                }
                Value::Map(map)
            }
            Shape::Struct(fields) => {
                let mut map = Map::new();
                for field in fields {
                    map.insert(&*field.name, self.value(at.inner(&field.shape)));
                }
                Value::Map(map)
            }
            Shape::Enum(variants) => {
                let index = match self.parts {
                    0 => variants.iter().position(|variant| ends(&variant.shape)),
                    _ => Some(self.random.below(variants.len())),
                };
                let index = index.expect("one of them ends");
                self.put(index as u32);
                let variant = &variants[index];
                let held = self.value(at.inner(&variant.shape));
                match variant.shape {
                    Shape::Unit => Value::from(&*variant.name),
                    _ => Value::Map(Map::from([(&*variant.name, held)])),
                }
            }
            Shape::Recursive(_) | Shape::Unknown => unreachable!("no part of these shapes"),
        }
    }

    /// How many there are of what may be missing.
    fn count(&mut self, below: usize) -> usize {
        match self.parts {
            0 => 0,
            _ => self.random.below(below),
        }
    }

    /// Small ones, those at the ends of types, and others.
    fn integer(&mut self) -> i128 {
        let number = match self.random.below(3) {
            0 => self.random.below(20) as i128 - 3,
            1 => (1_i128 << self.random.below(127)) - self.random.below(2) as i128,
            _ => i128::from(self.random.next()) << self.random.below(64),
        };
        match self.random.below(4) {
            0 => !number,
            _ => number,
        }
    }

    fn float(&mut self) -> f64 {
        match self.random.below(4) {
            0 => self.random.below(100) as f64 - 10.0,
            1 => self.random.below(100) as f64 / 8.0,
            2 => f64::from_bits(self.random.next()),
            _ => [f64::INFINITY, f64::NAN, f64::MAX, -0.0][self.random.below(4)],
        }
    }
}
