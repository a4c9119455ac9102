//! How often limits were reached.

/// How often each of the [`Limits`](crate::Limits) was reached: the fields have
/// the same names.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LimitCounts {
    /// Messages that were too large: to be sent, which was an error, or from the
    /// other end, which ended the connection.
    pub max_message_bytes: u64,
    /// Messages that were not sent because the outgoing queue was full.
    pub max_outgoing_bytes: u64,
    /// Messages that were not sent because too much waited on all connections
    /// together.
    pub max_outgoing_bytes_in_all: u64,
    /// Pumps that did not read because so many bytes waited to be dispatched.
    pub max_incoming_bytes: u64,
    /// Pumps that did not read because so many messages waited to be dispatched.
    pub max_incoming_messages: u64,
    /// Clients that were refused because the server was full.
    pub max_channels: u64,
    /// Clients that were refused because of the others from their address.
    pub max_channels_per_address: u64,
    /// Connections that ended because of too many messages in a second.
    pub max_messages_a_second: u64,
    /// Connections that ended because of too many bytes in a second.
    pub max_bytes_a_second: u64,
    /// Pumps that left bytes of a connection to the next one.
    pub read_bytes_a_pump: u64,
    /// Pumps that left messages of a connection to the next one.
    pub messages_a_pump: u64,
    /// Connections that ended because the other end named too many actions.
    pub max_actions: u64,
    /// Connections that ended because the names and shapes of the other end's
    /// actions were too large.
    pub max_action_bytes: u64,
    /// Connections that ended because too many messages did not fit their type.
    pub max_bad_messages: u64,
    /// Connections that did not come up in time.
    pub connect_timeout: u64,
    /// Connections that ended because a message was not complete in time.
    pub frame_timeout: u64,
    /// Pings that were sent: the other end was silent, or the round-trip time
    /// was old.
    pub ping_after: u64,
    /// Connections that ended because nothing was heard.
    pub dead_after: u64,
    /// Connections that ended because no message came.
    pub idle_timeout: u64,
    /// Connections whose last messages could not be delivered in time.
    pub close_timeout: u64,
}

impl LimitCounts {
    /// Each limit's name and how often it was reached.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let mut copy = *self;
        copy.each_mut()
            .map(|(name, count)| (name, *count))
            .into_iter()
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for ((_, count), (_, more)) in self.each_mut().into_iter().zip(other.iter()) {
            *count += more;
        }
    }

    fn each_mut(&mut self) -> [(&'static str, &mut u64); 20] {
        [
            ("max_message_bytes", &mut self.max_message_bytes),
            ("max_outgoing_bytes", &mut self.max_outgoing_bytes),
            (
                "max_outgoing_bytes_in_all",
                &mut self.max_outgoing_bytes_in_all,
            ),
            ("max_incoming_bytes", &mut self.max_incoming_bytes),
            ("max_incoming_messages", &mut self.max_incoming_messages),
            ("max_channels", &mut self.max_channels),
            (
                "max_channels_per_address",
                &mut self.max_channels_per_address,
            ),
            ("max_messages_a_second", &mut self.max_messages_a_second),
            ("max_bytes_a_second", &mut self.max_bytes_a_second),
            ("read_bytes_a_pump", &mut self.read_bytes_a_pump),
            ("messages_a_pump", &mut self.messages_a_pump),
            ("max_actions", &mut self.max_actions),
            ("max_action_bytes", &mut self.max_action_bytes),
            ("max_bad_messages", &mut self.max_bad_messages),
            ("connect_timeout", &mut self.connect_timeout),
            ("frame_timeout", &mut self.frame_timeout),
            ("ping_after", &mut self.ping_after),
            ("dead_after", &mut self.dead_after),
            ("idle_timeout", &mut self.idle_timeout),
            ("close_timeout", &mut self.close_timeout),
        ]
    }
}
