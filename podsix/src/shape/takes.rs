//! Whether values of one shape can be read as another, by the names of their fields.

use core::cell::Cell;

use super::{Leniency, Named, Shape};

/// How many pairs of shapes are compared at the most. One of them comes from a peer, and a shape inside itself leads
/// on for ever: what is not known to differ after so many steps may be tried.
const MAX_STEPS: usize = 1 << 14;

/// How many levels down two shapes are compared, for the same reason: each takes its part of the stack.
const MAX_DEPTH: usize = 256;

impl Shape {
    /// Whether an action of the shape `theirs` can be read as one of this shape: it has all fields that this one has,
    /// but for options and what `leniency` lets pass, and their types are near enough for a value to fit. Whether each value
    /// does is seen when it is read.
    pub(crate) fn takes(&self, theirs: &Self, leniency: &Leniency) -> bool {
        let steps = Cell::new(MAX_STEPS);
        let (ours, theirs) = (Level::top(self, &steps), Level::top(theirs, &steps));
        match (self, theirs.shape) {
            (Self::Struct(fields), Self::Struct(theirs_fields)) => {
                fields
                    .iter()
                    .all(|field| match leniency.find(&field.name, theirs_fields) {
                        Some(other) => ours.inner(&field.shape).takes(theirs.inner(&other.shape)),
                        None => {
                            matches!(field.shape, Self::Option(_))
                                || leniency.defaults.contains(&&*field.name)
                        }
                    })
            }
            _ => ours.takes(theirs),
        }
    }
}

impl Leniency {
    /// The field of this name, or else of one of its aliases.
    fn find<'a>(&self, name: &str, fields: &'a [Named]) -> Option<&'a Named> {
        let aliases = self.aliases.iter().filter(|(field, _)| **field == *name);
        let aliases = aliases.flat_map(|(_, aliases)| aliases.iter().copied());
        let mut names = core::iter::once(name).chain(aliases);
        names.find_map(|name| fields.iter().find(|field| *field.name == *name))
    }
}

/// A shape and those around it, so that one inside itself can be followed.
#[derive(Clone, Copy)]
struct Level<'a> {
    shape: &'a Shape,
    outer: Option<&'a Self>,
    /// How many levels led here, those that were followed more than once included.
    depth: usize,
    steps: &'a Cell<usize>,
}

impl<'a> Level<'a> {
    fn top(shape: &'a Shape, steps: &'a Cell<usize>) -> Self {
        Self {
            shape,
            outer: None,
            depth: 0,
            steps,
        }
    }

    fn inner(&'a self, shape: &'a Shape) -> Self {
        Self {
            shape,
            outer: Some(self),
            depth: self.depth + 1,
            steps: self.steps,
        }
    }

    /// What a `Recursive` stands for.
    fn resolved(self) -> Self {
        let mut level = self;
        if let Shape::Recursive(levels) = self.shape {
            for _ in 0..*levels {
                match level.outer {
                    Some(outer) => level = *outer,
                    None => return self,
                }
            }
        }
        Self {
            depth: self.depth,
            ..level
        }
    }

    fn takes(self, theirs: Level<'_>) -> bool {
        let Some(left) = self.steps.get().checked_sub(1) else {
            return true;
        };
        self.steps.set(left);
        if self.depth.max(theirs.depth) > MAX_DEPTH {
            return true;
        }
        let (ours, theirs) = (self.resolved(), theirs.resolved());
        match (ours.shape, theirs.shape) {
            // A type without a shape may take anything.
            (Shape::Unknown, _) => true,
            (Shape::Option(inner), Shape::Option(other)) => {
                ours.inner(inner).takes(theirs.inner(other))
            }
            (Shape::Option(inner), _) => ours.inner(inner).takes(theirs),
            (_, Shape::Option(other)) => ours.takes(theirs.inner(other)),
            (Shape::Seq(inner), Shape::Seq(other)) => ours.inner(inner).takes(theirs.inner(other)),
            (Shape::Seq(inner), Shape::Tuple(others)) => {
                let mut others = others.iter();
                others.all(|other| ours.inner(inner).takes(theirs.inner(other)))
            }
            (Shape::Tuple(inners), Shape::Seq(other)) => {
                let mut inners = inners.iter();
                inners.all(|inner| ours.inner(inner).takes(theirs.inner(other)))
            }
            (Shape::Tuple(inners), Shape::Tuple(others)) => {
                let mut pairs = inners.iter().zip(others);
                inners.len() == others.len()
                    && pairs.all(|(inner, other)| ours.inner(inner).takes(theirs.inner(other)))
            }
            (Shape::Map(entry), Shape::Map(other)) => {
                ours.inner(&entry.0).takes(theirs.inner(&other.0))
                    && ours.inner(&entry.1).takes(theirs.inner(&other.1))
            }
            // A field that is missing may have a default, which a nested type does not show.
            (Shape::Struct(fields), Shape::Struct(others)) => {
                ours.common(fields, theirs, others).all
            }
            (Shape::Enum(variants), Shape::Enum(others)) => {
                let common = ours.common(variants, theirs, others);
                common.all && common.any
            }
            // An enum without data is its variant's name.
            (Shape::Str | Shape::Char, Shape::Str | Shape::Char)
            | (Shape::Str, Shape::Enum(_))
            | (Shape::Enum(_), Shape::Str) => true,
            (ours, theirs) if is_number(ours) => is_number(theirs),
            (ours, theirs) => ours == theirs,
        }
    }

    /// Compares what has the same name.
    fn common(self, ours: &[Named], theirs: Level<'_>, others: &[Named]) -> Common {
        let mut common = Common {
            any: false,
            all: true,
        };
        for named in ours {
            if let Some(other) = others.iter().find(|other| other.name == named.name) {
                common.any = true;
                common.all &= self.inner(&named.shape).takes(theirs.inner(&other.shape));
            }
        }
        common
    }
}

struct Common {
    any: bool,
    all: bool,
}

fn is_number(shape: &Shape) -> bool {
    matches!(
        shape,
        Shape::I8
            | Shape::I16
            | Shape::I32
            | Shape::I64
            | Shape::I128
            | Shape::U8
            | Shape::U16
            | Shape::U32
            | Shape::U64
            | Shape::U128
            | Shape::F32
            | Shape::F64
    )
}
