//! The actions that the other ends send.

use std::collections::HashMap;

use super::own_shape;
use crate::Error;
use crate::error::Quoted;
use crate::handler::Bindings;
use crate::message::{Action, Table};
use crate::shape::Shape;

/// The actions that the other ends announced, each kept once however many
/// connections announced it, and which method of a handler takes each.
#[derive(Debug, Default)]
pub(crate) struct RemoteActions {
    actions: Vec<RemoteAction>,
    /// Places in `actions` that no connection uses any more.
    free: Vec<u32>,
    /// By name and shape, as they came.
    index: HashMap<(Box<str>, Box<[u8]>), u32>,
    handlers: Vec<Resolved>,
}

#[derive(Debug)]
struct RemoteAction {
    name: Box<str>,
    shape: Shape,
    shape_bytes: Box<[u8]>,
    /// How many connections announced it.
    users: u32,
    /// Whether it was logged that nothing handles it.
    told_unhandled: bool,
}

/// A handler's methods, and how each of the remote actions fits them.
#[derive(Debug)]
struct Resolved {
    bindings: &'static Bindings,
    fits: Vec<Fit>,
}

/// Which of a handler's methods takes an action of the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    None,
    Arm(u16),
    Differs,
}

impl RemoteActions {
    /// Takes note that one more connection announced this action; its index.
    pub(crate) fn announce(&mut self, name: &str, shape: Shape, shape_bytes: &[u8]) -> u32 {
        let key = (Box::from(name), Box::from(shape_bytes));
        if let Some(&known) = self.index.get(&key) {
            if let Some(action) = self.actions.get_mut(known as usize) {
                action.users += 1;
            }
            return known;
        }
        let action = RemoteAction {
            name: Box::from(name),
            shape,
            shape_bytes: Box::from(shape_bytes),
            users: 1,
            told_unhandled: false,
        };
        let place = match self.free.pop() {
            Some(place) => place,
            // Bounded by connections times names, far below `u32::MAX`.
            None => u32::try_from(self.actions.len()).unwrap_or(u32::MAX),
        };
        let index = place as usize;
        for resolved in &mut self.handlers {
            let fit = fit(resolved.bindings, &action);
            set_or_push(&mut resolved.fits, index, fit);
        }
        set_or_push(&mut self.actions, index, action);
        self.index.insert(key, place);
        place
    }

    /// Takes note that a connection that announced this action is gone.
    pub(crate) fn forget(&mut self, remote: u32) {
        let Some(action) = self.actions.get_mut(remote as usize) else {
            return;
        };
        action.users = action.users.saturating_sub(1);
        if action.users == 0 {
            let name = std::mem::take(&mut action.name);
            let shape_bytes = std::mem::take(&mut action.shape_bytes);
            self.index.remove(&(name, shape_bytes));
            self.free.push(remote);
        }
    }

    /// The index of a handler's methods, for [`fit`](Self::fit).
    pub(crate) fn bind(&mut self, bindings: &'static Bindings) -> usize {
        let same = |resolved: &Resolved| std::ptr::eq(resolved.bindings, bindings);
        self.handlers.iter().position(same).unwrap_or_else(|| {
            let fits = self.actions.iter().map(|action| fit(bindings, action));
            let fits = fits.collect();
            self.handlers.push(Resolved { bindings, fits });
            self.handlers.len() - 1
        })
    }

    /// Which of a handler's methods takes a remote action.
    #[inline]
    pub(crate) fn fit(&self, handler: usize, remote: u32) -> Fit {
        self.handlers
            .get(handler)
            .and_then(|resolved| resolved.fits.get(remote as usize))
            .copied()
            .unwrap_or(Fit::None)
    }

    /// Takes note that nothing handled a message; logged once an action.
    pub(crate) fn unhandled(&mut self, remote: u32) {
        if let Some(action) = self.actions.get_mut(remote as usize)
            && !std::mem::replace(&mut action.told_unhandled, true)
        {
            let name = Quoted(&action.name);
            log::warn!("no method handles the action {name} (further ones are only counted)");
        }
    }

    #[inline]
    pub(crate) fn name(&self, remote: u32) -> &str {
        self.actions
            .get(remote as usize)
            .map_or("", |action| &action.name)
    }

    /// The error that tells how the two ends' fields of an action differ.
    #[cold]
    pub(crate) fn differs(&self, remote: u32, table: Option<&'static Table>) -> Error {
        let name = self.name(remote);
        let theirs = self.actions.get(remote as usize);
        let ours = table
            .and_then(|table| table.actions.iter().find(|action| action.name == name))
            .and_then(own_shape);
        Error::ShapesDiffer {
            action: name.to_owned(),
            theirs: theirs.map_or_else(String::new, |action| action.shape.to_string()),
            ours: ours.map_or_else(String::new, |own| own.shape.to_string()),
        }
    }
}

/// Which of `bindings`' methods takes an action of the other end.
fn fit(bindings: &Bindings, theirs: &RemoteAction) -> Fit {
    let ours = bindings.table.and_then(|table| {
        let mut actions = table.actions.iter();
        actions.find(|ours| ours.name == &*theirs.name)
    });
    let arm_of = |ours: &Action| bindings.arms.iter().position(|arm| *arm == ours.method);
    match ours.and_then(|ours| Some((arm_of(ours)?, own_shape(ours)?))) {
        Some((arm, own)) if own.bytes == *theirs.shape_bytes => {
            u16::try_from(arm).map_or(Fit::None, Fit::Arm)
        }
        Some(_) => Fit::Differs,
        None => Fit::None,
    }
}

fn set_or_push<T>(list: &mut Vec<T>, index: usize, value: T) {
    match list.get_mut(index) {
        Some(place) => *place = value,
        None => list.push(value),
    }
}
