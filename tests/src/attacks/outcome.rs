//! What comes of an attack.

use podsix::Reason;

use super::{Wire, find, wire};

/// Why an attacker loses its connection: the variants of [`Reason`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are those of `Reason`")]
pub enum Why {
    ClosedByPeer,
    TimedOut,
    Malformed,
    TooLarge,
    TooManyMessages,
    QueueFull,
    HandlerPanicked,
    ProtocolMismatch,
    Io,
}

/// What comes of an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The attacker is a client as before: it is answered, and the game was told
    /// of these errors.
    Stays {
        /// The variants of `podsix::Error`, or `any`.
        errors: &'static [&'static str],
    },
    /// The attacker loses its connection.
    Ends {
        /// What the game is told.
        why: Why,
        /// What the reason's words contain.
        words: &'static str,
        /// Whether the attacker is told, where its wire has a way.
        told: bool,
    },
    /// The attacker never came in, so that the game does not hear of it. What
    /// it is told contains this.
    StaysOut(&'static str),
}

impl Outcome {
    /// The attacker loses its connection, and is told why.
    pub(super) fn ends(why: Why, words: &'static str) -> Self {
        let told = !matches!(why, Why::Io | Why::ClosedByPeer);
        Self::Ends { why, words, told }
    }

    /// The attacker loses its connection, and does not listen to why.
    pub(super) fn ends_unheard(why: Why, words: &'static str) -> Self {
        let told = false;
        Self::Ends { why, words, told }
    }
}

impl Why {
    /// Which one it is.
    pub fn of(reason: &Reason) -> Option<Self> {
        Some(match reason {
            Reason::ClosedByPeer { .. } => Self::ClosedByPeer,
            Reason::TimedOut { .. } => Self::TimedOut,
            Reason::Malformed { .. } => Self::Malformed,
            Reason::TooLarge { .. } => Self::TooLarge,
            Reason::TooManyMessages { .. } => Self::TooManyMessages,
            Reason::QueueFull { .. } => Self::QueueFull,
            Reason::HandlerPanicked => Self::HandlerPanicked,
            Reason::ProtocolMismatch { .. } => Self::ProtocolMismatch,
            Reason::Io { .. } => Self::Io,
            _ => return None,
        })
    }

    /// Whether somebody was told this who got these bytes.
    pub fn was_told(self, wire: Wire, got: &[u8], words: &str) -> bool {
        let (kind, code): (u8, u16) = match self {
            Self::TimedOut => (3, 4000),
            Self::Malformed => (5, 1002),
            Self::TooLarge => (6, 1009),
            Self::TooManyMessages => (7, 4001),
            Self::QueueFull => (8, 4002),
            Self::HandlerPanicked => (9, 4003),
            Self::ProtocolMismatch => (10, 4004),
            Self::ClosedByPeer | Self::Io => return false,
        };
        match wire {
            Wire::Native => {
                let goodbye = [&*wire::varint(wire::GOODBYE), &[kind]].concat();
                find(got, &goodbye)
                    .is_some_and(|place| find(&got[place..], words.as_bytes()).is_some())
            }
            Wire::PodSixNet | Wire::Json => {
                find(got, b"error").is_some() && find(got, words.as_bytes()).is_some()
            }
            Wire::WebSocket => {
                // A text that is no text has a code of its own.
                let codes = [code, if self == Self::Malformed { 1007 } else { code }];
                let close = |code: u16| {
                    let ends = |place: usize| got[place..].starts_with(&code.to_be_bytes());
                    (2..got.len()).any(|place| got[place - 2] == 0x88 && ends(place))
                };
                codes.into_iter().any(close)
            }
        }
    }
}
