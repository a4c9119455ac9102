//! What is counted of each connection, and of all of them.

use std::time::Duration;

use super::{Outbox, Outgoing};
use crate::stats::{Received, Tally};
use crate::{Error, LinkStats, Reason, ServerStats, Stats};

impl Outgoing {
    /// A connection's outbox, and what is counted for all.
    pub(crate) fn for_turn(&mut self, slot: u32) -> Option<(&mut Outbox, &mut Tally)> {
        let outbox = self.boxes.get_mut(slot as usize)?;
        Some((outbox, &mut self.tally))
    }

    /// Takes note of a client that was refused without a word, since there was
    /// no room for it.
    pub(crate) fn turned_away(&mut self) {
        self.tally.refused.note(&Reason::ServerFull);
        self.tally.limits.max_channels += 1;
    }

    /// Takes note that nothing handled so many messages.
    pub(crate) fn unhandled(
        &mut self,
        slot: u32,
        action: &str,
        count: usize,
    ) -> Option<&mut Outbox> {
        let label = self.tally.names.find(action);
        let outbox = self.boxes.get_mut(slot as usize)?;
        outbox.faults().unhandled += count as u64;
        outbox.received.unhandled(label, count);
        Some(outbox)
    }

    /// Takes note of a message whose fields differ from those of its handler;
    /// whether somebody is to be told.
    pub(crate) fn differing(&mut self, slot: u32, remote: u32, action: &str) -> bool {
        let label = self.tally.names.find(action);
        let outbox = self.boxes.get_mut(slot as usize);
        outbox.is_none_or(|outbox| {
            outbox.received.differing(label);
            outbox.differing(remote)
        })
    }

    /// Takes note of what failed while an event was handled, of this action if it
    /// is a message.
    pub(crate) fn failed(&mut self, slot: u32, action: Option<&str>, error: &Error) {
        let label = action.map(|action| self.tally.names.find(action));
        if let Some(outbox) = self.boxes.get_mut(slot as usize) {
            if let Some(label) = label {
                outbox.received.failed(label, error);
            }
            match error {
                Error::Decode { .. } => outbox.faults().bad += 1,
                Error::Handler { .. } => outbox.faults().failed += 1,
                _ => {}
            }
        }
    }

    /// Takes note of how long handlers worked for a message.
    pub(crate) fn took(&mut self, slot: u32, action: &str, time: Duration) {
        let label = self.tally.names.find(action);
        if let Some(outbox) = self.boxes.get_mut(slot as usize) {
            outbox.received.took(label, time);
        }
    }

    /// The few figures of one connection.
    pub(crate) fn link_stats(&self, slot: u32) -> LinkStats {
        self.get(slot)
            .map_or_else(LinkStats::default, Outbox::link_stats)
    }

    /// All figures of one connection but what was sent, which is counted for
    /// all of them together.
    pub(crate) fn stats_of(&self, slot: u32) -> Stats {
        let Some(outbox) = self.get(slot) else {
            return Stats::default();
        };
        Stats {
            link: outbox.link_stats(),
            limits: outbox.limit_counts(),
            received: outbox.received.actions(&self.tally.names),
            sent: Vec::new(),
        }
    }

    /// The figures of all connections that there are and were.
    pub(crate) fn stats_of_all(&self) -> ServerStats {
        let (mut links, mut limits) = self.tally.kept();
        let mut received = Received::default();
        received.add(self.tally.received());
        let mut times = Vec::new();
        for outbox in &self.boxes {
            links.add(&outbox.link_stats());
            links.queued_bytes += outbox.queued();
            limits.add(&outbox.limit_counts());
            received.add(&outbox.received);
            times.extend(outbox.stats.round_trip_time.filter(|_| outbox.open));
        }
        let count = u32::try_from(times.len()).unwrap_or(u32::MAX);
        links.round_trip_time = times.iter().sum::<Duration>().checked_div(count);
        ServerStats {
            channels: 0,
            came: 0,
            refused: self.tally.refused,
            ended: self.tally.ended,
            links,
            limits,
            received: received.actions(&self.tally.names),
            sent: self.tally.sent_actions(self.local.sent_actions()),
        }
    }
}
