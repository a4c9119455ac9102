//! What is counted while an end works.

use std::collections::BTreeMap;
use std::time::Duration;

use super::names::Label;
use super::{
    ActionNames, HandlingTime, LimitCounts, LinkStats, ReasonCounts, ReceivedAction, SentAction,
};
use crate::actions::RemoteActions;
use crate::message::{Table, by_table_mut};
use crate::slots;
use crate::{Error, Message};

/// Messages and the bytes of their bodies.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Count {
    pub(crate) messages: u64,
    pub(crate) bytes: u64,
}

impl Count {
    #[inline]
    pub(crate) fn note(&mut self, bytes: usize) {
        self.note_all(1, bytes);
    }

    #[inline]
    fn note_all(&mut self, messages: usize, bytes: usize) {
        self.messages += messages as u64;
        self.bytes += bytes as u64;
    }

    #[inline]
    pub(crate) fn note_copies(&mut self, copies: u64, bytes: usize) {
        self.messages += copies;
        self.bytes += copies * bytes as u64;
    }

    fn add(&mut self, other: Self) {
        self.messages += other.messages;
        self.bytes += other.bytes;
    }
}

/// What one connection received, by action.
#[derive(Debug, Default)]
pub(crate) struct Received {
    /// By the other end's number of the action, on the native wire.
    numbered: Vec<Numbered>,
    /// By label; what `numbered` counts is not in there yet.
    labelled: Vec<Figures>,
}

/// An action to which the other end gave a number.
#[derive(Clone, Copy, Debug)]
struct Numbered {
    count: Count,
    /// Its index among the remote actions; `NOT_NAMED` where there is none yet.
    remote: u32,
    label: Label,
}

const NOT_NAMED: u32 = u32::MAX;

/// What is known of one action.
#[derive(Clone, Debug, Default)]
struct Figures {
    count: Count,
    /// Most actions have none of these, and need no memory for them.
    rare: Option<Box<RareFigures>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct RareFigures {
    unhandled: u64,
    differing: u64,
    bad: u64,
    failed: u64,
    handling: Option<HandlingTime>,
}

impl Received {
    /// Counts messages by the number of their action, with the bytes of all their
    /// bodies: which remote action that is, if it was named.
    #[inline]
    pub(crate) fn messages(&mut self, number: u32, count: usize, bytes: usize) -> Option<u32> {
        let action = self.numbered.get_mut(number as usize)?;
        if action.remote == NOT_NAMED {
            return None;
        }
        action.count.note_all(count, bytes);
        Some(action.remote)
    }

    /// Counts a message that carries its own name.
    pub(crate) fn dict(&mut self, label: Label, bytes: usize) {
        self.change(label, |figures| figures.count.note(bytes));
    }

    /// The remote action with this number, if it was named.
    pub(crate) fn remote(&self, number: u32) -> Option<u32> {
        let action = self.numbered.get(number as usize);
        action
            .map(|action| action.remote)
            .filter(|remote| *remote != NOT_NAMED)
    }

    /// The remote actions that were named, each with its number.
    pub(crate) fn remotes(&self) -> impl Iterator<Item = (u32, u32)> {
        let numbered = (0u32..).zip(&self.numbered);
        let remotes = numbered.map(|(number, action)| (number, action.remote));
        remotes.filter(|(_, remote)| *remote != NOT_NAMED)
    }

    /// Takes note of what a number stands for; the caller has checked that it
    /// is within bounds.
    pub(crate) fn name(&mut self, number: u32, remote: u32, label: Label) {
        let index = number as usize;
        if self.numbered.len() <= index {
            let empty = Numbered {
                count: Count::default(),
                remote: NOT_NAMED,
                label: Label::OTHERS,
            };
            slots::resize(&mut self.numbered, index + 1, || empty);
        }
        if let Some(action) = self.numbered.get_mut(index) {
            action.remote = remote;
            action.label = label;
        }
    }

    /// Lets go of the other end's numbers, but not of what was counted.
    pub(crate) fn forget(&mut self, actions: &mut RemoteActions) {
        for action in std::mem::take(&mut self.numbered) {
            self.change(action.label, |figures| figures.count.add(action.count));
            if action.remote != NOT_NAMED {
                actions.forget(action.remote);
            }
        }
    }

    /// Counts messages that nothing handled.
    pub(crate) fn unhandled(&mut self, label: Label, count: usize) {
        self.change(label, |figures| figures.rare().unhandled += count as u64);
    }

    /// Counts a message whose fields could not be taken.
    pub(crate) fn differing(&mut self, label: Label) {
        self.change(label, |figures| figures.rare().differing += 1);
    }

    /// Counts what failed while a message was handled.
    pub(crate) fn failed(&mut self, label: Label, error: &Error) {
        self.change(label, |figures| match error {
            Error::Decode { .. } => figures.rare().bad += 1,
            Error::Handler { .. } => figures.rare().failed += 1,
            _ => {}
        });
    }

    /// Takes note of how long a message was handled.
    pub(crate) fn took(&mut self, label: Label, time: Duration) {
        self.change(label, |figures| {
            let handling = figures.rare().handling.get_or_insert_default();
            handling.total += time;
            handling.longest = handling.longest.max(time);
        });
    }

    /// What was received, by name.
    pub(crate) fn actions(&self, names: &ActionNames) -> Vec<ReceivedAction> {
        let mut all = Self::default();
        all.add(self);
        let labelled = names.iter().zip(&all.labelled);
        let seen = labelled.filter(|(_, figures)| !figures.is_nothing());
        let action = |(name, figures): (&str, &Figures)| {
            let rare = figures.rare.as_deref().copied().unwrap_or_default();
            ReceivedAction {
                action: name.to_owned(),
                messages: figures.count.messages,
                bytes: figures.count.bytes,
                unhandled: rare.unhandled,
                differing: rare.differing,
                bad: rare.bad,
                failed: rare.failed,
                handling: rare.handling,
            }
        };
        let mut actions: Vec<ReceivedAction> = seen.map(action).collect();
        actions.sort_by(|a, b| a.action.cmp(&b.action));
        actions
    }

    /// Adds what another connection received.
    pub(crate) fn add(&mut self, other: &Self) {
        for (index, more) in other.labelled.iter().enumerate() {
            if let Some(figures) = at(&mut self.labelled, index) {
                figures.add(more);
            }
        }
        for action in &other.numbered {
            self.change(action.label, |figures| figures.count.add(action.count));
        }
    }

    fn change(&mut self, label: Label, change: impl FnOnce(&mut Figures)) {
        if let Some(figures) = at(&mut self.labelled, label.index()) {
            change(figures);
        }
    }
}

impl Figures {
    fn rare(&mut self) -> &mut RareFigures {
        self.rare.get_or_insert_default()
    }

    fn add(&mut self, other: &Self) {
        self.count.add(other.count);
        let Some(more) = &other.rare else {
            return;
        };
        let rare = self.rare();
        rare.unhandled += more.unhandled;
        rare.differing += more.differing;
        rare.bad += more.bad;
        rare.failed += more.failed;
        if let Some(more) = more.handling {
            let handling = rare.handling.get_or_insert_default();
            handling.total += more.total;
            handling.longest = handling.longest.max(more.longest);
        }
    }

    fn is_nothing(&self) -> bool {
        let rare = self.rare.as_ref();
        self.count.messages == 0 && rare.is_none_or(|rare| rare.failed == 0)
    }
}

/// What an end counts for all of its connections.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) names: ActionNames,
    /// Connections that were let in and ended; and those that never were.
    pub(crate) ended: ReasonCounts,
    pub(crate) refused: ReasonCounts,
    /// What connections counted whose place another one has now.
    stats: LinkStats,
    pub(crate) limits: LimitCounts,
    received: Received,
    /// What was sent by the names of its actions rather than by numbers: of
    /// enums, and of values.
    sent: Vec<(&'static Table, Box<[Count]>)>,
    sent_values: Vec<Count>,
}

impl Tally {
    /// Keeps what a connection counted that is over.
    pub(crate) fn keep(&mut self, stats: &LinkStats, limits: &LimitCounts, received: &Received) {
        self.stats.add(stats);
        self.limits.add(limits);
        self.received.add(received);
    }

    /// What those counted that are over: what went over them, and their limits.
    pub(crate) fn kept(&self) -> (LinkStats, LimitCounts) {
        (self.stats.clone(), self.limits)
    }

    /// What those received that are over.
    pub(crate) fn received(&self) -> &Received {
        &self.received
    }

    /// Counts copies of a message that were sent by its action's name, of so many
    /// bytes each.
    #[inline]
    pub(crate) fn sent<M: Message>(&mut self, message: &M, copies: u64, bytes: usize) {
        let counts = match message.dict_action() {
            Some(name) => {
                let label = self.names.label(name, || false);
                at(&mut self.sent_values, label.index())
            }
            None => {
                let counts = by_table_mut(&mut self.sent, M::TABLE, || {
                    let counts = vec![Count::default(); M::TABLE.actions.len()];
                    counts.into_boxed_slice()
                });
                counts.and_then(|counts| counts.get_mut(message.slot()))
            }
        };
        if let Some(count) = counts {
            count.note_copies(copies, bytes);
        }
    }

    /// What was sent, by name; `numbered` is what went by numbers.
    pub(crate) fn sent_actions<'a>(
        &'a self,
        numbered: impl Iterator<Item = (&'a str, Count)>,
    ) -> Vec<SentAction> {
        let mut actions: BTreeMap<&str, Count> = BTreeMap::new();
        let typed = self.sent.iter().flat_map(|(table, counts)| {
            let names = table.actions.iter().map(|action| action.name);
            names.zip(counts.iter().copied())
        });
        let values = self.names.iter().zip(self.sent_values.iter().copied());
        for (name, count) in numbered.chain(typed).chain(values) {
            if count.messages > 0 {
                actions.entry(name).or_default().add(count);
            }
        }
        let sent = |(name, count): (&str, Count)| SentAction {
            action: name.to_owned(),
            messages: count.messages,
            bytes: count.bytes,
        };
        actions.into_iter().map(sent).collect()
    }
}

fn at<T: Default>(list: &mut Vec<T>, index: usize) -> Option<&mut T> {
    if list.len() <= index {
        slots::resize(list, index + 1, T::default);
    }
    list.get_mut(index)
}
