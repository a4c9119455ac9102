//! Handing out the parts of what a type reads, each with what is known of it.

use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

use super::node::Node;
use super::place::Place;
use super::{Context, Stop};

/// The parts of a struct or tuple.
pub(super) struct Parts<'a> {
    pub(super) nodes: &'a mut [Node],
    pub(super) asked: &'a mut usize,
    pub(super) context: &'a mut Context,
    pub(super) place: Place<'a>,
}

impl<'de> SeqAccess<'de> for Parts<'_> {
    type Error = Stop;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Stop> {
        let Some(node) = self.nodes.get_mut(*self.asked) else {
            return Ok(None);
        };
        *self.asked += 1;
        self.context
            .visit(node, self.place, |tracer| seed.deserialize(tracer))
            .map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.nodes.len() - *self.asked)
    }
}

/// The elements of a list, all of which are the same part of the type.
pub(super) struct Elements<'a> {
    pub(super) node: &'a mut Node,
    pub(super) left: u32,
    pub(super) context: &'a mut Context,
    pub(super) place: Place<'a>,
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Stop;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Stop> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        self.context
            .visit(self.node, self.place, |tracer| seed.deserialize(tracer))
            .map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left as usize)
    }
}

/// The entries of a map.
pub(super) struct Entries<'a> {
    pub(super) key: &'a mut Node,
    pub(super) value: &'a mut Node,
    pub(super) left: u32,
    pub(super) context: &'a mut Context,
    pub(super) place: Place<'a>,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Stop;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Stop> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        self.context
            .visit(self.key, self.place, |tracer| seed.deserialize(tracer))
            .map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Stop> {
        self.context
            .visit(self.value, self.place, |tracer| seed.deserialize(tracer))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left as usize)
    }
}
