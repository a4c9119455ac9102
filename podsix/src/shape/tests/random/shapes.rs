//! Random shapes.

use super::super::super::{Named, Shape};
use super::super::{Random, named};

/// How many parts a shape has at most, about.
const PARTS: usize = 24;

/// How many levels.
const DEPTH: usize = 7;

/// What fields and variants are called.
const NAMES: [&str; 10] = [
    "a", "b", "who", "x", "action", "größe", "", "data", "n7", "Pen",
];

/// Makes shapes.
pub(super) struct Shapes<'a> {
    pub(super) random: &'a mut Random,
    // How many more parts there may be.
    parts: usize,
    // Of each level around, what it means to a shape inside itself that leads there.
    outer: Vec<Level>,
    // Whether a shape inside itself may have no body that ends.
    endless: bool,
}

/// What a shape holds its parts in.
#[derive(Clone, Copy, PartialEq)]
enum Level {
    /// May hold nothing: a body can end there.
    Ends,
    /// The same, but an option of nothing but itself is nothing at all.
    Option,
    Goes,
}

impl<'a> Shapes<'a> {
    pub(super) fn new(random: &'a mut Random) -> Self {
        Self {
            random,
            parts: PARTS,
            outer: Vec::new(),
            endless: false,
        }
    }

    /// A shape of which bodies can be made.
    pub(super) fn finite(&mut self) -> Shape {
        self.shape()
    }

    /// A shape with few parts, so that two of them may happen to fit.
    pub(super) fn small(&mut self) -> Shape {
        self.parts = 3;
        self.shape()
    }

    /// Any shape that a peer may send.
    pub(super) fn endless(&mut self) -> Shape {
        self.endless = true;
        self.shape()
    }

    fn shape(&mut self) -> Shape {
        self.parts = self.parts.saturating_sub(1);
        if self.parts == 0 || self.outer.len() >= DEPTH {
            return self.leaf();
        }
        match self.random.below(14) {
            0..3 => self.leaf(),
            3 | 4 => Shape::Option(Box::new(self.inside(Level::Option))),
            5 => Shape::Seq(Box::new(self.inside(Level::Ends))),
            6 => {
                let key = self.key();
                Shape::Map(Box::new((key, self.inside(Level::Ends))))
            }
            7 => {
                let length = self.random.below(4);
                Shape::Tuple((0..length).map(|_| self.inside(Level::Goes)).collect())
            }
            8..11 => Shape::Struct(self.members(|shapes, _| shapes.inside(Level::Goes))),
            11 | 12 => {
                // The first variant holds nothing that goes on.
                let mut variants = self.members(|shapes, place| match place {
                    0 if shapes.random.below(2) == 0 => Shape::Unit,
                    0 => shapes.leaf(),
                    _ => shapes.inside(Level::Ends),
                });
                if variants.is_empty() {
                    variants.push(named("only", Shape::Unit));
                }
                Shape::Enum(variants)
            }
            _ => self.recursive(),
        }
    }

    fn inside(&mut self, level: Level) -> Shape {
        self.outer.push(level);
        let shape = self.shape();
        self.outer.pop();
        shape
    }

    fn members(&mut self, mut shape: impl FnMut(&mut Self, usize) -> Shape) -> Vec<Named> {
        let first = self.random.below(NAMES.len());
        let names = NAMES.iter().cycle().skip(first);
        let names = names.take(self.random.below(5));
        let members = names.enumerate();
        members
            .map(|(place, name)| named(name, shape(self, place)))
            .collect()
    }

    /// A shape inside itself, or else a leaf.
    fn recursive(&mut self) -> Shape {
        let levels: Vec<usize> = (1..=self.outer.len())
            .filter(|levels| {
                let between = &self.outer[self.outer.len() - levels..];
                let ends = between.iter().any(|level| *level != Level::Goes);
                let holds = between.iter().any(|level| *level != Level::Option);
                self.endless || (ends && holds)
            })
            .collect();
        match levels.len() {
            0 => self.leaf(),
            count => Shape::Recursive(levels[self.random.below(count)] as u8),
        }
    }

    pub(super) fn leaf(&mut self) -> Shape {
        match self.random.below(9) {
            0 => Shape::Unit,
            1 => Shape::Bool,
            2 => Shape::Char,
            3 | 4 => Shape::Str,
            5 => Shape::Bytes,
            _ => self.number(),
        }
    }

    pub(super) fn number(&mut self) -> Shape {
        let numbers = [
            Shape::I8,
            Shape::I16,
            Shape::I32,
            Shape::I64,
            Shape::I128,
            Shape::U8,
            Shape::U16,
            Shape::U32,
            Shape::U64,
            Shape::U128,
            Shape::F32,
            Shape::F64,
        ];
        numbers[self.random.below(numbers.len())].clone()
    }

    /// What can be a key of a map, and is the same key in each type.
    fn key(&mut self) -> Shape {
        match self.random.below(5) {
            0 => Shape::Str,
            1 => Shape::Char,
            2 => Shape::U16,
            3 => Shape::I64,
            _ => Shape::Tuple(vec![Shape::U8, Shape::Bool]),
        }
    }
}

pub(super) fn is_leaf(shape: &Shape) -> bool {
    !matches!(
        shape,
        Shape::Option(_)
            | Shape::Seq(_)
            | Shape::Tuple(_)
            | Shape::Map(_)
            | Shape::Struct(_)
            | Shape::Enum(_)
            | Shape::Recursive(_)
    )
}

pub(super) fn is_number(shape: &Shape) -> bool {
    is_leaf(shape)
        && !matches!(
            shape,
            Shape::Unit | Shape::Bool | Shape::Char | Shape::Str | Shape::Bytes | Shape::Unknown
        )
}

/// Whether a body of it can end without a shape inside itself.
pub(super) fn ends(shape: &Shape) -> bool {
    match shape {
        Shape::Recursive(_) => false,
        Shape::Tuple(shapes) => shapes.iter().all(ends),
        Shape::Struct(fields) => fields.iter().all(|field| ends(&field.shape)),
        Shape::Enum(variants) => variants.iter().any(|variant| ends(&variant.shape)),
        _ => true,
    }
}
