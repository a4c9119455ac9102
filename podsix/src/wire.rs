//! Which wire a connection speaks: chosen by its address.

use std::sync::Arc;

use crate::codec::Codec;

/// How messages cross a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    /// podsix's own: frames with a length, bodies without names.
    Native,
    /// PodSixNet's: dicts, each with a terminator behind it.
    PodSixNet(Coding),
    /// WebSocket, for browsers: a JSON dict in each text message.
    #[cfg(feature = "websocket")]
    WebSocket,
}

/// How the bodies of a wire are coded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Coding {
    /// Fields one after the other, by the action's shape.
    #[default]
    Native,
    /// Dicts in rencode.
    Rencode,
    /// Dicts in JSON.
    Json,
    /// Dicts in JSON that JavaScript reads, whose integers end at 2^53.
    Web,
    /// Dicts in a codec that the game brought: its place among them.
    Custom(u8),
}

/// The codecs that a game brought.
pub(crate) type Codecs = Arc<[Arc<dyn Codec>]>;

impl Wire {
    /// Whether each end can be asked for a sign of life.
    pub(crate) fn pings(self) -> bool {
        !matches!(self, Self::PodSixNet(_))
    }

    pub(crate) fn coding(self) -> Coding {
        match self {
            Self::Native => Coding::Native,
            Self::PodSixNet(coding) => coding,
            #[cfg(feature = "websocket")]
            Self::WebSocket => Coding::Web,
        }
    }
}

impl Coding {
    /// Its place in a list with one entry a coding.
    pub(crate) fn index(self) -> usize {
        match self {
            Self::Native => 0,
            Self::Rencode => 1,
            Self::Json => 2,
            Self::Web => 3,
            Self::Custom(place) => 4 + usize::from(place),
        }
    }

    #[inline]
    pub(crate) fn from_index(index: usize) -> Option<Self> {
        match index {
            0 => Some(Self::Native),
            1 => Some(Self::Rencode),
            2 => Some(Self::Json),
            3 => Some(Self::Web),
            custom => Some(Self::Custom(u8::try_from(custom - 4).ok()?)),
        }
    }
}

/// A set of codings: those in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Codings(u32);

/// How many codecs a game can bring.
pub(crate) const MAX_CODECS: usize = 16;

impl Codings {
    pub(crate) const NATIVE: Self = Self(1);

    pub(crate) fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    pub(crate) fn bits(self) -> u32 {
        self.0
    }

    pub(crate) fn insert(&mut self, coding: Coding) {
        self.0 |= 1 << coding.index();
    }

    /// The one that is in the set, if no other is.
    #[inline]
    pub(crate) fn only(self) -> Option<Coding> {
        if self.0.is_power_of_two() {
            Coding::from_index(self.0.trailing_zeros() as usize)
        } else {
            None
        }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Coding> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let index = left.trailing_zeros() as usize;
            left &= left.checked_sub(1)?;
            Coding::from_index(index)
        })
    }
}
