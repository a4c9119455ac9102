//! What `lagtime_server` and `lagtime_client` say to each other, and the times
//! that both of them take.

use std::fmt;
use std::time::Duration;

/// Goes to and fro between the server and a client: the only message.
#[derive(podsix::Message, Debug, PartialEq)]
pub struct Ping {
    /// How many went before.
    pub count: u32,
}

/// The round-trip times of one connection.
#[derive(Clone, Debug, Default)]
pub struct RoundTrips(Vec<Duration>);

/// As many are kept, so that no client can fill a server's memory.
pub const MAX_ROUND_TRIPS: usize = 100_000;

impl RoundTrips {
    /// Takes note of one.
    pub fn add(&mut self, time: Duration) {
        if self.0.len() < MAX_ROUND_TRIPS {
            self.0.push(time);
        }
    }
}

/// A summary.
impl fmt::Display for RoundTrips {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut times = self.0.clone();
        times.sort_unstable();
        // The time that so many in a hundred do not exceed.
        let percentile = |percent: usize| {
            let rank = (times.len() * percent).div_ceil(100).max(1);
            times.get(rank - 1).copied().map_or(0.0, ms)
        };
        match times.len() {
            0 => return f.write_str("no round trip"),
            1 => f.write_str("1 round trip: ")?,
            count => write!(f, "{count} round trips: ")?,
        }
        write!(
            f,
            "min {:.3} ms, median {:.3} ms, p99 {:.3} ms",
            percentile(0),
            percentile(50),
            percentile(99)
        )
    }
}

/// A time in milliseconds.
pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries() {
        let mut times = RoundTrips::default();
        assert_eq!(times.to_string(), "no round trip");
        times.add(Duration::from_millis(7));
        assert_eq!(
            times.to_string(),
            "1 round trip: min 7.000 ms, median 7.000 ms, p99 7.000 ms"
        );
        let mut times = RoundTrips::default();
        for time in (1..=200).rev() {
            times.add(Duration::from_millis(time));
        }
        assert_eq!(
            times.to_string(),
            "200 round trips: min 1.000 ms, median 100.000 ms, p99 198.000 ms"
        );
    }
}
