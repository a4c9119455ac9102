//! What somebody who means no good does to a server: each attack is a script
//! for a socket, and what comes of it.
//!
//! `tests/tests/attacks` plays each of them on each of its wires, next to clients
//! that mean well; the program `siege` measures what those notice.

mod attacker;
mod bytes;
mod endings;
mod floods;
mod game;
mod messages;
mod outcome;
pub mod wire;

use std::time::Duration;

use podsix::Limits;

pub use attacker::{Attacker, Ended, find};
pub use game::{Friend, Game, Noted, ToClient, ToServer};
pub use outcome::{Outcome, Why};
pub use wire::Wire;

/// One thing that an attacker does; the next one comes when it is done.
#[derive(Clone, Debug)]
pub enum Step {
    /// Writes these bytes.
    Write(Vec<u8>),
    /// Writes these bytes so many times.
    Repeat(Vec<u8>, usize),
    /// Writes these bytes one by one, with a pause before each.
    Drip(Vec<u8>, Duration),
    /// Reads on until these bytes have come.
    Await(Vec<u8>),
    /// Reads on until so many bytes have come in all.
    AwaitBytes(usize),
    /// Does nothing for so long.
    Pause(Duration),
    /// Reads nothing from now on …
    Deafen,
    /// … and reads again.
    Listen,
    /// Sends a byte out of turn, as TCP's urgent data.
    Urgent(u8),
    /// Says that nothing more comes.
    Stop,
    /// Breaks the connection.
    Reset,
}

/// What somebody who means no good does to a server, and what comes of it.
#[derive(Clone, Debug)]
pub struct Attack {
    /// Its name, which is that of its test.
    pub name: &'static str,
    /// The wires on which it can be done.
    pub wires: &'static [Wire],
    /// What an attacker does on a wire, as the `number`th of those that do it
    /// at once.
    pub script: fn(Wire, usize) -> Vec<Step>,
    /// How many do it at once.
    pub at_once: usize,
    /// What is changed of the server's limits, so that a test is quick.
    pub limits: fn(&mut Limits),
    /// How much memory the server may take for all of it.
    pub memory: usize,
    /// Whether everybody else is silent meanwhile.
    pub alone: bool,
    outcome: Outcome,
    others: Vec<(&'static [Wire], Outcome)>,
}

impl Attack {
    fn new(
        name: &'static str,
        wires: &'static [Wire],
        script: fn(Wire, usize) -> Vec<Step>,
    ) -> Self {
        Self {
            name,
            wires,
            script,
            at_once: 1,
            limits: |_| {},
            // What one connection may bring in a pump, and as much for all the rest.
            memory: 512 << 10,
            alone: false,
            outcome: Outcome::Stays { errors: &[] },
            others: Vec::new(),
        }
    }

    /// The attacker loses its connection, and the game is told why.
    fn ends(self, why: Why, words: &'static str) -> Self {
        self.comes_to(Outcome::ends(why, words))
    }

    /// The attacker stays, and the game is told of these errors.
    fn stays(self, errors: &'static [&'static str]) -> Self {
        self.comes_to(Outcome::Stays { errors })
    }

    fn comes_to(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }

    /// Something else comes of it on some wires.
    fn but_on(mut self, wires: &'static [Wire], outcome: Outcome) -> Self {
        self.others.push((wires, outcome));
        self
    }

    fn at_once(mut self, count: usize) -> Self {
        self.at_once = count;
        self
    }

    fn limits(mut self, change: fn(&mut Limits)) -> Self {
        self.limits = change;
        self
    }

    fn memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }

    fn alone(mut self) -> Self {
        self.alone = true;
        self
    }

    /// What comes of it on a wire.
    pub fn outcome(&self, wire: Wire) -> Outcome {
        let other = self.others.iter().find(|(wires, _)| wires.contains(&wire));
        other.map_or(self.outcome, |(_, outcome)| *outcome)
    }
}

/// All attacks.
pub fn all() -> Vec<Attack> {
    [bytes::all(), messages::all(), floods::all(), endings::all()].concat()
}

/// The steps by which a client comes in.
fn enter(wire: Wire) -> Vec<Step> {
    vec![
        Step::Write(wire.opening()),
        Step::Await(wire.greeting().to_vec()),
    ]
}

/// Comes in, and writes.
fn writes(wire: Wire, bytes: Vec<u8>) -> Vec<Step> {
    then(enter(wire), [Step::Write(bytes)])
}

/// Comes in, has a question answered as everybody, and writes.
fn asks_and_writes(wire: Wire, bytes: Vec<u8>) -> Vec<Step> {
    let ask = [
        Step::Write(wire.question()),
        Step::Await(wire.answer()),
        Step::Write(bytes),
    ];
    then(enter(wire), ask)
}

fn then<const N: usize>(mut steps: Vec<Step>, more: [Step; N]) -> Vec<Step> {
    steps.extend(more);
    steps
}

/// Writes a message so many times.
fn flood(message: &[u8], count: usize) -> Step {
    let a_write = (64 << 10) / message.len().max(1);
    let a_write = a_write.clamp(1, count);
    Step::Repeat(message.repeat(a_write), count.div_ceil(a_write))
}

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}
