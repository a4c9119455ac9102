//! An event goes from one thing that happened to the next.

use std::sync::OnceLock;

use super::{Event, NO_ARM, Step};
use crate::actions::Fit;
use crate::inbox::{Run, What};

/// A place among events: in front of a record, or of a message inside one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) record: usize,
    /// Where the message's frame begins; nothing where the record does.
    pub(crate) frame: Option<usize>,
}

impl Event {
    /// Stands in front of what is at `position`; the events end with the inbox's
    /// record `until`.
    pub(crate) fn go_to(&mut self, position: Position, until: usize) {
        self.handled = None;
        self.step = Step::Nothing;
        self.run = Run::default();
        self.next = position.record;
        self.until = until;
        if let Some(frame) = position.frame {
            // The record is entered as if all before the frame were over.
            self.enter();
            self.run.end = frame;
        }
    }

    /// Where the next event is.
    pub(crate) fn next_position(&self) -> Position {
        if self.run.end < self.run.last_end {
            Position {
                record: self.record_index(),
                frame: Some(self.run.end),
            }
        } else {
            Position {
                record: self.next,
                frame: None,
            }
        }
    }

    /// Whether there is no further event.
    pub(crate) fn is_at_end(&self) -> bool {
        self.next_position().record >= self.until
    }

    /// Goes to the next event, and tells what it is, if there is one.
    #[inline]
    pub(crate) fn advance(&mut self) -> Option<Step> {
        // Only a message that was looked at as a dict has something to drop.
        if self.value.get().is_some() {
            self.value = OnceLock::new();
        }
        if self.inbox.advance(&mut self.run) {
            return Some(self.step);
        }
        (self.next < self.until).then(|| self.enter())
    }

    /// Goes to the first event of the next record, and tells what it is.
    #[inline]
    fn enter(&mut self) -> Step {
        let index = self.next;
        self.next += 1;
        if let Some(record) = self.inbox.record_mut(index)
            && let What::Messages { remote, run } = record.what
            && let Fit::Same(arm) = fit_of(&self.fits, remote)
        {
            self.link = record.link;
            self.run = run;
            self.arm = arm;
            self.step = Step::Message;
            // Whatever the method says of each.
            record.handled = true;
            Step::Message
        } else {
            self.enter_other()
        }
    }

    /// Takes in what the record is, if it is not the most frequent kind.
    #[inline(never)]
    fn enter_other(&mut self) -> Step {
        self.arm = NO_ARM;
        self.dict = None;
        self.run = Run::default();
        let record = self.inbox.record(self.record_index());
        self.link = record.map_or(self.link, |record| record.link);
        let what = record.map(|record| &record.what);
        self.step = match what {
            Some(What::Messages { remote, run }) => {
                self.run = *run;
                match fit_of(&self.fits, *remote) {
                    Fit::Same(_) => Step::Message,
                    Fit::ByName(arm) => {
                        self.arm = arm;
                        Step::Named
                    }
                    Fit::None => Step::Named,
                    Fit::Differs => Step::Differing,
                }
            }
            Some(What::Dict(id)) => {
                self.dict = Some(*id);
                let bodies = self.inbox.bodies();
                if let (Some(dict), Some(taker)) = (bodies.dict(*id), self.selection) {
                    let find = || taker.arm(bodies.name(dict)).map_or(NO_ARM, |(arm, _)| arm);
                    self.arm = self.arms.get(dict.label(), find);
                }
                Step::Named
            }
            Some(What::Connected) => Step::Connected,
            Some(What::Disconnected(_)) => Step::Disconnected,
            Some(What::Error(_)) => Step::Error,
            Some(What::Nothing) | None => Step::Nothing,
        };
        if self.is_taken() {
            self.set_handled();
        }
        self.step
    }
}

#[inline]
fn fit_of(fits: &[Fit], remote: u32) -> Fit {
    fits.get(remote as usize).copied().unwrap_or(Fit::None)
}
