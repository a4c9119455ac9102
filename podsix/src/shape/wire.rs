//! A shape's form on a connection.
//!
//! A shape is one byte for its kind, then what the kind needs. Counts are unsigned LEB128 in as few bytes as possible;
//! a name is a byte for its length and so many bytes of UTF-8.
//!
//! | byte | shape | followed by |
//! | --- | --- | --- |
//! | 0 | unit | |
//! | 1 | `bool` | |
//! | 2, 3, 4, 5, 6 | `i8`, `i16`, `i32`, `i64`, `i128` | |
//! | 7, 8, 9, 10, 11 | `u8`, `u16`, `u32`, `u64`, `u128` | |
//! | 12, 13 | `f32`, `f64` | |
//! | 14, 15, 16 | `char`, text, bytes | |
//! | 17 | option | the shape inside |
//! | 18 | sequence | the shape of an element |
//! | 19 | tuple | the count, so many shapes |
//! | 20 | map | the shapes of key and value |
//! | 21 | struct | the count, for each field its name and shape |
//! | 22 | enum | the count, for each variant its name and the shape of what it holds |
//! | 23 | recursive | how many levels further out, a byte of at least 1 |
//! | 24 | unknown | |
//!
//! A shape has one form only. Others, names that stand twice in a struct or enum, and levels that lead out of the
//! shape are refused.

use core::fmt::{self, Display, Formatter};
use std::collections::HashSet;

use super::{Leniency, Named, Shape};

/// What a peer's shape may be at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Its encoded size in bytes, 16 KiB by default.
    pub(crate) bytes: usize,
    /// Levels of nesting, the outermost included, 32 by default.
    pub(crate) depth: u8,
    /// How many shapes it consists of, itself included, 2,048 by default.
    pub(crate) nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 16 * 1024,
            depth: 32,
            nodes: 2048,
        }
    }
}

/// Why bytes are no shape, or none that is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MalformedShape {
    /// How many bytes were read before.
    pub(crate) at: usize,
    /// What is wrong there.
    pub(crate) why: &'static str,
}

impl Display for MalformedShape {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "malformed shape after {} bytes: {}", self.at, self.why)
    }
}

impl core::error::Error for MalformedShape {}

impl Shape {
    /// Appends this shape to `out`. A name is cut after 255 bytes, so a longer one does not arrive as it was.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.kind());
        match self {
            Self::Option(inner) | Self::Seq(inner) => inner.encode(out),
            Self::Map(entry) => {
                entry.0.encode(out);
                entry.1.encode(out);
            }
            Self::Tuple(shapes) => {
                put_count(shapes.len(), out);
                shapes.iter().for_each(|shape| shape.encode(out));
            }
            Self::Struct(members) | Self::Enum(members) => {
                put_count(members.len(), out);
                for Named { name, shape, .. } in members {
                    let length = u8::try_from(name.len()).unwrap_or(u8::MAX);
                    out.push(length);
                    out.extend(name.bytes().take(length.into()));
                    shape.encode(out);
                }
            }
            Self::Recursive(levels) => out.push(*levels),
            _ => {}
        }
    }

    /// Reads a shape that takes up all of `bytes`, within [`Limits::default`].
    ///
    /// # Errors
    ///
    /// As [`Shape::decode_within`].
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, MalformedShape> {
        Self::decode_within(bytes, Limits::default())
    }

    /// Reads a shape that takes up all of `bytes`.
    ///
    /// # Errors
    ///
    /// [`MalformedShape`] if `bytes` are no shape in its one form, or one beyond `limits`, which are checked before
    /// memory is taken.
    pub(crate) fn decode_within(bytes: &[u8], limits: Limits) -> Result<Self, MalformedShape> {
        let mut reader = Reader {
            left: bytes,
            total: bytes.len(),
            nodes: limits.nodes,
        };
        if bytes.len() > limits.bytes {
            return Err(reader.malformed("too large"));
        }
        let shape = reader.shape(0, limits.depth)?;
        if reader.left.is_empty() {
            Ok(shape)
        } else {
            Err(reader.malformed("more bytes than the shape has"))
        }
    }

    fn kind(&self) -> u8 {
        match self {
            Self::Unit => 0,
            Self::Bool => 1,
            Self::I8 => 2,
            Self::I16 => 3,
            Self::I32 => 4,
            Self::I64 => 5,
            Self::I128 => 6,
            Self::U8 => 7,
            Self::U16 => 8,
            Self::U32 => 9,
            Self::U64 => 10,
            Self::U128 => 11,
            Self::F32 => 12,
            Self::F64 => 13,
            Self::Char => 14,
            Self::Str => 15,
            Self::Bytes => 16,
            Self::Option(_) => 17,
            Self::Seq(_) => 18,
            Self::Tuple(_) => 19,
            Self::Map(_) => 20,
            Self::Struct(_) => 21,
            Self::Enum(_) => 22,
            Self::Recursive(_) => 23,
            Self::Unknown => 24,
        }
    }
}

fn put_count(count: usize, out: &mut Vec<u8>) {
    let mut left = count;
    while left >= 0x80 {
        out.push((left & 0x7F) as u8 | 0x80);
        left >>= 7;
    }
    out.push(left as u8);
}

struct Reader<'a> {
    left: &'a [u8],
    total: usize,
    // How many more shapes are allowed.
    nodes: usize,
}

impl Reader<'_> {
    /// The shape at a level, which has as many others around it.
    fn shape(&mut self, level: u8, depth: u8) -> Result<Shape, MalformedShape> {
        if level >= depth {
            return Err(self.malformed("nested too deep"));
        }
        self.nodes = self
            .nodes
            .checked_sub(1)
            .ok_or_else(|| self.malformed("too many parts"))?;
        let inner = level + 1;
        Ok(match self.byte()? {
            0 => Shape::Unit,
            1 => Shape::Bool,
            2 => Shape::I8,
            3 => Shape::I16,
            4 => Shape::I32,
            5 => Shape::I64,
            6 => Shape::I128,
            7 => Shape::U8,
            8 => Shape::U16,
            9 => Shape::U32,
            10 => Shape::U64,
            11 => Shape::U128,
            12 => Shape::F32,
            13 => Shape::F64,
            14 => Shape::Char,
            15 => Shape::Str,
            16 => Shape::Bytes,
            17 => Shape::Option(Box::new(self.shape(inner, depth)?)),
            18 => Shape::Seq(Box::new(self.shape(inner, depth)?)),
            19 => {
                let count = self.count(1)?;
                let mut shapes = Vec::with_capacity(count);
                for _ in 0..count {
                    shapes.push(self.shape(inner, depth)?);
                }
                Shape::Tuple(shapes)
            }
            20 => Shape::Map(Box::new((
                self.shape(inner, depth)?,
                self.shape(inner, depth)?,
            ))),
            21 => Shape::Struct(self.members(inner, depth)?),
            22 => Shape::Enum(self.members(inner, depth)?),
            23 => match self.byte()? {
                0 => return Err(self.malformed("recursion into itself")),
                levels if levels > level => {
                    return Err(self.malformed("recursion that leads outside"));
                }
                levels => Shape::Recursive(levels),
            },
            24 => Shape::Unknown,
            _ => return Err(self.malformed("a kind that does not exist")),
        })
    }

    fn members(&mut self, level: u8, depth: u8) -> Result<Vec<Named>, MalformedShape> {
        // The length of a name and a kind.
        let count = self.count(2)?;
        let mut members = Vec::with_capacity(count);
        let mut names = HashSet::with_capacity(count);
        for _ in 0..count {
            let length = usize::from(self.byte()?);
            let Some((name, left)) = self.left.split_at_checked(length) else {
                return Err(self.malformed("a name is cut off"));
            };
            let Ok(name) = core::str::from_utf8(name) else {
                return Err(self.malformed("a name is not UTF-8"));
            };
            if !names.insert(name) {
                return Err(self.malformed("a name stands twice"));
            }
            self.left = left;
            members.push(Named {
                name: name.into(),
                shape: self.shape(level, depth)?,
                leniency: Leniency::default(),
            });
        }
        Ok(members)
    }

    /// A count of parts, each of which takes at least `size` bytes and is one of the parts still allowed.
    fn count(&mut self, size: usize) -> Result<usize, MalformedShape> {
        let mut count = 0_usize;
        // Three groups of seven bits pass what the largest accepted shape can hold.
        for shift in [0, 7, 14] {
            let byte = self.byte()?;
            count |= usize::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                if byte == 0 && shift > 0 {
                    return Err(self.malformed("a count is longer than it need be"));
                }
                if count > self.nodes || count > self.left.len() / size {
                    return Err(self.malformed("a count that the rest can't hold"));
                }
                return Ok(count);
            }
        }
        Err(self.malformed("a count that the rest can't hold"))
    }

    fn byte(&mut self) -> Result<u8, MalformedShape> {
        let Some((&byte, left)) = self.left.split_first() else {
            return Err(self.malformed("cut off"));
        };
        self.left = left;
        Ok(byte)
    }

    #[cold]
    fn malformed(&self, why: &'static str) -> MalformedShape {
        MalformedShape {
            at: self.total - self.left.len(),
            why,
        }
    }
}
