//! A fixed step for a game's loop.

use std::time::{Duration, Instant};

/// Tells when the next step of a game with a fixed rate is due.
///
/// ```
/// # fn main() -> podsix::Result<()> {
/// use podsix::{Server, Ticker};
///
/// let mut server = Server::<()>::bind("127.0.0.1:0")?;
/// let mut tick = Ticker::hz(60);
/// let mut steps = 0;
/// while steps < 3 {
///     server.wait_until(tick.next())?; // earlier, when a message arrives
///     if tick.due() {
///         steps += 1; // move the world, and broadcast where everybody is
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// A loop that is up to four steps late catches up, one [`due`](Self::due)
/// each. One that is later than that takes one step and skips the rest, so that
/// a sleeping laptop does not wake to an hour of steps.
#[derive(Clone, Debug)]
pub struct Ticker {
    next: Instant,
    step: Duration,
}

const MOST_STEPS_BEHIND: u32 = 4;

impl Ticker {
    /// A ticker with this many steps a second; the first is due after one
    /// step's time. Zero is taken for one.
    pub fn hz(rate: u32) -> Self {
        Self::every(Duration::from_secs(1) / rate.max(1))
    }

    /// A ticker with a step each `step`, which is at least a microsecond.
    pub fn every(step: Duration) -> Self {
        let step = step.max(Duration::from_micros(1));
        Self {
            next: later(Instant::now(), step),
            step,
        }
    }

    /// When the next step is due: what [`Server::wait_until`](crate::Server::wait_until)
    /// and [`Connection::wait_until`](crate::Connection::wait_until) take.
    // Not an iterator: it tells the same time until `due` has taken the step.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&self) -> Instant {
        self.next
    }

    /// Whether a step is due now; if so it is taken, and the next one is a
    /// step later.
    pub fn due(&mut self) -> bool {
        self.due_at(Instant::now())
    }

    fn due_at(&mut self, now: Instant) -> bool {
        if now < self.next {
            return false;
        }
        let behind = now.saturating_duration_since(self.next);
        self.next = if behind > self.step * MOST_STEPS_BEHIND {
            later(now, self.step)
        } else {
            later(self.next, self.step)
        };
        true
    }

    /// The time of one step.
    pub fn step(&self) -> Duration {
        self.step
    }
}

fn later(instant: Instant, by: Duration) -> Instant {
    instant.checked_add(by).unwrap_or(instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_come_at_their_rate_and_catch_up() {
        let mut ticker = Ticker::hz(10);
        let first = ticker.next();
        let ms = Duration::from_millis;
        assert!(!ticker.due_at(first - ms(1)));
        assert!(ticker.due_at(first));
        assert!(!ticker.due_at(first + ms(99)));
        // Two steps late: both are taken.
        assert!(ticker.due_at(first + ms(200)));
        assert!(ticker.due_at(first + ms(200)));
        assert!(!ticker.due_at(first + ms(200)));
        // Far behind: the rest is skipped.
        let late = first + Duration::from_secs(3600);
        assert!(ticker.due_at(late));
        assert!(!ticker.due_at(late));
        assert_eq!(ticker.next(), late + ms(100));
    }
}
