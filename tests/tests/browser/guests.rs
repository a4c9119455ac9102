//! Who else draws, and what the boards of all of them show.

use std::collections::BTreeMap;
use std::env;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use podsix::Connection;
use podsix_examples::whiteboard::{Stroke, ToServer, View, pairs};
use podsix_tests::program::{PATIENCE, Program};
use serde_json::{Value as Json, json};

use crate::driver::Tab;

/// The server, and where it is reached.
pub(crate) struct Server {
    program: Program,
    pub(crate) address: String,
    pub(crate) podsixnet: String,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::start_at("127.0.0.1:0", "podsixnet://127.0.0.1:0")
    }

    fn start_at(address: &str, podsixnet: &str) -> Self {
        let mut program = Program::start("whiteboard_server", &[address, podsixnet]);
        let (address, podsixnet) = (program.listening_address(), program.listening_address());
        Self {
            program,
            address,
            podsixnet,
        }
    }

    /// Ends it as Ctrl-C does, or without a word, and starts it again.
    pub(crate) fn restart(self, says_goodbye: bool) -> Self {
        let Self {
            mut program,
            address,
            podsixnet,
        } = self;
        #[cfg(unix)]
        if says_goodbye {
            program.is_sent(nix::sys::signal::Signal::SIGINT);
            program.ends_well();
        }
        drop(program);
        Self::start_at(&address, &format!("podsixnet://{podsixnet}"))
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

/// A Rust program.
pub(crate) struct Guest {
    connection: Connection,
    view: View,
}

impl Guest {
    pub(crate) fn join(server: &Server, name: &str) -> Self {
        let mut guest = Self {
            connection: Connection::connect(&server.address).unwrap(),
            view: View::default(),
        };
        let name = name.to_owned();
        guest.send(&ToServer::Join { name });
        until("the guest is welcome", || guest.turn().me.is_some());
        guest
    }

    pub(crate) fn send(&mut self, message: &ToServer) {
        self.connection.send(message).unwrap();
        self.connection.flush();
    }

    /// What the server has told by now.
    pub(crate) fn turn(&mut self) -> &View {
        let little = Duration::from_millis(1);
        self.connection.wait(Some(little)).unwrap();
        self.connection.dispatch(&mut self.view);
        &self.view
    }

    /// Draws a stroke, in as many messages as a game's frames would make of it.
    pub(crate) fn draw(&mut self, points: &[(i32, i32)]) {
        for (index, points) in points.chunks(3).enumerate() {
            let points = points.iter().flat_map(|&(x, y)| [x, y]).collect();
            self.send(&match index {
                0 => ToServer::Stroke { points },
                _ => ToServer::Draw { points },
            });
        }
    }
}

/// A script on PodSixNet, where `PODSIX_PYTHON` names an interpreter that has it.
pub(crate) struct Script {
    program: Program,
    players: Json,
}

impl Script {
    pub(crate) fn start(server: &Server) -> Option<Self> {
        let python = env::var_os("PODSIX_PYTHON").filter(|path| !path.is_empty())?;
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/whiteboard.py");
        let mut command = Command::new(python);
        command.arg(path).arg(&server.podsixnet);
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        let program = Program::run("whiteboard.py", &mut command, usize::MAX);
        let players = json!({});
        Some(Self { program, players })
    }

    pub(crate) fn draw(&mut self, points: &[(i32, i32)]) {
        for (index, (x, y)) in points.iter().enumerate() {
            let action = if index == 0 { "startline" } else { "drawpoint" };
            self.program.types(&format!("{action} {x} {y}"));
        }
    }
}

/// Somebody with a board.
pub(crate) trait Board {
    /// Whether it now shows these strokes.
    fn shows(&mut self, strokes: &[Stroke]) -> bool;
}

impl Board for Guest {
    fn shows(&mut self, strokes: &[Stroke]) -> bool {
        self.turn().strokes().eq(strokes)
    }
}

impl Board for Tab<'_> {
    fn shows(&mut self, strokes: &[Stroke]) -> bool {
        self.eval("whiteboard.strokes()") == serde_json::to_value(strokes).unwrap()
    }
}

impl Board for Script {
    /// It has no order of strokes of different people.
    fn shows(&mut self, strokes: &[Stroke]) -> bool {
        while let Some(line) = self.program.try_line() {
            // What it complains of is in another stream.
            self.players = serde_json::from_str(&line).unwrap();
        }
        if !self.program.is_running() {
            self.program.fail("it has ended");
        }
        let mut expected: BTreeMap<&str, Vec<Vec<(i32, i32)>>> = BTreeMap::new();
        for stroke in strokes {
            let line = pairs(&stroke.points).collect();
            expected.entry(&stroke.id).or_default().push(line);
        }
        let players = self.players.as_object().unwrap().iter();
        let drawn = players.filter(|(_, player)| player["lines"] != json!([]));
        let shown: BTreeMap<&str, &Json> = drawn
            .map(|(id, player)| (id.as_str(), &player["lines"]))
            .collect();
        json!(shown) == json!(expected)
    }
}

/// Waits until a question has this answer.
#[track_caller]
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "it never happened: {what}");
    }
}

/// Waits until this guest has so many strokes, and all the others the same.
#[track_caller]
pub(crate) fn agree(
    strokes: usize,
    guest: &mut Guest,
    others: &mut [&mut dyn Board],
) -> Vec<Stroke> {
    until(&format!("{strokes} strokes"), || {
        guest.turn().strokes().count() == strokes
    });
    let mut shown = Vec::new();
    for (index, other) in others.iter_mut().enumerate() {
        // A stroke may still grow.
        until(&format!("board {index} is the same"), || {
            shown = guest.turn().strokes().cloned().collect();
            other.shows(&shown)
        });
    }
    shown
}
