//! Autobahn's test suite, with a real server and real clients that send back
//! what they receive: `tests/websocket/README.md` says how it is run.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use tungstenite::Message;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::protocol::{Link, Turn};
use crate::{Connection, Limits, Server};

thread_local! {
    static ECHO: RefCell<Echo> = const { RefCell::new(Echo::Off) };
}

/// What the ends of a thread do with whatever they receive.
enum Echo {
    Off,
    Back,
    /// It is kept, for the test itself.
    Kept(String),
}

/// Whether the ends in this thread send everything back, and nothing else.
pub(in crate::protocol) fn is_echo() -> bool {
    ECHO.with_borrow(|echo| !matches!(echo, Echo::Off))
}

impl Link {
    /// Sends a message back, whatever is in it, if this end does so.
    pub(in crate::protocol) fn echoes(&self, turn: &mut Turn<'_>, message: &Message) -> bool {
        let (body, code) = match message {
            Message::Text(text) => (text.as_bytes().to_vec(), Data::Text),
            Message::Binary(bytes) => (bytes.to_vec(), Data::Binary),
            _ => return false,
        };
        ECHO.with_borrow_mut(|echo| {
            match echo {
                Echo::Off => return false,
                Echo::Back => {
                    let frame = Frame::message(body, OpCode::Data(code), true);
                    self.write_frame(turn.outbox, frame);
                }
                Echo::Kept(last) => *last = String::from_utf8(body).unwrap(),
            }
            true
        })
    }
}

/// A program that ends with the test.
struct Suite(Child);

impl Suite {
    fn start(mode: &str, folder: &Path, specification: &str) -> Self {
        let file = folder.join("specification.json");
        fs::write(&file, specification).unwrap();
        let program =
            std::env::var("PODSIX_WSTEST").expect("PODSIX_WSTEST names Autobahn's wstest");
        let mut command = Command::new(program);
        command.args(["-m", mode, "-s"]).arg(file);
        Self(command.current_dir(folder).spawn().unwrap())
    }
}

impl Drop for Suite {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("podsix-autobahn-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn large(limits: &mut Limits) {
    limits.max_message_bytes = 64 << 20;
    limits.max_outgoing_bytes = 256 << 20;
    limits.frame_timeout = Duration::from_secs(300);
    limits.dead_after = Duration::from_secs(600);
    limits.ping_after = Duration::from_secs(300);
}

/// Prints a table of the results and fails if one is not good.
fn judge(folder: &Path) {
    let index = fs::read_to_string(folder.join("reports/index.json")).unwrap();
    let index: serde_json::Value = serde_json::from_str(&index).unwrap();
    let cases = index["podsix"].as_object().unwrap();
    let mut table: BTreeMap<(String, String, String), Vec<&str>> = BTreeMap::new();
    let mut failed = Vec::new();
    for (case, result) in cases {
        let text = |key: &str| result[key].as_str().unwrap_or_default().to_owned();
        let (behavior, close) = (text("behavior"), text("behaviorClose"));
        let fine = matches!(&*behavior, "OK" | "NON-STRICT" | "INFORMATIONAL")
            && matches!(&*close, "OK" | "INFORMATIONAL");
        if !fine {
            failed.push(format!("{case}: {behavior}, {close}"));
        }
        let chapter = case.split('.').next().unwrap_or_default();
        let key = (format!("{chapter:>2}"), behavior, close);
        table.entry(key).or_default().push(case);
    }
    for ((chapter, behavior, close), cases) in &table {
        println!(
            "{chapter}.*  {:4} cases  {behavior}, close {close}",
            cases.len()
        );
    }
    println!("{} cases; reports in {}", cases.len(), folder.display());
    assert!(cases.len() > 200, "only {} cases", cases.len());
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
#[ignore = "needs Autobahn's test suite"]
fn as_a_server() {
    ECHO.replace(Echo::Back);
    let mut server = Server::<()>::builder()
        .limits(large)
        .bind("127.0.0.1:0")
        .unwrap();
    let folder = folder("server");
    let specification = format!(
        r#"{{"outdir": "reports", "servers": [{{"agent": "podsix", "url": "ws://{}"}}],
            "cases": ["*"], "exclude-cases": ["12.*", "13.*"], "exclude-agent-cases": {{}}}}"#,
        server.addr().unwrap()
    );
    let mut suite = Suite::start("fuzzingclient", &folder, &specification);
    while suite.0.try_wait().unwrap().is_none() {
        server.wait(Some(Duration::from_millis(100))).unwrap();
        drop(server.take_events());
    }
    judge(&folder);
}

#[test]
#[ignore = "needs Autobahn's test suite"]
fn as_a_client() {
    let addr = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .unwrap();
    let folder = folder("client");
    let specification = format!(
        r#"{{"outdir": "reports", "url": "ws://{addr}", "cases": ["*"],
            "exclude-cases": ["12.*", "13.*"], "exclude-agent-cases": {{}}}}"#
    );
    let suite = Suite::start("fuzzingserver", &folder, &specification);
    let until = Instant::now() + Duration::from_secs(30);
    let count: u32 = loop {
        assert!(Instant::now() < until, "Autobahn does not answer");
        ECHO.replace(Echo::Kept(String::new()));
        visit(&format!("ws://{addr}/getCaseCount"));
        if let Echo::Kept(count) = ECHO.replace(Echo::Back)
            && let Ok(count) = count.parse()
        {
            break count;
        }
    };
    for case in 1..=count {
        visit(&format!("ws://{addr}/runCase?case={case}&agent=podsix"));
    }
    visit(&format!("ws://{addr}/updateReports?agent=podsix"));
    drop(suite);
    judge(&folder);
}

/// Connects and stays until the connection has ended.
fn visit(address: &str) {
    let connection = Connection::builder().limits(large);
    let mut connection = connection.connect(address).unwrap();
    while !connection.is_closed() {
        connection.wait(Some(Duration::from_millis(100))).unwrap();
        drop(connection.take_events());
    }
    connection.shutdown(Duration::from_secs(5)).unwrap();
}
