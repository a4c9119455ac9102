//! Everything received and not yet handled, of all connections of one end.

use std::ops::Range;

use crate::codec::bincode::Problem;
use crate::codec::rencode;
use crate::{Error, Reason, Value};

/// What was received: one buffer that all connections read into, and one
/// record for each thing that happened, in order.
///
/// ```text
/// bytes  [ frame | frame | frame | gap for a cut tail | room for a read ]
///            ^ start..end of a record   ^ used                bytes.len() ^
/// ```
///
/// A *batch* is what one pump found. It stays until the first pump after it
/// was offered to a handler, so every listener sees it; what is recorded while
/// handlers run belongs to the next batch.
#[derive(Debug)]
pub(crate) struct Inbox {
    bytes: Vec<u8>,
    // used <= bytes.len(); what lies behind is free and already initialised.
    used: usize,
    /// Bodies that came in a coding that can't be read in place.
    unpacked: Vec<u8>,
    records: Vec<Record>,
    // batch_end <= records.len()
    batch_end: usize,
    offered: bool,
    /// How many records were dropped before `records[0]`.
    dropped: u64,
    /// How many batches were dropped: tells a link that its own count is stale.
    epoch: u32,
    /// How much to read at once.
    room: usize,
}

/// One thing that happened on one connection.
#[derive(Debug)]
pub(crate) struct Record {
    /// The connection's slot.
    pub(crate) link: u32,
    /// Whether a handler had a method for it, even if the method could not run.
    pub(crate) handled: bool,
    pub(crate) what: What,
}

#[derive(Debug)]
pub(crate) enum What {
    Connected,
    /// A message: the index of its action among the remote actions, and the
    /// range of its body.
    Message {
        remote: u32,
        start: usize,
        end: usize,
    },
    /// A message that carries its own names.
    Dict(Dict),
    /// A message of a connection that the game has closed meanwhile.
    Nothing,
    // Boxed, so that a record of a message stays small.
    Disconnected(Box<Reason>),
    Error(Box<Error>),
}

/// Puts down messages of one connection.
pub(crate) struct Messages<'a> {
    link: u32,
    records: &'a mut Vec<Record>,
}

impl Messages<'_> {
    #[inline]
    pub(crate) fn push(&mut self, remote: u32, start: usize, end: usize) {
        self.records.push(Record {
            link: self.link,
            handled: false,
            what: What::Message { remote, start, end },
        });
    }
}

/// Where a message that carries its own names is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dict {
    pub(crate) form: DictForm,
    /// Whether it is among the bodies that were unpacked.
    unpacked: bool,
    start: usize,
    end: usize,
    // The action's name lies within start..end.
    name_at: u32,
    name_bytes: u8,
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
        })
    }

    /// The same, among the bodies that were unpacked.
    pub(crate) fn unpacked(
        form: DictForm,
        start: usize,
        name: &Range<usize>,
        end: usize,
    ) -> Option<Self> {
        let unpacked = true;
        Self::new(form, start, name, end).map(|dict| Self { unpacked, ..dict })
    }

    /// Where in the dict its action's name is.
    pub(crate) fn name(&self) -> Range<usize> {
        let start = self.name_at as usize;
        start..start + usize::from(self.name_bytes)
    }
}

/// The bytes that records refer to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bodies<'a> {
    bytes: &'a [u8],
    unpacked: &'a [u8],
}

impl<'a> Bodies<'a> {
    /// The name of a dict's action.
    pub(crate) fn name(self, dict: &Dict) -> &'a str {
        let name = self.dict(dict).get(dict.name()).unwrap_or_default();
        // It was checked when it came.
        std::str::from_utf8(name).unwrap_or_default()
    }

    fn dict(self, dict: &Dict) -> &'a [u8] {
        let bytes = if dict.unpacked {
            self.unpacked
        } else {
            self.bytes
        };
        bytes.get(dict.start..dict.end).unwrap_or_default()
    }
}

/// The room for a read is between these: small for a client that hears little,
/// large enough that a busy server reads what a socket has in one call.
const MIN_ROOM: usize = 4 << 10;
const MAX_ROOM: usize = 64 << 10;

/// A buffer larger than this shrinks again when little of it was used.
const KEPT_BYTES: usize = 256 << 10;
const KEPT_RECORDS: usize = 4 << 10;

impl Inbox {
    pub(crate) fn new() -> Self {
        Self {
            bytes: Vec::new(),
            used: 0,
            unpacked: Vec::new(),
            records: Vec::new(),
            batch_end: 0,
            offered: false,
            dropped: 0,
            epoch: 0,
            room: MIN_ROOM,
        }
    }

    /// Starts the next batch: calls `gone` with each record that was offered
    /// and is dropped now, but for messages that were handled. Whether any was.
    pub(crate) fn begin_batch(&mut self, mut gone: impl FnMut(Record, Bodies<'_>)) -> bool {
        let clear = self.offered;
        if clear {
            let bodies = Bodies {
                bytes: &self.bytes,
                unpacked: &self.unpacked,
            };
            for record in self.records.drain(..self.batch_end) {
                // Nearly all are such.
                if !(record.handled && matches!(record.what, What::Message { .. })) {
                    gone(record, bodies);
                }
            }
            if self.records.capacity() > KEPT_RECORDS && self.batch_end < KEPT_RECORDS / 2 {
                self.records.shrink_to(KEPT_RECORDS);
            }
            self.dropped += self.batch_end as u64;
            self.epoch = self.epoch.wrapping_add(1);
            self.offered = false;
            self.batch_end = 0;
            // Records of the next batch hold no bytes yet: only a pump adds some.
            if self.bytes.len() > KEPT_BYTES && self.used < KEPT_BYTES / 2 {
                self.bytes.truncate(KEPT_BYTES / 2);
                self.bytes.shrink_to_fit();
            }
            self.used = 0;
            self.unpacked.clear();
            if self.unpacked.capacity() > KEPT_BYTES {
                self.unpacked = Vec::new();
            }
        }
        clear
    }

    /// Ends the batch: what is recorded from now on belongs to the next one.
    pub(crate) fn end_batch(&mut self) {
        self.batch_end = self.records.len();
    }

    /// Takes this batch out, for somebody else to offer it.
    pub(crate) fn take_batch(&mut self) -> Self {
        let mut taken = Self::new();
        taken.room = self.room;
        taken.dropped = self.dropped;
        std::mem::swap(self, &mut taken);
        // What was recorded since the batch ended stays for the next one.
        self.records = taken.records.split_off(taken.batch_end);
        self.dropped = taken.dropped + taken.batch_end as u64;
        self.epoch = taken.epoch.wrapping_add(1);
        taken
    }

    pub(crate) fn records(&self) -> &[Record] {
        &self.records
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        self.records.truncate(len);
    }

    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// The records of this batch, offered to a handler now.
    pub(crate) fn offer(&mut self) -> usize {
        self.offered |= self.batch_end > 0;
        self.batch_end
    }

    /// Whether there is something that was not offered yet.
    pub(crate) fn has_news(&self) -> bool {
        self.records.len() > if self.offered { self.batch_end } else { 0 }
    }

    /// How many records came before the first one of this batch.
    pub(crate) fn first_sequence(&self) -> u64 {
        self.dropped
    }

    pub(crate) fn epoch(&self) -> u32 {
        self.epoch
    }

    #[inline]
    pub(crate) fn push(&mut self, link: u32, what: What) {
        self.records.push(Record {
            link,
            handled: false,
            what,
        });
    }

    /// The bytes of a connection between `start` and `end`, and where the messages
    /// among them are put down.
    pub(crate) fn parts(&mut self, link: u32, start: usize, end: usize) -> (&[u8], Messages<'_>) {
        let bytes = self.bytes.get(start..end).unwrap_or_default();
        let records = &mut self.records;
        (bytes, Messages { link, records })
    }

    /// Takes back the messages of a connection: the game has closed it.
    pub(crate) fn silence(&mut self, link: u32) {
        for record in &mut self.records {
            let is_message = matches!(record.what, What::Message { .. } | What::Dict(_));
            if record.link == link && is_message {
                record.what = What::Nothing;
            }
        }
    }

    #[inline]
    pub(crate) fn set_handled(&mut self, index: usize) {
        if let Some(record) = self.records.get_mut(index) {
            record.handled = true;
        }
    }

    #[inline]
    pub(crate) fn record(&self, index: usize) -> Option<&Record> {
        self.records.get(index)
    }

    /// Lends the bodies that were unpacked, for another to be added.
    pub(crate) fn take_unpacked(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.unpacked)
    }

    /// Takes them back.
    pub(crate) fn put_unpacked(&mut self, unpacked: Vec<u8>) {
        self.unpacked = unpacked;
    }

    /// The name of a dict's action.
    pub(crate) fn name(&self, dict: &Dict) -> &str {
        self.bodies().name(dict)
    }

    /// All of a dict.
    pub(crate) fn dict(&self, dict: &Dict) -> &[u8] {
        self.bodies().dict(dict)
    }

    /// A dict as a value.
    ///
    /// # Errors
    ///
    /// What is wrong with its bytes.
    pub(crate) fn value(&self, dict: &Dict) -> Result<Value, Problem> {
        let bytes = self.dict(dict);
        match dict.form {
            DictForm::Native => Value::decode(bytes.get(dict.name().end..).unwrap_or_default()),
            DictForm::Rencode => rencode::decode_value(bytes),
        }
    }

    fn bodies(&self) -> Bodies<'_> {
        Bodies {
            bytes: &self.bytes,
            unpacked: &self.unpacked,
        }
    }

    #[inline]
    pub(crate) fn body(&self, start: usize, end: usize) -> &[u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// Room to read into, behind a gap of `gap` bytes. How much was read is
    /// told by [`filled`](Self::filled).
    pub(crate) fn room(&mut self, gap: usize) -> &mut [u8] {
        let start = self.used + gap;
        let end = start + self.room;
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        self.bytes.get_mut(start..end).unwrap_or_default()
    }

    /// Takes note of how much of the room a read filled: whether all of it was,
    /// so that there may be more to read.
    pub(crate) fn filled(&mut self, read: usize) -> bool {
        let all = read == self.room;
        if all {
            self.room = (self.room * 2).min(MAX_ROOM);
        }
        all
    }

    /// Where the next bytes go.
    pub(crate) fn used(&self) -> usize {
        self.used
    }

    /// Puts `tail` into the gap in front of what was just read.
    pub(crate) fn fill_gap(&mut self, tail: &[u8]) {
        let end = self.used + tail.len();
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        if let Some(gap) = self.bytes.get_mut(self.used..end) {
            gap.copy_from_slice(tail);
        }
    }

    /// Keeps the bytes up to `end`, which records refer to.
    pub(crate) fn keep(&mut self, end: usize) {
        debug_assert!(self.used <= end && end <= self.bytes.len());
        self.used = end;
    }
}
