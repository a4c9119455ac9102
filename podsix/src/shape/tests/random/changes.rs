//! Random shapes made others, as a game's types change from version to version.

use super::super::super::{Leniency, Shape};
use super::super::named;
use super::shapes::{Shapes, ends, is_leaf, is_number};

/// Names that no shape has until it is changed.
const NEW: &str = "new";
const OTHER: &str = "other";

/// How one shape is made another.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Change {
    /// Fields that may be missing are added, and all are put in another order.
    Compatible,
    /// One part becomes what nothing else is.
    Incompatible,
    /// Whatever may happen to a type.
    Any,
}

impl Shapes<'_> {
    /// `shape` after a change. Its levels stay as they are where it leads back to them.
    pub(super) fn changed(&mut self, shape: &Shape, change: Change) -> Shape {
        let mut changed = shape.clone();
        match change {
            Change::Compatible => {
                self.each(&mut changed, false, &mut |shapes, shape, _| {
                    shapes.evolve(shape);
                });
                self.each(&mut changed, false, &mut |shapes, shape, _| {
                    shapes.shuffle(shape);
                });
            }
            Change::Incompatible => {
                let mut leaves = 0;
                self.each(&mut changed, false, &mut |_, shape, _| {
                    leaves += usize::from(is_leaf(shape));
                });
                match leaves {
                    // All that is there holds nothing.
                    0 => changed = Shape::Bytes,
                    _ => {
                        let mut left = self.random.below(leaves);
                        self.each(&mut changed, false, &mut |_, shape, _| {
                            if is_leaf(shape) {
                                if left == 0 {
                                    *shape = match shape {
                                        Shape::Bytes => Shape::Bool,
                                        _ => Shape::Bytes,
                                    };
                                }
                                left = left.wrapping_sub(1);
                            }
                        });
                    }
                }
            }
            Change::Any => {
                self.each(&mut changed, false, &mut |shapes, shape, is_key| {
                    if shapes.random.below(4) == 0 {
                        shapes.mutate(shape, is_key);
                    }
                });
            }
        }
        changed
    }

    /// `shape` with a field more in one of its structs, which has to be there.
    pub(super) fn with_required_field(&mut self, shape: &Shape) -> Option<Shape> {
        let mut changed = shape.clone();
        let mut done = false;
        self.each(&mut changed, false, &mut |_, shape, _| {
            if let (Shape::Struct(fields), false) = (shape, done) {
                let mut field = named(NEW, Shape::U8);
                field.leniency.required = true;
                fields.push(field);
                done = true;
            }
        });
        done.then_some(changed)
    }

    /// `shape` with fields that have to be there, have a default, or come by another name.
    pub(super) fn with_leniency(&mut self, shape: Shape) -> Shape {
        let mut changed = shape;
        self.each(&mut changed, false, &mut |shapes, shape, _| {
            let Shape::Struct(fields) = shape else { return };
            let renamed = shapes.random.below(8);
            for (place, field) in fields.iter_mut().enumerate() {
                let optional = matches!(field.shape, Shape::Option(_));
                field.leniency = Leniency {
                    required: !optional && shapes.random.below(4) != 0,
                    aliases: if place == renamed { &[OTHER] } else { &[] },
                };
            }
        });
        changed
    }

    /// Calls `change` with each part of `shape`, the outermost last, and whether it is in a map's key.
    fn each(
        &mut self,
        shape: &mut Shape,
        is_key: bool,
        change: &mut impl FnMut(&mut Self, &mut Shape, bool),
    ) {
        match shape {
            Shape::Option(inner) | Shape::Seq(inner) => self.each(inner, is_key, change),
            Shape::Tuple(shapes) => {
                for shape in shapes {
                    self.each(shape, is_key, change);
                }
            }
            Shape::Map(entry) => {
                self.each(&mut entry.0, true, change);
                self.each(&mut entry.1, is_key, change);
            }
            Shape::Struct(members) | Shape::Enum(members) => {
                for member in members {
                    self.each(&mut member.shape, is_key, change);
                }
            }
            _ => {}
        }
        change(self, shape, is_key);
    }

    fn evolve(&mut self, shape: &mut Shape) {
        let Shape::Struct(fields) = shape else { return };
        for field in &mut *fields {
            // What was there before may be required; what comes may not.
            field.leniency.required = !matches!(field.shape, Shape::Option(_));
        }
        if self.random.below(2) == 0 {
            let inner = self.leaf();
            fields.push(named(NEW, Shape::Option(Box::new(inner))));
        }
    }

    fn shuffle(&mut self, shape: &mut Shape) {
        if let Shape::Struct(members) | Shape::Enum(members) = shape {
            for at in 0..members.len() {
                members.swap(at, self.random.below(at + 1));
            }
        }
    }

    /// One of the changes that games make to their types.
    fn mutate(&mut self, shape: &mut Shape, is_key: bool) {
        if is_number(shape) {
            *shape = self.number();
            return;
        }
        if is_key {
            return;
        }
        let goes_back = leads_back(shape);
        match (self.random.below(6), &mut *shape) {
            (0, Shape::Struct(members)) if !members.is_empty() => {
                members.remove(self.random.below(members.len()));
            }
            (1, Shape::Enum(members)) if members.len() > 1 => {
                let removed = members.remove(self.random.below(members.len()));
                if !members.iter().any(|member| ends(&member.shape)) {
                    members.push(removed);
                }
            }
            (2, Shape::Struct(members) | Shape::Enum(members)) => {
                let shape = self.leaf();
                members.push(named(NEW, shape));
            }
            (3, Shape::Struct(members)) if !members.is_empty() => {
                let at = self.random.below(members.len());
                members[at].name = OTHER.into();
            }
            (0..3, Shape::Str) => {
                *shape = match self.random.below(2) {
                    0 => Shape::Char,
                    _ => Shape::Enum(vec![named("a", Shape::Unit), named("b", Shape::U8)]),
                };
            }
            (0, Shape::Enum(_)) if !goes_back => *shape = Shape::Str,
            (0..4, Shape::Option(inner)) if !goes_back => {
                *shape = core::mem::replace(inner, Shape::Unit);
            }
            (0..2, Shape::Seq(inner)) if !goes_back => {
                *shape = Shape::Tuple(vec![(**inner).clone(); self.random.below(3)]);
            }
            (0..4, Shape::Tuple(shapes)) if !goes_back => {
                let inner = shapes.first().cloned().unwrap_or(Shape::U8);
                *shape = Shape::Seq(Box::new(inner));
            }
            (4, _) if !goes_back => *shape = Shape::Option(Box::new(shape.clone())),
            (5, Shape::Struct(_) | Shape::Enum(_)) => self.shuffle(shape),
            _ => {}
        }
    }
}

/// Whether a part of it is a shape inside itself, so that its levels must stay.
fn leads_back(shape: &Shape) -> bool {
    match shape {
        Shape::Recursive(_) => true,
        Shape::Option(inner) | Shape::Seq(inner) => leads_back(inner),
        Shape::Tuple(shapes) => shapes.iter().any(leads_back),
        Shape::Map(entry) => leads_back(&entry.1),
        Shape::Struct(members) | Shape::Enum(members) => {
            members.iter().any(|member| leads_back(&member.shape))
        }
        _ => false,
    }
}
