//! Python clients of a Rust server.

use std::time::Duration;

use podsix::{Channel, Server, data, network_handler};

use crate::ends::{End, Host, Seen, until};
use crate::python::Python;

#[test]
fn a_client_is_told_that_it_is_connected_and_talks() {
    let Some(python) = Python::find() else { return };
    let mut host = Host::relaying();
    let mut ann = python.client(&host.podsixnet);
    // This leaves before the server has answered.
    ann.send(&data! { "action": "first" });
    until!([host, ann], ann.messages().len() == 1);
    assert_eq!(ann.messages(), [data! { "action": "first" }]);
    assert_eq!(ann.count("connected"), 1);

    let hello = data! { "action": "hello", "who": "Zoë", "at": (1, 2) };
    ann.send(&hello);
    until!([host, ann], ann.messages().len() == 2);
    assert_eq!(ann.messages()[1], hello);
    assert_eq!(
        host.room.seen,
        [
            Seen::Connected,
            Seen::Message(data! { "action": "first" }),
            Seen::Message(hello)
        ]
    );
}

#[test]
fn what_a_server_sends_when_a_client_comes_arrives_after_connected() {
    struct Greeter;

    #[network_handler]
    impl Greeter {
        fn network_connected(&mut self, channel: &mut Channel<()>) {
            channel.send(&data! { "action": "welcome", "number": 1 });
        }
    }

    struct Greeting(Server<()>);

    impl End for Greeting {
        fn turn(&mut self) {
            self.0.wait(Some(Duration::from_millis(1))).unwrap();
            self.0.dispatch(&mut Greeter);
        }
        fn fail(&mut self, problem: &str) {
            panic!("{problem}");
        }
    }

    let Some(python) = Python::find() else { return };
    let mut server = Server::<()>::new();
    let address = server
        .listen("podsixnet://127.0.0.1:0")
        .unwrap()
        .to_string();
    let mut server = Greeting(server);
    let mut ann = python.client(&address);
    until!([server, ann], !ann.messages().is_empty());
    let actions = ann.shown().into_iter().map(crate::literal::value);
    let actions: Vec<String> = actions.map(|it| it.action().unwrap().to_owned()).collect();
    assert_eq!(actions, ["socketConnect", "connected", "welcome"]);
}

#[test]
fn a_client_leaves() {
    let Some(python) = Python::find() else { return };
    let mut host = Host::new();
    let mut ann = python.client(&host.podsixnet);
    // What it sends before it goes arrives.
    ann.send(&data! { "action": "bye" });
    ann.close();
    until!([host, ann], host.ended() == 1);
    let [Seen::Connected, Seen::Message(bye), Seen::Disconnected(_)] = &host.room.seen[..] else {
        panic!("{:?}", host.room.seen);
    };
    assert_eq!(bye.action(), Some("bye"));
}

#[test]
fn a_client_is_closed_by_the_server() {
    let Some(python) = Python::find() else { return };
    let mut host = Host::new();
    let mut ann = python.client(&host.podsixnet);
    until!([host, ann], ann.count("connected") == 1);
    host.broadcast(&data! { "action": "last" });
    host.server
        .channels()
        .iter()
        .for_each(|it| it.close("enough"));
    until!([host, ann], ann.count("disconnected") == 1);
    assert_eq!(ann.messages(), [data! { "action": "last" }]);
    assert_eq!(
        ann.all("error"),
        [data! { "action": "error", "error": (0, "enough") }]
    );
    until!([host, ann], host.ended() == 1);

    // The same client comes again, on the same connection object.
    ann.connect(&host.podsixnet);
    until!([host, ann], ann.count("connected") == 2);
    host.broadcast(&data! { "action": "again" });
    until!([host, ann], ann.messages().len() == 2);

    // Nothing is left to be sent: it closes all the same, and waits for no time-out.
    assert!(host.server.shutdown(Duration::from_secs(20)).unwrap());
    until!([host, ann], ann.count("disconnected") == 2);
}

/// The names of what happens on a connection are ordinary names for messages.
#[test]
fn a_message_is_no_event_whatever_its_name() {
    let Some(python) = Python::find() else { return };
    let mut host = Host::new();
    let mut ann = python.client(&host.podsixnet);
    let names = ["connected", "disconnected", "error", "socketConnect"];
    for action in names {
        ann.send(&data! { "action": action });
    }
    until!([host, ann], host.messages().len() == names.len());
    let mut expected = vec![Seen::Connected];
    expected.extend(names.map(|action| Seen::Message(data! { "action": action })));
    assert_eq!(host.room.seen, expected);
}

#[test]
fn many_come_and_go() {
    let Some(python) = Python::find() else { return };
    let mut host = Host::relaying();
    let mut ann = python.client(&host.podsixnet);
    until!([host, ann], ann.count("connected") == 1);
    for round in 1..=5 {
        let mut bob = python.client(&host.podsixnet);
        bob.send(&data! { "action": "round", "number": round });
        until!(
            [host, ann, bob],
            ann.messages().len() == round && bob.messages().len() == 1
        );
        bob.close();
        until!([host, ann, bob], host.ended() == round);
    }
    assert_eq!(host.server.channels().len(), 1);
}
