//! A value that is sent: a map with an `action`.

use super::Value;
use crate::Message;
use crate::codec::bincode::Problem;
use crate::message::Table;
use crate::sink::{FieldProblem, Sink};

/// What is told of a value that names no action.
pub(crate) const NO_ACTION: &str = "a value that is sent is a map with an `action` that is text, as in \
     `data! { \"action\": \"hello\" }`";

static NO_TABLE: Table = Table {
    name: "Value",
    actions: &[],
};

/// A map with a text `action` is a message, and the other entries are its
/// fields. It crosses with their names, and fits whoever has such fields.
impl Message for Value {
    type Family = Self;
    const ACTIONS: &'static [&'static str] = &[];
    const TABLE: &'static Table = &NO_TABLE;

    fn slot(&self) -> usize {
        usize::MAX
    }

    fn dict_action(&self) -> Option<&str> {
        self.action()
    }

    fn encode<S: Sink>(&self, sink: &mut S) -> Result<(), FieldProblem> {
        match self {
            Self::Map(fields) if self.action().is_some() => sink.fields(fields),
            _ => {
                let problem = Problem::invalid(NO_ACTION.to_owned());
                Err(FieldProblem::new("action", problem))
            }
        }
    }
}
