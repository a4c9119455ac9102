//! What an end may send: anything, or only what it was bound to.

use std::fmt;
use std::marker::PhantomData;

use crate::Message;
use crate::actions::{Fit, RemoteAction, Selection, own_shape};
use crate::message::Table;

/// The protocol of an end that may send any message: that of every
/// [`Server`](crate::Server) and [`Connection`](crate::Connection) which was
/// not given one.
#[derive(Clone, Copy, Debug)]
pub struct Untyped;

/// The protocol of an end that is bound to two enums: what clients send, and
/// what the server sends. To send anything else is then a compile error.
///
/// An end gets it from its builder:
/// [`ServerBuilder::protocol`](crate::ServerBuilder::protocol),
/// [`ConnectionBuilder::protocol`](crate::ConnectionBuilder::protocol). The type
/// stands in the end's own, so a game gives it a name, which its handlers
/// write in their context. Handlers without a context need nothing.
///
/// ```
/// use podsix::{Channel, Connection, Protocol, Server, network_handler};
///
/// #[derive(podsix::Message)]
/// enum ToServer { Roll { dice: u32 } }
///
/// #[derive(podsix::Message)]
/// enum ToClient { Rolled { points: u32 } }
///
/// type Game = Protocol<ToServer, ToClient>;
///
/// struct Table;
///
/// #[network_handler(ToServer)]
/// impl Table {
///     fn network_roll(&mut self, channel: &mut Channel<(), Game>, dice: u32) {
///         channel.broadcast(&ToClient::Rolled { points: dice * 6 });
///     }
/// }
///
/// #[derive(Default)]
/// struct Score { points: u32 }
///
/// #[network_handler(ToClient)]
/// impl Score {
///     fn network_rolled(&mut self, connection: &mut Connection<Game>, points: u32) {
///         self.points += points;
///         connection.close("that was all");
///     }
/// }
///
/// # fn main() -> podsix::Result<()> {
/// let mut server: Server<(), Game> = Server::<()>::builder()
///     .protocol::<ToServer, ToClient>()
///     .bind("127.0.0.1:0")?;
/// let address = server.addr().expect("it listens").to_string();
/// let mut connection: Connection<Game> = Connection::builder()
///     .protocol::<ToServer, ToClient>()
///     .connect(&address)?;
/// connection.send(&ToServer::Roll { dice: 2 })?;
///
/// let (mut table, mut score) = (Table, Score::default());
/// while !connection.is_closed() {
///     server.pump()?;
///     server.dispatch(&mut table);
///     connection.pump()?;
///     connection.dispatch(&mut score);
/// }
/// assert_eq!(score.points, 12);
/// # Ok(())
/// # }
/// ```
///
/// The wrong enum does not compile:
///
/// ```compile_fail,E0277
/// # #[derive(podsix::Message)] enum ToServer { Roll { dice: u32 } }
/// # #[derive(podsix::Message)] enum ToClient { Rolled { points: u32 } }
/// # type Game = podsix::Protocol<ToServer, ToClient>;
/// fn cheat(connection: &podsix::Connection<Game>) -> podsix::Result<()> {
///     connection.send(&ToClient::Rolled { points: 1_000_000 })?; // `ToServer` is a client's
///     Ok(())
/// }
/// ```
///
/// Nor does a [`Value`](crate::Value), which could be any message. A struct
/// with `#[derive(Message)]` may take an enum's place. An enum with lifetimes
/// is named with `'static` in place of each, `Protocol<ToServer,
/// ToClient<'static>>`; what is sent may borrow all the same.
///
/// There is no value of this type.
pub struct Protocol<ToServer, ToClient>(PhantomData<fn() -> (ToServer, ToClient)>);

impl<ToServer, ToClient> fmt::Debug for Protocol<ToServer, ToClient> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Protocol")
    }
}

/// A protocol in which servers send `M`, and clients receive it.
///
/// [`Untyped`] has it for every message, a [`Protocol`] for its second enum.
/// It is of use for a function that works with more than one protocol; `M` is
/// a [`Message::Family`].
///
/// ```
/// use podsix::{Channels, ServerSends};
///
/// #[derive(podsix::Message)]
/// enum ToClient { Explosion }
///
/// fn explode<T, P: ServerSends<ToClient>>(channels: &Channels<T, P>) {
///     channels.broadcast(&ToClient::Explosion);
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "servers of `{Self}` don't send `{M}`",
    label = "`{M}` is not what goes from the server to a client",
    note = "a server sends the second enum of its protocol, and a client receives it; what \
            clients send is the first: `Protocol<ToServer, ToClient>`",
    note = "an end made without `.protocol::<..>()` sends and reads any message, a `Value` too"
)]
pub trait ServerSends<M> {}

/// A protocol in which clients send `M`, and servers receive it.
///
/// [`Untyped`] has it for every message, a [`Protocol`] for its first enum. It
/// is of use for a function that works with more than one protocol; `M` is a
/// [`Message::Family`].
///
/// ```
/// use podsix::{ClientSends, Connection, Result};
///
/// #[derive(podsix::Message)]
/// enum ToServer { Jump }
///
/// fn jump<P: ClientSends<ToServer>>(connection: &Connection<P>) -> Result<()> {
///     connection.send(&ToServer::Jump)?;
///     Ok(())
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "clients of `{Self}` don't send `{M}`",
    label = "`{M}` is not what goes from a client to the server",
    note = "a client sends the first enum of its protocol, and a server receives it; what \
            servers send is the second: `Protocol<ToServer, ToClient>`",
    note = "an end made without `.protocol::<..>()` sends and reads any message, a `Value` too"
)]
pub trait ClientSends<M> {}

impl<M> ServerSends<M> for Untyped {}
impl<M> ClientSends<M> for Untyped {}

// So that rustc says what is wrong with the message, not with its `Family`.
#[diagnostic::do_not_recommend]
impl<ToServer, ToClient, M> ServerSends<M> for Protocol<ToServer, ToClient> where
    M: Message<Family = ToClient>
{
}

#[diagnostic::do_not_recommend]
impl<ToServer, ToClient, M> ClientSends<M> for Protocol<ToServer, ToClient> where
    M: Message<Family = ToServer>
{
}

/// What an end that is bound to a [`Protocol`] does with another end whose
/// enums don't fit: an action has other fields there, or is not known here. See
/// [versions](crate::guide::versions#bound-ends).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnMismatch {
    /// The connection does not come up, and both ends are told how they differ.
    #[default]
    Refuse,
    /// The connection comes up with a warning in the log. Each action is judged
    /// by itself, as between ends that are not bound.
    Warn,
}

/// The enums that an end was bound to, as it sees them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    pub(crate) sends: &'static Table,
    pub(crate) receives: &'static Table,
    pub(crate) on_mismatch: OnMismatch,
}

impl Bound {
    /// A server bound to these enums.
    pub(crate) fn server<ToServer: Message, ToClient: Message>() -> Self {
        Self {
            sends: ToClient::TABLE,
            receives: ToServer::TABLE,
            on_mismatch: OnMismatch::default(),
        }
    }

    /// The other end of this one.
    pub(crate) fn other_end(self) -> Self {
        Self {
            sends: self.receives,
            receives: self.sends,
            ..self
        }
    }
}

/// How an action of the other end fits what this end receives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Fits,
    /// This end has no such action.
    Unknown,
    /// This end expects these fields.
    Differs(String),
}

impl Bound {
    /// Compares an action that the other end announced with what this end
    /// receives.
    pub(crate) fn compare(&self, theirs: &RemoteAction) -> Comparison {
        let mut actions = self.receives.actions.iter();
        let Some(ours) = actions.find(|ours| *ours.name == *theirs.name) else {
            return Comparison::Unknown;
        };
        match (Selection::Enum(self.receives).fit(theirs), own_shape(ours)) {
            (Fit::Differs, Some(ours)) => Comparison::Differs(ours.shape.to_string()),
            _ => Comparison::Fits,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Connection, Server};

    #[derive(crate::Message)]
    struct Question;

    #[derive(crate::Message)]
    struct Answer;

    fn is(table: &'static Table, other: &'static Table) -> bool {
        table.name == other.name
    }

    #[test]
    fn each_end_knows_what_it_sends_and_what_it_receives() {
        let unbound = Server::<()>::new();
        assert!(unbound.bound().is_none());
        let builder = Server::<()>::builder().on_mismatch(OnMismatch::Warn);
        let mut server = builder.protocol::<Question, Answer>().build();
        let bound = server.bound().unwrap();
        assert!(is(bound.sends, Answer::TABLE) && is(bound.receives, Question::TABLE));
        assert_eq!(bound.on_mismatch, OnMismatch::Warn);

        let builder = Connection::builder().protocol::<Question, Answer>();
        for connection in [Connection::local(&mut server), builder.local(&mut server)] {
            let bound = connection.bound().unwrap();
            assert!(is(bound.sends, Question::TABLE) && is(bound.receives, Answer::TABLE));
        }
    }

    #[test]
    fn what_happens_at_a_mismatch_can_be_said_before_and_after() {
        let builder = Server::<()>::builder().protocol::<Question, Answer>();
        let mut server = builder.on_mismatch(OnMismatch::Warn).build();
        assert_eq!(server.bound().unwrap().on_mismatch, OnMismatch::Warn);
        // The host's own connection does as its server.
        let host = Connection::local(&mut server);
        assert_eq!(host.bound().unwrap().on_mismatch, OnMismatch::Warn);

        let client = Connection::builder().protocol::<Question, Answer>();
        let before = Connection::builder().on_mismatch(OnMismatch::Warn);
        let before = before.protocol::<Question, Answer>();
        let cases = [
            (client.clone(), OnMismatch::Refuse),
            (client.on_mismatch(OnMismatch::Warn), OnMismatch::Warn),
            (before, OnMismatch::Warn),
        ];
        for (builder, expected) in cases {
            let connection = builder.local(&mut server);
            assert_eq!(connection.bound().unwrap().on_mismatch, expected);
        }
    }
}
