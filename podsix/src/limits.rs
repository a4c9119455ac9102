//! Every limit and every time-out of an end, in one place.

use std::time::Duration;

/// Every limit and every time-out, with its default; the same for a server and
/// for a client.
///
/// ```
/// # fn main() -> podsix::Result<()> {
/// use std::time::Duration;
///
/// let server = podsix::Server::<()>::builder()
///     .limits(|limits| {
///         limits.max_channels = 16;
///         limits.dead_after = Duration::from_secs(10);
///     })
///     .bind("127.0.0.1:0")?;
/// # Ok(())
/// # }
/// ```
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct Limits {
    /// The largest message, in bytes of its encoded body: 1 MiB. A larger one
    /// from the other end ends the connection before any of it is kept; a
    /// larger one to send is an error at once. More than 256 MiB counts as that.
    pub max_message_bytes: usize,
    /// How many bytes may wait to be sent on one connection: 8 MiB. A server
    /// ends a channel that reaches it, or drops the copy, by
    /// [`OnFullQueue`](crate::OnFullQueue); on a client `send` is an error.
    pub max_outgoing_bytes: usize,
    /// How many bytes that could not be written may wait on all connections of
    /// one end together: 256 MiB. Above, a connection for which more than 64 KiB
    /// wait counts as one with a full queue: so those who read are not hurt by
    /// those who don't.
    pub max_outgoing_bytes_in_all: usize,
    /// How many bytes of messages may wait on one connection to be dispatched:
    /// 4 MiB. At the limit podsix stops reading from that connection, and the
    /// other end has to wait; nothing is dropped.
    pub max_incoming_bytes: usize,
    /// How many messages may wait on one connection to be dispatched: 65,536.
    /// What happens then is the same as with `max_incoming_bytes`.
    pub max_incoming_messages: usize,
    /// How many clients a server takes: 1,024. Above, a client is told that
    /// the server is full.
    pub max_channels: usize,
    /// How many connections a server takes from one network address, those
    /// included that are not in yet: 256. That is a whole school behind one
    /// router, and leaves room for others. For IPv6 an address here is its first
    /// 64 bits, which is what one household has. Above, a client is refused at
    /// once, with words. Behind a proxy all clients have the proxy's address:
    /// set it to `usize::MAX` there.
    pub max_channels_per_address: usize,
    /// How many messages a second the other end may send: as many as it likes
    /// (`None`). Frames that bring no message, such as pings, count as well.
    /// What it does not use is saved for up to 10 seconds, so that neither a
    /// slow network nor a level that loads does harm. More end the connection.
    ///
    /// Choose several times what a client needs, such as 500.
    pub max_messages_a_second: Option<u32>,
    /// How many bytes a second the other end may send, of everything: as many
    /// as it likes (`None`). They are counted and saved as messages are.
    pub max_bytes_a_second: Option<u32>,
    /// How many bytes one pump reads from one connection: 256 KiB. The rest is
    /// read by the next pump. From all connections together it is about 4 MiB.
    pub read_bytes_a_pump: usize,
    /// How many messages one pump takes from one connection at the most: 1,000.
    /// The rest is taken by the next pump. Where more than sixteen connections
    /// have something to say, it is less of each, but not less than 64; and where
    /// handlers answered the messages of a pump with more than 32,768 copies or
    /// 2 MiB, it is less until they no longer do, but always one of each.
    pub messages_a_pump: usize,
    /// How many actions the other end may name: 1,024. More end the connection.
    pub max_actions: usize,
    /// How many bytes the names and shapes of all those actions may take
    /// together: 256 KiB. More end the connection.
    pub max_action_bytes: usize,
    /// How many messages that don't fit their type one connection may bring:
    /// 100. Each is a `network_error`; one more ends the connection.
    pub max_bad_messages: u32,
    /// The time in which a connection has to come up: 10 s. For a client it
    /// counts from `connect` and includes looking up the host's name; for a
    /// server from accepting the connection to the client's first frame. What
    /// begins with an HTTP request has to send all of that within 5 s.
    pub connect_timeout: Duration,
    /// The time in which a message that has begun to arrive has to be
    /// complete: 10 s.
    pub frame_timeout: Duration,
    /// The silence of the other end after which it is asked whether it is
    /// there: 2 s.
    pub ping_after: Duration,
    /// The silence of the other end after which the connection is taken for
    /// dead: 30 s. PodSixNet's wire has no signs of life: there it is TCP that
    /// asks for them, if podsix is built with the feature `keepalive`; without
    /// it, `idle_timeout` ends a client that is gone without a word.
    pub dead_after: Duration,
    /// How long the other end may send no message: for ever (`None`). A
    /// connection that is up for longer without one ends as timed out, on every
    /// wire; answers to pings don't count.
    pub idle_timeout: Option<Duration>,
    /// How long a connection that was closed on this end may take to deliver
    /// what was sent before: 5 s.
    pub close_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_message_bytes: 1 << 20,
            max_outgoing_bytes: 8 << 20,
            max_outgoing_bytes_in_all: 256 << 20,
            max_incoming_bytes: 4 << 20,
            max_incoming_messages: 65_536,
            max_channels: 1024,
            max_channels_per_address: 256,
            max_messages_a_second: None,
            max_bytes_a_second: None,
            read_bytes_a_pump: 256 << 10,
            messages_a_pump: 1000,
            max_actions: 1024,
            max_action_bytes: 256 << 10,
            max_bad_messages: 100,
            connect_timeout: Duration::from_secs(10),
            frame_timeout: Duration::from_secs(10),
            ping_after: Duration::from_secs(2),
            dead_after: Duration::from_secs(30),
            idle_timeout: None,
            close_timeout: Duration::from_secs(5),
        }
    }
}

impl Limits {
    /// The largest body as the protocol has it: it fits four bytes of a length.
    pub(crate) fn max_body(&self) -> u32 {
        u32::try_from(self.max_message_bytes)
            .unwrap_or(u32::MAX)
            .min(256 << 20)
    }
}

/// What a server does with a message for a client whose outgoing queue is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnFullQueue {
    /// Ends the channel ([`Reason::QueueFull`](crate::Reason::QueueFull)): a
    /// client that lost a message could no longer follow the game.
    #[default]
    Disconnect,
    /// Drops the message, counts it, and tells the channel's `network_error`.
    DropMessage,
}
