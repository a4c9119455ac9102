//! What a seed makes of a simulation.

use std::time::Duration;

use podsix::Limits;
use podsix::testing::Network;

/// How one simulation goes: everything but its single chances.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    /// The wire of all clients, as in an address.
    pub(crate) wire: &'static str,
    pub(crate) servers: usize,
    /// How many clients there are at the beginning.
    pub(crate) clients: usize,
    pub(crate) steps: usize,
    /// How many things the games do in a step, at the most.
    pub(crate) bustle: u64,
    /// The longest step.
    pub(crate) step: Duration,
    pub(crate) split: bool,
    pub(crate) delay: Duration,
    /// How often, of 100 times, an end is pumped in a step.
    pub(crate) eagerness: u64,
    pub(crate) heartbeats: Heartbeats,
    /// Whether some messages are larger than a wire takes at once.
    pub(crate) large: bool,
    /// How often, of 1000 times, the network fails or a game ends.
    pub(crate) mishaps: u64,
    pub(crate) refuses: bool,
    pub(crate) max_channels: usize,
    /// Small budgets of a pump, so that something is left for the next one.
    pub(crate) short_of_time: bool,
    /// Whether little may wait to be sent: who does not read goes.
    pub(crate) narrow: bool,
    /// Whether some bytes are changed on their way.
    pub(crate) tampers: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heartbeats {
    /// As they are by default.
    Usual,
    /// Ten times as fast.
    Fast,
    /// None at all: nothing but the messages themselves wakes anybody.
    Off,
}

impl Plan {
    pub(crate) fn from_seed(seed: u64) -> Self {
        // Another network, so that the chances of the real one are its own.
        let mut network = Network::new(seed ^ 0x5EED);
        let mut pick = |count| network.random(count);
        // Mostly few clients, since they meet each other most.
        let (clients, steps) = match pick(1000) {
            0 => (1000, 10),
            1..10 => (100 + pick(200) as usize, 20),
            10..60 => (11 + pick(60) as usize, 50),
            _ => (2 + pick(9) as usize, 60 + pick(150) as usize),
        };
        let large = pick(8) == 0;
        Self {
            seed,
            wire: "podsix",
            servers: 1 + pick(3) as usize,
            clients,
            steps,
            bustle: 1 + pick(8),
            step: Duration::from_millis(1 + pick(40)),
            split: pick(3) > 0,
            delay: Duration::from_millis(if pick(2) == 0 { 0 } else { pick(120) }),
            eagerness: 30 + pick(71),
            heartbeats: match pick(3) {
                0 => Heartbeats::Usual,
                1 => Heartbeats::Fast,
                _ => Heartbeats::Off,
            },
            large,
            mishaps: if pick(3) == 0 { 0 } else { pick(60) },
            refuses: pick(6) == 0,
            max_channels: if pick(6) == 0 { 4 } else { 1024 },
            short_of_time: pick(4) == 0,
            narrow: !large && pick(8) == 0,
            tampers: pick(4) == 0,
        }
    }

    /// Whether an end says why it goes. PodSixNet's wire has no goodbye: there
    /// the other end only sees that nothing more comes.
    pub(crate) fn says_goodbye(&self) -> bool {
        !self.wire.starts_with("podsixnet")
    }

    /// One server on a network that does nothing to what it carries.
    pub(crate) fn calm() -> Self {
        Self {
            seed: 1,
            wire: "podsix",
            servers: 1,
            clients: 0,
            steps: 0,
            bustle: 0,
            step: Duration::ZERO,
            split: false,
            delay: Duration::ZERO,
            eagerness: 100,
            heartbeats: Heartbeats::Usual,
            large: false,
            mishaps: 0,
            refuses: false,
            max_channels: 1024,
            short_of_time: false,
            narrow: false,
            tampers: false,
        }
    }

    pub(crate) fn with(heartbeats: Heartbeats) -> Self {
        Self {
            heartbeats,
            ..Self::calm()
        }
    }

    pub(crate) fn set(&self, limits: &mut Limits, max_channels: usize) {
        limits.max_channels = max_channels;
        match self.heartbeats {
            Heartbeats::Usual => {}
            Heartbeats::Fast => {
                limits.ping_after = Duration::from_millis(200);
                limits.dead_after = Duration::from_secs(3);
            }
            Heartbeats::Off => {
                limits.ping_after = Duration::MAX;
                limits.dead_after = Duration::MAX;
            }
        }
        limits.max_outgoing_bytes = self.max_queued();
        if self.short_of_time {
            limits.messages_a_pump = 3;
            limits.read_bytes_a_pump = if self.large { 100_000 } else { 100 };
            limits.max_incoming_messages = 2;
        }
    }

    /// How many bytes may wait to be sent.
    pub(crate) fn max_queued(&self) -> usize {
        if self.narrow { 30_000 } else { 8 << 20 }
    }

    /// A silence that no time-out runs against.
    pub(crate) fn longest_silence(&self) -> Duration {
        match self.heartbeats {
            Heartbeats::Fast => Duration::from_millis(700),
            // A closing end does not wait for long either.
            Heartbeats::Usual | Heartbeats::Off => Duration::from_secs(2),
        }
    }

    pub(crate) fn fatal_silence(&self) -> Duration {
        match self.heartbeats {
            Heartbeats::Fast => Duration::from_secs(8),
            Heartbeats::Usual | Heartbeats::Off => Duration::from_secs(65),
        }
    }
}
