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
        /// When it was read last, and what it showed then.
        last: Instant,
        time: Time,
    },
    /// Nanoseconds that a test moves by hand.
    Manual(Arc<AtomicU64>),
}

/// Between two pumps, this much time counts at the most.
const LONGEST_GAP: Duration = Duration::from_secs(1);

impl Clock {
    pub(crate) fn system() -> Self {
        Self::System {
            last: Instant::now(),
            time: Time::ZERO,
        }
    }

    /// The time, when the game calls.
    pub(crate) fn arrive(&mut self, now: Instant) -> Time {
        self.read(now, LONGEST_GAP)
    }

    /// The time, after waiting for the operating system.
    pub(crate) fn wake(&mut self, now: Instant) -> Time {
        self.read(now, Duration::MAX)
    }

    fn read(&mut self, now: Instant, longest_gap: Duration) -> Time {
        match self {
            Self::System { last, time } => {
                if let Some(gap) = now.checked_duration_since(*last) {
                    *time = time.saturating_add(gap.min(longest_gap));
                    *last = now;
                }
                *time
            }
            Self::Manual(nanoseconds) => Duration::from_nanos(nanoseconds.load(Ordering::Relaxed)),
        }
    }
}

/// How long a sleep may last where no more than `left` is left; without a
/// time-out it would last for ever.
pub(crate) fn at_most(left: Duration, timeout: Option<Duration>) -> Option<Duration> {
    Some(timeout.map_or(left, |timeout| timeout.min(left)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn clock() -> (Clock, Instant) {
        let start = Instant::now();
        let clock = Clock::System {
            last: start,
            time: Time::ZERO,
        };
        (clock, start)
    }

    #[test]
    fn a_pump_a_frame_tells_the_time() {
        let (mut clock, start) = clock();
        for frame in 1..1000 {
            let time = Duration::from_millis(16) * frame;
            assert_eq!(clock.read(start + time, LONGEST_GAP), time);
        }
    }

    #[test]
    fn an_absent_game_is_no_silence() {
        let (mut clock, start) = clock();
        assert_eq!(clock.read(start + SECOND, LONGEST_GAP), SECOND);
        // A minute somewhere else counts as a second, and is not made up for.
        assert_eq!(clock.read(start + 61 * SECOND, LONGEST_GAP), 2 * SECOND);
        let later = start + Duration::from_millis(61_016);
        assert_eq!(clock.read(later, LONGEST_GAP), Duration::from_millis(2016));
        // Just the longest gap is still whole.
        assert_eq!(
            clock.read(later + SECOND, LONGEST_GAP),
            Duration::from_millis(3016)
        );
    }

    #[test]
    fn a_wait_is_time_that_the_other_end_had() {
        let (mut clock, start) = clock();
        assert_eq!(clock.read(start + 60 * SECOND, Duration::MAX), 60 * SECOND);
        assert_eq!(clock.read(start + 120 * SECOND, LONGEST_GAP), 61 * SECOND);
        assert_eq!(
            clock.read(start + 180 * SECOND, Duration::MAX),
            121 * SECOND
        );
    }

    #[test]
    fn time_never_goes_back() {
        let (mut clock, start) = clock();
        let mut last = Duration::ZERO;
        for (seconds, longest) in [(5, 1), (3, 9), (5, 9), (0, 1), (70, 1), (69, 1), (71, 9)] {
            let now = clock.read(start + seconds * SECOND, longest * SECOND);
            assert!(now >= last, "{now:?} after {last:?}");
            last = now;
        }
    }

    #[test]
    fn a_hand_moves_the_manual_one() {
        let nanoseconds = Arc::new(AtomicU64::new(0));
        let mut clock = Clock::Manual(Arc::clone(&nanoseconds));
        assert_eq!(clock.arrive(Instant::now()), Duration::ZERO);
        // There is no game that could be absent: each nanosecond counts.
        nanoseconds.store(3_600_000_000_000, Ordering::Relaxed);
        assert_eq!(clock.arrive(Instant::now()), 3600 * SECOND);
        assert_eq!(clock.wake(Instant::now()), 3600 * SECOND);
    }
}
