//! The trait behind `#[network_handler]`.

use crate::message::Table;
use crate::{Error, Event};

/// Something whose `network_<action>` methods are called when a message
/// arrives or the connection changes: made by
/// [`#[network_handler]`](macro@crate::network_handler) on an `impl` block.
///
/// `C` is the context that the methods ask for: [`Channel<T>`](crate::Channel)
/// on a server, [`Connection`](crate::Connection) on a client, both with the
/// [`Protocol`](crate::Protocol) of an end that has one. A block whose methods
/// ask for none serves both. The trait can be used as
/// `dyn NetworkHandler<Connection>`, for instance for a list of scenes.
///
/// It is written by the macro; its methods are called by
/// [`Server::dispatch`](crate::Server::dispatch) and
/// [`Connection::dispatch`](crate::Connection::dispatch).
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't handle events here: it has no handlers for the context `{C}`",
    label = "its `network_` methods take another context, or it has no `#[network_handler]`",
    note = "here its methods take `&mut {C}`, or no context at all",
    note = "an end made with `.protocol::<ToServer, ToClient>()` has `Protocol<ToServer, ToClient>` \
            in its context, every other end has none"
)]
pub trait NetworkHandler<C> {
    /// Which actions this handler has methods for.
    #[doc(hidden)]
    fn bindings(&self) -> &'static Bindings;

    /// Calls the method for a message that has the same fields as it, in the same order:
    /// the one at the place that [`Event::arm`] tells, if there is one.
    #[doc(hidden)]
    fn handle(&mut self, context: &mut C, event: &Event) -> Result<(), Box<Error>>;

    /// The same for a message whose fields are found by their names.
    #[doc(hidden)]
    fn handle_by_names(&mut self, context: &mut C, event: &Event) -> Result<(), Box<Error>> {
        self.handle(context, event)
    }

    /// Calls the method for an event that is no message, if there is one: whether
    /// there was.
    #[doc(hidden)]
    fn handle_change(&mut self, context: &mut C, event: &Event) -> Result<bool, Box<Error>> {
        let _ = (context, event);
        Ok(false)
    }

    /// Calls the method that sees every event, after the event's own method ran.
    #[doc(hidden)]
    fn observe(&mut self, context: &mut C, event: &Event) -> Result<(), Box<Error>> {
        let _ = (context, event);
        Ok(())
    }

    /// The name of the concrete type, also behind `dyn`.
    #[doc(hidden)]
    fn handler_name(&self) -> &'static str {
        core::any::type_name::<Self>()
    }
}

/// The actions that a handler block has methods for.
#[doc(hidden)]
#[derive(Debug)]
pub struct Bindings {
    /// The enum that the block is linked to; none in loose mode.
    pub table: Option<&'static Table>,
    /// One arm a method: in linked mode the variant's name in snake_case
    /// ([`Action::method`](crate::message::Action::method)), in loose mode the
    /// action itself. An empty string is an arm that `cfg` took out.
    pub arms: &'static [&'static str],
}
