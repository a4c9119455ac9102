//! Takes what was read: at once as much as a turn may take, and the rest later.

use super::{Link, Time, Turn};
use crate::wire::Wire;

/// What a link did with what it was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Received {
    /// How many frames were taken.
    pub(crate) frames: usize,
    /// Whether whole frames were left for a later turn.
    pub(crate) more: bool,
}

/// Of many frames that wait, so many bytes are looked at together: about so many
/// for each message that there may be, within these bounds.
const BYTES_A_MESSAGE: usize = 16;
const MIN_PART_BYTES: usize = 256;
const MAX_PART_BYTES: usize = 4 << 10;

impl Link {
    /// Takes the `fresh` bytes that were read into the inbox behind this
    /// link's [`gap`](Self::gap), and at most `budget` frames of them.
    pub(crate) fn receive(&mut self, turn: &mut Turn<'_>, fresh: usize, budget: usize) -> Received {
        // From now on it is cut again, if it is.
        self.excused = false;
        if fresh > 0 {
            self.heard = turn.now;
            turn.outbox.stats.bytes_received += fresh as u64;
            self.count_bytes(turn, fresh);
        }
        if self.has_ended() {
            self.throw_away(fresh);
            return Received::default();
        }
        let start = turn.inbox.used();
        let behind = start + self.tail.len();
        let end = behind + fresh;
        if self.tail.len() + fresh < self.needed {
            // Still the same cut frame: keep what came, look at none of it twice.
            self.tail.add(turn.inbox.body(behind, end));
            self.frame_began.get_or_insert(turn.now);
            return Received::default();
        }
        let allowed = self.messages_allowed(turn);
        let budget = budget.min(allowed);
        let received = if self.has_more {
            self.tail.add(turn.inbox.body(behind, end));
            self.take_from_tail(turn, budget)
        } else {
            self.take_fresh(turn, end, budget)
        };
        self.has_more = received.more;
        self.count_messages(turn, received, allowed);
        received
    }

    /// This end has not read all that is there: that the frame in the tail is
    /// still cut is not the other end's fault.
    pub(crate) fn excuse(&mut self) {
        self.excused |= self.frame_began.take().is_some();
    }

    /// Whether there is something to be done also where no fresh bytes came.
    pub(crate) fn has_to_look(&self) -> bool {
        self.has_more || self.excused
    }

    // ---- within ----

    /// Takes the frames up to `end`, the first of which may have begun in the tail.
    fn take_fresh(&mut self, turn: &mut Turn<'_>, end: usize, budget: usize) -> Received {
        let start = turn.inbox.used();
        if !self.tail.is_empty() {
            turn.inbox.fill_gap(self.tail.front(usize::MAX));
        }
        let (taken, received) = self.take_frames(turn, start, end, budget);
        self.tail.replace(turn.inbox.body(start + taken, end));
        self.note_cut(turn.now, taken > 0, received.more);
        received
    }

    /// Takes frames that are in the tail, and brings over only as many bytes as
    /// it takes to look at them: where many frames wait, each byte is copied
    /// once rather than in each turn.
    fn take_from_tail(&mut self, turn: &mut Turn<'_>, budget: usize) -> Received {
        let mut part = budget.saturating_mul(BYTES_A_MESSAGE);
        part = part.clamp(MIN_PART_BYTES, MAX_PART_BYTES);
        let mut all = Received::default();
        let mut taken_any = false;
        loop {
            let start = turn.inbox.used();
            let bytes = self.tail.front(part.max(self.needed));
            let (count, is_last) = (bytes.len(), bytes.len() == self.tail.len());
            turn.inbox.fill_gap(bytes);
            let left = budget.saturating_sub(all.frames);
            let (taken, received) = self.take_frames(turn, start, start + count, left);
            self.tail.take(taken);
            taken_any |= taken > 0;
            all.frames += received.frames;
            all.more = received.more;
            if all.more || is_last || self.has_ended() {
                break;
            }
            if taken == 0 {
                // One that does not tell how long it is.
                part = part.saturating_mul(2);
            }
        }
        self.note_cut(turn.now, taken_any, all.more);
        all
    }

    /// Takes the frames between `start` and `end`; how many bytes they have.
    fn take_frames(
        &mut self,
        turn: &mut Turn<'_>,
        start: usize,
        end: usize,
        budget: usize,
    ) -> (usize, Received) {
        self.needed = 0;
        let records = turn.inbox.len();
        let (position, received) = match self.wire {
            Wire::Native => self.parse(turn, start, end, budget),
            Wire::PodSixNet(coding) => self.parse_dicts(turn, coding, start, end, budget),
            #[cfg(feature = "websocket")]
            Wire::WebSocket => self.parse_web(turn, start, end, budget),
        };
        // What brought no record, such as pings, is no part of a batch: nobody
        // would ever drop it.
        if turn.inbox.len() > records {
            turn.inbox.keep(position);
        }
        (position - start, received)
    }

    /// Takes note since when the frame in the tail is cut.
    fn note_cut(&mut self, now: Time, taken_any: bool, more: bool) {
        // A frame that waits for us rather than for the other end has no time-out.
        self.frame_began = match self.frame_began {
            // Between the parts of a message the tail may well be empty.
            #[cfg(feature = "websocket")]
            _ if self.fragments_began().is_some() => self.fragments_began(),
            _ if self.tail.is_empty() || more => None,
            Some(began) if !taken_any => Some(began),
            _ => Some(now),
        };
    }
}
