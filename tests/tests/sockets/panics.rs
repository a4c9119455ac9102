//! Handlers that panic.

use std::panic::{AssertUnwindSafe, catch_unwind};

use podsix::testing::Network;
use podsix::{Connection, Event, EventKind, Reason, Server, network_handler};

use crate::logs::Logs;
use crate::support::*;

const PANICKED: Seen = Seen::Disconnected(Reason::HandlerPanicked);

/// Runs a server whose handler panics at the events like `at`, with one client
/// that says numbers and closes, and one that only looks on. What the server
/// saw of the first, and what the client did.
fn run(at: fn(&Seen) -> bool) -> (Vec<Seen>, Client) {
    let mut host = Host::new().on(move |channel, seen| {
        if channel.name != "onlooker" && at(seen) {
            panic!("a panic that the test wants");
        }
        match seen {
            Seen::Text(name) => channel.name = name.clone(),
            Seen::Number(3) => return Err("the third one fails".into()),
            Seen::Number(4) => channel.close("that will do"),
            _ => {}
        }
        Ok(())
    });
    let mut onlooker = host.client();
    onlooker.say("onlooker");
    // At `Connected` it has no name yet.
    let panics_at_once = at(&Seen::Connected);
    if !panics_at_once {
        until!([host, onlooker], host.game.seen.len() == 2);
    }
    let mut client = host.client();
    let number = if panics_at_once { 1 } else { 2 };
    (1..=4).for_each(|number| client.number(number));
    until!(
        [host, client, onlooker],
        client.end().is_some() && host.end(number).is_some()
    );
    settle!(host, client, onlooker);
    if panics_at_once {
        until!([host, onlooker], onlooker.end().is_some());
    } else {
        // Nobody else is disturbed.
        assert_eq!(onlooker.seen(), [Seen::Connected]);
        assert_eq!(host.server.channels().len(), 1);
        onlooker.number(1);
        until!(
            [host, onlooker],
            host.seen(1).last() == Some(&Seen::Number(1))
        );
    }
    (host.seen(number), client)
}

#[test]
fn in_network_connected() {
    let logs = Logs::begin();
    let (server, client) = run(|seen| *seen == Seen::Connected);
    assert_eq!(server, [Seen::Connected, PANICKED]);
    assert_eq!(
        client.seen(),
        [Seen::Connected, told(Reason::HandlerPanicked)]
    );
    assert_eq!(logs.count("panicked"), 2, "{:?}", logs.lines());
}

#[test]
fn in_a_message_s_handler() {
    let logs = Logs::begin();
    let (server, client) = run(|seen| *seen == Seen::Number(2));
    assert_eq!(
        server,
        [Seen::Connected, Seen::Number(1), Seen::Number(2), PANICKED]
    );
    assert_eq!(
        client.seen(),
        [Seen::Connected, told(Reason::HandlerPanicked)]
    );
    assert_eq!(
        logs.count("the handler of `number` panicked"),
        1,
        "{:?}",
        logs.lines()
    );
    // PodSixNet's wire tells the reason by a message, for which there is none here.
    let unhandled = usize::from(!Wire::tested().says_goodbye());
    assert_eq!(
        logs.count("no method handles"),
        unhandled,
        "{:?}",
        logs.lines()
    );
}

#[test]
fn in_network_error() {
    let (server, client) = run(|seen| matches!(seen, Seen::Failed(_)) || *seen == Seen::Number(4));
    // The error of the third number comes when the fourth has been handled.
    assert_eq!(server.last(), Some(&PANICKED), "{server:?}");
    assert_eq!(client.end(), Some(&told(Reason::HandlerPanicked)));
}

#[test]
fn in_network_error_alone() {
    let mut host = Host::new().on(|_, seen| match seen {
        Seen::Failed(_) => panic!("a panic that the test wants"),
        Seen::Number(_) => Err("it fails".into()),
        _ => Ok(()),
    });
    let mut client = host.client();
    client.number(1);
    until!(
        [host, client],
        client.end().is_some() && host.end(1).is_some()
    );
    let seen = host.seen(1);
    assert!(
        matches!(
            seen[..],
            [Seen::Connected, Seen::Number(1), Seen::Failed(_), PANICKED]
        ),
        "{seen:?}"
    );
    assert_eq!(client.end(), Some(&told(Reason::HandlerPanicked)));

    // Errors are told as before.
    let mut next = host.client();
    next.number(1);
    until!([host, client, next], next.end().is_some());
    assert_eq!(next.end(), Some(&told(Reason::HandlerPanicked)));
}

#[test]
fn in_network_disconnected() {
    let (server, client) = run(|seen| matches!(seen, Seen::Disconnected(_)));
    assert_eq!(server.last(), Some(&closed("that will do")));
    assert_eq!(client.end(), Some(&closed_by_peer("that will do")));
}

#[test]
fn what_was_sent_before_the_panic_arrives() {
    let mut host = Host::new().on(|channel, seen| {
        if let Seen::Number(number) = seen {
            channel.send(&ToClient::Number { number: *number });
            assert_ne!(*number, 3, "a panic that the test wants");
        }
        Ok(())
    });
    let mut client = host.client();
    (1..=5).for_each(|number| client.number(number));
    until!([host, client], client.end().is_some());
    let expected = [
        Seen::Connected,
        Seen::Number(1),
        Seen::Number(2),
        Seen::Number(3),
        told(Reason::HandlerPanicked),
    ];
    assert_eq!(client.seen(), expected);
}

#[test]
fn a_message_that_panics_while_it_is_encoded() {
    struct Bomb;
    impl serde::Serialize for Bomb {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            panic!("a panic that the test wants")
        }
    }
    impl<'de> serde::Deserialize<'de> for Bomb {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            u8::deserialize(deserializer).map(|_| Self)
        }
    }
    #[derive(podsix::Message)]
    enum Trouble {
        Boom { bomb: Bomb },
    }
    let mut host = Host::new().on(|channel, seen| {
        match seen {
            Seen::Number(1) => channel.broadcast(&Trouble::Boom { bomb: Bomb }),
            Seen::Number(number) => channel.broadcast(&ToClient::Number { number: *number }),
            _ => {}
        }
        Ok(())
    });
    let (mut ann, mut bob) = (host.client(), host.client());
    until!(
        [host, ann, bob],
        ann.seen().len() == 1 && bob.seen().len() == 1 && host.came() == 2
    );
    ann.number(1);
    until!([host, ann, bob], ann.end().is_some());
    assert_eq!(ann.end(), Some(&told(Reason::HandlerPanicked)));
    bob.number(2);
    until!([host, bob], bob.seen().len() == 2);
    assert_eq!(bob.seen(), [Seen::Connected, Seen::Number(2)]);
}

#[test]
fn panics_go_through_where_they_should() {
    let builder = Server::<Player>::builder().let_panics_through();
    let mut host = Host::with(builder).on(|_, seen| {
        assert_ne!(*seen, Seen::Number(2), "a panic that the test wants");
        Ok(())
    });
    let mut client = host.client();
    (1..=3).for_each(|number| client.number(number));
    let crash = catch_unwind(AssertUnwindSafe(|| {
        until!([host, client], host.game.seen.len() == 4);
    }));
    assert!(crash.is_err());
    assert_eq!(host.game.seen.last().unwrap().1, Seen::Number(2));
    // Nothing is offered twice, and the rest is still there.
    host.server.dispatch(&mut host.game);
    until!([host, client], host.game.seen.len() == 4);
    let expected = [
        Seen::Connected,
        Seen::Number(1),
        Seen::Number(2),
        Seen::Number(3),
    ];
    assert_eq!(host.seen(1), expected);
    until!([host, client], client.connection.is_connected());
}

#[test]
fn errors_are_told_as_before_after_a_panic_that_went_through_network_error() {
    let builder = Server::<Player>::builder().let_panics_through();
    let mut panics = true;
    let mut host = Host::with(builder).on(move |channel, seen| {
        match seen {
            Seen::Number(_) => {
                // More than a message may be: it fails.
                let bytes = "x".repeat(2_000_000);
                channel.send(&ToClient::Bulk { bytes });
            }
            Seen::Failed(_) if std::mem::take(&mut panics) => panic!("a panic that the test wants"),
            _ => {}
        }
        Ok(())
    });
    let mut client = host.client();
    client.number(1);
    let crash = catch_unwind(AssertUnwindSafe(|| {
        until!([host, client], client.end().is_some());
    }));
    assert!(crash.is_err());
    client.number(2);
    until!([host, client], host.game.seen.len() == 5);
    let seen = host.seen(1);
    assert!(
        matches!(seen[3..], [Seen::Number(2), Seen::Failed(_)]),
        "{seen:?}"
    );
}

#[test]
fn on_the_channel_of_a_local_player_it_goes_through_on_others_it_does_not() {
    let mut host = Host::new().on(|_, seen| {
        assert_ne!(*seen, Seen::Number(2), "a panic that the test wants");
        Ok(())
    });
    let mut local = Client::of(Connection::local(&mut host.server));
    let mut guest = host.client();
    until!([host, local, guest], host.came() == 2);
    guest.number(2);
    until!([host, local, guest], guest.end().is_some());
    assert_eq!(guest.end(), Some(&told(Reason::HandlerPanicked)));
    local.number(2);
    let crash = catch_unwind(AssertUnwindSafe(|| {
        until!([host, local], local.end().is_some());
    }));
    assert!(crash.is_err());
    assert!(local.connection.is_connected());
}

#[test]
fn on_a_client_it_goes_through_and_nothing_of_the_batch_is_lost() {
    let mut host = Host::new().on(|channel, seen| {
        if *seen == Seen::Connected {
            (1..=3).for_each(|number| channel.send(&ToClient::Number { number }));
        }
        Ok(())
    });
    let mut client = host.client().on(|_, seen| {
        assert_ne!(*seen, Seen::Number(2), "a panic that the test wants");
        Ok(())
    });
    let crash = catch_unwind(AssertUnwindSafe(|| {
        until!([host, client], client.end().is_some());
    }));
    assert!(crash.is_err());
    assert_eq!(client.seen().last(), Some(&Seen::Number(2)));
    // The others hear all of the batch, which goes on where it was.
    let mut second = Listener::new();
    client.connection.dispatch(&mut second);
    assert!(second.seen.contains(&Seen::Number(2)), "{:?}", second.seen);
    let mut late = Listener::new();
    let deadline = Deadline::new();
    while second.seen.last() != Some(&Seen::Number(3)) {
        deadline.check(&format!("{:?}", second.seen));
        host.turn();
        client.connection.wait(Some(ms(1))).unwrap();
        client.connection.dispatch(&mut second);
        client.connection.dispatch(&mut late);
    }
    let numbers = |listener: &Listener| {
        let numbers = listener
            .seen
            .iter()
            .filter(|seen| matches!(seen, Seen::Number(_)));
        numbers.cloned().collect::<Vec<_>>()
    };
    assert!(
        numbers(&second).ends_with(&[Seen::Number(2), Seen::Number(3)]),
        "{:?}",
        second.seen
    );
    assert!(client.connection.is_connected());
    assert_eq!(client.connection.link().unhandled, 0);
    client.connection.pump().unwrap();
    assert_eq!(client.connection.link().unhandled, 0);
}

#[derive(podsix::Message)]
enum Word {
    Said { text: String },
}

/// Panics once it sees that the connection is up.
struct Observer {
    panics: bool,
    handled: Vec<bool>,
}

#[network_handler(Word)]
impl Observer {
    fn network_said(&mut self, text: &str) {
        assert_eq!(text, "hello");
    }

    fn network(&mut self, event: &Event) {
        if let EventKind::Connected = event.kind() {
            assert!(
                !std::mem::take(&mut self.panics),
                "a panic that the test wants"
            );
        }
        self.handled.push(event.handled());
    }
}

#[test]
fn an_observer_s_panic_says_nothing_of_the_events_after_it() {
    let mut network = Network::new(1);
    let mut server = network.server(Server::<()>::builder());
    let (mut connection, _) = network.connect(&mut server);
    let mut observer = Observer {
        panics: true,
        handled: Vec::new(),
    };
    let mut pump = |connection: &mut Connection, text: Option<&str>| {
        if let Some(text) = text.map(str::to_owned) {
            server.channels().broadcast(&Word::Said { text });
        }
        for _ in 0..3 {
            server.pump().unwrap();
            drop(server.take_events());
            network.advance(ms(1));
            connection.pump().unwrap();
        }
    };
    pump(&mut connection, None);
    let crash = catch_unwind(AssertUnwindSafe(|| connection.dispatch(&mut observer)));
    assert!(crash.is_err());
    pump(&mut connection, Some("hello"));
    connection.dispatch(&mut observer);
    assert_eq!(observer.handled, [true]);
}
