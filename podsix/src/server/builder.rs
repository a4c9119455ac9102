//! What a server is made with.

#[cfg(feature = "websocket")]
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use super::Server;
use crate::bound::{Bound, OnMismatch, Protocol, Untyped};
use crate::codec::Codec;
use crate::limits::{Limits, OnFullQueue};
#[cfg(feature = "websocket")]
use crate::site::Site;
use crate::transport::{Clock, Driver};
use crate::wire::MAX_CODECS;
use crate::{Message, PeerAddr, Reason, Result};

/// Makes a [`Server`] with other limits and habits than the default ones:
/// [`Server::builder`].
#[must_use = "no server is made until `bind` or `build` is called"]
pub struct ServerBuilder<T, A = DefaultState, P = Untyped> {
    settings: Settings,
    on_mismatch: OnMismatch,
    accept: A,
    _types: PhantomData<fn() -> (T, P)>,
}

/// What is set, whatever the types are.
#[derive(Default)]
pub(super) struct Settings {
    pub(super) limits: Limits,
    pub(super) on_full: OnFullQueue,
    pub(super) panics_go_through: bool,
    pub(super) times_handlers: bool,
    pub(super) bound: Option<Bound>,
    pub(super) codecs: Vec<Arc<dyn Codec>>,
    #[cfg(feature = "websocket")]
    pub(super) site: Site,
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
            settings: Settings::default(),
            on_mismatch: OnMismatch::default(),
            accept: DefaultState,
            _types: PhantomData,
        }
    }
}

impl<T, A, P> ServerBuilder<T, A, P> {
    /// Changes limits and time-outs; all have defaults, see [`Limits`].
    pub fn limits(mut self, change: impl FnOnce(&mut Limits)) -> Self {
        change(&mut self.settings.limits);
        self
    }

    /// What happens with a message for a client that reads too slowly.
    pub fn on_full_queue(mut self, choice: OnFullQueue) -> Self {
        self.settings.on_full = choice;
        self
    }

    /// Makes the data of each client, in place of `T::default()`, or refuses
    /// the client with words that it is told ([`Reason::Refused`]).
    ///
    /// ```
    /// # fn main() -> podsix::Result<()> {
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicBool, Ordering};
    /// use std::time::Instant;
    ///
    /// struct Player { since: Instant }
    ///
    /// let open = Arc::new(AtomicBool::new(true));
    /// let door = Arc::clone(&open);
    /// let server = podsix::Server::<Player>::builder()
    ///     .accept_with(move |_addr| match door.load(Ordering::Relaxed) {
    ///         true => Ok(Player { since: Instant::now() }),
    ///         false => Err("the round has begun".to_owned()),
    ///     })
    ///     .bind("127.0.0.1:0")?;
    /// // When the round begins:
    /// open.store(false, Ordering::Relaxed);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// It is told the client's address and can't see who else is there. A game
    /// for four sets [`limits.max_channels`](Limits::max_channels) to 4; one that
    /// has to look at its players lets everybody in, and closes the channel in
    /// `network_connected`, or when it [joins](crate::guide::coming_back).
    pub fn accept_with<F>(self, make: F) -> ServerBuilder<T, StateFrom<F>, P>
    where
        F: FnMut(&PeerAddr) -> Result<T, String> + Send + 'static,
    {
        ServerBuilder {
            settings: self.settings,
            on_mismatch: self.on_mismatch,
            accept: StateFrom(make),
            _types: PhantomData,
        }
    }

    /// Adds a codec, for the addresses `podsixnet+<its name>://`: see
    /// [`Codec`]. Up to 16, further ones are passed over.
    pub fn codec(mut self, codec: impl Codec + 'static) -> Self {
        if self.settings.codecs.len() < MAX_CODECS {
            self.settings.codecs.push(Arc::new(codec));
        }
        self
    }

    /// Binds the server to what its clients send and to what it sends itself:
    /// see [`Protocol`]. To send anything else is then a compile error.
    ///
    /// ```
    /// # #[derive(podsix::Message)] enum ToServer { Roll }
    /// # #[derive(podsix::Message)] enum ToClient { Rolled { points: u32 } }
    /// # fn main() -> podsix::Result<()> {
    /// let server = podsix::Server::<()>::builder()
    ///     .protocol::<ToServer, ToClient>()
    ///     .bind("127.0.0.1:0")?;
    /// server.channels().broadcast(&ToClient::Rolled { points: 6 });
    /// # Ok(())
    /// # }
    /// ```
    pub fn protocol<ToServer, ToClient>(self) -> ServerBuilder<T, A, Protocol<ToServer, ToClient>>
    where
        ToServer: Message,
        ToClient: Message,
    {
        ServerBuilder {
            settings: Settings {
                bound: Some(Bound::server::<ToServer, ToClient>()),
                ..self.settings
            },
            on_mismatch: self.on_mismatch,
            accept: self.accept,
            _types: PhantomData,
        }
    }

    /// What a server that is bound to a [`Protocol`] does with a client whose
    /// enums have other fields: by default it is refused. Without a protocol
    /// this has no effect.
    pub fn on_mismatch(mut self, choice: OnMismatch) -> Self {
        self.on_mismatch = choice;
        self
    }

    /// Shows a page to browsers that open the server's native or `ws://` address
    /// with `http://`: so that a game for the browser needs no second server.
    /// `path` is what follows the host, such as `/` or `/podsix.js`, without
    /// `%20` and the like and without a question mark; nothing but what is given
    /// here is shown. `content_type` tells the browser what it is. A page is
    /// kept in memory, once more for each browser that is reading it, and has to
    /// be read within 60 s.
    ///
    /// ```
    /// # fn main() -> podsix::Result<()> {
    /// let server = podsix::Server::<()>::builder()
    ///     .page("/", "text/html; charset=utf-8", &b"<!doctype html><title>Game</title>"[..])
    ///     .bind("127.0.0.1:0")?;
    /// println!("open http://{}/", server.addr().expect("it listens"));
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "websocket")]
    pub fn page(
        mut self,
        path: &str,
        content_type: &str,
        bytes: impl Into<Cow<'static, [u8]>>,
    ) -> Self {
        self.settings
            .site
            .add_page(path, content_type, bytes.into());
        self
    }

    /// Lets pages from another host connect by WebSocket, such as
    /// `https://example.org` or `http://localhost:8000`; `*` lets in all, `null`
    /// those opened from a file. By default only pages from the
    /// host that they connect to can, so that no other page in a player's
    /// browser speaks for that player. Programs that are no browsers are not
    /// asked.
    #[cfg(feature = "websocket")]
    pub fn allow_origin(mut self, origin: &str) -> Self {
        self.settings.site.allow_origin(origin);
        self
    }

    /// Lets a panic in a handler go through `dispatch`, instead of ending the
    /// one channel that it was called for: for tests, or where a game would
    /// rather stop than go on.
    pub fn let_panics_through(mut self) -> Self {
        self.settings.panics_go_through = true;
        self
    }

    /// Measures how long handlers take for each action:
    /// [`ReceivedAction::handling`](crate::ReceivedAction::handling). It costs
    /// two looks at the clock and a little more for each message, so it is off
    /// by default.
    pub fn time_handlers(mut self) -> Self {
        self.settings.times_handlers = true;
        self
    }

    /// Makes the server and listens at an address, as [`Server::bind`].
    ///
    /// # Errors
    ///
    /// As [`Server::bind`].
    pub fn bind(self, address: &str) -> Result<Server<T, P>>
    where
        A: MakeState<T> + Send + 'static,
    {
        let mut server = self.build();
        server.listen(address)?;
        Ok(server)
    }

    /// Makes a server that does not listen anywhere yet, as [`Server::new`].
    pub fn build(self) -> Server<T, P>
    where
        A: MakeState<T> + Send + 'static,
    {
        self.build_with(Clock::system())
    }

    pub(crate) fn build_with(self, clock: Clock) -> Server<T, P>
    where
        A: MakeState<T> + Send + 'static,
    {
        let mut settings = self.settings;
        if let Some(bound) = &mut settings.bound {
            bound.on_mismatch = self.on_mismatch;
        }
        let accept = Accept(Mutex::new(Box::new(self.accept)));
        Server::assemble(settings, accept, Driver::new(clock))
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

impl<T, A, P> fmt::Debug for ServerBuilder<T, A, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerBuilder")
            .field("limits", &self.settings.limits)
            .field("on_full_queue", &self.settings.on_full)
            .field("panics_go_through", &self.settings.panics_go_through)
            .field("times_handlers", &self.settings.times_handlers)
            .field("on_mismatch", &self.on_mismatch)
            .finish_non_exhaustive()
    }
}
