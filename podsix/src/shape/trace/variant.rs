//! Recording an enum, one variant a pass.

use serde::Deserializer;
use serde::de::{DeserializeSeed, EnumAccess, IntoDeserializer, VariantAccess, Visitor};

use super::node::{Kind, Node, Seen, Variant};
use super::place::Place;
use super::record::Tracer;
use super::{Context, Stop};

/// How often a variant may be read without finding anything new.
const MAX_FRUITLESS: u32 = 8;

impl Tracer<'_> {
    pub(super) fn enumeration<'de, V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let mut scratch = Node::scratch();
        let Tracer {
            node,
            context,
            place,
        } = self.enter::<V>(Some(Seen::Enum(names)), names, &mut scratch)?;
        let frame = place.frame::<V>(names);
        let inside = place.inside(&frame);
        let enumeration = core::any::type_name::<V>();
        let is_scratch = node.is_scratch();
        let Kind::Enum {
            strict, variants, ..
        } = &mut node.kind
        else {
            return context.fail();
        };

        if !*strict && !is_scratch {
            // With `#[serde(other)]` it takes any index, so that names and indices can't be matched; and what an
            // unknown variant holds can't be skipped without its name.
            let mut refused = false;
            let none = Chosen {
                index: u32::MAX,
                refused: &mut refused,
                payload: None,
                context: &mut *context,
            };
            let _ = visitor.visit_enum(Choice {
                chosen: none,
                place: inside,
            });
            if refused {
                *strict = true;
                context.progress += 1;
            } else {
                node.give_up(context);
            }
            return context.fail();
        }

        let possible = context.possible.get(enumeration).copied();
        let chosen = match is_scratch {
            // None is known to end: perhaps this one does.
            true => possible.or_else(|| context.pass.checked_rem(variants.len() as u32)),
            false => choose(variants, possible, place.choice),
        };
        let Some((index, variant)) =
            chosen.and_then(|index| Some((index, variants.get_mut(index as usize)?)))
        else {
            node.kill(context);
            return context.fail();
        };
        let before = context.progress;
        let mut refused = false;
        let payload = Some(&mut variant.payload);
        let chosen = Chosen {
            index,
            refused: &mut refused,
            payload,
            context: &mut *context,
        };
        let result = visitor.visit_enum(Choice {
            chosen,
            place: inside,
        });
        if refused {
            // Fewer variants than names: some are aliases, and nothing tells which.
            node.give_up(context);
            return context.fail();
        }
        if result.is_ok() {
            context.possible.entry(enumeration).or_insert(index);
        } else if !variant.payload.is_settled() && context.progress == before {
            variant.fruitless += 1;
            if variant.fruitless >= MAX_FRUITLESS {
                variant.payload.kill(context);
            }
        }
        result
    }
}

/// The variant of this pass: one that is not known yet, else one that can be made.
fn choose(variants: &mut [Variant], possible: Option<u32>, choice: u32) -> Option<u32> {
    let open = variants
        .iter_mut()
        .enumerate()
        .filter_map(|(index, variant)| {
            let open = !variant.payload.is_settled();
            open.then_some((variant.fruitless, index as u32))
        });
    if let Some((_, index)) = open.min() {
        return Some(index);
    }
    let alive = |index: &u32| {
        variants
            .get(*index as usize)
            .is_some_and(|variant| !variant.payload.is_dead())
    };
    let alive: Vec<u32> = possible
        .into_iter()
        .chain(0..variants.len() as u32)
        .filter(alive)
        .collect();
    choice
        .checked_rem(alive.len() as u32)
        .and_then(|at| alive.get(at as usize))
        .copied()
}

/// The variant that an enum is given.
struct Choice<'a> {
    chosen: Chosen<'a>,
    place: Place<'a>,
}

struct Chosen<'a> {
    index: u32,
    // Whether the enum has no such variant.
    refused: &'a mut bool,
    payload: Option<&'a mut Node>,
    context: &'a mut Context,
}

impl<'a, 'de> EnumAccess<'de> for Choice<'a> {
    type Error = Stop;
    type Variant = Payload<'a>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Payload<'a>), Stop> {
        let Chosen {
            index,
            refused,
            payload,
            context,
        } = self.chosen;
        match (
            seed.deserialize(IntoDeserializer::<Stop>::into_deserializer(index)),
            payload,
        ) {
            (Ok(value), Some(node)) => Ok((
                value,
                Payload {
                    node,
                    context,
                    place: self.place,
                },
            )),
            (Ok(_), None) => context.fail(),
            (Err(_), _) => {
                *refused = true;
                context.fail()
            }
        }
    }
}

/// What the variant holds. A newtype variant is what it wraps, and so are the others.
struct Payload<'a> {
    node: &'a mut Node,
    context: &'a mut Context,
    place: Place<'a>,
}

impl<'de> VariantAccess<'de> for Payload<'_> {
    type Error = Stop;

    fn unit_variant(self) -> Result<(), Stop> {
        self.context.visit(self.node, self.place, |tracer| {
            tracer.deserialize_unit(serde::de::IgnoredAny)
        })?;
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Stop> {
        self.context
            .visit(self.node, self.place, |tracer| seed.deserialize(tracer))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Stop> {
        self.context.visit(self.node, self.place, |tracer| {
            tracer.tuple(length, visitor)
        })
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.context.visit(self.node, self.place, |tracer| {
            tracer.structure(names, visitor)
        })
    }
}
