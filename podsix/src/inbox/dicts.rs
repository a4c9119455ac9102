//! Messages that carry their own names.

use std::ops::Range;

use super::{KEPT_BYTES, Run};
use crate::codec::rencode::{self, Entry, NoMessage};
use crate::stats::Label;

/// What is known of such messages in the inbox.
#[derive(Debug, Default)]
pub(crate) struct Dicts {
    dicts: Vec<Dict>,
    /// Where their fields are, of one dict after the other.
    entries: Vec<Entry>,
    /// Bodies that came in a coding that can't be read in place.
    unpacked: Vec<u8>,
}

/// Which of them a record is of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DictId(u32);

/// One message that carries its own names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dict {
    pub(crate) form: DictForm,
    /// Whether it is among the bodies that were unpacked.
    unpacked: bool,
    name_bytes: u8,
    // The action's name lies within start..end.
    name_at: u32,
    /// The label of that name.
    label: Label,
    // Its fields, if it is in rencode.
    entries: u32,
    first_entry: usize,
    start: usize,
    end: usize,
}

/// How a dict is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DictForm {
    /// The action's name, then a value.
    Native,
    /// rencode, with the action in it.
    Rencode,
}

impl Dict {
    /// A dict between `start` and `end`, with its action's name at `name`
    /// therein; none if that has no size that a name can have.
    #[inline]
    pub(crate) fn new(
        form: DictForm,
        start: usize,
        name: &Range<usize>,
        end: usize,
    ) -> Option<Self> {
        let name_bytes = u8::try_from(name.len()).ok().filter(|bytes| *bytes > 0)?;
        Some(Self {
            form,
            unpacked: false,
            start,
            end,
            name_at: u32::try_from(name.start).ok()?,
            name_bytes,
            label: Label::OTHERS,
            first_entry: 0,
            entries: 0,
        })
    }

    /// Where it ends in the inbox.
    #[inline]
    pub(crate) fn end(&self) -> usize {
        self.end
    }

    /// Where in the dict its action's name is.
    #[inline]
    pub(crate) fn name(&self) -> Range<usize> {
        let start = self.name_at as usize;
        start..start + usize::from(self.name_bytes)
    }

    #[inline]
    pub(crate) fn label(&self) -> Label {
        self.label
    }
}

impl Dicts {
    /// Takes apart the message in rencode that `bytes` begin with, which stand
    /// at `start` in the inbox. What follows it may be there too.
    ///
    /// # Errors
    ///
    /// A [`NoMessage`] that tells why it is none.
    #[inline]
    pub(super) fn take(&mut self, bytes: &[u8], start: usize) -> Result<Dict, NoMessage> {
        take_apart(bytes, start, &mut self.entries)
    }

    /// Forgets where the fields are of the dict that was taken last.
    pub(super) fn put_back(&mut self, dict: &Dict) {
        self.entries.truncate(dict.first_entry);
    }

    /// Has `write` append a body to those that were unpacked: one in the form of
    /// the native wire, if it gives the place of its action's name, otherwise one
    /// in rencode.
    ///
    /// # Errors
    ///
    /// What `write` gives, or a [`NoMessage`] if it wrote none.
    pub(crate) fn unpack<E: From<NoMessage>>(
        &mut self,
        write: impl FnOnce(&mut Vec<u8>) -> Result<Option<Range<usize>>, E>,
    ) -> Result<Dict, E> {
        let start = self.unpacked.len();
        let written = write(&mut self.unpacked);
        let dict = written.and_then(|name| {
            let end = self.unpacked.len();
            let body = self.unpacked.get(start..end).unwrap_or_default();
            let dict = match name {
                Some(name) => {
                    let name = name.start - start..name.end - start;
                    Dict::new(DictForm::Native, start, &name, end).ok_or(NoMessage::NoName)
                }
                None => take_apart(body, start, &mut self.entries),
            };
            Ok(dict?)
        });
        match dict {
            Ok(dict) => Ok(Dict {
                unpacked: true,
                ..dict
            }),
            Err(error) => {
                self.unpacked.truncate(start);
                Err(error)
            }
        }
    }

    /// Keeps a dict whose action's name has this label.
    #[inline]
    pub(super) fn push(&mut self, dict: Dict, label: Label) -> DictId {
        // There are fewer than messages may wait, on all connections.
        let id = DictId(self.dicts.len() as u32);
        self.dicts.push(Dict { label, ..dict });
        id
    }

    #[inline]
    pub(super) fn get(&self, id: DictId) -> Option<&Dict> {
        self.dicts.get(id.0 as usize)
    }

    /// Forgets all of them.
    pub(super) fn clear(&mut self) {
        clear(&mut self.dicts);
        clear(&mut self.entries);
        clear(&mut self.unpacked);
    }

    #[inline]
    pub(super) fn bodies<'a>(&'a self, bytes: &'a [u8]) -> Bodies<'a> {
        Bodies { bytes, dicts: self }
    }
}

#[inline]
fn take_apart(bytes: &[u8], start: usize, entries: &mut Vec<Entry>) -> Result<Dict, NoMessage> {
    let first_entry = entries.len();
    let found = rencode::find_message(bytes, entries).ok_or(NoMessage::NoDict)?;
    let dict = found.action.and_then(|name| {
        let end = start + found.end;
        Dict::new(DictForm::Rencode, start, &name, end).ok_or(NoMessage::NoName)
    });
    if dict.is_err() {
        entries.truncate(first_entry);
    }
    Ok(Dict {
        first_entry,
        // It has fewer than bytes.
        entries: (entries.len() - first_entry) as u32,
        ..dict?
    })
}

/// Gives large memory back, if little of it was used.
fn clear<T>(list: &mut Vec<T>) {
    let is_large = list.capacity() * size_of::<T>() > KEPT_BYTES;
    if is_large && list.len() < list.capacity() / 4 {
        *list = Vec::new();
    }
    list.clear();
}

/// The bytes that records refer to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bodies<'a> {
    bytes: &'a [u8],
    dicts: &'a Dicts,
}

impl<'a> Bodies<'a> {
    /// The bodies of messages that came one behind the other.
    pub(crate) fn of_run(self, run: Run) -> impl Iterator<Item = &'a [u8]> {
        let next = move |run: &Run| {
            let mut run = *run;
            run.advance(self.bytes).then_some(run)
        };
        let runs = std::iter::successors(Some(run), next);
        runs.map(move |run| self.bytes.get(run.start..run.end).unwrap_or_default())
    }

    /// A message that carries its own names.
    #[inline]
    pub(crate) fn dict(self, id: DictId) -> Option<&'a Dict> {
        self.dicts.get(id)
    }

    /// The name of a dict's action.
    pub(crate) fn name(self, dict: &Dict) -> &'a str {
        // It was checked when it came.
        std::str::from_utf8(self.name_bytes(dict)).unwrap_or_default()
    }

    /// The same as bytes, which are not checked once more.
    #[inline]
    pub(crate) fn name_bytes(self, dict: &Dict) -> &'a [u8] {
        self.body(dict).get(dict.name()).unwrap_or_default()
    }

    /// All of a dict.
    #[inline]
    pub(crate) fn body(self, dict: &Dict) -> &'a [u8] {
        let bytes = if dict.unpacked {
            &self.dicts.unpacked
        } else {
            self.bytes
        };
        bytes.get(dict.start..dict.end).unwrap_or_default()
    }

    /// Where the fields are of a dict in rencode.
    #[inline]
    pub(crate) fn entries(self, dict: &Dict) -> &'a [Entry] {
        let end = dict.first_entry + dict.entries as usize;
        let entries = self.dicts.entries.get(dict.first_entry..end);
        entries.unwrap_or_default()
    }
}
