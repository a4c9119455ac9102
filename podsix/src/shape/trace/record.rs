//! The deserializer that records what a type asks for.

use serde::Deserializer;
use serde::de::Visitor;

use super::super::Shape;
use super::node::{Kind, Node, Seen};
use super::parts::{Elements, Entries, Parts};
use super::place::Place;
use super::{Context, Stop, alias};

/// How deep a type inside itself may go on before the pass ends: it has no shortest value in sight then.
const MAX_SHORTEST_DEPTH: u8 = 100;

/// Records one part of a type.
pub(super) struct Tracer<'a> {
    pub(super) node: &'a mut Node,
    pub(super) context: &'a mut Context,
    pub(super) place: Place<'a>,
}

impl<'a> Tracer<'a> {
    /// Begins what holds other things. In a type inside itself the tracer goes on with `scratch`.
    pub(super) fn enter<'s, V>(
        self,
        seen: Option<Seen>,
        names: &'static [&'static str],
        scratch: &'s mut Node,
    ) -> Result<Tracer<'s>, Stop>
    where
        'a: 's,
    {
        let mut tracer: Tracer<'s> = self;
        if tracer.node.is_scratch() {
            if tracer.place.depth > MAX_SHORTEST_DEPTH {
                return tracer.context.fail();
            }
        } else if let Some(levels) = tracer.place.again::<V>(names) {
            if levels == 0 {
                // A newtype of nothing but itself.
                return tracer.unknown();
            }
            tracer.learn(Seen::Recursive(levels))?;
            tracer.node = scratch;
        }
        if let Some(seen) = seen {
            tracer.learn(seen)?;
        }
        Ok(tracer)
    }

    fn learn(&mut self, seen: Seen) -> Result<(), Stop> {
        if self.place.depth >= Node::max_depth() && !self.node.is_scratch() {
            self.node.give_up(self.context);
            return self.context.fail();
        }
        if self.node.learn(seen, self.context) {
            Ok(())
        } else {
            self.context.fail()
        }
    }

    /// Notes a part without others in it, and chooses one of some dummy values for it.
    fn leaf<T: Copy>(mut self, shape: Shape, dummies: &[T], default: T) -> Result<T, Stop> {
        self.learn(Seen::Leaf(shape))?;
        let choice = self.place.choice
            + if self.node.is_scratch() {
                self.context.refusals
            } else {
                0
            };
        Ok(dummies
            .get(choice as usize % dummies.len().max(1))
            .copied()
            .unwrap_or(default))
    }

    /// A type that asks what there is.
    fn unknown<T>(self) -> Result<T, Stop> {
        if !self.context.by_name {
            self.node.give_up(self.context);
        }
        self.context.fail()
    }

    pub(super) fn tuple<'de, V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let mut scratch = Node::scratch();
        let Tracer {
            node,
            context,
            place,
        } = self.enter::<V>(Some(Seen::Tuple(length)), &[], &mut scratch)?;
        let frame = place.frame::<V>(&[]);
        let Kind::Tuple(parts) = &mut node.kind else {
            return context.fail();
        };
        let mut asked = 0;
        let parts = Parts {
            nodes: parts,
            asked: &mut asked,
            context: &mut *context,
            place: place.inside(&frame),
        };
        let result = visitor.visit_seq(parts);
        if result.is_ok() && asked < length {
            // It leaves bytes behind that belong to nobody.
            node.give_up(context);
            return context.fail();
        }
        kill_if_stuck(node, context);
        result
    }

    pub(super) fn structure<'de, V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let mut scratch = Node::scratch();
        let Tracer {
            node,
            context,
            place,
        } = self.enter::<V>(Some(Seen::Struct(names)), names, &mut scratch)?;
        let frame = place.frame::<V>(names);
        let inside = place.inside(&frame);
        let is_scratch = node.is_scratch();
        let Kind::Struct {
            own,
            told,
            fields,
            required,
            ..
        } = &mut node.kind
        else {
            return context.fail();
        };
        if told.is_some_and(|told| told < names.len()) {
            return alias::tell(names, own, told, fields, context, inside, visitor);
        }
        if !is_scratch
            && !required.is_known_of(fields.len())
            && fields.iter_mut().all(Node::is_settled)
        {
            let result = required.ask(own, fields, context, inside, visitor);
            kill_if_stuck(node, context);
            return result;
        }
        let mut asked = 0;
        let parts = Parts {
            nodes: fields,
            asked: &mut asked,
            context: &mut *context,
            place: inside,
        };
        let result = visitor.visit_seq(parts);
        if result.is_ok() && asked < fields.len() && !is_scratch {
            // More names than fields: some are aliases.
            fields.truncate(asked);
            own.clear();
            *told = Some(0);
            context.progress += 1;
        }
        kill_if_stuck(node, context);
        result
    }
}

/// A struct or tuple with a part that no value can be made of has no value either.
fn kill_if_stuck(node: &mut Node, context: &mut Context) {
    if let Kind::Tuple(parts) | Kind::Struct { fields: parts, .. } = &node.kind
        && parts.iter().any(Node::is_dead)
        && !node.is_dead()
    {
        node.kill(context);
    }
}

macro_rules! leaves {
    ($($deserialize:ident $visit:ident $shape:ident $dummies:expr;)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
            visitor.$visit(self.leaf(Shape::$shape, &$dummies, Default::default())?)
        }
    )*};
}

impl<'de> Deserializer<'de> for Tracer<'_> {
    type Error = Stop;

    leaves! {
        deserialize_bool visit_bool Bool [false, true];
        deserialize_i8 visit_i8 I8 [0, 1, 2, 3, 5, 10, 100, -1];
        deserialize_i16 visit_i16 I16 [0, 1, 2, 3, 5, 10, 100, -1, 1000];
        deserialize_i32 visit_i32 I32 [0, 1, 2, 3, 5, 10, 100, -1, 1000];
        deserialize_i64 visit_i64 I64 [0, 1, 2, 3, 5, 10, 100, -1, 1000];
        deserialize_i128 visit_i128 I128 [0, 1, 2, 3, 5, 10, 100, -1, 1000];
        deserialize_u8 visit_u8 U8 [0, 1, 2, 3, 5, 10, 100, 255];
        deserialize_u16 visit_u16 U16 [0, 1, 2, 3, 5, 10, 100, 1000];
        deserialize_u32 visit_u32 U32 [0, 1, 2, 3, 5, 10, 100, 1000];
        deserialize_u64 visit_u64 U64 [0, 1, 2, 3, 5, 10, 100, 1000];
        deserialize_u128 visit_u128 U128 [0, 1, 2, 3, 5, 10, 100, 1000];
        deserialize_f32 visit_f32 F32 [0.0, 1.0, 0.5, 2.0, 10.0, 100.0, -1.0];
        deserialize_f64 visit_f64 F64 [0.0, 1.0, 0.5, 2.0, 10.0, 100.0, -1.0];
        deserialize_char visit_char Char ['a', '0', 'A', ' ', '#', '\0'];
        deserialize_str visit_borrowed_str Str TEXTS;
        deserialize_string visit_borrowed_str Str TEXTS;
        deserialize_bytes visit_borrowed_bytes Bytes BYTES;
        deserialize_byte_buf visit_borrowed_bytes Bytes BYTES;
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        let mut scratch = Node::scratch();
        let Tracer {
            node,
            context,
            place,
        } = self.enter::<V>(Some(Seen::Option), &[], &mut scratch)?;
        let frame = place.frame::<V>(&[]);
        let Kind::Option(inner) = &mut node.kind else {
            return context.fail();
        };
        if inner.is_scratch() || inner.is_dead() || (inner.is_settled() && place.choice % 3 == 0) {
            return visitor.visit_none();
        }
        context.visit(inner, place.inside(&frame), |tracer| {
            visitor.visit_some(tracer)
        })
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.leaf(Shape::Unit, &[], ())?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let mut scratch = Node::scratch();
        let Tracer {
            node,
            context,
            place,
        } = self.enter::<V>(None, &[], &mut scratch)?;
        let frame = place.frame::<V>(&[]);
        // It is what it wraps, so it is no level of its own; but looking for a value must come to an end.
        let depth = place.depth + u8::from(node.is_scratch());
        let place = Place {
            frame: Some(&frame),
            depth,
            ..place
        };
        visitor.visit_newtype_struct(Tracer {
            node,
            context,
            place,
        })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        let mut scratch = Node::scratch();
        let Tracer {
            node,
            context,
            place,
        } = self.enter::<V>(Some(Seen::Seq), &[], &mut scratch)?;
        let frame = place.frame::<V>(&[]);
        let Kind::Seq(inner) = &mut node.kind else {
            return context.fail();
        };
        let left = place.elements(inner.is_settled(), inner.is_dead() || inner.is_scratch());
        visitor.visit_seq(Elements {
            node: inner,
            left,
            context,
            place: place.inside(&frame),
        })
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.tuple(length, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        let mut scratch = Node::scratch();
        let Tracer {
            node,
            context,
            place,
        } = self.enter::<V>(Some(Seen::Map), &[], &mut scratch)?;
        let frame = place.frame::<V>(&[]);
        let Kind::Map(entry) = &mut node.kind else {
            return context.fail();
        };
        let (key, value) = &mut **entry;
        let settled = key.is_settled() && (value.is_settled() || key.is_dead());
        let left = place.elements(
            settled,
            key.is_dead() || value.is_dead() || key.is_scratch(),
        );
        visitor.visit_map(Entries {
            key,
            value,
            left,
            context,
            place: place.inside(&frame),
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.structure(names, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.enumeration(names, visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Stop> {
        self.unknown()
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Stop> {
        self.unknown()
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Stop> {
        self.unknown()
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// Texts that one type or another accepts: numbers, versions, addresses, dates, colours, identifiers.
const TEXTS: [&str; 12] = [
    "",
    "a",
    "0",
    "1",
    "1.0.0",
    "127.0.0.1",
    "127.0.0.1:1",
    "A",
    "#000000",
    "2000-01-01",
    "2000-01-01T00:00:00Z",
    "00000000-0000-0000-0000-000000000000",
];

const BYTES: [&[u8]; 6] = [&[], &[0], &[0; 4], &[0; 8], &[0; 16], &[0; 32]];
