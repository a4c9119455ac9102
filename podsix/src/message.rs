//! What `#[derive(Message)]` makes of an enum: a table of actions, and how
//! each of them is written and read field by field.

use crate::shape::Fields;
use crate::sink::{FieldProblem, Sink};
use crate::{Error, Event};

/// A set of actions that one end can send: an enum (or a struct, for a single
/// action) with `#[derive(podsix::Message)]`.
///
/// An action is the variant's name in snake_case, its fields are the action's
/// fields. The trait is made by the derive and not meant to be written by hand.
///
/// Fields may be written more than once for one message: for each kind of wire that
/// it is sent on, and again where it can't be sent as usual. So what a type's
/// `Serialize` writes must not depend on how often it was called.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a podsix message",
    label = "this can't be sent",
    note = "a message is an enum with `#[derive(podsix::Message)]`; put this into one of its \
            variants, or the derive on it if it is yours"
)]
pub trait Message {
    /// The actions in the order of the variants, by the names that cross the wire.
    const ACTIONS: &'static [&'static str];

    /// This enum with `'static` in place of its lifetimes: what a
    /// [`Protocol`](crate::Protocol) is made of. For an enum without lifetimes
    /// it is the enum itself.
    type Family;

    /// The table of actions, for podsix itself.
    #[doc(hidden)]
    const TABLE: &'static Table;

    /// The index in [`TABLE`](Self::TABLE) of the action that this value is.
    #[doc(hidden)]
    fn slot(&self) -> usize;

    /// The action of a message that is a dict and stands in no table.
    #[doc(hidden)]
    fn dict_action(&self) -> Option<&str> {
        None
    }

    /// Writes the fields of this value, in the order of their declaration.
    #[doc(hidden)]
    fn encode<S: Sink>(&self, sink: &mut S) -> Result<(), FieldProblem>;
}

/// A [`Message`] that can be read again, borrowing from the received bytes
/// what the enum borrows.
///
/// Made by `#[derive(podsix::Message)]` together with [`Message`].
pub trait Incoming<'de>: Message + Sized {
    /// Reads this event as the action with this index in the table; all of its body
    /// has to be of it.
    #[doc(hidden)]
    fn decode(slot: usize, event: &'de Event) -> Result<Self, Box<Error>>;
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
    /// The fields as parameters of a handler, for errors: `who: String, text: String`.
    pub params: &'static str,
    /// Names and types of the fields; none where the enum can't be read (`send_only`).
    pub shape: Option<fn(&mut Fields<'static>)>,
}

/// What a list has for an enum. Most programs send one enum alone, which comes first.
#[inline]
pub(crate) fn by_table<'a, T>(list: &'a [(&Table, T)], table: &Table) -> Option<&'a T> {
    match list.first()? {
        (first, found) if std::ptr::eq(*first, table) => Some(found),
        _ => list.get(place(list, table)?).map(|(_, found)| found),
    }
}

/// As [`by_table`], to be changed, and made if there is nothing yet.
#[inline]
pub(crate) fn by_table_mut<'a, T>(
    list: &'a mut Vec<(&'static Table, T)>,
    table: &'static Table,
    make: impl FnOnce() -> T,
) -> Option<&'a mut T> {
    let index = match list.first() {
        Some((first, _)) if std::ptr::eq(*first, table) => 0,
        _ => place_or_add(list, table, make),
    };
    list.get_mut(index).map(|(_, found)| found)
}

#[inline(never)]
fn place_or_add<T>(
    list: &mut Vec<(&'static Table, T)>,
    table: &'static Table,
    make: impl FnOnce() -> T,
) -> usize {
    place(list, table).unwrap_or_else(|| {
        list.push((table, make()));
        list.len() - 1
    })
}

#[inline(never)]
fn place<T>(list: &[(&Table, T)], table: &Table) -> Option<usize> {
    list.iter()
        .position(|(known, _)| std::ptr::eq(*known, table))
}
