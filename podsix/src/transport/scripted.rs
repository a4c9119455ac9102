//! A stream that does what a test says, as no network would on demand.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// What the stream does at each call, and what was written to it.
#[derive(Debug, Default)]
pub(crate) struct Script {
    pub(crate) reads: VecDeque<io::Result<Vec<u8>>>,
    pub(crate) writes: VecDeque<io::Result<usize>>,
    pub(crate) written: Vec<u8>,
}

/// A stream that follows a script; at its end it would block.
#[derive(Debug)]
pub(crate) struct ScriptedStream(pub(crate) Arc<Mutex<Script>>);

impl Read for ScriptedStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut script = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = script.reads.pop_front();
        let bytes = next.unwrap_or_else(|| Err(ErrorKind::WouldBlock.into()))?;
        buffer[..bytes.len()].copy_from_slice(&bytes);
        Ok(bytes.len())
    }
}

impl Write for ScriptedStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut script = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = script.writes.pop_front();
        let count = next.unwrap_or_else(|| Err(ErrorKind::WouldBlock.into()))?;
        let count = count.min(bytes.len());
        script.written.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
