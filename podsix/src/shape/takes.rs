//! Whether values of one shape can be read as another, by the names of their fields.

use core::cell::{Cell, RefCell};
use std::collections::HashSet;

use super::{Named, Shape};

/// How many pairs of shapes are compared at the most, since one of them comes from a peer: what is not known to differ
/// after so many steps may be tried.
const MAX_STEPS: usize = 1 << 14;

/// How many levels down two shapes are compared, for the same reason: each takes its part of the stack.
const MAX_DEPTH: usize = 256;

impl Shape {
    /// Whether an action of the shape `theirs` can be read as one of this shape: it has all that this one requires, in
    /// the structs inside too, and the types are near enough for a value to fit. Whether each value does is seen when it
    /// is read.
    pub(crate) fn takes(&self, theirs: &Self) -> bool {
        let walk = Walk {
            steps: Cell::new(MAX_STEPS),
            met: RefCell::default(),
        };
        Level::top(self, &walk).takes(Level::top(theirs, &walk))
    }
}

impl Named {
    /// The field that is read as this one: the one of its name, or else of one of its aliases.
    fn find<'a>(&self, fields: &'a [Self]) -> Option<&'a Self> {
        let aliases = self.leniency.aliases.iter().copied();
        let mut names = core::iter::once(&*self.name).chain(aliases);
        names.find_map(|name| fields.iter().find(|field| *field.name == *name))
    }
}

/// What all steps of a comparison share.
struct Walk {
    /// How many are left.
    steps: Cell<usize>,
    /// The pairs that a shape inside itself has led to. A second time they can show nothing new, and it leads there for
    /// ever.
    met: RefCell<HashSet<(*const Shape, *const Shape)>>,
}

impl Walk {
    /// Whether a shape inside itself leads to this pair for the first time.
    fn meet(&self, ours: &Shape, theirs: &Shape) -> bool {
        let pair = (core::ptr::from_ref(ours), core::ptr::from_ref(theirs));
        self.met.borrow_mut().insert(pair)
    }
}

/// A shape and those around it, so that one inside itself can be followed.
#[derive(Clone, Copy)]
struct Level<'a> {
    shape: &'a Shape,
    outer: Option<&'a Self>,
    /// How many levels led here, those that were followed more than once included.
    depth: usize,
    walk: &'a Walk,
}

impl<'a> Level<'a> {
    fn top(shape: &'a Shape, walk: &'a Walk) -> Self {
        Self {
            shape,
            outer: None,
            depth: 0,
            walk,
        }
    }

    fn inner(&'a self, shape: &'a Shape) -> Self {
        Self {
            shape,
            outer: Some(self),
            depth: self.depth + 1,
            walk: self.walk,
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
        let Some(left) = self.walk.steps.get().checked_sub(1) else {
            return true;
        };
        self.walk.steps.set(left);
        if self.depth.max(theirs.depth) > MAX_DEPTH {
            return true;
        }
        let again = [self.shape, theirs.shape].map(|shape| matches!(shape, Shape::Recursive(_)));
        let (ours, theirs) = (self.resolved(), theirs.resolved());
        if again != [false; 2] && !self.walk.meet(ours.shape, theirs.shape) {
            return true;
        }
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
            (Shape::Struct(fields), Shape::Struct(others)) => {
                fields.iter().all(|field| match field.find(others) {
                    Some(other) => ours.inner(&field.shape).takes(theirs.inner(&other.shape)),
                    None => !field.leniency.required,
                })
            }
            (Shape::Enum(variants), Shape::Enum(others)) => {
                let mut common = variants
                    .iter()
                    .filter_map(|variant| Some((variant, variant.find(others)?)))
                    .peekable();
                // Of an enum without variants there are no values that would not fit.
                (others.is_empty() || common.peek().is_some())
                    && common.all(|(variant, other)| {
                        let payload = theirs.inner(&other.shape);
                        ours.inner(&variant.shape).takes(payload)
                    })
            }
            // An enum without data is its variant's name.
            (Shape::Str | Shape::Char, Shape::Str | Shape::Char)
            | (Shape::Str, Shape::Enum(_))
            | (Shape::Enum(_), Shape::Str) => true,
            (ours, theirs) if is_number(ours) => is_number(theirs),
            (ours, theirs) => ours == theirs,
        }
    }
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
