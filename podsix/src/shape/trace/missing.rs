//! Telling which fields of a struct have to be there.
//!
//! What `#[serde(default)]` says is nowhere to be read. But a struct that is given as a map, as it is when it is read by
//! name, names the field that it misses: so each field is left out once, one a pass. Only that very answer makes a field
//! required: who is not asked, or answers otherwise, may have a default.

use serde::de::{DeserializeSeed, IntoDeserializer, MapAccess, Visitor};

use super::node::{Node, Own};
use super::place::Place;
use super::{Context, MAX_REFUSALS, Stop};

/// What was found out about a struct's fields so far.
#[derive(Debug, Default)]
pub(super) struct Required {
    // Whether it is known of each field to be required, of the first ones.
    known: Vec<bool>,
    // How often the next one was left out without an answer, since another field refused its value.
    tries: u32,
}

impl Required {
    pub(super) fn is_known_of(&self, fields: usize) -> bool {
        self.known.len() >= fields
    }

    pub(super) fn is_required(&self, field: usize) -> bool {
        self.known.get(field).copied().unwrap_or_default()
    }

    /// Leaves out the next field.
    pub(super) fn ask<'de, V: Visitor<'de>>(
        &mut self,
        own: &[Own],
        fields: &mut [Node],
        context: &mut Context,
        place: Place<'_>,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let left_out = self.known.len();
        let mut refused = false;
        context.by_name = true;
        let others = Others {
            own,
            fields,
            next: 0,
            left_out,
            refused: &mut refused,
            context: &mut *context,
            place,
        };
        let result = visitor.visit_map(others);
        context.by_name = false;
        self.tries += 1;
        if !refused || self.tries >= MAX_REFUSALS {
            let name = own.get(left_out).map(|own| own.name);
            let missing = matches!(result, Err(Stop::Missing(missing)) if Some(missing) == name);
            self.known.push(missing);
            self.tries = 0;
            context.progress += 1;
        }
        result.or_else(|_| context.fail())
    }
}

/// All fields but one, as a map.
struct Others<'a> {
    own: &'a [Own],
    fields: &'a mut [Node],
    // The field whose key or value comes next.
    next: usize,
    left_out: usize,
    // Whether a field could not be made.
    refused: &'a mut bool,
    context: &'a mut Context,
    place: Place<'a>,
}

impl<'de> MapAccess<'de> for Others<'_> {
    type Error = Stop;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Stop> {
        if self.next == self.left_out {
            self.next += 1;
        }
        let Some(own) = self.own.get(self.next) else {
            return Ok(None);
        };
        seed.deserialize(IntoDeserializer::<Stop>::into_deserializer(own.name))
            .map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Stop> {
        let Some(node) = self.fields.get_mut(self.next) else {
            return self.context.fail();
        };
        self.next += 1;
        let value = self
            .context
            .visit(node, self.place, |tracer| seed.deserialize(tracer));
        *self.refused |= value.is_err();
        value
    }
}
