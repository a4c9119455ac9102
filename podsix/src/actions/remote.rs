//! The actions that the other ends send.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::own_shape;
use crate::Error;
use crate::error::Quoted;
use crate::handler::Bindings;
use crate::message::{Action, Table};
use crate::outgoing::Outbox;
use crate::shape::Shape;

/// The actions that the other ends announced, each kept once however many
/// connections announced it.
#[derive(Debug, Default)]
pub(crate) struct RemoteActions {
    known: KnownActions,
    /// How many connections announced each.
    users: Vec<u32>,
    /// Places that no connection uses any more.
    free: Vec<u32>,
    /// By name and shape, as they came.
    index: HashMap<(Box<str>, Box<[u8]>), u32>,
}

/// The remote actions as they are at one moment, to be kept with the messages
/// that refer to them.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownActions {
    actions: Arc<Vec<Arc<RemoteAction>>>,
    /// How they fit the handlers that were called so far; shared by all
    /// moments, so that it is found out once.
    resolved: Arc<Mutex<Vec<Resolved>>>,
}

#[derive(Debug)]
pub(crate) struct RemoteAction {
    pub(crate) name: Box<str>,
    pub(crate) shape: Shape,
    shape_bytes: Box<[u8]>,
    /// Whether it was logged that nothing handles it.
    told_unhandled: AtomicBool,
}

/// What takes messages: a handler's methods, or all actions of an enum.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Selection {
    Handler(&'static Bindings),
    Enum(&'static Table),
}

/// A selection, and how each of the remote actions fits it.
#[derive(Debug)]
struct Resolved {
    selection: Selection,
    /// The moment that `fits` is for.
    actions: Arc<Vec<Arc<RemoteAction>>>,
    fits: Arc<[Fit]>,
}

/// Which of a handler's methods, or of an enum's variants, takes an action of
/// the other end, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    None,
    /// Both ends have the same fields: the body goes straight into them.
    Same(u16),
    /// The body has to be read by the other end's fields.
    ByName(u16),
    /// The other end's fields can't be taken for this end's.
    Differs,
}

impl RemoteActions {
    /// What is known now.
    pub(crate) fn known(&self) -> &KnownActions {
        &self.known
    }

    /// Takes note that one more connection announced this action; its index.
    pub(crate) fn announce(&mut self, name: &str, shape: Shape, shape_bytes: &[u8]) -> u32 {
        let key = (Box::from(name), Box::from(shape_bytes));
        if let Some(&known) = self.index.get(&key) {
            if let Some(users) = self.users.get_mut(known as usize) {
                *users += 1;
            }
            return known;
        }
        let action = Arc::new(RemoteAction {
            name: Box::from(name),
            shape,
            shape_bytes: Box::from(shape_bytes),
            told_unhandled: AtomicBool::new(false),
        });
        // Bounded by connections times names, far below `u32::MAX`.
        let next = u32::try_from(self.users.len()).unwrap_or(u32::MAX);
        let place = self.free.pop().unwrap_or(next);
        let actions = Arc::make_mut(&mut self.known.actions);
        set_or_push(actions, place as usize, action);
        set_or_push(&mut self.users, place as usize, 1);
        self.index.insert(key, place);
        place
    }

    /// Takes note that a connection that announced this action is gone.
    pub(crate) fn forget(&mut self, remote: u32) {
        let Some(users) = self.users.get_mut(remote as usize) else {
            return;
        };
        *users = users.saturating_sub(1);
        if *users == 0
            && let Some(action) = self.known.actions.get(remote as usize)
        {
            let key = (action.name.clone(), action.shape_bytes.clone());
            self.index.remove(&key);
            self.free.push(remote);
        }
    }
}

impl KnownActions {
    /// Whether these are of the same moment.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.actions, &other.actions)
    }

    #[inline]
    pub(crate) fn get(&self, remote: u32) -> Option<&RemoteAction> {
        self.actions.get(remote as usize).map(|action| &**action)
    }

    #[inline]
    pub(crate) fn name(&self, remote: u32) -> &str {
        self.get(remote).map_or("", |action| &action.name)
    }

    /// How each of these actions fits a selection, by the action's index.
    pub(crate) fn fits(&self, selection: Selection) -> Arc<[Fit]> {
        let same = |known: &Resolved| known.selection.is(&selection);
        let lock = || self.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().iter().find(|known| same(known))
            && Arc::ptr_eq(&known.actions, &self.actions)
        {
            return Arc::clone(&known.fits);
        }
        // The user's code may run here, never under the lock.
        let fits = self.actions.iter().map(|action| selection.fit(action));
        let new = Resolved {
            selection,
            actions: Arc::clone(&self.actions),
            fits: fits.collect(),
        };
        let fits = Arc::clone(&new.fits);
        let mut resolved = lock();
        match resolved.iter_mut().find(|known| same(known)) {
            Some(known) => *known = new,
            None => resolved.push(new),
        }
        fits
    }

    /// Whether anything that was called so far takes an action of this name.
    pub(crate) fn are_for(&self, name: &str) -> bool {
        let resolved = self.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        let mut selections = resolved.iter().map(|known| known.selection);
        selections.any(|selection| selection.arm(name).is_some())
    }

    /// Takes note that nothing handled a message; logged once an action.
    pub(crate) fn unhandled(&self, remote: u32, outbox: &mut Outbox) {
        if let Some(action) = self.get(remote)
            && !action.told_unhandled.swap(true, Ordering::Relaxed)
        {
            let (peer, name) = (outbox.peer, Quoted(&action.name));
            let level = outbox.warning_level();
            log::log!(
                level,
                "{peer}: no method handles the action {name} (further ones are only counted)"
            );
        }
    }

    /// The error that tells how the two ends' fields of an action differ.
    #[cold]
    pub(crate) fn differs(&self, remote: u32, table: Option<&'static Table>) -> Error {
        let name = self.name(remote);
        let theirs = self.get(remote);
        let ours = table
            .and_then(|table| table.actions.iter().find(|action| action.name == name))
            .and_then(own_shape);
        Error::ShapesDiffer {
            action: name.to_owned(),
            theirs: theirs.map_or_else(String::new, |action| action.shape.to_string()),
            ours: ours.map_or_else(String::new, |own| own.shape.to_string()),
            sent: false,
        }
    }
}

impl Selection {
    /// What takes an action of this name: its arm (a method's position, or a
    /// variant's), and in linked mode the action in the enum's table.
    pub(crate) fn arm(&self, name: &str) -> Option<(u16, Option<&'static Action>)> {
        let (table, arms) = match self {
            Self::Enum(table) => (Some(*table), None),
            Self::Handler(bindings) => (bindings.table, Some(bindings.arms)),
        };
        let slot = table.map(|table| table.actions.iter().position(|ours| ours.name == name));
        let (arm, action) = match (slot, table, arms) {
            (None, _, Some(arms)) => (arms.iter().position(|arm| *arm == name)?, None),
            (Some(slot), Some(table), arms) => {
                let action = table.actions.get(slot?)?;
                let arm = match arms {
                    Some(arms) => arms.iter().position(|arm| *arm == action.method)?,
                    None => slot?,
                };
                (arm, Some(action))
            }
            _ => return None,
        };
        Some((u16::try_from(arm).ok()?, action))
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Handler(a), Self::Handler(b)) => std::ptr::eq(*a, *b),
            (Self::Enum(a), Self::Enum(b)) => std::ptr::eq(*a, *b),
            _ => false,
        }
    }

    /// The enum that it is, or is linked to.
    pub(crate) fn table(self) -> Option<&'static Table> {
        match self {
            Self::Handler(bindings) => bindings.table,
            Self::Enum(table) => Some(table),
        }
    }

    pub(crate) fn fit(&self, theirs: &RemoteAction) -> Fit {
        let Some((arm, action)) = self.arm(&theirs.name) else {
            return Fit::None;
        };
        let Some(action) = action else {
            // Without an enum every body is read by name.
            return Fit::ByName(arm);
        };
        match own_shape(action) {
            Some(own) if own.bytes == *theirs.shape_bytes => Fit::Same(arm),
            Some(own) if own.shape.takes(&theirs.shape) => Fit::ByName(arm),
            Some(_) => Fit::Differs,
            None => Fit::None,
        }
    }
}

fn set_or_push<T>(list: &mut Vec<T>, index: usize, value: T) {
    match list.get_mut(index) {
        Some(place) => *place = value,
        None => list.push(value),
    }
}
