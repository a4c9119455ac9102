//! What a server is made with.

use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use super::Server;
use crate::limits::{Limits, OnFullQueue};
use crate::transport::{Clock, Driver};
use crate::{PeerAddr, Reason, Result};

/// Makes a [`Server`] with other limits and habits than the default ones:
/// [`Server::builder`].
#[must_use = "no server is made until `bind` or `build` is called"]
pub struct ServerBuilder<T, A = DefaultState> {
    limits: Limits,
    on_full: OnFullQueue,
    panics_go_through: bool,
    accept: A,
    _state: PhantomData<fn() -> T>,
}

/// How the data that the game keeps for a client is made: by `Default`, or by
/// what [`accept_with`](ServerBuilder::accept_with) was given.
#[diagnostic::on_unimplemented(
    message = "podsix can't make a `{T}` for each client",
    label = "no way to make a `{T}`",
    note = "derive `Default` on `{T}`, or use `builder().accept_with(|addr| Ok(..))`"
)]
pub trait MakeState<T> {
    /// Makes the data of one client, or refuses it with words.
    #[doc(hidden)]
    fn make(&mut self, addr: &PeerAddr) -> Result<T, String>;
}

/// Each client's data begins as `T::default()`.
#[derive(Clone, Copy, Debug)]
pub struct DefaultState;

/// Each client's data is made by a closure.
#[derive(Clone, Copy)]
pub struct StateFrom<F>(F);

// So that rustc says what `MakeState` says, which knows the way out.
#[diagnostic::do_not_recommend]
impl<T: Default> MakeState<T> for DefaultState {
    fn make(&mut self, _: &PeerAddr) -> Result<T, String> {
        Ok(T::default())
    }
}

impl<T, F> MakeState<T> for StateFrom<F>
where
    F: FnMut(&PeerAddr) -> Result<T, String>,
{
    fn make(&mut self, addr: &PeerAddr) -> Result<T, String> {
        (self.0)(addr)
    }
}

impl<F> fmt::Debug for StateFrom<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StateFrom").finish_non_exhaustive()
    }
}

impl<T> ServerBuilder<T> {
    pub(super) fn new() -> Self {
        Self {
            limits: Limits::default(),
            on_full: OnFullQueue::default(),
            panics_go_through: false,
            accept: DefaultState,
            _state: PhantomData,
        }
    }
}

impl<T, A> ServerBuilder<T, A> {
    /// Changes limits and time-outs; all have defaults, see [`Limits`].
    pub fn limits(mut self, change: impl FnOnce(&mut Limits)) -> Self {
        change(&mut self.limits);
        self
    }

    /// What happens with a message for a client that reads too slowly.
    pub fn on_full_queue(mut self, choice: OnFullQueue) -> Self {
        self.on_full = choice;
        self
    }

    /// Makes the data of each client, in place of `T::default()`, or refuses
    /// the client with words that it is told ([`Reason::Refused`]).
    ///
    /// ```
    /// # fn main() -> podsix::Result<()> {
    /// struct Player { number: u32 }
    ///
    /// let mut count = 0;
    /// let server = podsix::Server::<Player>::builder()
    ///     .accept_with(move |addr| {
    ///         if count == 4 {
    ///             return Err("this game is for four".to_owned());
    ///         }
    ///         count += 1;
    ///         println!("{addr} is player {count}");
    ///         Ok(Player { number: count })
    ///     })
    ///     .bind("127.0.0.1:0")?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn accept_with<F>(self, make: F) -> ServerBuilder<T, StateFrom<F>>
    where
        F: FnMut(&PeerAddr) -> Result<T, String> + Send + 'static,
    {
        ServerBuilder {
            limits: self.limits,
            on_full: self.on_full,
            panics_go_through: self.panics_go_through,
            accept: StateFrom(make),
            _state: PhantomData,
        }
    }

    /// Lets a panic in a handler go through `dispatch`, instead of ending the
    /// one channel that it was called for: for tests, or where a game would
    /// rather stop than go on.
    pub fn let_panics_through(mut self) -> Self {
        self.panics_go_through = true;
        self
    }

    /// Makes the server and listens at an address, as [`Server::bind`].
    ///
    /// # Errors
    ///
    /// As [`Server::bind`].
    pub fn bind(self, address: &str) -> Result<Server<T>>
    where
        A: MakeState<T> + Send + 'static,
    {
        let mut server = self.build();
        server.listen(address)?;
        Ok(server)
    }

    /// Makes a server that does not listen anywhere yet, as [`Server::new`].
    pub fn build(self) -> Server<T>
    where
        A: MakeState<T> + Send + 'static,
    {
        self.build_with(Clock::system())
    }

    pub(crate) fn build_with(self, clock: Clock) -> Server<T>
    where
        A: MakeState<T> + Send + 'static,
    {
        let Self {
            limits,
            on_full,
            panics_go_through,
            accept,
            _state,
        } = self;
        let accept = Accept(Mutex::new(Box::new(accept)));
        let driver = Driver::new(clock);
        Server::assemble(limits, on_full, panics_go_through, accept, driver)
    }
}

/// Asks the game about each new client.
// The lock only makes the closure shareable: it is never contended.
pub(super) struct Accept<T>(Mutex<Box<dyn MakeState<T> + Send>>);

impl<T> Accept<T> {
    /// The data of a new client, or why it may not come in.
    pub(super) fn ask(&mut self, addr: &PeerAddr) -> Result<T, Reason> {
        let make = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        match catch_unwind(AssertUnwindSafe(|| make.make(addr))) {
            Ok(Ok(state)) => Ok(state),
            Ok(Err(words)) => Err(Reason::Refused { words }),
            Err(_) => {
                log::error!("`accept_with` panicked; {addr} is refused");
                Err(Reason::HandlerPanicked)
            }
        }
    }
}

impl<T, A> fmt::Debug for ServerBuilder<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerBuilder")
            .field("limits", &self.limits)
            .field("on_full_queue", &self.on_full)
            .field("panics_go_through", &self.panics_go_through)
            .finish_non_exhaustive()
    }
}
