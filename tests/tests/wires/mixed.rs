//! One server, clients of all wires: what can't be said on one of them is said
//! to everybody else, and hurts nobody.

use std::slice;

use podsix::{Value, data};

use crate::support::{Ends, Got, WIRES};

#[derive(podsix::Message, Clone, Debug, PartialEq)]
enum Both {
    Say { text: String },
    Numbers { numbers: Vec<u32> },
    Score { half: f64, last: i64 },
}

/// Sends a message from each wire to the server, which gives it to everybody;
/// then the server's own. All arrive but on the wires in `not_on`.
fn tell_all(message: &Both, not_on: &[&str]) {
    let mut ends = Ends::new(&WIRES);
    for (from, wire) in WIRES.into_iter().enumerate() {
        if not_on.contains(&wire) {
            let error = ends.clients[from].send(message).unwrap_err();
            assert!(error.connection_is_up(), "{error}");
            assert!(!ends.clients[from].is_closed());
            continue;
        }
        ends.clients[from].send(message).unwrap();
        let (mut server, _) = ends.turns::<Both>();
        assert_eq!(server.messages, slice::from_ref(message), "from {wire}");
        let relayed = server.messages.remove(0);
        ends.broadcast(&relayed);
        let (server, clients) = ends.turns::<Both>();
        check(&server, &clients, message, not_on);
    }
    ends.all_are_up();
    // And they go on.
    let after = Both::Numbers { numbers: vec![1] };
    ends.broadcast(&after);
    let (server, clients) = ends.turns::<Both>();
    check(&server, &clients, &after, &[]);
}

fn check(server: &Got<Both>, clients: &[Got<Both>], message: &Both, not_on: &[&str]) {
    for (got, wire) in clients.iter().zip(WIRES) {
        assert!(got.errors.is_empty(), "{wire}: {got:?}");
        match not_on.contains(&wire) {
            true => assert!(got.messages.is_empty(), "{wire}: {got:?}"),
            false => assert_eq!(got.messages, slice::from_ref(message), "{wire}"),
        }
    }
    // One error for each copy that could not be sent, on its channel.
    assert_eq!(server.errors.len(), not_on.len(), "{server:?}");
    for error in &server.errors {
        assert_eq!(error.kind, "Encode", "{error:?}");
        assert!(!error.field.is_empty(), "{error:?}");
    }
}

fn say(text: &str) -> Both {
    let text = text.to_owned();
    Both::Say { text }
}

#[test]
fn what_looks_like_the_terminator() {
    tell_all(&say("a\0---\0b"), &["podsixnet"]);
    // With the terminator behind it, it would look like one before its time.
    tell_all(&say("a\0---"), &[]);
    tell_all(&say("a\0--"), &[]);
    tell_all(
        &Both::Numbers {
            numbers: vec![2_960_685, 0],
        },
        &[],
    );
    tell_all(
        &Both::Score {
            half: 0.5,
            last: 2_960_685,
        },
        &[],
    );
    // A float whose bytes are it has no other form.
    let half = f64::from_bits(0x0100_2d2d_2d00_0001);
    tell_all(&Both::Score { half, last: 1 }, &["podsixnet"]);
}

#[test]
fn numbers_that_json_or_browsers_do_not_have() {
    let score = |half, last| Both::Score { half, last };
    tell_all(&score(f64::INFINITY, 1), &["podsixnet+json", "ws"]);
    tell_all(&score(0.1, (1 << 53) - 1), &[]);
    tell_all(&score(0.1, 1 << 53), &["ws"]);
}

/// A client can put such a number in a form that is safe on its own wire; the
/// server that passes it on as a `Value` finds a safe form for every other.
#[test]
fn a_value_that_is_passed_on() {
    let value = data! { "action": "numbers", "numbers": [2_960_685, 0] };
    let mut ends = Ends::new(&WIRES);
    for from in 0..WIRES.len() {
        ends.clients[from].send(&value).unwrap();
        let (server, _) = ends.turns::<Both>();
        let numbers = vec![2_960_685, 0];
        let expected = Both::Numbers { numbers };
        assert_eq!(server.messages, slice::from_ref(&expected));
        ends.broadcast(&value);
        let (server, clients) = ends.turns::<Both>();
        check(&server, &clients, &expected, &[]);
    }
}

/// The terminator in the action or in a key.
#[test]
fn names_that_can_t_be_sent() {
    let mut ends = Ends::new(&WIRES);
    let values: [Value; 2] = [
        data! { "action": "a\0---\0b" },
        data! { "action": "say", "a\0---\0b": 1, "text": "" },
    ];
    for value in &values {
        ends.broadcast(value);
        let (server, clients) = ends.turns::<Both>();
        let [error] = &*server.errors else {
            panic!("{server:?}");
        };
        assert_eq!(error.kind, "Encode", "{error:?}");
        assert!(clients.iter().all(|got| got.errors.is_empty()));
        ends.all_are_up();
    }
}
