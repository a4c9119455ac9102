//! Everything received and not yet handled, of all connections of one end.

mod dicts;

pub(crate) use self::dicts::{Bodies, Dict, DictForm, DictId, Dicts};
use crate::codec::bincode::Problem;
use crate::codec::rencode::{self, NoMessage};
use crate::protocol::run;
use crate::stats::Label;
use crate::{Error, Reason, Value};

/// What was received: one buffer that all connections read into, and one
/// record for each thing that happened, in order; messages of one action that came
/// one behind the other are one.
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
    /// The messages that carry their own names.
    dicts: Dicts,
    records: Vec<Record>,
    /// How many messages were put down since the batch began.
    messages: usize,
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
    /// Whether a handler had a method for it, even if the method could not run; of
    /// messages, for one of them.
    pub(crate) handled: bool,
    pub(crate) what: What,
}

#[derive(Debug)]
pub(crate) enum What {
    Connected,
    /// Messages of one action, which has this index among the remote actions.
    Messages {
        remote: u32,
        run: Run,
    },
    /// A message that carries its own names.
    Dict(DictId),
    /// A message of a connection that the game has closed meanwhile.
    Nothing,
    // Boxed, so that a record of a message stays small.
    Disconnected(Box<Reason>),
    Error(Box<Error>),
}

/// Where messages are that came one behind the other.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Run {
    /// The body of the first one.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The frames of the others are between `end` and here.
    pub(crate) last_end: usize,
}

impl Run {
    /// Goes to the next message; whether there is one. The `inbox_bytes` are those
    /// that it refers to.
    #[inline]
    fn advance(&mut self, inbox_bytes: &[u8]) -> bool {
        if self.end >= self.last_end {
            return false;
        }
        let frames = inbox_bytes.get(self.end..self.last_end);
        let body = run::body_of(frames.unwrap_or_else(nothing));
        self.start = self.end + body.start;
        self.end += body.end;
        true
    }
}

/// Puts down messages of one connection.
pub(crate) struct Messages<'a> {
    link: u32,
    inbox_messages: &'a mut usize,
    records: &'a mut Vec<Record>,
}

impl Messages<'_> {
    /// So many.
    #[inline]
    pub(crate) fn push(&mut self, remote: u32, run: Run, count: usize) {
        *self.inbox_messages += count;
        self.records.push(Record {
            link: self.link,
            handled: false,
            what: What::Messages { remote, run },
        });
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
            dicts: Dicts::default(),
            records: Vec::new(),
            messages: 0,
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
            let bodies = self.dicts.bodies(&self.bytes);
            for record in self.records.drain(..self.batch_end) {
                // Nearly all are such.
                if !(record.handled && matches!(record.what, What::Messages { .. })) {
                    gone(record, bodies);
                }
            }
            if self.records.capacity() > KEPT_RECORDS && self.batch_end < KEPT_RECORDS / 2 {
                self.records.shrink_to(KEPT_RECORDS);
            }
            self.dropped += self.batch_end as u64;
            self.epoch = self.epoch.wrapping_add(1);
            self.offered = false;
            self.messages = 0;
            self.batch_end = 0;
            // Records of the next batch hold no bytes yet: only a pump adds some.
            if self.bytes.len() > KEPT_BYTES && self.used < KEPT_BYTES / 2 {
                self.bytes.truncate(KEPT_BYTES / 2);
                self.bytes.shrink_to_fit();
            }
            self.used = 0;
            self.dicts.clear();
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
        self.dicts.take_layouts(&mut taken.dicts);
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

    /// How many messages were put down since the batch began.
    pub(crate) fn messages(&self) -> usize {
        self.messages
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

    /// Whether something was recorded that is in no batch yet.
    pub(crate) fn is_ahead(&self) -> bool {
        self.records.len() > self.batch_end
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
        let messages = Messages {
            link,
            inbox_messages: &mut self.messages,
            records: &mut self.records,
        };
        (bytes, messages)
    }

    /// Takes back the messages of a connection: the game has closed it.
    pub(crate) fn silence(&mut self, link: u32) {
        for record in &mut self.records {
            let is_message = matches!(record.what, What::Messages { .. } | What::Dict(_));
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
    pub(crate) fn record_mut(&mut self, index: usize) -> Option<&mut Record> {
        self.records.get_mut(index)
    }

    #[inline]
    pub(crate) fn record(&self, index: usize) -> Option<&Record> {
        self.records.get(index)
    }

    /// Takes apart the message in rencode that the bytes between `start` and
    /// `end` begin with.
    ///
    /// # Errors
    ///
    /// A [`NoMessage`] that tells why it is none.
    pub(crate) fn take_dict(&mut self, start: usize, end: usize) -> Result<Dict, NoMessage> {
        let bytes = self.bytes.get(start..end).unwrap_or_default();
        self.dicts.take(bytes, start)
    }

    /// The same for a message that is laid out as one before it, as nearly all are.
    #[inline(always)]
    pub(crate) fn take_known_dict(&mut self, start: usize, end: usize) -> Option<Dict> {
        let bytes = self.bytes.get(start..end)?;
        self.dicts.take_known(bytes, start)
    }

    /// Takes apart the message in JSON that the bytes between `start` and `end` begin
    /// with, if it is a plain one; and how many bytes it takes.
    #[cfg(feature = "json")]
    pub(crate) fn take_json(&mut self, start: usize, end: usize) -> Option<(Dict, usize)> {
        let bytes = self.bytes.get(start..end)?;
        self.dicts.take_json(bytes)
    }

    /// The same if it is all that is between them.
    #[cfg(feature = "websocket")]
    pub(crate) fn take_whole_json(&mut self, start: usize, end: usize) -> Option<Dict> {
        let (dict, bytes) = self.take_json(start, end)?;
        if bytes < end - start {
            self.put_back(&dict);
            return None;
        }
        Some(dict)
    }

    /// Takes back what was put down of the dict that was taken last.
    pub(crate) fn put_back(&mut self, dict: &Dict) {
        self.dicts.put_back(dict);
    }

    /// The bytes between `start` and `end`, and where they can be unpacked to.
    pub(crate) fn unpack(&mut self, start: usize, end: usize) -> (&[u8], &mut Dicts) {
        let bytes = self.bytes.get(start..end).unwrap_or_default();
        (bytes, &mut self.dicts)
    }

    /// Puts down a message that carries its own names.
    #[inline]
    pub(crate) fn push_dict(&mut self, link: u32, dict: Dict, label: Label) {
        let id = self.dicts.push(dict, label);
        self.messages += 1;
        self.push(link, What::Dict(id));
    }

    /// A dict as a value.
    ///
    /// # Errors
    ///
    /// What is wrong with its bytes.
    pub(crate) fn value(&self, dict: &Dict) -> Result<Value, Problem> {
        let bytes = self.bodies().body(dict);
        match dict.form {
            DictForm::Native => Value::decode(bytes.get(dict.name().end..).unwrap_or_default()),
            DictForm::Rencode => rencode::decode_value(bytes),
        }
    }

    /// Dicts, and their bytes.
    #[inline]
    pub(crate) fn bodies(&self) -> Bodies<'_> {
        self.dicts.bodies(&self.bytes)
    }

    /// The name of a dict's action.
    pub(crate) fn name(&self, id: DictId) -> &str {
        let bodies = self.bodies();
        bodies.dict(id).map_or("", |dict| bodies.name(dict))
    }

    /// Goes to the next message; whether there is one.
    #[inline]
    pub(crate) fn advance(&self, run: &mut Run) -> bool {
        run.advance(&self.bytes)
    }

    #[inline]
    pub(crate) fn body(&self, start: usize, end: usize) -> &[u8] {
        // With a branch that is never taken, instead of a choice each time.
        self.bytes.get(start..end).unwrap_or_else(nothing)
    }

    /// The same, to be changed where it lies.
    #[cfg(feature = "websocket")]
    pub(crate) fn body_mut(&mut self, start: usize, end: usize) -> &mut [u8] {
        self.bytes.get_mut(start..end).unwrap_or_default()
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

#[cold]
fn nothing<'a>() -> &'a [u8] {
    &[]
}
