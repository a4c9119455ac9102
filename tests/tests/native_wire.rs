//! The bytes that `podsix::guide::native_wire` prints are those that cross.
//!
//! A plain socket plays one end of each printed conversation and expects the
//! other one's bytes from podsix.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that unwraps says clearly enough what went wrong"
)]

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use podsix::{Channel, Connection, Error, Reason, Server, network_handler};

const PAGE: &str = include_str!("../../podsix/src/guide/native_wire.md");

const PATIENCE: Duration = Duration::from_secs(20);

#[derive(podsix::Message)]
enum ToServer {
    Nickname { nickname: String },
    Message { message: String },
}

#[derive(podsix::Message)]
enum ToClient {
    Players { players: Vec<String> },
    Message { who: String, message: String },
}

#[derive(Default)]
struct Player {
    nickname: String,
}

struct Chat;

#[network_handler(ToServer)]
impl Chat {
    fn network_nickname(&mut self, channel: &mut Channel<Player>, nickname: String) {
        channel.nickname = nickname;
        let players = channel.channels().iter();
        let players = players.map(|player| player.nickname.clone()).collect();
        channel.broadcast(&ToClient::Players { players });
    }

    fn network_message(&mut self, channel: &mut Channel<Player>, message: String) {
        let who = channel.nickname.clone();
        channel.broadcast(&ToClient::Message { who, message });
    }
}

#[derive(Default)]
struct Talker {
    refused: Option<Reason>,
}

#[network_handler(ToClient)]
impl Talker {
    fn network_players(&mut self, connection: &mut Connection) {
        let message = "hi".to_owned();
        connection.send(&ToServer::Message { message }).unwrap();
    }

    fn network_message(&mut self, connection: &mut Connection) {
        connection.close("bye");
    }

    fn network_error(&mut self, error: &Error) {
        if let Error::NotConnected { reason, .. } = error {
            self.refused = Some(reason.clone());
        }
    }
}

#[test]
fn a_server_speaks_as_the_conversation_is_printed() {
    let mut server = quiet_server();
    let socket = TcpStream::connect(server.addr().unwrap()).unwrap();
    play(&conversation("A conversation"), End::Client, socket, || {
        server.wait(Some(Duration::from_millis(1))).unwrap();
        server.dispatch(&mut Chat);
    });
}

#[test]
fn a_client_speaks_as_the_conversation_is_printed() {
    let (mut connection, socket) = quiet_connection();
    let nickname = "ann".to_owned();
    connection.send(&ToServer::Nickname { nickname }).unwrap();
    let mut talker = Talker::default();
    play(&conversation("A conversation"), End::Server, socket, || {
        connection.wait(Some(Duration::from_millis(1))).unwrap();
        connection.dispatch(&mut talker);
    });
}

#[test]
fn a_full_server_refuses_as_printed() {
    let builder = Server::<Player>::builder().limits(|limits| limits.max_channels = 0);
    let mut server: Server<Player> = builder.bind("127.0.0.1:0").unwrap();
    let socket = TcpStream::connect(server.addr().unwrap()).unwrap();
    play(&conversation("A refusal"), End::Client, socket, || {
        server.wait(Some(Duration::from_millis(1))).unwrap();
    });
}

#[test]
fn a_client_understands_the_printed_refusal() {
    let (mut connection, socket) = quiet_connection();
    let mut talker = Talker::default();
    play(&conversation("A refusal"), End::Server, socket, || {
        connection.wait(Some(Duration::from_millis(1))).unwrap();
        connection.dispatch(&mut talker);
    });
    assert_eq!(talker.refused, Some(Reason::ServerFull));
}

#[test]
fn many_kinds_of_fields_are_as_printed() {
    #[derive(podsix::Data)]
    enum Team {
        Red,
        Blue,
    }

    #[derive(podsix::Message)]
    enum ToClient {
        Spawn {
            id: u32,
            at: (f32, f32),
            team: Option<Team>,
            tags: Vec<String>,
            score: i32,
            key: char,
        },
    }

    struct Greeter;

    #[network_handler(ToServer, ..)]
    impl Greeter {
        fn network_connected(&mut self, channel: &mut Channel<Player>) {
            channel.send(&ToClient::Spawn {
                id: 1000,
                at: (1.5, -2.0),
                team: Some(Team::Blue),
                tags: vec!["fast".into()],
                score: -3,
                key: 'é',
            });
        }
    }

    let mut server = quiet_server();
    let socket = TcpStream::connect(server.addr().unwrap()).unwrap();
    let turns = conversation("A message with many kinds of fields");
    play_open(&turns, End::Client, &socket, &mut || {
        server.wait(Some(Duration::from_millis(1))).unwrap();
        server.dispatch(&mut Greeter);
    });
}

/// What the bound server of the page receives and sends.
mod walking {
    #[derive(podsix::Message)]
    pub(crate) enum ToServer {
        Go { x: f32 },
    }

    #[derive(podsix::Message)]
    pub(crate) enum ToClient {
        Stop,
    }
}

#[test]
fn a_server_that_is_bound_to_other_enums_refuses_as_printed() {
    let builder = Server::<Player>::builder().protocol::<walking::ToServer, walking::ToClient>();
    let mut server = builder.bind("127.0.0.1:0").unwrap();
    let socket = TcpStream::connect(server.addr().unwrap()).unwrap();
    let turns = conversation("Ends that are bound to a protocol");
    play(&turns, End::Client, socket, || {
        server.wait(Some(Duration::from_millis(1))).unwrap();
    });
}

#[test]
fn a_client_that_is_bound_to_other_enums_speaks_as_printed() {
    #[derive(podsix::Message)]
    enum ToServer {
        Go { x: String },
    }

    let _ = ToServer::Go { x: String::new() };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let builder = Connection::builder().protocol::<ToServer, walking::ToClient>();
    let address = listener.local_addr().unwrap().to_string();
    let mut connection = builder.connect(&address).unwrap();
    connection.pump().unwrap();
    let (socket, _) = listener.accept().unwrap();
    #[derive(Default)]
    struct Refusal(Option<Reason>);

    #[network_handler(walking::ToClient, ..)]
    impl Refusal {
        fn network_error(&mut self, error: &Error) {
            if let Error::NotConnected { reason, .. } = error {
                self.0 = Some(reason.clone());
            }
        }
    }

    let mut refusal = Refusal::default();
    let turns = conversation("Ends that are bound to a protocol");
    play(&turns, End::Server, socket, || {
        connection.wait(Some(Duration::from_millis(1))).unwrap();
        connection.dispatch(&mut refusal);
    });
    let Some(Reason::ProtocolMismatch { problem }) = refusal.0 else {
        panic!("{:?}", refusal.0);
    };
    assert!(problem.contains("`go`"), "{problem}");
}

/// Magic, the version 99, and a hello that might be anything.
#[test]
fn another_version_is_told_both_versions() {
    let mut server = quiet_server();
    let mut socket = TcpStream::connect(server.addr().unwrap()).unwrap();
    socket
        .write_all(&[0xf6, b'p', b'd', b'6', 99, 1, 2, 3])
        .unwrap();
    let heard = hear_all(&socket, &mut || {
        server.wait(Some(Duration::from_millis(1))).unwrap();
    });
    let (opening, goodbye) = heard.split_at(5);
    assert_eq!(opening, [0xf6, b'p', b'd', b'6', 1]);
    // The words are below 128 bytes or not: the length takes a byte or two.
    let code = goodbye
        .windows(2)
        .position(|bytes| bytes == [0x84, 0x01])
        .unwrap();
    assert!(code <= 2, "{goodbye:02x?}");
    assert_eq!(goodbye[code + 2], 10);
    let words = str::from_utf8(&goodbye[code + 3..]).unwrap();
    assert!(
        words.contains("version 99") && words.contains("version 1;"),
        "{words}"
    );
}

#[test]
fn what_does_not_speak_podsix_gets_no_answer() {
    let mut server = quiet_server();
    for stranger in [
        // A GET would be answered, for a browser.
        &b"POST / HTTP/1.1\r\n\r\n"[..],
        b"\x16\x03\x01\x02\x00",
        b"\0",
    ] {
        let mut socket = TcpStream::connect(server.addr().unwrap()).unwrap();
        socket.write_all(stranger).unwrap();
        let heard = hear_all(&socket, &mut || {
            server.wait(Some(Duration::from_millis(1))).unwrap();
        });
        assert!(heard.is_empty(), "{heard:02x?}");
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Client,
    Server,
}

struct Line {
    end: End,
    bytes: Vec<u8>,
    words: &'static str,
}

/// The lines `end | bytes | words` of the first block below a heading of the
/// page that has such lines.
fn conversation(heading: &str) -> Vec<Line> {
    let (_, section) = PAGE.split_once(&format!("\n# {heading}\n")).unwrap();
    let (_, block) = section.split_once("\n```text\n").unwrap();
    let (block, _) = block.split_once("\n```\n").unwrap();
    let line = |line: &'static str| {
        let mut columns = line.split('|').map(str::trim);
        let end = match columns.next() {
            Some("client") => End::Client,
            Some("server") => End::Server,
            other => panic!("{other:?} in `{line}`"),
        };
        let bytes = columns.next().unwrap().split_whitespace();
        let bytes = bytes.map(|byte| u8::from_str_radix(byte, 16).unwrap());
        Line {
            end,
            bytes: bytes.collect(),
            words: columns.next().unwrap(),
        }
    };
    block.lines().map(line).collect()
}

/// Sends the lines of `own` end and expects those of the other, which closes
/// the connection at the end.
fn play(lines: &[Line], own: End, socket: TcpStream, mut pump: impl FnMut()) {
    play_open(lines, own, &socket, &mut pump);
    let more = hear_all(&socket, &mut pump);
    assert!(more.is_empty(), "{more:02x?} after the last line");
}

fn play_open(lines: &[Line], own: End, mut socket: &TcpStream, pump: &mut dyn FnMut()) {
    for line in lines {
        if line.end == own {
            socket.write_all(&line.bytes).unwrap();
        } else {
            let heard = hear(socket, line.bytes.len(), pump);
            assert_eq!(
                format!("{heard:02x?}"),
                format!("{:02x?}", line.bytes),
                "{:?}: {}",
                line.end,
                line.words
            );
        }
    }
}

/// All bytes up to the end of the stream.
fn hear_all(socket: &TcpStream, pump: &mut dyn FnMut()) -> Vec<u8> {
    hear(socket, usize::MAX, pump)
}

/// So many bytes, or fewer where the stream ends before.
fn hear(mut socket: &TcpStream, count: usize, pump: &mut dyn FnMut()) -> Vec<u8> {
    let patience = Instant::now() + PATIENCE;
    socket.set_nonblocking(true).unwrap();
    let mut heard = Vec::new();
    while heard.len() < count {
        let mut byte = [0];
        match socket.read(&mut byte) {
            Ok(0) => break,
            Ok(_) => heard.extend(byte),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                assert!(Instant::now() < patience, "only {heard:02x?} came");
                pump();
            }
            Err(error) => panic!("{error} after {heard:02x?}"),
        }
    }
    socket.set_nonblocking(false).unwrap();
    heard
}

/// A server that does not ping in between, however slow the machine.
fn quiet_server() -> Server<Player> {
    Server::<Player>::builder()
        .limits(|limits| limits.ping_after = Duration::from_secs(3600))
        .bind("127.0.0.1:0")
        .unwrap()
}

/// Such a connection, and the socket at the other end of it.
fn quiet_connection() -> (Connection, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let connection = Connection::builder()
        .limits(|limits| limits.ping_after = Duration::from_secs(3600))
        .connect(&listener.local_addr().unwrap().to_string());
    let mut connection = connection.unwrap();
    // The system completes it, so `accept` need not wait for anything else.
    connection.pump().unwrap();
    let (socket, _) = listener.accept().unwrap();
    (connection, socket)
}
