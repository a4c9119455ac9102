//! Round trips, and what is told of them.

use std::time::Duration;

/// Some round trips.
#[derive(Default)]
pub(crate) struct Trips(Vec<Duration>);

impl Trips {
    pub(crate) fn add(&mut self, trip: Duration) {
        self.0.push(trip);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// How many took longer.
    pub(crate) fn over(&self, time: Duration) -> usize {
        self.0.iter().filter(|trip| **trip > time).count()
    }

    /// The one that so many in a thousand are not longer than.
    pub(crate) fn of_a_thousand(&mut self, count: usize) -> Duration {
        self.0.sort_unstable();
        let place = self.0.len() * count / 1_000;
        self.0
            .get(place)
            .or(self.0.last())
            .copied()
            .unwrap_or_default()
    }
}

/// Milliseconds, as people read them.
pub(crate) fn in_ms(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1e3;
    match ms {
        ..10.0 => format!("{ms:.2}"),
        ..100.0 => format!("{ms:.1}"),
        _ => format!("{ms:.0}"),
    }
}
