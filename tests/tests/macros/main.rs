//! What the macros accept, and what they make of it as far as no connection is
//! needed to see it. What they refuse is in `compile_fail`.

mod actions;
mod configured;
mod enums;
mod handlers;
mod made_by_macro_rules;
mod names;
mod other_paths;
mod without_an_enum;

use podsix::{Event, Message, NetworkHandler};

/// Stands for the context that a server or a connection gives its handlers.
struct Context;

fn assert_handler<C>(_: &mut dyn NetworkHandler<C>) {}
