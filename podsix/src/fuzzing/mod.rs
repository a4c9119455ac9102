//! What fuzzers call: one body for each parser, and for both ends of each wire.
//!
//! A body takes any bytes and panics where a promise is broken. It is built
//! with the tests, which give it seeds and changes of them, and by cargo-fuzz,
//! which looks for further ones: `podsix/fuzz/README.md` says how.
#![doc(hidden)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "to panic is all that a body does"
)]

mod addresses;
mod bodies;
mod choices;
mod frames;
#[cfg(feature = "json")]
mod json;
mod links;
mod network;
mod rencode;
mod shapes;
#[cfg(test)]
mod tests;
mod values;

/// One body, and what it may take.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name of its fuzz target and of the folder with its seeds.
    pub name: &'static str,
    /// What is called with any bytes.
    pub body: fn(&[u8]),
    /// How many bytes of memory it may take at once, whatever it is given …
    pub memory: usize,
    /// … and for each byte that it is given.
    pub memory_a_byte: usize,
}

/// All bodies that this build has.
pub const TARGETS: &[Target] = &[
    Target::new("addresses", addresses::body),
    Target::new("bodies", bodies::body).memory(1 << 20, 400),
    Target::new("frames", frames::body),
    #[cfg(feature = "json")]
    Target::new("json", json::body).memory(1 << 20, 400),
    Target::new("link_native", links::native).memory(1 << 20, 400),
    Target::new("link_podsixnet", links::podsixnet).memory(1 << 20, 400),
    #[cfg(feature = "json")]
    Target::new("link_json", links::json).memory(1 << 20, 400),
    #[cfg(feature = "websocket")]
    Target::new("link_websocket", links::websocket).memory(1 << 20, 400),
    Target::new("network", network::body).memory(8 << 20, 4000),
    Target::new("rencode", rencode::body).memory(1 << 20, 400),
    // A list of large tuples of nothing takes a bounded number of values.
    Target::new("shapes", shapes::body).memory(8 << 20, 4000),
    Target::new("values", values::body).memory(1 << 20, 400),
];

impl Target {
    const fn new(name: &'static str, body: fn(&[u8])) -> Self {
        Self {
            name,
            body,
            memory: 1 << 16,
            memory_a_byte: 40,
        }
    }

    const fn memory(self, memory: usize, memory_a_byte: usize) -> Self {
        Self {
            memory,
            memory_a_byte,
            ..self
        }
    }

    /// The target of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        TARGETS.iter().find(|target| target.name == name)
    }

    /// Whether so many bytes of memory are fine for an input of this length.
    pub fn may_take(&self, memory: u64, input: usize) -> bool {
        let most = self
            .memory_a_byte
            .saturating_mul(input)
            .saturating_add(self.memory);
        usize::try_from(memory).is_ok_and(|memory| memory <= most)
    }
}
