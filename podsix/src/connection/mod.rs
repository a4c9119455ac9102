//! The client: one connection to a server.

mod builder;
mod dial;
mod dispatch;
mod sender;

use std::fmt;
use std::marker::PhantomData;
use std::time::{Duration, Instant};

pub use builder::ConnectionBuilder;
pub use sender::Sender;

use crate::address::Address;
use crate::endpoint::Endpoint;
use crate::outgoing::Outbox;
use crate::protocol::Link;
use crate::server::link_stats;
use crate::transport::{Dial, Driver, at_most};
use crate::wire::Codecs;
use crate::{
    ClientSends, Event, Events, LinkStats, Message, NetworkHandler, Reason, Result, Server, Stats,
    Untyped, Waker,
};

/// A client's connection to a server.
///
/// ```
/// use podsix::{Connection, network_handler};
///
/// #[derive(podsix::Message)]
/// enum ToServer { Hello { name: String } }
///
/// #[derive(podsix::Message)]
/// enum ToClient { Welcome { players: u32 } }
///
/// struct Title { text: String }
///
/// #[network_handler(ToClient)]
/// impl Title {
///     fn network_welcome(&mut self, players: u32) {
///         self.text = format!("{players} players are here");
///     }
/// }
///
/// # fn main() -> podsix::Result<()> {
/// # let server = podsix::Server::<()>::bind("127.0.0.1:0")?;
/// # let address = server.addr().unwrap().to_string();
/// # let address = address.as_str();
/// let mut connection = Connection::connect(address)?;
/// connection.send(&ToServer::Hello { name: "ann".into() })?;
/// let mut title = Title { text: String::new() };
/// # for _ in 0..3 {
/// // in the game's loop:
/// connection.pump()?;
/// connection.dispatch(&mut title);
/// # }
/// # Ok(())
/// # }
/// ```
///
/// Any number of handlers may be called one after the other; each sees
/// everything. [`pump`](Self::pump) never blocks. Whatever the server or the
/// network does comes as an event: a connection that never came up ends in one
/// `network_error`, one that was up in one `network_disconnected`.
pub struct Connection<P = Untyped> {
    endpoint: Endpoint,
    driver: Driver,
    /// Where to connect to; none for a server in the same process.
    address: Option<Address>,
    dial: Option<Dial>,
    /// Whether handlers are being called, and the events are lent to them.
    dispatching: bool,
    /// Whether a handler has connected again since its dispatch began.
    redialed: bool,
    /// What stands where the events are while handlers run; kept, so that a dispatch
    /// allocates nothing.
    stand_in: Option<Box<Event>>,
    _protocol: PhantomData<fn() -> P>,
}

/// A client has one connection.
const SLOT: u32 = 0;

impl Connection {
    /// Begins to connect to a server at `host:port`; without a port it is
    /// 31425. Does not block: looking up the host's name and connecting go on
    /// in [`pump`](Self::pump), try each of the host's addresses, and take 10 s
    /// at the most. Messages may be sent at once, they leave when the
    /// connection is up.
    ///
    /// # Errors
    ///
    /// [`Error::Address`](crate::Error::Address) for an address that can't be understood. A server
    /// that can't be reached is not an error here: it comes as `network_error`.
    pub fn connect(address: &str) -> Result<Self> {
        Self::builder().connect(address)
    }

    /// Sets limits and time-outs before connecting.
    pub fn builder() -> ConnectionBuilder {
        ConnectionBuilder::new()
    }

    /// Joins a server in the same process, as any client would, but through
    /// memory: for the player who hosts. Both are pumped as usual, in one loop
    /// or in two threads. The connection has the server's protocol.
    ///
    /// ```
    /// # fn main() -> podsix::Result<()> {
    /// use podsix::{Connection, Server};
    ///
    /// let mut server = Server::<()>::new();
    /// let mut connection = Connection::local(&mut server);
    /// while !connection.is_connected() {
    ///     server.pump()?;
    ///     connection.pump()?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn local<T, Q>(server: &mut Server<T, Q>) -> Connection<Q> {
        ConnectionBuilder::for_server(server).local(server)
    }
}

impl<P> Connection<P> {
    /// Sends what is to be sent and receives what is there. Never blocks.
    ///
    /// # Errors
    ///
    /// [`Error::EventLoop`](crate::Error::EventLoop) if the operating system's event queue itself
    /// fails. Whatever happens to the connection is an event, not an error.
    pub fn pump(&mut self) -> Result<()> {
        if self.is_misused("pump") {
            return Ok(());
        }
        self.turn(Some(Duration::ZERO)).map(drop)
    }

    /// As [`pump`](Self::pump), but first sleeps until something happens: a
    /// message or a change of the connection, a call of a [`Waker`], or the end
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

    /// Calls `handler`'s methods for what was received, and sends what they
    /// sent. Events stay for every handler until the first pump after they were
    /// offered to any.
    ///
    /// A panic of a handler goes through; the other events are not lost by it.
    pub fn dispatch<H>(&mut self, handler: &mut H)
    where
        H: NetworkHandler<Self> + ?Sized,
    {
        self.call_for_all(handler);
    }

    /// Takes out what was received, to be dispatched or read elsewhere: for a
    /// game that holds its connection inside itself, or for systems that want
    /// messages as data. Other handlers don't see these events any more.
    ///
    /// Called from inside a handler, it takes nothing.
    pub fn take_events(&mut self) -> Events<P> {
        let mut event = Event::new();
        if !self.is_misused("take_events") {
            event.inbox = self.endpoint.take_batch(|_| {});
            event.set_actions(self.endpoint.actions.known());
        }
        Events::new(event, &self.endpoint.shared)
    }

    /// Puts a message into the outgoing queue; it leaves with the next `pump`,
    /// `wait` or `flush`, or when `dispatch` returns. The bytes that it takes
    /// on the wire.
    ///
    /// After the end of the connection a message is dropped, counted and
    /// logged once, and takes no bytes.
    ///
    /// # Errors
    ///
    /// Only for the caller's own faults: [`Error::TooLarge`](crate::Error::TooLarge),
    /// [`Error::Encode`](crate::Error::Encode), or [`Error::QueueFull`](crate::Error::QueueFull) where more was sent than the
    /// server reads.
    pub fn send<M: Message>(&self, message: &M) -> Result<usize>
    where
        P: ClientSends<M>,
    {
        sender::send(&self.endpoint.shared, message)
    }

    /// Delivers what was sent before, then these words, then closes. Nothing
    /// more is dispatched but `network_disconnected`.
    ///
    /// That takes some more pumps: go on until [`is_closed`](Self::is_closed), or
    /// call [`shutdown`](Self::shutdown), which waits for it.
    pub fn close(&mut self, words: &str) {
        let words = words.to_owned();
        self.endpoint.shared.close(SLOT, Reason::Closed { words });
        if !self.dispatching {
            self.endpoint.end_closing();
            self.driver.flush(&mut self.endpoint);
        }
    }

    /// Whether the connection is up: after `network_connected`, before
    /// `network_disconnected`.
    pub fn is_connected(&self) -> bool {
        self.endpoint.link(SLOT).is_some_and(Link::is_up)
    }

    /// Whether the connection is over, or never came up and never will without
    /// [`reconnect`](Self::reconnect): its end was there to be dispatched, and what was
    /// sent before is delivered, or can't be. After [`close`](Self::close) that is
    /// a few pumps later, and [`Limits::close_timeout`](crate::Limits::close_timeout) at
    /// the latest.
    ///
    /// So this loses nothing, whoever closes the connection:
    ///
    /// ```
    /// # use podsix::{Connection, Server, network_handler};
    /// # struct Game;
    /// # #[network_handler]
    /// # impl Game { fn network_disconnected(&mut self) {} }
    /// # fn main() -> podsix::Result<()> {
    /// # let mut game = Game;
    /// # let mut server = Server::<()>::new();
    /// # let mut connection = Connection::local(&mut server);
    /// # connection.close("bye");
    /// while !connection.is_closed() {
    ///     connection.pump()?;
    ///     connection.dispatch(&mut game);
    /// #   server.pump()?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_closed(&self) -> bool {
        let is_over = self.endpoint.link(SLOT).is_none_or(Link::is_over);
        is_over && !self.endpoint.event.inbox.is_ahead()
    }

    /// The figures of the connection.
    pub fn link(&self) -> LinkStats {
        link_stats(&self.endpoint.shared, SLOT)
    }

    /// All figures, by action too, since this `Connection` was made: what is
    /// counted goes on over each [`reconnect`](Self::reconnect). For once in a
    /// while; [`link`](Self::link) has the few that cost nothing.
    pub fn stats(&self) -> Stats {
        let all = self.endpoint.shared.lock().stats_of_all();
        Stats {
            link: all.links,
            limits: all.limits,
            received: all.received,
            sent: all.sent,
        }
    }

    /// A handle for other threads to send with.
    pub fn sender(&self) -> Sender<P> {
        Sender::new(&self.endpoint.shared)
    }

    /// A handle that ends a wait from another thread.
    pub fn waker(&self) -> Waker {
        Waker::new(&self.endpoint.shared)
    }

    /// Sends what was sent, without receiving anything.
    pub fn flush(&mut self) {
        self.driver.flush(&mut self.endpoint);
    }

    /// Closes, and waits up to `timeout` until what was sent has arrived: whether
    /// it has, as far as this end can know. Blocks for that long at the most.
    ///
    /// A [`dispatch`](Self::dispatch) after it tells of the end. Where it was not
    /// up yet, what was sent is delivered all the same, but the server's answer may
    /// not have come: then the end is no `network_disconnected` but a
    /// `network_error`, "not connected to …: closed by this end", and no fault.
    ///
    /// # Errors
    ///
    /// As [`pump`](Self::pump).
    pub fn shutdown(&mut self, timeout: Duration) -> Result<bool> {
        if self.is_misused("shutdown") {
            return Ok(false);
        }
        let now = self.driver.arrive(&mut self.endpoint);
        self.begin_batch();
        let until = now.checked_add(timeout);
        // What was sent before the connection came up shall arrive too.
        while self.cannot_write_yet() && !self.has_ended() && !left(until).is_zero() {
            self.pass(Some(left(until)))?;
        }
        self.close("");
        while self.driver.stream_count() > 0 && !left(until).is_zero() {
            self.pass(Some(left(until)))?;
        }
        self.driver.detach(SLOT);
        let link = self.endpoint.link_mut(SLOT);
        let arrived = link.is_some_and(|link| {
            let arrived = link.has_delivered_all();
            link.abandon();
            arrived
        });
        self.endpoint.event.inbox.end_batch();
        Ok(arrived)
    }

    // ---- within ----

    /// Whether it has ended, though something may still be delivered.
    pub(crate) fn has_ended(&self) -> bool {
        self.endpoint.link(SLOT).is_none_or(Link::has_ended)
    }

    /// Whether what was sent has to wait: for the socket, or for a WebSocket.
    fn cannot_write_yet(&self) -> bool {
        let outgoing = self.endpoint.shared.lock();
        self.dial.is_some() || outgoing.get(SLOT).is_some_and(Outbox::is_holding)
    }

    fn codecs(&self) -> &Codecs {
        &self.endpoint.shared.codecs
    }

    #[cfg(test)]
    pub(crate) fn bound(&self) -> Option<crate::bound::Bound> {
        self.endpoint.bound()
    }

    fn assemble(endpoint: Endpoint, driver: Driver) -> Self {
        Self {
            endpoint,
            driver,
            address: None,
            dial: None,
            dispatching: false,
            redialed: false,
            stand_in: None,
            _protocol: PhantomData,
        }
    }

    /// Turns until something happens; `until` is told what time it is now.
    fn wait_for(&mut self, until: impl FnOnce(Instant) -> Option<Instant>) -> Result<()> {
        if self.is_misused("wait") {
            return Ok(());
        }
        let mut now = self.driver.arrive(&mut self.endpoint);
        let until = until(now);
        let was_closed = self.is_closed();
        loop {
            let left = until.map(|until| until.saturating_duration_since(now));
            let woken = self.turn(left)?;
            let late = left.is_some_and(|left| left.is_zero());
            // Who waits for the end has to look.
            let closed = !was_closed && self.is_closed();
            if woken || late || closed || self.endpoint.event.inbox.has_news() {
                return Ok(());
            }
            now = self.driver.arrive(&mut self.endpoint);
        }
    }

    /// Drops what was offered.
    fn begin_batch(&mut self) {
        if self.endpoint.begin_batch(|_| {}) {
            self.driver.resume();
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
        if self.dial.is_some() {
            self.advance_dial()?;
            // What is known at once must not wait: a server on the same machine
            // refuses before there is anything to poll for.
            if self.has_ended() {
                timeout = Some(Duration::ZERO);
            }
        }
        self.driver.flush(&mut self.endpoint);
        if let Some(time) = self.dial.as_ref().and_then(Dial::deadline) {
            let left = time.saturating_sub(self.endpoint.now);
            timeout = at_most(left, timeout);
        }
        let woken = self.driver.poll(&mut self.endpoint, timeout)?;
        if self.dial.is_some() {
            self.advance_dial()?;
        }
        self.driver.read(&mut self.endpoint, |_, _| {});
        self.driver.handle_timeouts(&mut self.endpoint);
        self.driver.flush(&mut self.endpoint);
        self.driver.close_ended(&mut self.endpoint);
        if self.has_ended() {
            self.dial = None;
        }
        Ok(woken)
    }
}

impl<P> Drop for Connection<P> {
    /// Makes one attempt to say goodbye, which does not block.
    fn drop(&mut self) {
        self.endpoint.end_closing();
        let words = String::new();
        self.endpoint.end(SLOT, Reason::Closed { words });
        self.driver.flush(&mut self.endpoint);
    }
}

impl<P> fmt::Debug for Connection<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("address", &self.address.as_ref().map(Address::to_string))
            .field("is_connected", &self.is_connected())
            .finish_non_exhaustive()
    }
}

fn left(until: Option<Instant>) -> Duration {
    until.map_or(Duration::MAX, |until| {
        until.saturating_duration_since(Instant::now())
    })
}
