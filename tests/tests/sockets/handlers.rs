//! The handlers of a server: which type is offered what, and what they are told.

use std::borrow::Cow;

use podsix::{Channel, Event, EventKind, NetworkHandler, Server, network_handler};

use crate::logs::Logs;
use crate::support::*;

/// A second type of handler on a server.
#[derive(Default)]
struct Referee {
    seen: Vec<String>,
}

#[network_handler(ToServer, ..)]
impl Referee {
    fn network_connected(&mut self) {
        self.seen.push("connected".into());
    }
    fn network_number(&mut self, channel: &mut Channel<Player>, number: u32) {
        channel.points += number;
        self.seen.push(number.to_string());
    }
    fn network_disconnected(&mut self) {
        self.seen.push("disconnected".into());
    }
}

#[test]
fn each_type_of_handler_on_a_server_is_offered_each_event_once() {
    let mut host = Host::new();
    let mut referee = Referee::default();
    let mut twin = Referee::default();
    let mut client = host.client();
    client.number(1);
    client.number(2);
    let deadline = Deadline::new();
    while referee.seen.len() < 4 {
        deadline.check(&format!("{:?}", referee.seen));
        host.server.wait(Some(ms(1))).unwrap();
        host.server.dispatch(&mut host.game);
        host.server.dispatch(&mut referee);
        // The same types again, also behind `dyn`: nothing is left for them.
        host.server.dispatch(&mut twin);
        let again: &mut dyn NetworkHandler<Channel<Player>> = &mut referee;
        host.server.dispatch(again);
        host.server.dispatch(&mut host.game);
        client.turn();
        if referee.seen.len() == 3 && !client.connection.is_closed() {
            let points: Vec<u32> = host
                .server
                .channels()
                .iter()
                .map(|one| one.points)
                .collect();
            assert_eq!(points, [3]);
            client.connection.close("");
        }
    }
    assert_eq!(referee.seen, ["connected", "1", "2", "disconnected"]);
    assert_eq!(twin.seen, [""; 0]);
    let expected = [Seen::Connected, Seen::Number(1), Seen::Number(2), left("")];
    assert_eq!(host.seen(1), expected);
}

#[test]
fn a_type_that_is_first_called_behind_dyn_is_the_same_type() {
    let mut host = Host::new();
    let mut client = host.client();
    client.number(5);
    let mut referee = Referee::default();
    let mut other = Referee::default();
    let deadline = Deadline::new();
    while referee.seen.len() < 2 {
        deadline.check(&format!("{:?}", referee.seen));
        host.server.wait(Some(ms(1))).unwrap();
        let boxed: Box<&mut dyn NetworkHandler<Channel<Player>>> = Box::new(&mut referee);
        host.server.dispatch(*boxed);
        host.server.dispatch(&mut other);
        client.turn();
    }
    assert_eq!(referee.seen, ["connected", "5"]);
    assert_eq!(other.seen, [""; 0]);
}

#[test]
fn two_types_of_one_name_are_two_types() {
    let mut host = Host::new();
    let mut client = host.client();
    client.number(5);
    let mut counts = (0, 0);
    let deadline = Deadline::new();
    while counts.0 < 1 || counts.1 < 1 {
        deadline.check(&format!("{counts:?}"));
        host.server.wait(Some(ms(1))).unwrap();
        {
            struct Counter<'a>(&'a mut u32);
            #[network_handler(ToServer, ..)]
            impl Counter<'_> {
                fn network_number(&mut self) {
                    *self.0 += 1;
                }
            }
            host.server.dispatch(&mut Counter(&mut counts.0));
        }
        {
            struct Counter<'a>(&'a mut u32);
            #[network_handler(ToServer, ..)]
            impl Counter<'_> {
                fn network_number(&mut self) {
                    *self.0 += 1;
                }
            }
            host.server.dispatch(&mut Counter(&mut counts.1));
        }
        client.turn();
    }
    assert_eq!(counts, (1, 1));
}

/// Sees every event after its own method.
#[derive(Default)]
struct Witness {
    seen: Vec<String>,
}

#[network_handler(ToServer, ..)]
impl Witness {
    fn network_number(&mut self, number: u32) {
        self.seen.push(format!("number {number}"));
    }
    fn network(&mut self, channel: &mut Channel<Player>, event: &Event) {
        let kind = match event.kind() {
            EventKind::Connected => "connected",
            EventKind::Message => "message",
            EventKind::Disconnected(_) => "disconnected",
            _ => "other",
        };
        let (id, action, handled) = (channel.id(), event.action(), event.handled());
        self.seen.push(format!("{id} {kind} {action} {handled}"));
    }
}

#[test]
fn network_sees_every_event_after_its_own_method() {
    let mut server = Server::<Player>::bind(&Wire::tested().url("127.0.0.1:0")).unwrap();
    let mut client = Client::to(&server.addr().unwrap().to_string());
    client.say("not handled");
    client.number(4);
    let mut witness = Witness::default();
    let deadline = Deadline::new();
    while witness.seen.len() < 5 {
        deadline.check(&format!("{:?}", witness.seen));
        server.wait(Some(ms(1))).unwrap();
        server.dispatch(&mut witness);
        client.turn();
        if witness.seen.len() == 4 {
            client.connection.close("");
        }
    }
    assert_eq!(
        witness.seen,
        [
            "1 connected connected false",
            "1 message say false",
            "number 4",
            "1 message number true",
            "1 disconnected disconnected false",
        ]
    );
}

#[test]
fn a_message_that_no_method_handles_is_counted_and_logged_once_an_action() {
    native_only!();
    let logs = Logs::begin();
    let mut server = Server::<Player>::bind(&Wire::tested().url("127.0.0.1:0")).unwrap();
    let mut client = Client::to(&server.addr().unwrap().to_string());
    for _ in 0..3 {
        client.say("nobody cares");
        client
            .connection
            .send(&ToServer::Bulk {
                bytes: String::new(),
            })
            .unwrap();
    }
    client.number(4);
    let mut referee = Referee::default();
    let deadline = Deadline::new();
    let unhandled = |server: &Server<Player>| -> u64 {
        server
            .channels()
            .iter()
            .map(|one| one.link().unhandled)
            .sum()
    };
    while unhandled(&server) < 6 {
        deadline.check(&format!("{:?}", referee.seen));
        server.wait(Some(ms(1))).unwrap();
        server.dispatch(&mut referee);
        client.turn();
    }
    assert_eq!(unhandled(&server), 6);
    assert_eq!(referee.seen, ["connected", "4"]);
    assert_eq!(
        logs.count("no method handles the action `say`"),
        1,
        "{:?}",
        logs.lines()
    );
    assert_eq!(
        logs.count("WARN: client 1 at 127.0.0.1:"),
        2,
        "each line says who it was: {:?}",
        logs.lines()
    );
    assert_eq!(
        logs.count("no method handles the action `bulk`"),
        1,
        "{:?}",
        logs.lines()
    );
}

/// The same actions as the server's, borrowed from what was received.
#[derive(podsix::Message)]
#[allow(dead_code, reason = "only read")]
enum Borrowed<'a> {
    Say { text: &'a str },
    Number { number: u32 },
    Bulk { bytes: Cow<'a, str> },
}

#[derive(Default)]
struct Reader {
    texts: Vec<String>,
    numbers: u32,
}

#[network_handler(Borrowed, ..)]
impl Reader {
    fn network_say(&mut self, text: &str) {
        self.texts.push(text.to_owned());
    }
    fn network_number(&mut self, number: u32) {
        self.numbers += number;
    }
}

#[test]
fn messages_can_be_read_without_a_copy() {
    let mut server = Server::<Player>::bind(&Wire::tested().url("127.0.0.1:0")).unwrap();
    let mut client = Client::to(&server.addr().unwrap().to_string());
    client.say("grüße");
    client.number(3);
    client.say("");
    let mut reader = Reader::default();
    let deadline = Deadline::new();
    while reader.texts.len() < 2 {
        deadline.check(&format!("{:?}", reader.texts));
        server.wait(Some(ms(1))).unwrap();
        server.dispatch(&mut reader);
        client.turn();
    }
    assert_eq!(reader.texts, ["grüße", ""]);
    assert_eq!(reader.numbers, 3);
}
