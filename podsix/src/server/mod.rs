//! The server: clients come, handlers are called, answers leave.

mod accept;
mod addresses;
mod builder;
mod channel;
mod channels;
mod dispatch;
mod peers;
mod refuse;
mod send;

use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

pub use builder::{DefaultState, MakeState, ServerBuilder, StateFrom};
pub use channel::Channel;
pub(crate) use channels::link_stats;
pub use channels::{Audience, ChannelId, Channels, Peer, PeerMut};
pub use peers::{Peers, PeersMut};

use crate::address::Address;
use crate::bound::Bound;
use crate::endpoint::Endpoint;
use crate::inbox::What;
use crate::protocol::{Link, Time};
use crate::transport::{Driver, Listeners, at_most};
use crate::wire::Codecs;
use crate::{
    Error, Event, NetworkHandler, Reason, Result, ServerEvents, ServerStats, Untyped, Waker,
};
use accept::let_in;
use addresses::Addresses;
use builder::{Accept, Settings};
use dispatch::Offered;

/// A server: listens for clients, keeps a `T` for each, and calls handlers.
///
/// ```
/// use podsix::{Channel, Server, network_handler};
///
/// #[derive(podsix::Message)]
/// enum ToServer { Hello { name: String } }
///
/// #[derive(Default)]
/// struct Player { name: String }
///
/// struct Game;
///
/// #[network_handler(ToServer)]
/// impl Game {
///     fn network_hello(&mut self, channel: &mut Channel<Player>, name: String) {
///         println!("{} is {name}", channel.addr());
///         channel.name = name;
///     }
/// }
///
/// # fn main() -> podsix::Result<()> {
/// let mut server = Server::<Player>::bind("127.0.0.1:0")?;
/// let mut game = Game;
/// # for _ in 0..3 {
/// // in the game's loop:
/// server.pump()?;
/// server.dispatch(&mut game);
/// # }
/// # Ok(())
/// # }
/// ```
///
/// [`pump`](Self::pump) never blocks; [`wait`](Self::wait) sleeps until
/// something happens. Neither fails for what a client or the network does:
/// that comes as an event.
pub struct Server<T, P = Untyped> {
    channel: Channel<T, P>,
    endpoint: Endpoint,
    driver: Driver,
    listeners: Listeners,
    accept: Accept<T>,
    /// How many connections there are from each address.
    addresses: Addresses,
    /// Up to where each type of handler has been offered events.
    offered: Vec<Offered>,
    panics_go_through: bool,
    /// When it was last logged that there is no room.
    complained: Option<Time>,
}

impl<T> Server<T> {
    /// Listens at an address, such as `127.0.0.1:31425` for this machine alone
    /// or `0.0.0.0:31425` for all its networks; port 0 takes a free one, which
    /// [`addr`](Self::addr) tells. Without a port it is 31425.
    ///
    /// `T` is what the game keeps for each client; it begins as `T::default()`,
    /// or as what [`accept_with`](ServerBuilder::accept_with) makes. A name is
    /// looked up before this returns, which may take the operating system some
    /// seconds.
    ///
    /// # Errors
    ///
    /// [`Error::Address`] for an address that can't be understood,
    /// [`Error::Bind`] for one that can't be listened at, for instance because
    /// another server does.
    pub fn bind(address: &str) -> Result<Self>
    where
        DefaultState: MakeState<T>,
    {
        Self::builder().bind(address)
    }

    /// A server that does not listen anywhere yet: for
    /// [`Connection::local`](crate::Connection::local), or to
    /// [`listen`](Self::listen) later.
    pub fn new() -> Self
    where
        DefaultState: MakeState<T>,
    {
        Self::builder().build()
    }

    /// Sets limits, time-outs and more before the server is made.
    pub fn builder() -> ServerBuilder<T> {
        ServerBuilder::new()
    }
}

impl<T: Default> Default for Server<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, P> Server<T, P> {
    /// Listens at one more address; the address with its real port.
    ///
    /// # Errors
    ///
    /// As [`bind`](Server::bind).
    pub fn listen(&mut self, address: &str) -> Result<SocketAddr> {
        let address = Address::parse(address, &self.endpoint.shared.codecs)?;
        let poller = self.driver.poller(&self.endpoint);
        let poller = poller.map_err(|source| Error::EventLoop { source })?;
        self.listeners.listen(poller, &address)
    }

    /// The first address that the server listens at, with its real port.
    pub fn addr(&self) -> Option<SocketAddr> {
        self.addrs().next()
    }

    /// All addresses that the server listens at, in the order of `bind` and `listen`.
    pub fn addrs(&self) -> impl Iterator<Item = SocketAddr> {
        self.listeners.addrs()
    }

    /// Sends what is to be sent and receives what is there. Never blocks.
    ///
    /// # Errors
    ///
    /// [`Error::EventLoop`] if the operating system's event queue itself
    /// fails, after which the server can't work any more.
    pub fn pump(&mut self) -> Result<()> {
        self.turn(Some(Duration::ZERO)).map(drop)
    }

    /// As [`pump`](Self::pump), but first sleeps until something happens: a
    /// message or a change of a connection, a call of a [`Waker`], or the end
    /// of `timeout`. Without a time-out it may sleep for ever.
    ///
    /// # Errors
    ///
    /// As [`pump`](Self::pump).
    pub fn wait(&mut self, timeout: Option<Duration>) -> Result<()> {
        self.wait_for(|now| timeout.and_then(|timeout| now.checked_add(timeout)))
    }

    /// As [`wait`](Self::wait), up to a moment.
    ///
    /// # Errors
    ///
    /// As [`pump`](Self::pump).
    pub fn wait_until(&mut self, moment: Instant) -> Result<()> {
        self.wait_for(|_| Some(moment))
    }

    /// Calls `handler`'s methods for what was received, and sends what they sent.
    ///
    /// Several handlers may be called one after the other: each type of
    /// handler is offered each event once. An event stays until the first pump
    /// after it was offered to any.
    ///
    /// A handler that panics ends the channel it was called for
    /// ([`Reason::HandlerPanicked`]), and no other; the game's own state may be
    /// half-changed then, podsix repairs only its own. This needs a program
    /// built with `panic = "unwind"`, which is Rust's default.
    pub fn dispatch<H>(&mut self, handler: &mut H)
    where
        H: NetworkHandler<Channel<T, P>> + ?Sized,
    {
        self.call_for_all(handler);
    }

    /// Takes out what was received, to be read as data. Handlers don't see
    /// these events any more; [`channels`](Self::channels) already has who came
    /// and no longer who went.
    ///
    /// They can't be dispatched, since a server's handlers work on a [`Channel`],
    /// which is a part of the server. In a game that holds its server inside
    /// itself, let server and rules be two fields,
    /// `self.server.dispatch(&mut self.rules)`, or read what happened with
    /// [`in_order`](ServerEvents::in_order).
    pub fn take_events(&mut self) -> ServerEvents<P> {
        let Self {
            channel,
            endpoint,
            driver,
            ..
        } = self;
        let channels = &mut channel.channels;
        let mut event = Event::new();
        let mut ids = Vec::new();
        let mut gone = Vec::new();
        event.inbox = endpoint.take_batch(|record| {
            let slot = record.link;
            ids.push(channels.seat_at(slot).map(|seat| seat.id));
            match record.what {
                What::Connected => channels.join(slot),
                What::Disconnected(_) => {
                    channels.leave(slot);
                    gone.push(slot);
                }
                _ => {}
            }
        });
        event.set_actions(endpoint.actions.known());
        for slot in gone {
            channels.unseat(slot);
            driver.note_change(slot);
        }
        ServerEvents::new(event, &endpoint.shared, ids)
    }

    /// All clients.
    pub fn channels(&self) -> &Channels<T, P> {
        &self.channel.channels
    }

    /// All clients, to be changed.
    pub fn channels_mut(&mut self) -> &mut Channels<T, P> {
        &mut self.channel.channels
    }

    /// Sends what the game's loop sent, without receiving anything. `pump`,
    /// `wait` and `dispatch` do so too.
    pub fn flush(&mut self) {
        self.driver.flush(&mut self.endpoint);
    }

    /// A handle that ends a wait from another thread.
    pub fn waker(&self) -> Waker {
        Waker::new(&self.endpoint.shared)
    }

    /// The figures of this server since it was made: what went over all its
    /// connections, by action, and why clients were refused or went.
    ///
    /// It looks at each connection and each action, so call it once in a while
    /// rather than in each turn of the loop.
    pub fn stats(&self) -> ServerStats {
        let channels = &self.channel.channels;
        ServerStats {
            channels: channels.len(),
            came: channels.came(),
            ..self.endpoint.shared.lock().stats_of_all()
        }
    }

    /// Stops listening, tells all clients that the server is shutting down
    /// ([`Reason::ShuttingDown`]), and waits up to `timeout` until what was sent
    /// to them has arrived: whether it has. Blocks for that long at the most; a
    /// second call with [`Duration::ZERO`] ends it at once.
    ///
    /// A [`dispatch`](Self::dispatch) after it tells the game of each client's
    /// end.
    ///
    /// # Errors
    ///
    /// As [`pump`](Self::pump).
    pub fn shutdown(&mut self, timeout: Duration) -> Result<bool> {
        let now = self.driver.arrive(&mut self.endpoint);
        self.begin_batch();
        self.listeners.close();
        let mut told = Vec::new();
        for slot in self.endpoint.slots() {
            if self.endpoint.link(slot).is_some_and(Link::is_up) {
                told.push(slot);
            }
            self.endpoint.end(slot, Reason::ShuttingDown);
        }
        let until = now.checked_add(timeout);
        loop {
            self.pass(Some(Duration::ZERO))?;
            let left = until.map_or(Duration::MAX, |until| {
                until.saturating_duration_since(Instant::now())
            });
            if self.driver.stream_count() == 0 || left.is_zero() {
                break;
            }
            self.pass(Some(left))?;
        }
        // The game has not heard yet of those that were told, so they are all
        // still there.
        let delivered = |slot: &u32| {
            let link = self.endpoint.link(*slot);
            link.is_some_and(Link::has_delivered_all)
        };
        let missed = told.iter().filter(|slot| !delivered(slot)).count();
        if missed > 0 {
            log::warn!("shut down before {missed} clients had read everything");
        }
        for slot in self.endpoint.slots() {
            self.driver.detach(slot);
            if let Some(link) = self.endpoint.link_mut(slot) {
                link.abandon();
            }
            self.driver.note_change(slot);
        }
        self.endpoint.event.inbox.end_batch();
        Ok(missed == 0)
    }

    // ---- for `Connection::local` ----

    /// What the server is bound to.
    pub(crate) fn bound(&self) -> Option<Bound> {
        self.endpoint.bound()
    }

    /// Takes a client in the same process.
    pub(crate) fn codecs(&self) -> &Codecs {
        &self.endpoint.shared.codecs
    }

    // ---- within ----

    fn assemble(settings: Settings, accept: Accept<T>, driver: Driver) -> Self {
        let Settings {
            limits,
            on_full,
            panics_go_through,
            times_handlers,
            bound,
            codecs,
            #[cfg(feature = "websocket")]
            site,
        } = settings;
        let mut endpoint = Endpoint::new(limits, on_full, codecs.into());
        if times_handlers {
            endpoint.shared.time_handlers();
        }
        if let Some(bound) = bound {
            endpoint.bind(bound);
        }
        #[cfg(feature = "websocket")]
        {
            endpoint.site = site;
        }
        Self {
            channel: Channel {
                channels: Channels::new(&endpoint.shared),
                current: 0,
            },
            endpoint,
            driver,
            listeners: Listeners::default(),
            accept,
            addresses: Addresses::default(),
            offered: Vec::new(),
            panics_go_through,
            complained: None,
        }
    }

    /// Whether there is something that no handler was offered yet.
    pub(crate) fn has_news(&self) -> bool {
        self.endpoint.event.inbox.has_news()
    }

    /// Turns until something happens; `until` is told what time it is now.
    fn wait_for(&mut self, until: impl FnOnce(Instant) -> Option<Instant>) -> Result<()> {
        let mut now = self.driver.arrive(&mut self.endpoint);
        let until = until(now);
        loop {
            let left = until.map(|until| until.saturating_duration_since(now));
            let woken = self.turn(left)?;
            let over = left.is_some_and(|left| left.is_zero());
            if woken || over || self.endpoint.event.inbox.has_news() {
                return Ok(());
            }
            now = self.driver.arrive(&mut self.endpoint);
        }
    }

    /// Drops what was offered, and with it those whose end the game was told.
    fn begin_batch(&mut self) {
        let Self {
            channel,
            endpoint,
            driver,
            ..
        } = self;
        let cleared = endpoint.begin_batch(|slot| {
            channel.channels.unseat(slot);
            driver.note_change(slot);
        });
        if cleared {
            driver.resume();
        }
    }

    /// One pump, which may sleep up to `timeout`; whether a waker was called.
    fn turn(&mut self, timeout: Option<Duration>) -> Result<bool> {
        self.begin_batch();
        // What the game has not heard yet must not wait.
        let has_news = self.endpoint.event.inbox.has_news();
        let result = self.pass(if has_news {
            Some(Duration::ZERO)
        } else {
            timeout
        });
        self.endpoint.event.inbox.end_batch();
        result
    }

    /// Everything of a pump but the handling of batches.
    fn pass(&mut self, mut timeout: Option<Duration>) -> Result<bool> {
        self.driver.flush(&mut self.endpoint);
        let addresses = &mut self.addresses;
        let freed = |slot| addresses.remove(slot);
        self.driver.reap(&mut self.endpoint, freed);
        if let Some(retry) = self.listeners.deadline() {
            let left = retry.saturating_sub(self.endpoint.now);
            timeout = at_most(left, timeout);
        }
        let woken = self.driver.poll(&mut self.endpoint, timeout)?;
        self.accept_clients();
        let Self {
            channel,
            endpoint,
            driver,
            accept,
            addresses,
            ..
        } = self;
        driver.read(endpoint, |endpoint, slot| {
            let_in(&mut channel.channels, endpoint, accept, slot);
        });
        driver.handle_timeouts(endpoint);
        driver.flush(endpoint);
        driver.reap(endpoint, |slot| addresses.remove(slot));
        Ok(woken)
    }
}

impl<T, P> Drop for Server<T, P> {
    /// Makes one attempt to tell all clients, which does not block.
    fn drop(&mut self) {
        self.endpoint.end_closing();
        for slot in self.endpoint.slots() {
            self.endpoint.end(slot, Reason::ShuttingDown);
        }
        self.driver.flush(&mut self.endpoint);
    }
}

impl<T, P> fmt::Debug for Server<T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("addrs", &self.addrs().collect::<Vec<_>>())
            .field("channels", &self.channel.channels)
            .finish_non_exhaustive()
    }
}
