//! The rules for handlers.

mod block;
mod params;
mod payload;
mod signature;

use super::ast::{Handler, Role};
use super::block::Block;
use crate::errors::Errors;
use crate::names;

pub(crate) fn check(handler: &Handler<'_>, block: &Block, errors: &mut Errors) {
    block::check_inherent(block, errors);
    block::check_any_handler(handler, block, errors);
    block::check_near_misses(block, handler, errors);
    block::check_one_context(handler, errors);
    block::check_duplicates(handler, errors);
    for wired in &handler.wired {
        signature::check_qualifiers(wired.method, errors);
        signature::check_receiver(wired.method, errors);
        params::check_context(wired, handler, errors);
        match &wired.role {
            Role::Variant { .. } => params::check_fields(wired, errors),
            Role::Action { action, tokens } => {
                names::check_action(action, tokens, "#[action(\"…\")]", errors);
                payload::check_payload(wired, errors);
            }
            _ => params::check_lifecycle(wired, handler, errors),
        }
        signature::check_output(wired, errors);
    }
}
