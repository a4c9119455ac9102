//! Telling a struct's own names from aliases.
//!
//! serde names the fields of a struct and their aliases in one list, those of one field after each other, and does not
//! say where the next field begins. But a struct that is given as a map refuses the same field twice and then names it:
//! so each two neighbours are tried, one pair a pass.

use serde::de::{DeserializeSeed, IntoDeserializer, MapAccess, Visitor};

use super::node::{Node, Own};
use super::place::Place;
use super::{Context, Stop};

/// Finds out about one more name. The pass always fails.
pub(super) fn tell<'de, V: Visitor<'de>>(
    names: &'static [&'static str],
    own: &mut Vec<Own>,
    told: &mut Option<usize>,
    fields: &mut [Node],
    context: &mut Context,
    place: Place<'_>,
    visitor: V,
) -> Result<V::Value, Stop> {
    let next = told.unwrap_or_default();
    let name = names.get(next).copied().unwrap_or_default();
    let before = next
        .checked_sub(1)
        .and_then(|before| names.get(before))
        .copied();
    let (Some(before), Some(node)) = (
        before,
        own.len()
            .checked_sub(1)
            .and_then(|last| fields.get_mut(last)),
    ) else {
        // The first name begins the first field. Only a struct without fields has none to begin.
        own.push(Own { name, first: next });
        *told = Some(next + 1);
        context.progress += 1;
        return context.fail();
    };
    let mut another = false;
    let pair = Pair {
        names: [Some(before), Some(name)],
        node,
        another: &mut another,
        context: &mut *context,
        place,
    };
    match (visitor.visit_map(pair), own.last_mut()) {
        (Err(Stop::Duplicate(own)), Some(last)) if !another => last.name = own,
        _ if another => own.push(Own { name, first: next }),
        // The value before was refused, and the next pass has another.
        _ => return context.fail(),
    }
    *told = Some(next + 1);
    context.progress += 1;
    context.fail()
}

/// Two names as the keys of a map.
struct Pair<'a> {
    names: [Option<&'static str>; 2],
    // The field of the first name.
    node: &'a mut Node,
    // Whether the second name has a value, so is another field.
    another: &'a mut bool,
    context: &'a mut Context,
    place: Place<'a>,
}

impl<'de> MapAccess<'de> for Pair<'_> {
    type Error = Stop;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Stop> {
        let [first, second] = &mut self.names;
        let Some(name) = first.take().or_else(|| second.take()) else {
            return Ok(None);
        };
        seed.deserialize(IntoDeserializer::<Stop>::into_deserializer(name))
            .map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Stop> {
        if self.names[1].is_none() {
            *self.another = true;
            return self.context.fail();
        }
        self.context
            .visit(self.node, self.place, |tracer| seed.deserialize(tracer))
    }
}
