//! Ends that are bound to their enums. That they can't send anything else is
//! for the compiler to say: `ui/bound`.

use std::borrow::Cow;
use std::thread;

use podsix::testing::{Game, Lifecycle, Network};
use podsix::{
    Channel, ChannelId, Channels, ClientSends, Connection, OnFullQueue, OnMismatch, Protocol,
    Reason, Server, ServerSends, data, network_handler,
};

use crate::support::Deadline;

#[derive(podsix::Message, Debug, PartialEq)]
enum ToServer {
    Say { text: String },
    Leave,
}

#[derive(podsix::Message, Debug, PartialEq)]
enum ToClient<'a> {
    Heard { who: &'a str, text: Cow<'a, str> },
    Count { players: usize },
}

/// The same as a client keeps it.
#[derive(podsix::Message, Clone, Debug, PartialEq)]
enum Kept {
    Heard { who: String, text: String },
    Count { players: usize },
}

type Chat = Protocol<ToServer, ToClient<'static>>;

#[derive(Debug, Default)]
struct Player {
    name: String,
}

#[derive(Debug, Default)]
struct Room;

#[network_handler(ToServer)]
impl Room {
    fn network_connected(&mut self, channel: &mut Channel<Player, Chat>) {
        channel.name = format!("player {}", channel.id());
        self.count(channel.channels());
    }

    fn network_say(&mut self, channel: &mut Channel<Player, Chat>, text: &str) {
        channel.broadcast(&ToClient::Heard {
            who: &channel.name,
            text: text.into(),
        });
    }

    fn network_leave(&mut self, channel: &mut Channel<Player, Chat>) {
        channel.close("bye");
    }

    fn network_disconnected(&mut self, channel: &mut Channel<Player, Chat>) {
        self.count(channel.channels());
    }

    fn count(&self, channels: &Channels<Player, Chat>) {
        let players = channels.len();
        channels.broadcast(&ToClient::Count { players });
    }
}

/// Answers what it hears, through its context.
#[derive(Default)]
struct Polite {
    greeted: bool,
}

#[network_handler(ToClient, ..)]
impl Polite {
    fn network_count(&mut self, connection: &mut Connection<Chat>, players: usize) {
        if players == 2 && !self.greeted {
            self.greeted = true;
            let text = "hello".to_owned();
            connection.send(&ToServer::Say { text }).unwrap();
        }
    }
}

/// Has no context, so it serves ends of any protocol.
#[derive(Default)]
struct Log {
    lines: Vec<String>,
    reasons: Vec<Reason>,
}

#[network_handler(ToClient)]
impl Log {
    fn network_heard(&mut self, who: &str, text: &str) {
        self.lines.push(format!("{who}: {text}"));
    }
    fn network_count(&mut self, players: usize) {
        self.lines.push(format!("{players} players"));
    }
    fn network_disconnected(&mut self, reason: &Reason) {
        self.reasons.push(reason.clone());
    }
}

fn say(text: &str) -> ToServer {
    let text = text.to_owned();
    ToServer::Say { text }
}

fn heard(who: &str, text: &str) -> Kept {
    let (who, text) = (who.to_owned(), text.to_owned());
    Kept::Heard { who, text }
}

#[test]
fn they_talk_over_a_socket() {
    let mut server = Server::<Player>::builder()
        .protocol::<ToServer, ToClient<'static>>()
        .bind("127.0.0.1:0")
        .unwrap();
    let address = server.addr().unwrap().to_string();
    let connect = || {
        let builder = Connection::builder().protocol::<ToServer, ToClient<'static>>();
        builder.connect(&address).unwrap()
    };
    let (mut ann, mut bob): (Connection<Chat>, Connection<Chat>) = (connect(), connect());
    let (mut room, mut polite, mut log) = (Room, Polite::default(), Log::default());
    let deadline = Deadline::new();
    while log.reasons.is_empty() {
        deadline.check("both talked and left");
        server.pump().unwrap();
        server.dispatch(&mut room);
        ann.pump().unwrap();
        ann.dispatch(&mut polite);
        bob.pump().unwrap();
        bob.dispatch(&mut log);
        if log.lines.iter().any(|line| line.ends_with(": hello")) {
            // From another thread, with the same protocol.
            let sender = bob.sender();
            let sent = thread::spawn(move || sender.send(&ToServer::Leave));
            sent.join().unwrap().unwrap();
        }
    }
    let words = "bye".to_owned();
    assert_eq!(log.reasons, [Reason::ClosedByPeer { words }]);
}

#[test]
fn they_talk_through_memory() {
    let builder = Server::<Player>::builder().protocol::<ToServer, ToClient<'static>>();
    let mut server: Server<Player, Chat> = builder.build();
    // The host has the server's protocol, a guest its own.
    let mut host: Connection<Chat> = Connection::local(&mut server);
    let guest = Connection::builder().protocol::<ToServer, ToClient<'static>>();
    let mut guest: Connection<Chat> = guest.local(&mut server);
    let (mut room, mut log) = (Room, Log::default());
    let mut polite = Polite::default();
    let deadline = Deadline::new();
    while !log.lines.contains(&"player 1: hello".to_owned()) {
        deadline.check("the guest heard the host");
        for end in [&mut host, &mut guest] {
            end.pump().unwrap();
        }
        server.pump().unwrap();
        server.dispatch(&mut room);
        host.dispatch(&mut polite);
        guest.dispatch(&mut log);
    }
}

/// A game of bound ends, in which what clients receive is kept.
fn game() -> Game<Player, Room, Chat> {
    let builder = Server::<Player>::builder().protocol::<ToServer, ToClient<'static>>();
    Game::with(builder, Room)
}

#[test]
fn a_whole_game_is_tested_with_its_protocol() {
    let mut game = game();
    let (ann, bob) = (game.join(), game.join());
    game.send(ann, &say("hi"));
    game.leave(bob, "");
    let expected = [
        Kept::Count { players: 1 },
        Kept::Count { players: 2 },
        heard("player 1", "hi"),
        Kept::Count { players: 1 },
    ];
    assert_eq!(game.received::<Kept>(ann), expected);
    assert_eq!(game.received::<Kept>(bob), expected[1..3]);
    let client: &mut Connection<Chat> = game.connection(ann);
    client.send(&ToServer::Leave).unwrap();
    game.settle();
    assert!(game.server().channels().is_empty());
}

#[test]
fn every_way_to_send_reaches_those_it_is_for() {
    let mut game = game();
    let clients = [game.join(), game.join(), game.join()];
    for client in clients {
        game.received::<Kept>(client);
    }
    game.step(|_, server| {
        let ids: Vec<ChannelId> = server.channels().iter().map(|peer| peer.id()).collect();
        let heard = |text: &'static str| {
            let text = text.into();
            ToClient::Heard {
                who: "server",
                text,
            }
        };
        let channels = server.channels();
        channels.broadcast(&heard("broadcast"));
        channels.send(ids[0], &heard("send"));
        channels.to([ids[0], ids[2]]).send(&heard("to"));
        channels.except(ids[0]).send(&heard("except"));
        let third = channels.matching(|peer| peer.name == "player 3");
        third.send(&heard("matching"));
        channels.get(ids[1]).unwrap().send(&heard("get"));
        let channels = server.channels_mut();
        channels.get_mut(ids[1]).unwrap().send(&heard("get_mut"));
        for mut peer in channels.iter_mut() {
            peer.name.push('!');
            peer.send(&heard("iter_mut"));
        }
    });
    let expected: [&[&str]; 3] = [
        &["broadcast", "send", "to", "iter_mut"],
        &["broadcast", "except", "get", "get_mut", "iter_mut"],
        &["broadcast", "to", "except", "matching", "iter_mut"],
    ];
    for (client, texts) in clients.into_iter().zip(expected) {
        let expected: Vec<Kept> = texts.iter().map(|text| heard("server", text)).collect();
        assert_eq!(game.received::<Kept>(client), expected);
    }
}

#[test]
fn the_calls_of_a_builder_come_in_any_order() {
    let first = Server::<Player>::builder()
        .protocol::<ToServer, ToClient<'static>>()
        .limits(|limits| limits.max_channels = 1)
        .on_full_queue(OnFullQueue::DropMessage)
        .on_mismatch(OnMismatch::Warn)
        .accept_with(|_| Err("no".to_owned()));
    let last = Server::<Player>::builder()
        .accept_with(|_| Err("no".to_owned()))
        .on_mismatch(OnMismatch::Warn)
        .on_full_queue(OnFullQueue::DropMessage)
        .limits(|limits| limits.max_channels = 1)
        .protocol::<ToServer, ToClient<'static>>();
    let debugged = |builder: &dyn std::fmt::Debug| format!("{builder:?}");
    let said = debugged(&first);
    assert_eq!(said, debugged(&last));
    for part in ["max_channels: 1,", "DropMessage", "Warn"] {
        assert!(said.contains(part), "{said}");
    }
    for mut game in [Game::with(first, Room), Game::with(last, Room)] {
        let client = game.join();
        let seen = game.lifecycle(client);
        let refused =
            |seen: &Lifecycle| matches!(seen, Lifecycle::Error(error) if error.ends_with("`no`"));
        assert!(seen.iter().all(refused) && seen.len() == 1, "{seen:?}");
    }
}

#[test]
fn a_client_has_the_limits_that_were_set_before_its_protocol() {
    let mut network = Network::new(1);
    let builder = Server::<Player>::builder().protocol::<ToServer, ToClient<'static>>();
    let mut server = network.server(builder);
    let builder = Connection::builder()
        .limits(|limits| limits.max_message_bytes = 10)
        .protocol::<ToServer, ToClient<'static>>();
    let (client, _) = network.connect_with(builder, &mut server);
    assert!(client.send(&ToServer::Leave).is_ok());
    assert!(client.send(&say("more than ten bytes")).is_err());
}

#[test]
fn events_are_read_by_the_enum_that_arrives() {
    type Owned = Protocol<ToServer, Kept>;
    let mut network = Network::new(1);
    let builder = Server::<()>::builder().protocol::<ToServer, ToClient<'static>>();
    let mut server = network.server(builder);
    // What it receives is another enum with the same fields.
    let builder = Connection::builder().protocol::<ToServer, Kept>();
    let (mut client, _): (Connection<Owned>, _) = network.connect_with(builder, &mut server);
    client.send(&say("hi")).unwrap();
    let (mut at_server, mut at_client) = (Vec::new(), Vec::new());
    let deadline = Deadline::new();
    while at_client.is_empty() {
        deadline.check("both read something");
        network.advance(std::time::Duration::from_millis(1));
        server.pump().unwrap();
        let mut events = server.take_events();
        for (id, message) in events.read::<ToServer>() {
            at_server.push(message);
            server.channels().send(id, &ToClient::Count { players: 1 });
        }
        client.pump().unwrap();
        at_client.extend(client.take_events().read::<Kept>());
    }
    assert_eq!(at_server, [say("hi")]);
    assert_eq!(at_client, [Kept::Count { players: 1 }]);
}

/// A game may have one action a direction, which is a struct.
#[test]
fn a_protocol_may_be_made_of_structs() {
    #[derive(podsix::Message)]
    struct Guess {
        number: u8,
    }

    #[derive(podsix::Message, Debug, PartialEq)]
    struct Answer<'a> {
        text: &'a str,
    }

    #[derive(podsix::Message, Debug, PartialEq)]
    #[message(action = "answer")]
    struct OwnedAnswer {
        text: String,
    }

    struct Oracle;

    #[network_handler(Guess)]
    impl Oracle {
        fn network_guess(
            &mut self,
            channel: &mut Channel<(), Protocol<Guess, Answer<'static>>>,
            number: u8,
        ) {
            let text = format!("not {number}");
            channel.send(&Answer { text: &text });
        }
    }

    let builder = Server::<()>::builder().protocol::<Guess, Answer<'static>>();
    let mut game = Game::with(builder, Oracle);
    let client = game.join();
    game.send(client, &Guess { number: 7 });
    let text = "not 7".to_owned();
    assert_eq!(game.received::<OwnedAnswer>(client), [OwnedAnswer { text }]);
}

#[test]
fn a_bound_server_talks_with_a_client_that_is_not() {
    let mut network = Network::new(1);
    let builder = Server::<Player>::builder().protocol::<ToServer, ToClient<'static>>();
    let mut server = network.server(builder);
    let (mut client, _) = network.connect_with(Connection::builder(), &mut server);
    let value = data! { "action": "say", "text": "anything" };
    client.send(&value).unwrap();
    let (mut room, mut log) = (Room, Log::default());
    let deadline = Deadline::new();
    while log.lines.len() < 2 {
        deadline.check("the value came and was answered");
        network.advance(std::time::Duration::from_millis(1));
        server.pump().unwrap();
        server.dispatch(&mut room);
        client.pump().unwrap();
        client.dispatch(&mut log);
    }
    assert_eq!(log.lines, ["1 players", "player 1: anything"]);
}

/// What a program writes for ends of more than one protocol.
#[test]
fn functions_can_be_for_every_protocol_with_a_message() {
    fn count<'a, T, P: ServerSends<ToClient<'a>>>(channels: &Channels<T, P>) {
        let players = channels.len();
        channels.broadcast(&ToClient::Count { players });
    }

    fn leave<P: ClientSends<ToServer>>(connection: &Connection<P>) {
        connection.send(&ToServer::Leave).unwrap();
    }

    let mut game = game();
    let ann = game.join();
    game.received::<Kept>(ann);
    game.step(|_, server| count(server.channels()));
    assert_eq!(game.received::<Kept>(ann), [Kept::Count { players: 1 }]);
    leave(game.connection(ann));
    game.settle();
    assert!(game.server().channels().is_empty());
    count(Server::<()>::new().channels());
    leave(&Connection::local(&mut Server::<()>::new()));
}
