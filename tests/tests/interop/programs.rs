//! Whole programs: the examples in Rust and the same in Python, with each other.

use podsix_tests::board_game::{plays_a_match, survives_leavers};
use podsix_tests::program::Program;

use crate::python::Python;

const CHAT_SERVER: &str = "tests/python/chat_server.py";
const CHAT_CLIENT: &str = "tests/python/chat_client.py";
const GAME_SERVER: &str = "examples/board_game/server.py";
const GAME_CLIENT: &str = "examples/board_game/client.py";

/// A Rust server for PodSixNet, and where it listens.
fn rust_server(name: &str) -> (Program, String) {
    let mut server = Program::start(name, &["podsixnet://127.0.0.1:0"]);
    let address = server.listening_address();
    (server, address)
}

fn rust_client(name: &str, address: &str, who: &str) -> Program {
    let address = format!("podsixnet://{address}");
    Program::start(name, &[&address, "--name", who])
}

// ---- the chat ----

#[test]
fn python_and_rust_sit_in_one_chat() {
    let Some(python) = Python::find() else { return };
    // A port for Rust clients, and one for those on PodSixNet.
    let addresses = ["127.0.0.1:0", "podsixnet://127.0.0.1:0"];
    let mut server = Program::start("chat_server", &addresses);
    let (native, podsixnet) = (server.listening_address(), server.listening_address());

    let ann = Program::start("chat_client", &[&native, "--name", "ann"]);
    chat(
        ann,
        || python.start(CHAT_CLIENT, &[&podsixnet, "--name", "bob"]),
        || rust_client("chat_client", &podsixnet, "cleo"),
    );
    server.expect("cleo left");
}

#[test]
fn python_and_rust_sit_in_a_chat_in_python() {
    let Some(python) = Python::find() else { return };
    let (mut server, address) = python.server(CHAT_SERVER);
    let ann = rust_client("chat_client", &address, "ann");
    chat(
        ann,
        || python.start(CHAT_CLIENT, &[&address, "--name", "bob"]),
        || rust_client("chat_client", &address, "cleo"),
    );
    server.expect("cleo left");
}

/// The programs in Python do the same among themselves.
#[test]
fn python_sits_in_a_chat_in_python() {
    let Some(python) = Python::find() else { return };
    let (mut server, address) = python.server(CHAT_SERVER);
    let client = |name: &str| python.start(CHAT_CLIENT, &[&address, "--name", name]);
    chat(client("ann"), || client("bob"), || client("cleo"));
    server.expect("cleo left");
}

fn chat(
    mut ann: Program,
    start_bob: impl FnOnce() -> Program,
    start_cleo: impl FnOnce() -> Program,
) {
    ann.expect("*** players: ann");
    let mut bob = start_bob();
    bob.expect("*** players: ann, bob");
    ann.expect("*** players: ann, bob");
    let mut cleo = start_cleo();
    for program in [&mut ann, &mut bob, &mut cleo] {
        program.expect("*** players: ann, bob, cleo");
    }
    ann.types("hello, who is there?");
    for program in [&mut ann, &mut bob, &mut cleo] {
        program.expect("ann: hello, who is there?");
    }
    bob.types("zoë's friend 👋 \u{1b}[31m");
    for program in [&mut ann, &mut bob, &mut cleo] {
        let line = program.expect("bob: zoë's friend 👋 ");
        assert!(!line.contains('\u{1b}'), "{line}");
    }
    // Also what was said last arrives.
    bob.types("have to go\n/quit");
    bob.ends_well();
    for program in [&mut ann, &mut cleo] {
        program.expect("bob: have to go");
        program.expect("*** bob left");
        program.expect("*** players: ann, cleo");
    }
    drop(cleo);
    ann.expect("*** cleo left");
    ann.expect("*** players: ann");
}

#[test]
fn who_comes_again_is_a_new_player() {
    let Some(python) = Python::find() else { return };
    let (_server, address) = rust_server("chat_server");
    let mut ann = rust_client("chat_client", &address, "ann");
    ann.expect("*** players: ann");
    for _ in 0..5 {
        let mut bob = python.start(CHAT_CLIENT, &[&address, "--name", "bob"]);
        ann.expect("*** players: ann, bob");
        bob.expect("*** players: ann, bob");
        bob.ends_its_input();
        bob.ends_well();
        ann.expect("*** bob left");
        ann.expect("*** players: ann");
    }
}

#[test]
fn a_python_client_says_that_the_server_is_gone() {
    let Some(python) = Python::find() else { return };
    let (server, address) = rust_server("chat_server");
    let mut ann = python.start(CHAT_CLIENT, &[&address, "--name", "ann"]);
    ann.expect("*** players: ann");
    drop(server);
    ann.complains("error: ");
    ann.ends_with(1);
}

#[test]
fn a_rust_client_says_that_the_server_is_gone() {
    let Some(python) = Python::find() else { return };
    let (server, address) = python.server(CHAT_SERVER);
    let mut ann = rust_client("chat_client", &address, "ann");
    ann.expect("*** players: ann");
    drop(server);
    ann.ends();
    let told = |line: &String| line.contains("clos") || line.contains("lost");
    assert!(ann.seen.iter().any(told), "{:?}", ann.seen);
}

// ---- the board game ----

const RUST_SERVERS: [&str; 2] = ["board_game_server", "board_game_loose_server"];
const RUST_CLIENTS: [&str; 2] = ["board_game_client", "board_game_loose_client"];

#[test]
fn python_plays_with_python() {
    let Some(python) = Python::find() else { return };
    let (_server, address) = python.server(GAME_SERVER);
    let client = |name: &str| python.start(GAME_CLIENT, &[&address, "--name", name]);
    plays_a_match(client("ann"), || client("bob"));
    let (_server, address) = python.server(GAME_SERVER);
    survives_leavers(|name| python.start(GAME_CLIENT, &[&address, "--name", name]));
}

#[test]
fn python_clients_play_at_a_rust_server() {
    let Some(python) = Python::find() else { return };
    for server in RUST_SERVERS {
        let (_server, address) = rust_server(server);
        let client = |name: &str| python.start(GAME_CLIENT, &[&address, "--name", name]);
        plays_a_match(client("ann"), || client("bob"));
        let (_server, address) = rust_server(server);
        survives_leavers(|name| python.start(GAME_CLIENT, &[&address, "--name", name]));
    }
}

#[test]
fn rust_clients_play_at_a_python_server() {
    let Some(python) = Python::find() else { return };
    for client in RUST_CLIENTS {
        let (_server, address) = python.server(GAME_SERVER);
        let ann = rust_client(client, &address, "ann");
        plays_a_match(ann, || rust_client(client, &address, "bob"));
        let (_server, address) = python.server(GAME_SERVER);
        survives_leavers(|name| rust_client(client, &address, name));
    }
}

#[test]
fn python_plays_with_rust() {
    let Some(python) = Python::find() else { return };
    let (python_client, rust_client) = (
        |address: &str, name: &str| python.start(GAME_CLIENT, &[address, "--name", name]),
        |address: &str, name: &str| rust_client("board_game_client", address, name),
    );
    // At a server of either language, whoever of the two comes first.
    for is_rust in [true, false] {
        let server = || match is_rust {
            true => rust_server("board_game_server"),
            false => python.server(GAME_SERVER),
        };
        let (_server, address) = server();
        let ann = python_client(&address, "ann");
        plays_a_match(ann, || rust_client(&address, "bob"));
        let (_server, address) = server();
        let ann = rust_client(&address, "ann");
        plays_a_match(ann, || python_client(&address, "bob"));
    }
}
