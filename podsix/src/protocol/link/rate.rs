//! How much the other end may send in a second, where that is limited.

use super::{Link, Received, Time, Turn};
use crate::Reason;

/// What is not used is saved for so long.
const SAVED: Time = Time::from_secs(10);

/// What one end may still send of something that is limited to so many a
/// second: each one takes its part of a second, and seconds can be saved.
#[derive(Clone, Copy, Debug, Default)]
struct Allowance {
    /// Up to when the seconds are used up.
    used: Time,
}

/// What one end may still send of everything that is limited.
#[derive(Debug, Default)]
pub(super) struct Allowances {
    messages: Allowance,
    bytes: Allowance,
}

impl Allowance {
    /// How many there may be now.
    fn left(self, now: Time, a_second: u32) -> usize {
        let free = now.saturating_add(SAVED).saturating_sub(self.used);
        let nanos = free.min(SAVED).as_nanos();
        let left = nanos * u128::from(a_second) / Time::from_secs(1).as_nanos();
        usize::try_from(left).unwrap_or(usize::MAX)
    }

    /// Takes note that there were so many.
    fn take(&mut self, now: Time, a_second: u32, count: usize) {
        let nanos = count as u128 * Time::from_secs(1).as_nanos();
        let nanos = nanos.checked_div(u128::from(a_second)).unwrap_or(0);
        let nanos = u64::try_from(nanos).unwrap_or(u64::MAX);
        self.used = self.used.max(now).saturating_add(Time::from_nanos(nanos));
    }
}

impl Link {
    /// How many frames may be taken now.
    pub(super) fn messages_allowed(&self, turn: &Turn<'_>) -> usize {
        let limit = turn.limits.max_messages_a_second;
        let messages = self.allowances.as_ref().map(|all| all.messages);
        limit.map_or(usize::MAX, |limit| {
            messages.unwrap_or_default().left(turn.now, limit)
        })
    }

    /// Counts the frames that were taken where `allowed` might be, of whatever
    /// kind: also those that bring nothing make work.
    pub(super) fn count_messages(
        &mut self,
        turn: &mut Turn<'_>,
        received: Received,
        allowed: usize,
    ) {
        let Some(limit) = turn.limits.max_messages_a_second else {
            return;
        };
        let messages = &mut self.allowances.get_or_insert_default().messages;
        messages.take(turn.now, limit, received.frames);
        if received.more && received.frames == allowed && !self.is_knocking() {
            turn.outbox.limits().max_messages_a_second += 1;
            let problem = format!("more than {limit} messages a second");
            self.end(turn, Reason::TooManyMessages { problem });
        }
    }

    /// Counts bytes that came.
    pub(super) fn count_bytes(&mut self, turn: &mut Turn<'_>, fresh: usize) {
        let Some(limit) = turn.limits.max_bytes_a_second else {
            return;
        };
        let bytes = &mut self.allowances.get_or_insert_default().bytes;
        if fresh > bytes.left(turn.now, limit) {
            turn.outbox.limits().max_bytes_a_second += 1;
            let problem = format!("more than {limit} bytes a second");
            return self.end(turn, Reason::TooManyMessages { problem });
        }
        bytes.take(turn.now, limit, fresh);
    }
}
