//! The same tests on every wire.
//!
//! All but those of [`NATIVE`] run again in a process of their own for each
//! further wire. `PODSIX_WIRE=ws cargo test -p podsix-tests --test sockets`
//! runs them on one wire alone.

use std::env;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use podsix::Reason;

/// A wire that two podsix programs can speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    Native,
    PodSixNet,
    Json,
    WebSocket,
}

/// Names the wire that is tested, by the scheme of its addresses.
const VARIABLE: &str = "PODSIX_WIRE";

/// What is about bytes, bindings and addresses of the native wire, which players
/// in the same process have always.
const NATIVE: [&str; 10] = [
    "addresses::",
    "bound::",
    "descriptors::",
    "heartbeat::",
    "hostile::",
    "local::",
    "names::",
    "splits::",
    "strangers::",
    "websocket::",
];

impl Wire {
    const ALL: [Self; 4] = [Self::Native, Self::PodSixNet, Self::Json, Self::WebSocket];

    /// The one that this process tests.
    pub(crate) fn tested() -> Self {
        let Ok(scheme) = env::var(VARIABLE) else {
            return Self::Native;
        };
        let named = Self::ALL.into_iter().find(|wire| wire.scheme() == scheme);
        named.unwrap_or_else(|| panic!("{VARIABLE} names no wire: {scheme}"))
    }

    fn scheme(self) -> &'static str {
        match self {
            Self::Native => "podsix",
            Self::PodSixNet => "podsixnet",
            Self::Json => "podsixnet+json",
            Self::WebSocket => "ws",
        }
    }

    /// An address on this wire; one that names its wire stays as it is.
    pub(crate) fn url(self, address: &str) -> String {
        match self {
            _ if address.contains("://") => address.to_owned(),
            Self::Native => address.to_owned(),
            _ => format!("{}://{address}", self.scheme()),
        }
    }

    /// Whether both ends say why they go. PodSixNet's wire has no goodbye.
    pub(crate) fn says_goodbye(self) -> bool {
        matches!(self, Self::Native | Self::WebSocket)
    }

    /// What a client is told of a server's reason: words alone on PodSixNet's
    /// wire, and none where PodSixNet says nothing.
    pub(crate) fn heard(self, reason: Reason) -> Reason {
        let words = match reason {
            reason if self.says_goodbye() => return reason,
            Reason::ClosedByPeer { words } => words,
            Reason::ShuttingDown => String::new(),
            reason => reason.to_string(),
        };
        Reason::ClosedByPeer { words }
    }
}

/// Ends a test here on any wire but the native one, whose bytes it has in its
/// hands.
macro_rules! native_only {
    () => {
        if $crate::support::Wire::tested() != $crate::support::Wire::Native {
            return;
        }
    };
}
pub(crate) use native_only;

#[test]
fn over_podsixnet() {
    test_over(Wire::PodSixNet);
}

#[test]
fn over_json() {
    test_over(Wire::Json);
}

#[test]
fn over_websocket() {
    test_over(Wire::WebSocket);
}

static TURN: Mutex<()> = Mutex::new(());

/// Runs this program's tests again, on another wire.
fn test_over(wire: Wire) {
    if env::var_os(VARIABLE).is_some() {
        return;
    }
    let mut command = Command::new(env::current_exe().unwrap());
    command.env(VARIABLE, wire.scheme());
    for tests in NATIVE.iter().chain(&["wires::"]) {
        command.args(["--skip", tests]);
    }
    // One wire after the other, or their tests wait for each other.
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let output = command.output().unwrap();
    drop(turn);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "over {}:\n{said}", wire.scheme());
    // A name that is mistyped above would skip nothing; one too many, all.
    assert!(said.contains("test closing::"), "{said}");
}
