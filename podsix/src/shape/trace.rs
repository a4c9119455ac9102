//! Finding the shape of a type: a recording `Deserializer` that a type reads dummy values from.
//!
//! One pass shows what a type asks for on one way through it. Several passes, led by a tree of what is known so far,
//! show the rest: an option is first something, then nothing; a list has one element, then none; an enum is each of
//! its variants in turn; a struct is read by name without each of its fields. A value that a type refuses (a
//! `NonZeroU8` the 0) is another one in the next pass. A type met again inside itself, told by the name of its visitor,
//! is [`Shape::Recursive`] there, and gets the shortest value that the passes before have shown to exist.
//!
//! It ends: passes, levels and parts are bounded, and what is still unknown then is [`Shape::Unknown`].

mod alias;
mod missing;
mod node;
mod parts;
mod place;
mod record;
mod variant;

use core::fmt::{self, Display};
use core::marker::PhantomData;
use std::collections::HashMap;

use serde::Deserialize;

use self::node::Node;
use self::place::Place;
use self::record::Tracer;
use super::{Leniency, Limits, Named, Shape};

/// How often a type may be read. Each pass shows something new (or ends soon, see [`MAX_IDLE_PASSES`]).
const MAX_PASSES: u32 = 4096;

/// After so many passes that showed nothing new there is no point in more.
const MAX_IDLE_PASSES: u32 = 64;

/// How many dummy values a type may refuse.
const MAX_REFUSALS: u32 = 16;

/// The fields of an action, in their order in a body. What `#[derive(Message)]` generates names them one by one.
///
/// Each is looked at for itself, so what can't be known of one does not touch those after it. A part is unknown if its
/// type asks the format what comes next (a value of any kind, an untagged or internally tagged enum,
/// `#[serde(flatten)]`), takes any variant (`#[serde(other)]`), reads other things for other values, has variants with
/// aliases, is too large or too deep, or stands in a struct behind a part that refuses every dummy value.
#[derive(Debug)]
pub struct Fields<'de> {
    fields: Vec<Named>,
    inner: Option<Shape>,
    context: Context,
    lifetime: PhantomData<fn() -> &'de ()>,
}

impl<'de> Fields<'de> {
    /// The next field of an action.
    pub fn field<T: Deserialize<'de>>(&mut self, name: &'static str) {
        let shape = self.context.trace::<T>(1);
        let required = !matches!(shape, Shape::Option(_));
        self.push(name, shape, required);
    }

    /// The next field of an action, which has a default where it is missing.
    pub fn field_or<T: Deserialize<'de>>(&mut self, name: &'static str) {
        let shape = self.context.trace::<T>(1);
        self.push(name, shape, false);
    }

    fn push(&mut self, name: &'static str, shape: Shape, required: bool) {
        self.fields.push(Named {
            name: name.into(),
            shape,
            leniency: Leniency {
                required,
                aliases: &[],
            },
        });
    }

    /// Other names under which the last field is accepted.
    pub fn aliases(&mut self, aliases: &'static [&'static str]) {
        if let Some(last) = self.fields.last_mut() {
            last.leniency.aliases = aliases;
        }
    }

    /// All of an action that is a newtype: its shape is that of the inner type, a struct's fields stand inline.
    pub fn inner<T: Deserialize<'de>>(&mut self) {
        self.inner = Some(self.context.trace::<T>(0));
    }

    pub(super) fn new() -> Self {
        Self {
            fields: Vec::new(),
            inner: None,
            context: Context::new(),
            lifetime: PhantomData,
        }
    }

    pub(super) fn into_shape(self) -> Shape {
        self.inner.unwrap_or(Shape::Struct(self.fields))
    }
}

/// What all passes over an action share.
#[derive(Debug)]
struct Context {
    // How many more parts the shape may have.
    nodes: usize,
    // Grows whenever a pass shows something new.
    progress: u64,
    // The present pass, for choices that any pass may make in another way.
    pass: u32,
    // How often a type inside itself refused its dummy values.
    refusals: u32,
    // Whether the present pass has failed already: what comes up is then no refusal, even if a type on the way made
    // an error of its own of it.
    failed: bool,
    // Whether a struct is being read as a map, where types written by hand may ask for other things: what they ask for
    // does not count then.
    by_name: bool,
    // A variant of which a value could be made, by the name of the enum's visitor.
    possible: HashMap<&'static str, u32>,
}

impl Context {
    fn new() -> Self {
        // The action itself is one.
        let nodes = Limits::default().nodes - 1;
        Self {
            nodes,
            progress: 0,
            pass: 0,
            refusals: 0,
            failed: false,
            by_name: false,
            possible: HashMap::new(),
        }
    }

    fn trace<'de, T: Deserialize<'de>>(&mut self, depth: u8) -> Shape {
        let mut node = Node::default();
        let mut idle = 0;
        for pass in 0..MAX_PASSES {
            let before = self.progress;
            self.pass = pass;
            self.failed = false;
            // Whether it gave a value does not matter, but what the tree holds now.
            let _ = self.visit(&mut node, Place::at(depth), |tracer| {
                T::deserialize(tracer).map(drop)
            });
            idle = if self.progress == before { idle + 1 } else { 0 };
            if node.is_settled() || idle == MAX_IDLE_PASSES {
                break;
            }
        }
        node.into_shape()
    }

    /// Has a part of the type read, and takes note if it refused what it got.
    fn visit<'a, R>(
        &mut self,
        node: &mut Node,
        mut place: Place<'a>,
        read: impl FnOnce(Tracer<'_>) -> Result<R, Stop>,
    ) -> Result<R, Stop> {
        if node.is_dead() {
            return self.fail();
        }
        place.choice += node.refusals();
        let result = read(Tracer {
            node: &mut *node,
            context: &mut *self,
            place,
        });
        match result {
            Ok(value) => {
                self.failed = false;
                Ok(value)
            }
            Err(_) if self.failed => Err(Stop::Failed),
            Err(_) => {
                node.refuse(self);
                self.fail()
            }
        }
    }

    /// Ends the present pass.
    fn fail<T>(&mut self) -> Result<T, Stop> {
        self.failed = true;
        Err(Stop::Failed)
    }
}

/// Why a pass ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// We ended it.
    Failed,
    /// The type did not like its value.
    Refused,
    /// A struct got one field twice, under its own name and an alias: this is its own.
    Duplicate(&'static str),
    /// A struct did not get this field, and has no default for it.
    Missing(&'static str),
}

impl Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a type is only looked at")
    }
}

impl core::error::Error for Stop {}

impl serde::de::Error for Stop {
    fn custom<T: Display>(_: T) -> Self {
        Self::Refused
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::Duplicate(field)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }
}
