//! What is known of a type so far.

use super::super::{Leniency, Limits, Named, Shape};
use super::missing::Required;
use super::{Context, MAX_REFUSALS};

/// How many dummy values types inside themselves may refuse, all together, before it no longer counts as progress.
const MAX_SCRATCH_REFUSALS: u32 = 32 * MAX_REFUSALS;

/// One part of a type.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) kind: Kind,
    // 0 <= refusals <= MAX_REFUSALS: how many dummy values the type refused here.
    refusals: u32,
    // Of a type inside itself: nothing is to be found out here, any value will do, so nothing of it counts.
    scratch: bool,
    // No value can be made of it, so whatever comes after it in a struct is out of reach.
    dead: bool,
    // Nothing more is to be found. Kept, because it is asked over and over.
    settled: bool,
}

/// What a type asks for.
#[derive(Debug, Default)]
pub(super) enum Kind {
    #[default]
    New,
    Leaf(Shape),
    Option(Box<Node>),
    Seq(Box<Node>),
    Tuple(Vec<Node>),
    Map(Box<(Node, Node)>),
    Struct {
        // All names, aliases included; those of one field follow each other.
        names: &'static [&'static str],
        // The fields' own names.
        own: Vec<Own>,
        // How many of `names` are told apart, if they have to be.
        told: Option<usize>,
        fields: Vec<Node>,
        required: Required,
    },
    Enum {
        names: &'static [&'static str],
        // Whether it is known to refuse a variant that it does not have.
        strict: bool,
        variants: Vec<Variant>,
    },
    Recursive(u8),
    Unknown,
}

/// The own name of a field, and where in all names the field's begin.
#[derive(Debug, Clone, Copy)]
pub(super) struct Own {
    pub(super) name: &'static str,
    pub(super) first: usize,
}

#[derive(Debug)]
pub(super) struct Variant {
    pub(super) payload: Node,
    // How often it was read without finding anything new.
    pub(super) fruitless: u32,
}

/// What a type asked for just now.
#[derive(Debug, Clone)]
pub(super) enum Seen {
    Leaf(Shape),
    Option,
    Seq,
    Tuple(usize),
    Map,
    Struct(&'static [&'static str]),
    Enum(&'static [&'static str]),
    Recursive(u8),
}

impl Node {
    pub(super) fn scratch() -> Self {
        Self {
            scratch: true,
            ..Self::default()
        }
    }

    /// Notes what the type asked for; false if that can't be so.
    pub(super) fn learn(&mut self, seen: Seen, context: &mut Context) -> bool {
        let fits = match (&self.kind, &seen) {
            (Kind::New, _) => return self.learn_first(seen, context),
            (Kind::Leaf(known), Seen::Leaf(shape)) => known == shape,
            (Kind::Tuple(parts), Seen::Tuple(length)) => parts.len() == *length,
            (Kind::Struct { names: known, .. }, Seen::Struct(names)) => known == names,
            (Kind::Enum { names: known, .. }, Seen::Enum(names)) => known == names,
            (Kind::Recursive(known), Seen::Recursive(levels)) => known == levels,
            (Kind::Option(_), Seen::Option)
            | (Kind::Seq(_), Seen::Seq)
            | (Kind::Map(_), Seen::Map) => true,
            _ => false,
        };
        if !fits && !context.by_name {
            // It asks for this or that, by the values it got: no shape describes it.
            self.give_up(context);
        }
        fits
    }

    fn learn_first(&mut self, seen: Seen, context: &mut Context) -> bool {
        let parts = match &seen {
            Seen::Leaf(_) | Seen::Recursive(_) => 0,
            Seen::Option | Seen::Seq => 1,
            Seen::Map => 2,
            Seen::Tuple(length) => *length,
            Seen::Struct(names) | Seen::Enum(names) => names.len(),
        };
        let Some(left) = context.nodes.checked_sub(parts) else {
            self.give_up(context);
            return false;
        };
        if !self.scratch {
            context.nodes = left;
            context.progress += 1;
        }
        let scratch = self.scratch;
        let node = || Self {
            scratch,
            ..Self::default()
        };
        let nodes = || core::iter::repeat_with(node).take(parts).collect();
        self.kind = match seen {
            Seen::Leaf(shape) => Kind::Leaf(shape),
            Seen::Option => Kind::Option(Box::new(node())),
            Seen::Seq => Kind::Seq(Box::new(node())),
            Seen::Tuple(_) => Kind::Tuple(nodes()),
            Seen::Map => Kind::Map(Box::new((node(), node()))),
            Seen::Struct(names) => Kind::Struct {
                names,
                own: own(names),
                told: None,
                fields: nodes(),
                required: Required::default(),
            },
            Seen::Enum(names) => {
                let variant = || Variant {
                    payload: node(),
                    fruitless: 0,
                };
                Kind::Enum {
                    names,
                    strict: false,
                    variants: core::iter::repeat_with(variant).take(parts).collect(),
                }
            }
            Seen::Recursive(levels) => Kind::Recursive(levels),
        };
        true
    }

    /// Nothing is known of it, and nothing will be.
    pub(super) fn give_up(&mut self, context: &mut Context) {
        self.kind = Kind::Unknown;
        self.kill(context);
    }

    /// No value can be made of it, though its shape may be known.
    pub(super) fn kill(&mut self, context: &mut Context) {
        self.dead = true;
        if !self.scratch {
            context.progress += 1;
        }
    }

    /// The type refused its value: there are others.
    pub(super) fn refuse(&mut self, context: &mut Context) {
        if self.scratch {
            context.refusals += 1;
            // Another value is worth another pass, but not for ever: all such types share this count.
            context.progress += u64::from(context.refusals <= MAX_SCRATCH_REFUSALS);
            return;
        }
        self.refusals += 1;
        context.progress += 1;
        self.dead |= self.refusals >= MAX_REFUSALS;
    }

    pub(super) fn is_scratch(&self) -> bool {
        self.scratch
    }

    pub(super) fn refusals(&self) -> u32 {
        self.refusals
    }

    pub(super) fn is_dead(&self) -> bool {
        self.dead
    }

    /// Whether no pass can show more of it.
    pub(super) fn is_settled(&mut self) -> bool {
        self.settled = self.settled
            || self.dead
            || match &mut self.kind {
                Kind::New => false,
                Kind::Leaf(_) | Kind::Recursive(_) | Kind::Unknown => true,
                Kind::Option(inner) | Kind::Seq(inner) => inner.is_settled(),
                Kind::Tuple(parts) => parts.iter_mut().all(Self::is_settled),
                Kind::Map(entry) => entry.0.is_settled() && entry.1.is_settled(),
                Kind::Struct {
                    names,
                    told,
                    fields,
                    required,
                    ..
                } => {
                    told.is_none_or(|told| told == names.len())
                        && fields.iter_mut().all(Self::is_settled)
                        && required.is_known_of(fields.len())
                }
                Kind::Enum {
                    strict, variants, ..
                } => {
                    *strict
                        && variants
                            .iter_mut()
                            .all(|variant| variant.payload.is_settled())
                }
            };
        self.settled
    }

    /// What is known as a shape. A struct or tuple that no pass got to the end of is unknown as a whole.
    pub(super) fn into_shape(self) -> Shape {
        let is_new = |node: &Self| matches!(node.kind, Kind::New);
        match self.kind {
            Kind::New | Kind::Unknown => Shape::Unknown,
            Kind::Leaf(shape) => shape,
            Kind::Option(inner) => Shape::Option(Box::new(inner.into_shape())),
            Kind::Seq(inner) => Shape::Seq(Box::new(inner.into_shape())),
            Kind::Tuple(parts) if parts.iter().any(is_new) => Shape::Unknown,
            Kind::Tuple(parts) => Shape::Tuple(parts.into_iter().map(Self::into_shape).collect()),
            Kind::Map(entry) => Shape::Map(Box::new((entry.0.into_shape(), entry.1.into_shape()))),
            Kind::Struct { fields, .. } if fields.iter().any(is_new) => Shape::Unknown,
            Kind::Struct {
                names,
                own,
                told,
                fields,
                required,
            } if told.is_none_or(|told| told == names.len()) => {
                let leniency = |field| Leniency {
                    required: required.is_required(field),
                    aliases: aliases(names, &own, field),
                };
                let members = own.iter().zip(fields).enumerate();
                let member = |(field, (own, node)): (usize, (&Own, Self))| {
                    named(own.name, node, leniency(field))
                };
                Shape::Struct(members.map(member).collect())
            }
            Kind::Struct { .. } | Kind::Enum { strict: false, .. } => Shape::Unknown,
            Kind::Enum {
                names, variants, ..
            } => {
                let members = names.iter().zip(variants);
                let member = |(name, variant): (&&str, Variant)| {
                    named(name, variant.payload, Leniency::default())
                };
                Shape::Enum(members.map(member).collect())
            }
            Kind::Recursive(levels) => Shape::Recursive(levels),
        }
    }

    /// How many levels a shape may have.
    pub(super) fn max_depth() -> u8 {
        Limits::default().depth
    }
}

fn named(name: &str, node: Node, leniency: Leniency) -> Named {
    Named {
        name: name.into(),
        shape: node.into_shape(),
        leniency,
    }
}

/// All names as those of one field each.
fn own(names: &[&'static str]) -> Vec<Own> {
    let names = names.iter().enumerate();
    names.map(|(first, &name)| Own { name, first }).collect()
}

/// All names of a field.
fn aliases(names: &'static [&'static str], own: &[Own], field: usize) -> &'static [&'static str] {
    let first = |field: usize| own.get(field).map_or(names.len(), |own| own.first);
    names
        .get(first(field)..first(field + 1))
        .unwrap_or_default()
}
