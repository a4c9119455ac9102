//! The example programs, each run as a process of its own, as people run them.

#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says clearly enough what went wrong"
)]

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Instant;

use podsix::Limits;
use podsix_tests::board_game::{plays_a_match, survives_leavers};
use podsix_tests::program::{PATIENCE, Program};

// ---- quickstart ----

#[test]
fn quickstart_shows_a_conversation() {
    let mut program = Program::start("quickstart", &[]);
    program.expect("ann: players: ann, bob");
    program.expect("bob: ann says: hi bob!");
    program.expect("ann: bob says: hi ann!");
    program.expect("server: ann left: closed by the other end: `nothing left to say`");
    program.expect("bob: players: bob");
    program.expect("server: bob left: closed by the other end");
    program.ends_well();
}

// ---- chat ----

#[test]
fn two_people_talk() {
    let (mut server, address) = server("chat_server");
    let mut ann = Program::start("chat_client", &[&address, "--name", "ann"]);
    server.expect("is ann");
    ann.expect("*** players: ann");
    // Without `--name`, the name is asked for.
    let mut bob = Program::start("chat_client", &[&address]);
    bob.expect("what is your name?");
    bob.types("bob");
    bob.expect("*** players: ann, bob");
    ann.expect("*** players: ann, bob");
    ann.types("hello, who is there?");
    bob.expect("ann: hello, who is there?");
    ann.expect("ann: hello, who is there?");
    bob.types("it is me, zoë's friend 👋");
    ann.expect("bob: it is me, zoë's friend 👋");
}

#[test]
fn the_end_of_input_leaves() {
    let (mut server, address) = server("chat_server");
    let mut ann = Program::start("chat_client", &[&address, "--name=ann"]);
    ann.expect("*** players: ann");
    let mut bob = Program::start("chat_client", &["--name", "bob", &address]);
    // Also what was typed last, and before the connection is up, arrives.
    bob.types("have to go");
    bob.ends_its_input();
    ann.expect("*** players: ann, bob");
    ann.expect("bob: have to go");
    ann.expect("*** bob left: closed by the other end");
    ann.expect("*** players: ann");
    server.expect("bob left: closed by the other end");
    bob.ends_well();
}

#[test]
fn ten_thousand_lines_arrive_in_order() {
    let (_server, address) = server("chat_server");
    let mut ann = Program::start("chat_client", &[&address, "--name", "ann"]);
    ann.expect("*** players: ann");
    let mut bob = Program::start("chat_client", &[&address, "--name", "bob"]);
    let lines: String = (0..10_000).fold(String::new(), |mut lines, line| {
        writeln!(lines, "line {line}").unwrap();
        lines
    });
    bob.types(lines.trim_end());
    bob.ends_its_input();
    ann.expect("*** players: ann, bob");
    for line in 0..10_000 {
        assert_eq!(ann.next_line(), format!("bob: line {line}"));
    }
    ann.expect("*** bob left: closed by the other end");
    bob.ends_well();
}

#[test]
fn what_others_type_can_not_reach_the_terminal() {
    let (mut server, address) = server("chat_server");
    let mut ann = Program::start("chat_client", &[&address, "--name", "ann"]);
    ann.expect("*** players: ann");
    let mut mallory = Program::start("chat_client", &[&address, "--name", "\u{1b}[31mred\u{7}"]);
    ann.expect(r"*** players: ann, \u{1b}[31mred\u{7}");
    mallory.types("\u{1b}]0;title\u{7}\u{9b}2J\u{202e}");
    ann.expect(r"\u{1b}[31mred\u{7}: \u{1b}]0;title\u{7}\u{9b}2J\u{202e}");
    mallory.ends_its_input();
    ann.expect(r"*** \u{1b}[31mred\u{7} left: closed by the other end");
    server.expect(r"\u{1b}[31mred\u{7} left: closed by the other end");
    for program in [&server, &ann, &mallory] {
        let safe = |line: &String| !line.contains(char::is_control);
        assert!(program.seen.iter().all(safe), "{:?}", program.seen);
    }
}

#[test]
fn nobody_passes_for_the_server() {
    let (mut server, address) = server("chat_server");
    let mut mallory = Program::start("chat_client", &[&address, "--name", " "]);
    mallory.types("the server is shutting down");
    mallory.expect("anonymous: the server is shutting down");
    server.expect("is anonymous");
}

#[test]
fn a_server_listens_at_several_addresses() {
    let mut addresses = vec!["127.0.0.1:0", "localhost:0"];
    if TcpListener::bind("[::1]:0").is_ok() {
        addresses.push("[::1]:0");
    }
    let mut server = Program::start("chat_server", &addresses);
    let addresses = Vec::from_iter(addresses.iter().map(|_| server.listening_address()));
    let mut clients = Vec::new();
    for (number, address) in (1..).zip(&addresses) {
        let name = format!("client{number}");
        clients.push(Program::start("chat_client", &[address, "--name", &name]));
        server.expect(&format!("is {name}"));
    }
    for client in &mut clients {
        client.expect("*** players: client1, client2");
    }
    clients[0].types("hello, all");
    for client in &mut clients {
        client.expect("client1: hello, all");
    }
}

#[test]
fn an_address_in_use_is_named() {
    let (_server, address) = server("chat_server");
    let mut second = Program::start("chat_server", &["127.0.0.1:0", &address]);
    second.complains(&format!("error: can't listen at {address}: "));
    let error = second.seen.last().unwrap();
    assert!(error.contains("another server"), "{error}");
    assert!(error.contains("choose another port"), "{error}");
    second.ends_with(1);
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let (_stream, address) = address_of_nobody();
    let began = Instant::now();
    for program in ["chat_client", "lagtime_client"] {
        let mut client = Program::start(program, &[&address]);
        let error = client.complains(&format!("error: can't connect to {address}: "));
        assert!(error.contains("is the server running"), "{error}");
        client.ends_with(1);
    }
    // Also where the input has ended long before.
    let mut client = Program::start("chat_client", &[&address, "--name", "ann"]);
    client.types("hello");
    client.ends_its_input();
    client.complains(&format!("error: can't connect to {address}: "));
    client.ends_with(1);
    // None of them has waited for the time-out of a connection.
    assert!(began.elapsed() < Limits::default().connect_timeout);
}

#[test]
fn a_client_needs_a_name() {
    let (_server, address) = server("chat_server");
    let mut client = Program::start("chat_client", &[&address]);
    client.ends_its_input();
    client.complains("error: no name was given");
    client.ends_with(1);
}

#[test]
fn output_that_nobody_reads_is_no_panic() {
    let mut server = Program::start_and_read("chat_server", &["127.0.0.1:0"], 1);
    let address = server.listening_address();
    server.is_read_no_more();
    let mut ann = Program::start("chat_client", &[&address, "--name", "ann"]);
    ann.expect("*** players: ann");
    let mut bob = Program::start_and_read("chat_client", &[&address, "--name", "bob"], 2);
    bob.expect("*** players: ann, bob");
    bob.is_read_no_more();
    // A client that can't show anything ends, a server goes on. (More than one
    // message may be needed: a process that another test is just starting holds
    // a copy of the closed pipe for a moment.)
    let until = Instant::now() + PATIENCE;
    while bob.is_running() && Instant::now() < until {
        ann.types("hello?");
        ann.expect("ann: hello?");
    }
    bob.complains("error: the handler of `message` failed: ");
    bob.ends_with(1);
    ann.types("still there");
    ann.expect("ann: still there");
    assert!(server.is_running());

    Program::start_and_read("quickstart", &[], 1).ends_well();
    Program::start_and_read("lagtime_client", &["--help"], 0).ends();
}

/// Bytes of something else, for instance of a browser, end that connection alone.
#[test]
fn strangers_disturb_nobody() {
    let (_server, address) = server("chat_server");
    let mut ann = Program::start("chat_client", &[&address, "--name", "ann"]);
    ann.expect("*** players: ann");
    let mut stranger = TcpStream::connect(&address).unwrap();
    stranger.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    stranger.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut answer = Vec::new();
    let _ = stranger.read_to_end(&mut answer);
    ann.types("still there");
    ann.expect("ann: still there");
}

// ---- lag time ----

#[test]
fn round_trips_are_measured() {
    let (mut server, address) = server("lagtime_server");
    let mut client = Program::start("lagtime_client", &[&address]);
    for count in 1..=10 {
        let line = client.next_line();
        assert!(line.trim_start().starts_with(&count.to_string()), "{line}");
        assert!(line.ends_with(" ms"), "{line}");
    }
    is_summary(&client.expect("10 round trips: "));
    client.ends_well();
    server.expect("left: closed by the other end");
    is_summary(&server.expect("10 round trips: "));

    let mut client = Program::start("lagtime_client", &[&address, "--count", "1000"]);
    is_summary(&client.expect("1000 round trips: "));
    client.ends_well();
    is_summary(&server.expect("1000 round trips: "));
}

/// Whether the three times are there, in order.
#[track_caller]
fn is_summary(line: &str) {
    let time = |name: &str| -> f64 {
        let (_, rest) = line.split_once(name).unwrap();
        rest.split_once(" ms").unwrap().0.trim().parse().unwrap()
    };
    let (min, median, p99) = (time("min"), time("median"), time("p99"));
    assert!(0.0 < min && min <= median && median <= p99, "{line}");
}

// ---- the whiteboard ----

#[test]
fn people_draw_on_the_whiteboard_at_once() {
    let (_server, address) = server("whiteboard_server");
    let args = [&address[..], "--people", "3", "--seconds", "1"];
    let mut load = Program::start("whiteboard_load", &args);
    load.expect("3 people draw for 1 s");
    load.expect("sent 180 messages, received ");
    is_summary(&load.expect(" round trips: "));
    load.ends_well();
}

// ---- the board game ----

#[test]
fn a_match_with_a_rematch() {
    for (server_name, client_name) in BOARD_GAMES {
        let (_server, address) = server(server_name);
        let ann = Program::start(client_name, &[&address, "--name", "ann"]);
        plays_a_match(ann, || {
            Program::start(client_name, &[&address, "--name", "bob"])
        });
    }
}

#[test]
fn whose_rival_leaves_plays_on() {
    for (server_name, client_name) in BOARD_GAMES {
        let (_server, address) = server(server_name);
        survives_leavers(|name| Program::start(client_name, &[&address, "--name", name]));
    }
}

/// What goes by names and what goes by types understand each other.
const BOARD_GAMES: [(&str, &str); 4] = [
    ("board_game_server", "board_game_client"),
    ("board_game_loose_server", "board_game_loose_client"),
    ("board_game_server", "board_game_loose_client"),
    ("board_game_loose_server", "board_game_client"),
];

// ---- arguments ----

#[test]
fn help_is_given() {
    for name in [
        "chat_server",
        "chat_client",
        "lagtime_server",
        "lagtime_client",
        "board_game_server",
        "board_game_client",
        "board_game_loose_server",
        "board_game_loose_client",
        "whiteboard_server",
        "whiteboard_load",
    ] {
        for help in ["--help", "-h"] {
            let mut program = Program::start(name, &[help]);
            program.expect(&format!("Usage: {name} ["));
            program.expect("127.0.0.1:31425");
            program.ends_well();
        }
    }
    for name in ["quickstart", "cards", "board_lan"] {
        let mut program = Program::start(name, &["--help"]);
        program.expect(&format!("Usage: {name}"));
        program.ends_well();
    }
}

#[test]
fn wrong_arguments_are_named() {
    for (command, error) in [
        ("chat_server --port", "error: invalid option '--port'"),
        (
            "chat_client --name",
            "error: missing argument for option '--name'",
        ),
        ("chat_client one two", "error: unexpected argument \"two\""),
        ("lagtime_server -x", "error: invalid option '-x'"),
        (
            "lagtime_client --count many",
            "error: cannot parse argument \"many\"",
        ),
        ("lagtime_client --count 0", "error: --count goes from 1 to "),
        (
            "whiteboard_load --people 0",
            "error: --people goes from 1 to ",
        ),
    ] {
        let mut program = start_line(command);
        let line = program.complains(error);
        assert!(line.ends_with("`--help` tells what can be given"), "{line}");
        program.ends_with(1);
    }
    for (command, error) in [
        ("chat_server localhost:port", "`port` is no port"),
        ("chat_server :31425", "it names no host"),
        ("chat_client http://localhost", "nothing here speaks `http`"),
        ("lagtime_server localhost:70000", "`70000` is no port"),
        ("lagtime_client [::1", "no `]`"),
    ] {
        let mut program = start_line(command);
        let line = program.complains("error: can't use the address `");
        assert!(line.contains(error), "{line}");
        program.ends_with(1);
    }
}

/// Starts a program as a shell would.
fn start_line(line: &str) -> Program {
    let words: Vec<&str> = line.split(' ').collect();
    Program::start(words[0], &words[1..])
}

// ---- signals ----

#[cfg(unix)]
mod signals {
    use nix::sys::signal::Signal;

    use super::*;

    #[test]
    fn a_server_that_is_told_to_stop_tells_everybody() {
        for signal in [Signal::SIGTERM, Signal::SIGINT] {
            let (mut server, address) = server("chat_server");
            let mut ann = Program::start("chat_client", &[&address, "--name", "ann"]);
            ann.expect("*** players: ann");
            let mut bob = Program::start("chat_client", &[&address, "--name", "bob"]);
            bob.expect("*** players: ann, bob");
            bob.types("these are my last words");
            ann.expect("bob: these are my last words");
            server.is_sent(signal);
            for client in [&mut ann, &mut bob] {
                client.expect("*** the server is shutting down");
                client.ends_well();
            }
            server.expect("shutting down");
            server.expect("ann left: the server is shutting down");
            server.expect("bob left: the server is shutting down");
            server.ends_well();
        }
    }

    #[test]
    fn a_lagtime_server_that_is_told_to_stop_tells_everybody() {
        let (mut server, address) = server("lagtime_server");
        let mut client = Program::start("lagtime_client", &[&address, "--count", "100000"]);
        client.expect("     1  ");
        server.is_sent(Signal::SIGTERM);
        client.expect("round trip");
        client.complains("error: the server is shutting down");
        client.ends_with(1);
        server.expect("left: the server is shutting down");
        server.expect("round trip");
        server.ends_well();
    }

    #[test]
    fn an_idle_server_can_be_stopped() {
        for name in ["chat_server", "lagtime_server"] {
            let (mut server, _) = server(name);
            server.is_sent(Signal::SIGINT);
            server.ends_well();
        }
    }

    #[test]
    fn ctrl_c_leaves_the_chat() {
        let (_server, address) = server("chat_server");
        let mut ann = Program::start("chat_client", &[&address, "--name", "ann"]);
        ann.expect("*** players: ann");
        let mut bob = Program::start("chat_client", &[&address, "--name", "bob"]);
        bob.expect("*** players: ann, bob");
        bob.is_sent(Signal::SIGINT);
        bob.ends_well();
        ann.expect("*** bob left: closed by the other end");
    }

    #[test]
    fn a_client_that_is_killed_is_missed() {
        let (mut server, address) = server("chat_server");
        let mut ann = Program::start("chat_client", &[&address, "--name", "ann"]);
        ann.expect("*** players: ann");
        let mut bob = Program::start("chat_client", &[&address, "--name", "bob"]);
        bob.expect("*** players: ann, bob");
        bob.is_sent(Signal::SIGKILL);
        ann.expect("*** bob left: connection lost: ");
        ann.expect("*** players: ann");
        server.expect("bob left: connection lost: ");
        ann.types("are you there?");
        ann.expect("ann: are you there?");
    }

    /// Each stop and each start interrupts the call in which it sleeps.
    #[test]
    fn a_server_that_is_stopped_and_goes_on_has_lost_nothing() {
        let (server, address) = server("chat_server");
        let mut ann = Program::start("chat_client", &[&address, "--name", "ann"]);
        ann.expect("*** players: ann");
        let mut bob = Program::start("chat_client", &[&address, "--name", "bob"]);
        ann.expect("*** players: ann, bob");
        for round in 0..20 {
            server.is_sent(Signal::SIGSTOP);
            ann.types(&format!("round {round}"));
            server.is_sent(Signal::SIGCONT);
            bob.expect(&format!("ann: round {round}"));
        }
    }

    #[test]
    fn a_server_that_is_killed_is_missed() {
        let (server, address) = server("chat_server");
        let mut ann = Program::start("chat_client", &[&address, "--name", "ann"]);
        ann.expect("*** players: ann");
        let mut bob = Program::start("chat_client", &[&address, "--name", "bob"]);
        bob.expect("*** players: ann, bob");
        server.is_sent(Signal::SIGKILL);
        for client in [&mut ann, &mut bob] {
            client.complains("error: connection lost: ");
            client.ends_with(1);
        }
    }
}

// ---- how they are run ----

/// Starts a server, and reads where it listens.
fn server(name: &str) -> (Program, String) {
    let mut server = Program::start(name, &["127.0.0.1:0"]);
    let address = server.listening_address();
    (server, address)
}

/// An address that is taken, by a client's end of a connection, so that nobody
/// can listen there meanwhile.
fn address_of_nobody() -> (TcpStream, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let address = stream.local_addr().unwrap().to_string();
    (stream, address)
}
