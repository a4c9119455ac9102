//! When a link wants to be looked at.

use super::Endpoint;
use crate::protocol::{Link, Time};

/// For how long an alarm is put off while there is input that was not taken yet.
const PUT_OFF: Time = Time::from_millis(100);

impl Endpoint {
    /// Takes note whether `slot` has input that was not taken yet.
    pub(crate) fn set_unread(&mut self, slot: u32, unread: bool) {
        let Some(Some(place)) = self.places.get_mut(slot as usize) else {
            return;
        };
        let was_unread = std::mem::replace(&mut place.unread, unread);
        if unread {
            place.link.excuse();
        } else if was_unread {
            // It may have been put off.
            self.set_alarm(slot);
        }
    }

    /// When [`handle_timeouts`](Self::handle_timeouts) has to be called at the latest.
    pub(crate) fn deadline(&self) -> Option<Time> {
        self.alarms.first()
    }

    /// Looks at the links whose time has come. Calls `touched` for each.
    pub(crate) fn handle_timeouts(&mut self, mut touched: impl FnMut(u32)) {
        while let Some(slot) = self.alarms.take_due(self.now) {
            let Some(Some(place)) = self.places.get_mut(slot as usize) else {
                continue;
            };
            place.alarm = None;
            if place.unread && !place.link.has_ended() {
                // It may have said something that this end has not looked at.
                let later = self.now.saturating_add(PUT_OFF);
                place.alarm = Some(later);
                self.alarms.insert(later, slot);
                // Nor did it hear anything of this end for as long, maybe.
                if self.turn(slot, Link::reassure) == Some(true) {
                    touched(slot);
                }
                continue;
            }
            self.turn(slot, Link::handle_timeout);
            self.set_alarm(slot);
            touched(slot);
        }
    }

    /// Whether the link's alarm comes after its deadline, and was not put off.
    pub(super) fn would_oversleep(&self, slot: u32) -> bool {
        let place = self.places.get(slot as usize).and_then(Option::as_ref);
        place.is_some_and(|place| match place.link.deadline(&self.limits) {
            Some(deadline) => {
                let latest = deadline.max(self.now.saturating_add(PUT_OFF));
                place.alarm.is_none_or(|alarm| alarm > latest)
            }
            None => false,
        })
    }

    /// Sees to it that the link's next deadline is not missed. An alarm that
    /// comes too early does no harm: it is set again then, so that traffic
    /// costs nothing here.
    pub(super) fn set_alarm(&mut self, slot: u32) {
        let Some(Some(place)) = self.places.get_mut(slot as usize) else {
            return;
        };
        let Some(deadline) = place.link.deadline(&self.limits) else {
            return;
        };
        if place.alarm.is_none_or(|alarm| deadline < alarm) {
            if let Some(alarm) = place.alarm.replace(deadline) {
                self.alarms.remove(alarm, slot);
            }
            self.alarms.insert(deadline, slot);
        }
    }
}
