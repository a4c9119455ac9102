//! What a test is told that asks of `podsix::testing` what can't be done.

use std::panic::{AssertUnwindSafe, catch_unwind};

use podsix::testing::{Game, Lifecycle, Network};
use podsix::{Channel, Connection, Error, Server, network_handler};

#[derive(podsix::Message)]
enum ToServer {
    Leave,
}

#[derive(podsix::Message)]
enum ToClient {
    Bye,
}

struct Door;

#[network_handler(ToServer)]
impl Door {
    fn network_leave(&mut self, channel: &mut Channel<()>) {
        channel.close("out");
    }
}

fn game() -> Game<(), Door> {
    Game::new(Door)
}

/// The words with which it panics.
fn panics(does: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(does)).unwrap_err();
    *panic.downcast::<String>().unwrap()
}

#[test]
fn who_has_left_can_neither_send_nor_leave() {
    let mut game = game();
    let (ann, bob, eve) = (game.join(), game.join(), game.join());
    game.leave(ann, "enough");
    game.send(bob, &ToServer::Leave);
    // Closed, and nobody was told yet.
    game.connection(eve).close("");
    // That a test has asked what happened must not matter.
    assert_eq!(game.lifecycle(ann).len(), 2);
    for (client, why) in [
        (ann, "closed by this end: `enough`"),
        (bob, "closed by the other end: `out`"),
        (eve, "it is not connected any more"),
    ] {
        let expected = format!("this client has left: {why}; `join` another");
        assert_eq!(panics(|| game.send(client, &ToServer::Leave)), expected);
        assert_eq!(panics(|| game.leave(client, "again")), expected);
    }
}

#[test]
fn who_was_refused_can_t_send() {
    let builder = Server::<()>::builder().accept_with(|_| Err("not you".to_owned()));
    let mut game: Game<(), Door> = Game::with(builder, Door);
    let ann = game.join();
    let words = panics(|| game.send(ann, &ToServer::Leave));
    assert!(words.contains("not you"), "{words}");
}

#[test]
fn a_wire_that_there_is_not() {
    let words = panics(|| _ = game().join_over("pigeon"));
    assert!(words.starts_with("nothing here speaks `pigeon`; write `podsix`,"));
    assert!(!words.contains("host"), "{words}");
}

#[test]
fn a_client_of_another_network() {
    let (mut network, mut other) = (Network::new(0), Network::new(0));
    let mut server = other.server(Server::<()>::builder());
    let (_connection, link) = other.connect(&mut server);
    other.cut(link);
    let expected = "this connection belongs to another `Network`";
    for does in [Network::cut, Network::stall, Network::resume] {
        assert_eq!(panics(|| does(&mut network, link)), expected);
    }
}

/// Notes what `connection_is_up` says of each error.
#[derive(Default)]
struct Ups(Vec<bool>);

#[network_handler(ToClient, ..)]
impl Ups {
    fn network_error(&mut self, error: &Error) {
        assert!(error.to_string().contains("let a new client join"));
        self.0.push(error.connection_is_up());
    }
}

#[test]
fn what_is_in_memory_can_t_reconnect_and_tells_whether_it_is_up() {
    let mut game = game();
    let ann = game.join();
    let mut ups = Ups::default();
    game.connection(ann).reconnect();
    game.settle();
    game.dispatch(ann, &mut ups);
    assert_eq!(ups.0, [true]);
    game.leave(ann, "");
    game.lifecycle(ann);
    game.connection(ann).reconnect();
    game.settle();
    game.dispatch(ann, &mut ups);
    assert_eq!(ups.0, [true, false]);
    let [Lifecycle::Error(words)] = &game.lifecycle(ann)[..] else {
        panic!("one error, and nothing else");
    };
    assert!(words.contains("`Connection::local` again"), "{words}");
}

/// Connects again as soon as it is told of an end.
#[derive(Default)]
struct Stubborn {
    errors: usize,
}

#[network_handler(ToClient, ..)]
impl Stubborn {
    fn network_disconnected(&mut self, connection: &mut Connection) {
        connection.reconnect();
    }

    fn network_error(&mut self, connection: &mut Connection) {
        self.errors += 1;
        connection.reconnect();
    }
}

#[test]
fn who_tries_again_and_again_is_told_once() {
    let mut game = game();
    let ann = game.join();
    let mut stubborn = Stubborn::default();
    game.dispatch(ann, &mut stubborn);
    game.leave(ann, "");
    for _ in 0..5 {
        game.dispatch(ann, &mut stubborn);
        game.settle();
    }
    assert_eq!(stubborn.errors, 1);
}
