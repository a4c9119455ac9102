//! Everything received and not yet handled, of all connections of one end.

use crate::{Error, Reason};

/// What was received: one buffer that all connections read into, and one
/// record for each thing that happened, in order.
///
/// ```text
/// bytes    [ frame of 3 | frame of 3 | frame of 7 | ... free, already zeroed ]
/// records     ^start..end  ^            ^          used^            bytes.len()^
/// ```
#[derive(Debug)]
pub(crate) struct Inbox {
    bytes: Vec<u8>,
    used: usize,
    records: Vec<Record>,
}

/// One thing that happened on one connection.
#[derive(Debug)]
pub(crate) struct Record {
    /// The connection's slot.
    pub(crate) link: u32,
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
    // Boxed, so that a record of a message stays small.
    Disconnected(Box<Reason>),
    Error(Box<Error>),
}

impl Inbox {
    pub(crate) fn new() -> Self {
        Self {
            bytes: Vec::new(),
            used: 0,
            records: Vec::new(),
        }
    }

    #[inline]
    pub(crate) fn record(&self, index: usize) -> Option<&Record> {
        self.records.get(index)
    }

    #[inline]
    pub(crate) fn body(&self, start: usize, end: usize) -> &[u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }
}
