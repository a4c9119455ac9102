//! What time it is, for the protocol.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::protocol::Time;

/// Tells the time since an end was made.
#[derive(Debug)]
pub(crate) enum Clock {
    /// The system's clock, less the time in which the game was somewhere else:
    /// a level that loads for a minute, or a debugger's breakpoint, must not
    /// look like a minute of silence of the other end.
    System {
        start: Instant,
        last: Instant,
        absent: Duration,
    },
    /// Nanoseconds that a test moves by hand.
    Manual(Arc<AtomicU64>),
}

/// Between two pumps, this much time counts at the most.
const LONGEST_GAP: Duration = Duration::from_secs(1);

impl Clock {
    pub(crate) fn system() -> Self {
        let now = Instant::now();
        Self::System {
            start: now,
            last: now,
            absent: Duration::ZERO,
        }
    }

    /// The time, when the game calls.
    pub(crate) fn arrive(&mut self) -> Time {
        self.read(LONGEST_GAP)
    }

    /// The time, after waiting for the operating system.
    pub(crate) fn wake(&mut self) -> Time {
        self.read(Duration::MAX)
    }

    fn read(&mut self, longest_gap: Duration) -> Time {
        match self {
            Self::System {
                start,
                last,
                absent,
            } => {
                let now = Instant::now();
                let gap = now.saturating_duration_since(*last);
                *absent += gap.saturating_sub(longest_gap);
                *last = now;
                now.saturating_duration_since(*start)
                    .saturating_sub(*absent)
            }
            Self::Manual(nanoseconds) => Duration::from_nanos(nanoseconds.load(Ordering::Relaxed)),
        }
    }
}
