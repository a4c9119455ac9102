//! The actions that this end sends.

use super::own_shape;
use crate::Error;
use crate::message::{Table, by_table, by_table_mut};
use crate::protocol::frame;
use crate::stats::Count;

/// The actions that this end has sent, numbered in the order of their first
/// use: the same number on all its connections, so that a broadcast's frame is
/// the same bytes for each.
#[derive(Debug, Default)]
pub(crate) struct LocalActions {
    /// For each enum, the number of each of its actions.
    tables: Vec<(&'static Table, Box<[Option<u32>]>)>,
    /// For each number, the frame that announces its name and shape.
    announcements: Vec<Box<[u8]>>,
    /// For each number, what was sent.
    sent: Vec<Count>,
}

/// An action whose body can't be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoShape;

impl LocalActions {
    /// The number of the action at `slot` of `table`.
    #[inline]
    pub(crate) fn number(&mut self, table: &'static Table, slot: usize) -> Result<u32, NoShape> {
        match self.known(table, slot) {
            Some(number) => Ok(number),
            None => self.first_use(table, slot),
        }
    }

    /// The number of the action at `slot` of `table`, if it has one already.
    #[inline]
    pub(crate) fn known(&self, table: &'static Table, slot: usize) -> Option<u32> {
        let numbers = by_table(&self.tables, table)?;
        numbers.get(slot).copied().flatten()
    }

    /// Counts copies of a message that were sent, of so many bytes each.
    #[inline]
    pub(crate) fn sent(&mut self, number: u32, copies: u64, bytes: usize) {
        if let Some(count) = self.sent.get_mut(number as usize) {
            count.note_copies(copies, bytes);
        }
    }

    /// What was sent of each action.
    pub(crate) fn sent_actions(&self) -> impl Iterator<Item = (&str, Count)> {
        self.tables.iter().flat_map(|(table, numbers)| {
            let actions = table.actions.iter().zip(numbers);
            actions.filter_map(|(action, number)| {
                let number = (*number)? as usize;
                Some((action.name, self.sent.get(number).copied()?))
            })
        })
    }

    /// Numbers all actions of an enum; how many have a number now, and the
    /// frames that tell of them. What has no shape is told of when it is sent.
    pub(crate) fn announce_all(&mut self, table: &'static Table) -> (u32, Vec<u8>) {
        for slot in 0..table.actions.len() {
            let _ = self.number(table, slot);
        }
        let count = u32::try_from(self.announcements.len()).unwrap_or(u32::MAX);
        (count, self.announcements.concat())
    }

    /// The error for an action whose fields the other end can't take.
    pub(crate) fn differs(&self, number: u32, theirs: String) -> Option<Error> {
        let mut tables = self.tables.iter();
        let action = tables.find_map(|(table, numbers)| {
            let slot = numbers.iter().position(|own| *own == Some(number))?;
            table.actions.get(slot)
        })?;
        Some(Error::ShapesDiffer {
            action: action.name.to_owned(),
            ours: own_shape(action)?.shape.to_string(),
            theirs,
            sent: true,
        })
    }

    /// The frame that tells the other end what `number` stands for.
    pub(crate) fn announcement(&self, number: u32) -> &[u8] {
        self.announcements
            .get(number as usize)
            .map_or(&[], |frame| frame)
    }

    #[cold]
    fn first_use(&mut self, table: &'static Table, slot: usize) -> Result<u32, NoShape> {
        let action = table.actions.get(slot).ok_or(NoShape)?;
        let own = own_shape(action).ok_or(NoShape)?;
        if !own.shape.is_complete() {
            return Err(NoShape);
        }
        let number = u32::try_from(self.announcements.len()).map_err(|_| NoShape)?;
        let mut announcement = Vec::new();
        frame::write_name(number, action.name, &own.bytes, &mut announcement);
        self.announcements.push(announcement.into_boxed_slice());
        self.sent.push(Count::default());
        let numbers = by_table_mut(&mut self.tables, table, || {
            vec![None; table.actions.len()].into_boxed_slice()
        });
        if let Some(entry) = numbers.and_then(|numbers| numbers.get_mut(slot)) {
            *entry = Some(number);
        }
        Ok(number)
    }
}
