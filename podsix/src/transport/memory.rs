//! Streams in memory: the two ends of a pipe, in one thread or in two.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::outgoing::Shared;

/// One end of a pipe. It behaves as a socket that does not block, and tells
/// the other end's pump when there is something to read or room to write.
#[derive(Debug)]
pub(crate) struct MemoryStream {
    pipe: Arc<Mutex<Pipe>>,
    side: usize,
}

#[derive(Debug, Default)]
struct Pipe {
    /// What each side reads from.
    directions: [Direction; 2],
    /// Whom to tell on each side.
    owners: [Option<(Arc<Shared>, u32)>; 2],
}

#[derive(Debug, Default)]
struct Direction {
    /// What the reader finds.
    bytes: VecDeque<u8>,
    /// What is still under way, where a test holds the wire in its hands.
    held: VecDeque<u8>,
    holds: bool,
    /// The writer sends nothing more.
    ended: bool,
    /// The reader is gone.
    broken: bool,
    /// The writer waits for room.
    blocked: bool,
    /// Reading and writing fail.
    cut: bool,
}

/// The wire between two ends, in the hands of a test.
#[derive(Debug)]
pub(crate) struct Cable {
    pipe: Arc<Mutex<Pipe>>,
}

/// How much a direction holds, as a socket's buffers do.
const CAPACITY_BYTES: usize = 256 << 10;

/// The two ends of a new pipe.
pub(crate) fn pair() -> (MemoryStream, MemoryStream) {
    let pipe = Arc::new(Mutex::new(Pipe::default()));
    let end = |side| MemoryStream {
        pipe: Arc::clone(&pipe),
        side,
    };
    (end(0), end(1))
}

/// The two ends of a new pipe, and the cable between them: nothing arrives
/// until the cable delivers it.
pub(crate) fn held_pair() -> (MemoryStream, MemoryStream, Cable) {
    let (first, second) = pair();
    for direction in &mut first.lock().directions {
        direction.holds = true;
    }
    let cable = Cable {
        pipe: Arc::clone(&first.pipe),
    };
    (first, second, cable)
}

impl Cable {
    /// How many bytes are under way to a side.
    pub(crate) fn held(&self, side: usize) -> usize {
        let pipe = self.lock();
        let direction = pipe.directions.get(side);
        direction.map_or(0, |direction| direction.held.len())
    }

    /// Whether a side still has to hear that the other one sends nothing more.
    pub(crate) fn holds_end(&self, side: usize) -> bool {
        let pipe = self.lock();
        let direction = pipe.directions.get(side);
        direction.is_some_and(|direction| direction.holds && direction.ended)
    }

    /// Lets the next `count` bytes arrive at a side; with the last of them the
    /// end, if there is one.
    pub(crate) fn deliver(&self, side: usize, count: usize) {
        let mut pipe = self.lock();
        if let Some(direction) = pipe.directions.get_mut(side) {
            let count = count.min(direction.held.len());
            direction.bytes.extend(direction.held.drain(..count));
            if direction.held.is_empty() && direction.ended {
                direction.holds = false;
            }
        }
        tell(&pipe, side);
    }

    /// Changes the bytes that are under way to a side.
    pub(crate) fn tamper(&self, side: usize, change: impl FnOnce(&mut Vec<u8>)) {
        let mut pipe = self.lock();
        if let Some(direction) = pipe.directions.get_mut(side) {
            let mut bytes = Vec::from(std::mem::take(&mut direction.held));
            change(&mut bytes);
            direction.held = bytes.into();
        }
    }

    /// Whether both ends have let go of the pipe.
    pub(crate) fn is_released(&self) -> bool {
        Arc::strong_count(&self.pipe) == 1
    }

    /// Breaks the connection at both ends; what was under way is lost.
    pub(crate) fn cut(&self) {
        let mut pipe = self.lock();
        for direction in &mut pipe.directions {
            direction.cut = true;
            direction.held.clear();
        }
        tell(&pipe, 0);
        tell(&pipe, 1);
    }

    fn lock(&self) -> MutexGuard<'_, Pipe> {
        self.pipe.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn tell(pipe: &Pipe, side: usize) {
    if let Some(Some((shared, slot))) = pipe.owners.get(side) {
        shared.signal.touch(*slot);
    }
}

impl MemoryStream {
    /// Lets the pump behind `shared` know what happens on this end.
    pub(crate) fn set_owner(&self, shared: &Arc<Shared>, slot: u32) {
        let mut pipe = self.lock();
        if let Some(owner) = pipe.owners.get_mut(self.side) {
            *owner = Some((Arc::clone(shared), slot));
        }
        drop(pipe);
        shared.signal.touch(slot);
    }

    pub(crate) fn shut_down_writing(&self) {
        let holds = self.with_outward(|direction| {
            direction.ended = true;
            direction.holds
        });
        if !holds {
            self.tell_other();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Pipe> {
        self.pipe.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with_outward<R>(&self, act: impl FnOnce(&mut Direction) -> R) -> R {
        let mut pipe = self.lock();
        let [first, second] = &mut pipe.directions;
        act(if self.side == 0 { second } else { first })
    }

    fn with_inward<R>(&self, act: impl FnOnce(&mut Direction) -> R) -> R {
        let mut pipe = self.lock();
        let [first, second] = &mut pipe.directions;
        act(if self.side == 0 { first } else { second })
    }

    fn tell_other(&self) {
        tell(&self.lock(), 1 - self.side);
    }
}

impl Read for MemoryStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (read, freed) = self.with_inward(|direction| {
            if direction.cut {
                return Err(io::ErrorKind::ConnectionReset.into());
            }
            if direction.bytes.is_empty() {
                return match direction.ended && !direction.holds {
                    true => Ok((0, false)),
                    false => Err(io::ErrorKind::WouldBlock.into()),
                };
            }
            let read = direction.bytes.read(buffer)?;
            Ok::<_, io::Error>((read, std::mem::take(&mut direction.blocked)))
        })?;
        if freed {
            self.tell_other();
        }
        Ok(read)
    }
}

impl Write for MemoryStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // What a writer can know of the other end has to arrive here first.
        let hears_later = self.with_inward(|direction| direction.holds);
        let (written, holds) = self.with_outward(|direction| {
            if direction.cut {
                return Err(io::ErrorKind::ConnectionReset.into());
            }
            if direction.broken && hears_later && !direction.ended {
                return Ok((bytes.len(), true));
            }
            if direction.broken || direction.ended {
                return Err(io::Error::from(io::ErrorKind::BrokenPipe));
            }
            let waiting = direction.bytes.len() + direction.held.len();
            let room = CAPACITY_BYTES.saturating_sub(waiting);
            if room == 0 {
                direction.blocked = true;
                return Err(io::ErrorKind::WouldBlock.into());
            }
            let written = room.min(bytes.len());
            let Direction {
                bytes: there,
                held,
                holds,
                ..
            } = direction;
            let to = if *holds { held } else { there };
            to.extend(bytes.get(..written).unwrap_or_default());
            Ok((written, direction.holds))
        })?;
        if !holds {
            self.tell_other();
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for MemoryStream {
    fn drop(&mut self) {
        self.with_inward(|direction| direction.broken = true);
        self.shut_down_writing();
        if let Some(owner) = self.lock().owners.get_mut(self.side) {
            *owner = None;
        }
    }
}
