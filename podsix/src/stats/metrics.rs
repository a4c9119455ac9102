//! The figures for the `metrics` crate.

use metrics::{Label, Unit, counter, describe_counter, describe_gauge, gauge};

use super::{LimitCounts, LinkStats, ReceivedAction, SentAction, ServerStats, Stats};

impl ServerStats {
    /// Hands these figures to the recorder of the [`metrics`](https://docs.rs/metrics)
    /// crate that the program has installed, such as one for Prometheus; without
    /// one nothing happens. The [guide](crate::guide::figures#for-a-dashboard)
    /// has a table of their names.
    ///
    /// Call it once in a while, every ten seconds for instance; a message itself
    /// costs nothing. `labels` stand on each figure: give each server its own
    /// where a program has several.
    ///
    /// ```
    /// # fn main() -> podsix::Result<()> {
    /// let server = podsix::Server::<()>::bind("127.0.0.1:0")?;
    /// server.stats().record_metrics(&[("room", "7")]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn record_metrics(&self, labels: &[(&str, &str)]) {
        describe_server();
        let to = Recorder::new(labels);
        to.gauge("podsix_channels", self.channels as f64);
        to.count("podsix_clients_total", self.came);
        for (reason, count) in self.refused.iter() {
            to.count_of("podsix_refused_total", "reason", reason, count);
        }
        for (reason, count) in self.ended.iter() {
            to.count_of("podsix_ended_total", "reason", reason, count);
        }
        to.connections(&self.links, &self.limits, &self.received, &self.sent);
    }
}

impl Stats {
    /// Hands these figures to the recorder of the [`metrics`](https://docs.rs/metrics)
    /// crate, as [`ServerStats::record_metrics`] does; `labels` stand on each.
    pub fn record_metrics(&self, labels: &[(&str, &str)]) {
        let to = Recorder::new(labels);
        to.connections(&self.link, &self.limits, &self.received, &self.sent);
    }
}

/// Where figures go, and the labels that stand on each.
struct Recorder(Vec<Label>);

impl Recorder {
    fn new(labels: &[(&str, &str)]) -> Self {
        let label = |(name, value): &(&str, &str)| label(name, value);
        Self(labels.iter().map(label).collect())
    }

    /// What a server and a connection both have.
    fn connections(
        &self,
        link: &LinkStats,
        limits: &LimitCounts,
        received: &[ReceivedAction],
        sent: &[SentAction],
    ) {
        describe_connections();
        if let Some(time) = link.round_trip_time {
            self.gauge("podsix_round_trip_seconds", time.as_secs_f64());
        }
        self.gauge("podsix_queued_bytes", link.queued_bytes as f64);
        self.count("podsix_bytes_received_total", link.bytes_received);
        self.count("podsix_bytes_sent_total", link.bytes_sent);
        self.count("podsix_messages_dropped_total", link.dropped);
        self.count("podsix_messages_undeliverable_total", link.undeliverable);
        for (limit, count) in limits.iter() {
            self.count_of("podsix_limit_reached_total", "limit", limit, count);
        }
        for figures in received {
            let count = |name, count| self.count_of(name, "action", &figures.action, count);
            count("podsix_messages_received_total", figures.messages);
            count("podsix_body_bytes_received_total", figures.bytes);
            count("podsix_messages_unhandled_total", figures.unhandled);
            count("podsix_messages_differing_total", figures.differing);
            count("podsix_messages_bad_total", figures.bad);
            count("podsix_handler_errors_total", figures.failed);
            if let Some(handling) = figures.handling {
                let micros = u64::try_from(handling.total.as_micros()).unwrap_or(u64::MAX);
                count("podsix_handling_microseconds_total", micros);
            }
        }
        for figures in sent {
            let count = |name, count| self.count_of(name, "action", &figures.action, count);
            count("podsix_messages_sent_total", figures.messages);
            count("podsix_body_bytes_sent_total", figures.bytes);
        }
    }

    fn gauge(&self, name: &'static str, value: f64) {
        gauge!(name, self.0.clone()).set(value);
    }

    fn count(&self, name: &'static str, count: u64) {
        counter!(name, self.0.clone()).absolute(count);
    }

    /// A figure that there is one of for each action, limit or reason.
    fn count_of(&self, name: &'static str, of: &'static str, value: &str, count: u64) {
        let mut labels = self.0.clone();
        labels.push(label(of, value));
        counter!(name, labels).absolute(count);
    }
}

fn label(name: &str, value: &str) -> Label {
    Label::new(name.to_owned(), value.to_owned())
}

fn describe_server() {
    describe_gauge!("podsix_channels", "Clients that are there now");
    describe_counter!("podsix_clients_total", "Clients that were let in");
    describe_counter!("podsix_refused_total", "Clients that were not let in");
    describe_counter!("podsix_ended_total", "Channels that ended");
}

fn describe_connections() {
    let bytes = Unit::Bytes;
    describe_gauge!(
        "podsix_round_trip_seconds",
        Unit::Seconds,
        "Time of a round trip"
    );
    describe_gauge!("podsix_queued_bytes", bytes, "Bytes that wait to be sent");
    describe_counter!(
        "podsix_bytes_received_total",
        bytes,
        "Bytes read from the network"
    );
    describe_counter!(
        "podsix_bytes_sent_total",
        bytes,
        "Bytes written to the network"
    );
    describe_counter!(
        "podsix_messages_dropped_total",
        "Messages that could not be sent"
    );
    describe_counter!(
        "podsix_messages_undeliverable_total",
        "Messages that name no action"
    );
    describe_counter!(
        "podsix_limit_reached_total",
        "How often a limit was reached"
    );
    describe_counter!("podsix_messages_received_total", "Messages received");
    describe_counter!(
        "podsix_body_bytes_received_total",
        bytes,
        "Bytes of received messages"
    );
    describe_counter!(
        "podsix_messages_unhandled_total",
        "Messages without a method"
    );
    describe_counter!(
        "podsix_messages_differing_total",
        "Messages with other fields"
    );
    describe_counter!(
        "podsix_messages_bad_total",
        "Messages that did not fit their type"
    );
    describe_counter!(
        "podsix_handler_errors_total",
        "Errors that methods returned"
    );
    describe_counter!(
        "podsix_handling_microseconds_total",
        Unit::Microseconds,
        "Time that handlers took"
    );
    describe_counter!("podsix_messages_sent_total", "Messages sent");
    describe_counter!(
        "podsix_body_bytes_sent_total",
        bytes,
        "Bytes of sent messages"
    );
}
