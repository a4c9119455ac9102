//! Messages that carry their own names.

use std::ops::Range;

use super::{KEPT_BYTES, Run};
#[cfg(feature = "json")]
use crate::codec::json;
use crate::codec::rencode::{Entry, Fields, Known, Layouts, NAME_AT, NoMessage, Place};
use crate::stats::Label;

/// What is known of such messages in the inbox.
#[derive(Debug, Default)]
pub(crate) struct Dicts {
    dicts: Vec<Dict>,
    /// Where their fields are, of one dict after the other.
    entries: Vec<Entry>,
    /// Bodies that came in a coding that can't be read in place.
    unpacked: Vec<u8>,
    /// How those are laid out that came lately, and the labels of their actions' names.
    layouts: Layouts<Label>,
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
    /// The label of that name, if it is known.
    label: Label,
    /// How it is laid out, if that is known.
    layout: Option<Place>,
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
            layout: None,
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
    pub(super) fn take(&mut self, bytes: &[u8], start: usize) -> Result<Dict, NoMessage> {
        take_other(bytes, start, &mut self.entries, &mut self.layouts)
    }

    /// The same for a message that is laid out as one before it, as nearly all are.
    #[inline(always)]
    pub(super) fn take_known(&mut self, bytes: &[u8], start: usize) -> Option<Dict> {
        let first_entry = self.entries.len();
        let known = self.layouts.find(bytes, &mut self.entries)?;
        Some(known_dict(&known, start, first_entry))
    }

    /// Unpacks the message in JSON that `bytes` begin with, if it is a plain one; and
    /// how many bytes it takes. What follows it may be there too.
    #[cfg(feature = "json")]
    pub(super) fn take_json(&mut self, bytes: &[u8]) -> Option<(Dict, usize)> {
        let start = self.unpacked.len();
        let first_entry = self.entries.len();
        // It takes at most three times as many bytes.
        let limit = start.saturating_add(bytes.len().saturating_mul(3));
        let (out, entries) = (&mut self.unpacked, &mut self.entries);
        if let Some((read, known)) =
            json::known_to_rencode(bytes, out, limit, entries, &self.layouts)
        {
            let dict = Dict {
                unpacked: true,
                ..known_dict(&known, start, first_entry)
            };
            return Some((dict, read));
        }
        out.truncate(start);
        entries.truncate(first_entry);
        self.take_other_json(bytes, limit)
    }

    #[cfg(feature = "json")]
    #[inline(never)]
    fn take_other_json(&mut self, bytes: &[u8], limit: usize) -> Option<(Dict, usize)> {
        let start = self.unpacked.len();
        let read = json::plain_to_rencode(bytes, &mut self.unpacked, limit);
        let dict = read.and_then(|_| {
            let body = self.unpacked.get(start..)?;
            take_any(body, start, &mut self.entries, &mut self.layouts).ok()
        });
        let Some(dict) = dict else {
            self.unpacked.truncate(start);
            return None;
        };
        let unpacked = true;
        Some((Dict { unpacked, ..dict }, read?))
    }

    /// Forgets the dict that was taken last.
    pub(super) fn put_back(&mut self, dict: &Dict) {
        self.entries.truncate(dict.first_entry);
        if dict.unpacked {
            self.unpacked.truncate(dict.start);
        }
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
                None => take_any(body, start, &mut self.entries, &mut self.layouts),
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
        if let Some(layout) = dict.layout
            && dict.label != label
        {
            self.layouts.set_known(layout, label);
        }
        // There are fewer than messages may wait, on all connections.
        let id = DictId(self.dicts.len() as u32);
        self.dicts.push(Dict { label, ..dict });
        id
    }

    #[inline]
    pub(super) fn get(&self, id: DictId) -> Option<&Dict> {
        self.dicts.get(id.0 as usize)
    }

    /// Knows from now on what `before` knew of messages that came lately.
    pub(super) fn take_layouts(&mut self, before: &mut Self) {
        self.layouts = std::mem::take(&mut before.layouts);
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

/// The dict that begins at `start` and whose fields are put down from there on.
#[inline]
fn known_dict(known: &Known<Label>, start: usize, first_entry: usize) -> Dict {
    Dict {
        form: DictForm::Rencode,
        unpacked: false,
        name_bytes: known.name_bytes,
        name_at: NAME_AT as u32,
        label: known.known,
        layout: Some(known.place),
        entries: known.entries as u32,
        first_entry,
        start,
        end: start + known.end,
    }
}

#[inline(never)]
fn take_any(
    bytes: &[u8],
    start: usize,
    entries: &mut Vec<Entry>,
    layouts: &mut Layouts<Label>,
) -> Result<Dict, NoMessage> {
    let first_entry = entries.len();
    match layouts.find(bytes, entries) {
        Some(known) => Ok(known_dict(&known, start, first_entry)),
        None => take_other(bytes, start, entries, layouts),
    }
}

#[inline(never)]
fn take_other(
    bytes: &[u8],
    start: usize,
    entries: &mut Vec<Entry>,
    layouts: &mut Layouts<Label>,
) -> Result<Dict, NoMessage> {
    let first_entry = entries.len();
    let found = layouts.find_other(bytes, entries);
    let (found, layout) = found.ok_or(NoMessage::NoDict)?;
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
        layout,
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

    /// The fields of a dict in rencode.
    #[inline]
    pub(crate) fn fields(self, dict: &Dict) -> Fields<'a> {
        let end = dict.first_entry + dict.entries as usize;
        let entries = self.dicts.entries.get(dict.first_entry..end);
        Fields {
            body: self.body(dict),
            entries: entries.unwrap_or_default(),
            are_distinct: dict.layout.is_some(),
        }
    }
}
