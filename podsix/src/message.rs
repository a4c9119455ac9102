//! What `#[derive(Message)]` makes of an enum: a table of actions, and how
//! each of them is written and read field by field.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::codec::bincode::{self, Decoder, Problem};
use crate::shape::Fields;

/// A set of actions that one end can send: an enum (or a struct, for a single
/// action) with `#[derive(podsix::Message)]`.
///
/// An action is the variant's name in snake_case, its fields are the action's
/// fields. The trait is made by the derive and not meant to be written by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a podsix message",
    label = "this can't be sent",
    note = "put `#[derive(podsix::Message)]` on `{Self}`"
)]
pub trait Message {
    /// The actions in the order of the variants, by the names that cross the wire.
    const ACTIONS: &'static [&'static str];

    /// The table of actions, for podsix itself.
    #[doc(hidden)]
    const TABLE: &'static Table;

    /// The index in [`TABLE`](Self::TABLE) of the action that this value is.
    #[doc(hidden)]
    fn slot(&self) -> usize;

    /// Writes the fields of this value, in the order of their declaration.
    #[doc(hidden)]
    fn encode(&self, sink: &mut Sink<'_>) -> Result<(), FieldProblem>;
}

/// A [`Message`] that can be read again, borrowing from the received bytes
/// what the enum borrows.
///
/// Made by `#[derive(podsix::Message)]` together with [`Message`].
pub trait Incoming<'de>: Message + Sized {
    /// Reads the action with this index in the table.
    #[doc(hidden)]
    fn decode(slot: usize, source: &mut Source<'de>) -> Result<Self, Error>;
}

/// The actions of one message enum, in the order of its variants.
#[doc(hidden)]
#[derive(Debug)]
pub struct Table {
    /// The enum's name as the user wrote it, for errors.
    pub name: &'static str,
    /// One entry a variant.
    pub actions: &'static [Action],
}

/// One action of a message enum.
#[doc(hidden)]
#[derive(Debug)]
pub struct Action {
    /// The name on the wire.
    pub name: &'static str,
    /// The variant's name in snake_case: what follows `network_` in a handler.
    pub method: &'static str,
    /// Names and types of the fields; none where the enum can't be read (`send_only`).
    pub shape: Option<fn(&mut Fields<'static>)>,
}

/// What a message writes its fields to.
#[doc(hidden)]
#[derive(Debug)]
pub struct Sink<'a> {
    body: &'a mut Vec<u8>,
    limit: usize,
}

/// Why a field could not be written or read.
#[doc(hidden)]
#[derive(Debug)]
pub struct FieldProblem {
    pub(crate) field: &'static str,
    pub(crate) problem: Problem,
}

impl<'a> Sink<'a> {
    /// Appends to `body`, which may grow to `limit` bytes.
    pub(crate) fn new(body: &'a mut Vec<u8>, limit: usize) -> Self {
        Self { body, limit }
    }

    /// Writes the next field.
    pub fn field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), FieldProblem> {
        bincode::encode(value, self.body, self.limit).map_err(|problem| FieldProblem {
            field: name,
            problem,
        })
    }

    /// Writes the value inside a newtype variant, which is the whole body.
    pub fn inner<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), FieldProblem> {
        self.field("data", value)
    }
}

/// What a message reads its fields from: the body of one received message.
#[doc(hidden)]
#[derive(Debug)]
pub struct Source<'de> {
    action: &'de str,
    decoder: Decoder<'de>,
}

impl<'de> Source<'de> {
    pub(crate) fn new(action: &'de str, body: &'de [u8]) -> Self {
        Self {
            action,
            decoder: Decoder::new(body),
        }
    }

    /// Reads the next field.
    pub fn field<T: Deserialize<'de>>(&mut self, name: &'static str) -> Result<T, Error> {
        match self.decoder.next() {
            Ok(value) => Ok(value),
            Err(problem) => Err(self.problem(name, &problem)),
        }
    }

    /// Reads the value inside a newtype variant, which is the whole body.
    pub fn inner<T: Deserialize<'de>>(&mut self) -> Result<T, Error> {
        self.field("data")
    }

    /// Checks that nothing is left of the body.
    pub fn finish(&self) -> Result<(), Error> {
        match self.decoder.finish() {
            Ok(()) => Ok(()),
            Err(problem) => Err(self.problem("", &problem)),
        }
    }

    /// The error for an index that the table doesn't have.
    pub fn no_such_action(&self) -> Error {
        self.problem("", &Problem::Invalid("not an action of this enum".into()))
    }

    #[cold]
    fn problem(&self, field: &'static str, problem: &Problem) -> Error {
        Error::Decode {
            action: self.action.into(),
            field: field.into(),
            problem: problem.to_string(),
        }
    }
}
