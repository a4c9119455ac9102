//! Python, and a peer in it that does what a test tells it.

use std::env;
use std::ffi::OsString;
use std::io::{Write as _, stderr};
use std::path::Path;
use std::process::Command;
use std::sync::Once;

use podsix::Value;
use podsix_tests::program::Program;
use serde_json::{Value as Json, json};

use crate::ends::End;
use crate::literal;

/// An interpreter that has PodSixNet.
#[derive(Clone, Debug)]
pub(crate) struct Python(OsString);

impl Python {
    /// The one to test with; where there is none, tests have nothing to do.
    pub(crate) fn find() -> Option<Self> {
        static TOLD: Once = Once::new();

        let interpreter = env::var_os("PODSIX_PYTHON").filter(|path| !path.is_empty());
        if interpreter.is_none() {
            // Unlike `eprintln!` this is shown although the tests pass.
            TOLD.call_once(|| {
                let told = b"note: the tests with PodSixNet programs in Python did not run; \
                    `.ci/run interop` runs them, tests/python/README.md tells more\n";
                let _ = stderr().write_all(told);
            });
        }
        interpreter.map(Self)
    }

    /// Starts one of our programs, given by its path in the workspace.
    pub(crate) fn start(&self, path: &str, args: &[&str]) -> Program {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut command = Command::new(&self.0);
        command.arg(workspace.join(path)).args(args);
        // Nothing is written into the work tree, and text is UTF-8 everywhere.
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command.env("PYTHONUTF8", "1");
        Program::run(path, &mut command, usize::MAX)
    }

    /// Starts a server, and reads where it listens.
    pub(crate) fn server(&self, path: &str) -> (Program, String) {
        let mut server = self.start(path, &["127.0.0.1:0"]);
        let address = server.listening_address();
        (server, address)
    }

    fn peer(&self) -> Peer {
        Peer {
            program: self.start("tests/python/peer.py", &[]),
            seen: Vec::new(),
        }
    }

    /// A PodSixNet client, on its way to a server.
    pub(crate) fn client(&self, address: &str) -> Peer {
        let mut peer = self.peer();
        peer.connect(address);
        peer
    }

    /// A PodSixNet server, and where it listens.
    pub(crate) fn host(&self) -> (Peer, String) {
        let mut peer = self.peer();
        peer.tell(json!({ "do": "listen", "address": "127.0.0.1:0" }));
        let address = peer.listening_address();
        (peer, address)
    }
}

/// A client or a server on PodSixNet, `tests/python/peer.py`.
pub(crate) struct Peer {
    program: Program,
    /// What happened to it so far, but for a server's listening.
    pub(crate) seen: Vec<Seen>,
}

/// What happened to a [`Peer`]. A server numbers its clients from 1; a client
/// has only messages, some of them made by its own PodSixNet.
#[derive(Debug, PartialEq)]
pub(crate) enum Seen {
    Connected(u64),
    Message(Option<u64>, Json),
    Closed(u64),
    Failed(u64, String),
}

impl Peer {
    pub(crate) fn connect(&mut self, address: &str) {
        self.tell(json!({ "do": "connect", "address": address }));
    }

    /// Listens again at an address that it had before.
    pub(crate) fn listen(&mut self, address: &str) {
        self.tell(json!({ "do": "listen", "address": address }));
        assert_eq!(self.listening_address(), address);
    }

    /// Sends to its server, or to all of its clients.
    pub(crate) fn send(&mut self, message: &Value) {
        let message = literal::python(message);
        self.tell(json!({ "do": "send", "message": message }));
    }

    /// Delivers what was sent, and closes; a server closes everything.
    pub(crate) fn close(&mut self) {
        self.tell(json!({ "do": "close" }));
    }

    /// A server closes one client.
    pub(crate) fn close_client(&mut self, client: u64) {
        self.tell(json!({ "do": "close", "client": client }));
    }

    /// Ends when half of this message has left.
    pub(crate) fn dies_sending(&mut self, message: &Value) {
        let message = literal::python(message);
        self.tell(json!({ "do": "die", "message": message }));
    }

    /// The messages, but for those that PodSixNet itself makes.
    pub(crate) fn messages(&self) -> Vec<Value> {
        let values = self.shown().into_iter().map(literal::value);
        let own = ["socketConnect", "connected", "disconnected", "error"];
        let sent = |value: &Value| !own.contains(&value.action().unwrap_or_default());
        values.filter(sent).collect()
    }

    /// All messages, as `peer.py` shows them.
    pub(crate) fn shown(&self) -> Vec<&Json> {
        let messages = self.seen.iter().filter_map(|seen| match seen {
            Seen::Message(_, json) => Some(json),
            _ => None,
        });
        messages.collect()
    }

    /// How many messages of this action came.
    pub(crate) fn count(&self, action: &str) -> usize {
        self.all(action).len()
    }

    /// The messages of an action, those of its own PodSixNet too.
    pub(crate) fn all(&self, action: &str) -> Vec<Value> {
        let values = self.shown().into_iter().map(literal::value);
        values.filter(|it| it.action() == Some(action)).collect()
    }

    fn tell(&mut self, command: Json) {
        self.program.types(&command.to_string());
    }

    fn listening_address(&mut self) -> String {
        let line = self.program.expect("\"listening\"");
        let event: Json = serde_json::from_str(&line).unwrap();
        event["address"].as_str().unwrap().to_owned()
    }
}

impl End for Peer {
    fn turn(&mut self) {
        while let Some(line) = self.program.try_line() {
            let mut event: Json = serde_json::from_str(&line).unwrap();
            let client = event["client"].as_u64();
            let number = client.unwrap_or_default();
            self.seen.push(match event["event"].as_str().unwrap() {
                "connected" => Seen::Connected(number),
                "message" => Seen::Message(client, event["value"].take()),
                "closed" => Seen::Closed(number),
                "error" => Seen::Failed(number, event["error"].to_string()),
                other => panic!("what is `{other}`?"),
            });
        }
    }

    fn fail(&mut self, problem: &str) {
        self.program.fail(problem);
    }
}
