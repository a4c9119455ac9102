//! Events that are taken out and handled elsewhere.

use std::collections::BTreeSet;
use std::time::Duration;

use podsix::{
    ChannelId, Connection, Error, Event, EventKind, NetworkHandler, Reason, Server, ServerEvent,
    data, network_handler,
};

use crate::support::Ends;

#[derive(podsix::Message, Clone, Debug, PartialEq)]
enum ToServer {
    Move { x: i32 },
    Pass,
}

#[derive(podsix::Message, Clone, Debug, PartialEq)]
enum ToClient {
    YourTurn { round: u8 },
    Error { code: u8 },
}

#[derive(podsix::Message, Debug, PartialEq)]
enum Part {
    Pass,
}

#[test]
fn a_server_reads_messages_with_the_channel_they_are_from() {
    let mut ends = Ends::new();
    let (second, _) = ends.network.connect(&mut ends.server);
    ends.client.send(&ToServer::Move { x: -1 }).unwrap();
    ends.client.send(&ToServer::Pass).unwrap();
    ends.client
        .send(&data! { "action": "move", "x": "far" })
        .unwrap();
    second.send(&data! { "action": "move", "x": 7.0 }).unwrap();
    let mut clients = [&mut ends.client, &mut { second }];
    let (mut came, mut moves, mut parts, mut errors) = (vec![], vec![], vec![], vec![]);
    for _ in 0..6 {
        for client in &mut clients {
            client.pump().unwrap();
        }
        ends.network.advance(Duration::from_millis(1));
        ends.server.pump().unwrap();
        let mut events = ends.server.take_events();
        came.extend(events.connected());
        errors.extend(events.errors().map(|(id, error)| (id, error.to_string())));
        assert_eq!(events.disconnected().count(), 0);
        // Each reader has its own share of the same batch.
        parts.extend(events.read::<Part>());
        moves.extend(events.read::<ToServer>());
    }
    let ids: Vec<ChannelId> = ends
        .server
        .channels()
        .iter()
        .map(|peer| peer.id())
        .collect();
    let [one, two] = *ids else { panic!("{ids:?}") };
    assert_eq!(came, [two]);
    moves.sort_by_key(|(id, _)| *id);
    assert_eq!(
        moves,
        [
            (one, ToServer::Move { x: -1 }),
            (one, ToServer::Pass),
            (two, ToServer::Move { x: 7 }),
        ]
    );
    assert_eq!(parts, [(one, Part::Pass)]);
    let words = "`move`: field `x`: expected i32, found \"far\"; the message was dropped, the \
                 connection is still up";
    assert_eq!(errors, [(one, words.to_owned())]);

    let [client, second] = clients;
    client.close("enough");
    drop(second.take_events());
    let mut gone = Vec::new();
    for _ in 0..6 {
        client.pump().unwrap();
        ends.network.advance(Duration::from_millis(1));
        ends.server.pump().unwrap();
        let events = ends.server.take_events();
        gone.extend(
            events
                .disconnected()
                .map(|(id, reason)| (id, reason.clone())),
        );
    }
    let words = "enough".to_owned();
    assert_eq!(gone, [(one, Reason::ClosedByPeer { words })]);
    assert_eq!(ends.server.channels().len(), 1);
}

#[test]
fn a_server_is_told_what_happened_in_its_order() {
    let mut ends = Ends::new();
    let one = ends.server.channels().iter().next().unwrap().id();
    let (mut second, _) = ends.network.connect(&mut ends.server);
    let pass = data! { "action": "pass" };
    let far = data! { "action": "move", "x": "far" };
    ends.client.send(&ToServer::Move { x: 1 }).unwrap();
    ends.client.send(&ToServer::Move { x: 3 }).unwrap();
    ends.client.send(&far).unwrap();
    ends.client.send(&ToServer::Pass).unwrap();
    second.send(&ToServer::Move { x: 2 }).unwrap();
    second.send(&data! { "action": "unknown" }).unwrap();
    second.send(&pass).unwrap();
    second.close("enough");

    // All of it comes in one batch, but for the error: that is found when the message is read.
    for _ in 0..6 {
        ends.client.pump().unwrap();
        second.pump().unwrap();
        ends.network.advance(Duration::from_millis(1));
        ends.server.pump().unwrap();
    }
    let (mut happened, mut passes) = (Vec::new(), 0);
    for _ in 0..2 {
        let mut events = ends.server.take_events();
        for (id, event) in events.in_order::<ToServer>() {
            let words = match event {
                ServerEvent::Connected => "came".to_owned(),
                ServerEvent::Message(message) => format!("{message:?}"),
                ServerEvent::Disconnected(reason) => reason.to_string(),
                ServerEvent::Error(error) => error.to_string(),
                _ => unreachable!(),
            };
            happened.push((id, words));
        }
        passes += events.read::<Part>().len();
        drop(events);
        ends.server.pump().unwrap();
    }
    let of = |id: ChannelId| -> Vec<&str> {
        let all = happened.iter().filter(|(of, _)| *of == id);
        all.map(|(_, words)| &**words).collect()
    };
    let ids: BTreeSet<ChannelId> = happened.iter().map(|(id, _)| *id).collect();
    let two = *ids.last().unwrap();
    assert_eq!((ids.len(), ids.contains(&one)), (2, true));
    assert_eq!(passes, 2, "another enum reads the same batch");
    assert_eq!(
        of(one),
        [
            "Move { x: 1 }",
            "Move { x: 3 }",
            "Pass",
            "`move`: field `x`: expected i32, found \"far\"; the message was dropped, the \
             connection is still up",
        ]
    );
    assert_eq!(
        of(two),
        [
            "came",
            "Move { x: 2 }",
            "Pass",
            "closed by the other end: `enough`",
        ]
    );
}

/// A game that holds its connection.
struct Game {
    connection: Connection,
    seen: Vec<String>,
    fail: bool,
}

#[network_handler(ToClient)]
impl Game {
    fn network_connected(&mut self) {
        self.seen.push("connected".to_owned());
    }

    fn network_your_turn(&mut self, round: u8) -> podsix::Result<()> {
        self.seen.push(format!("round {round}"));
        self.connection.send(&ToServer::Move { x: round.into() })?;
        // Not in the middle of a dispatch of its own, so this is allowed.
        self.connection.pump()?;
        if self.fail {
            self.connection.send(&data! { "no": "action" })?;
        }
        Ok(())
    }

    #[action(Error)]
    fn on_error(&mut self, code: u8) {
        self.seen.push(format!("code {code}"));
    }

    fn network_error(&mut self, error: &Error) -> Result<(), String> {
        self.seen.push(format!("error {error}"));
        Err("again".to_owned())
    }

    fn network_disconnected(&mut self, reason: &Reason) {
        self.seen.push(format!("disconnected {reason}"));
    }

    fn network(&mut self, event: &Event) {
        if let EventKind::Message = event.kind() {
            self.seen.push(format!("{event:?}"));
        }
    }
}

#[test]
fn a_game_that_holds_its_connection_is_its_own_listener() {
    let mut server = Server::<()>::new();
    let mut connection = Connection::local(&mut server);
    connection.pump().unwrap();
    let mut game = Game {
        connection,
        seen: Vec::new(),
        fail: true,
    };
    let mut moves = Vec::new();
    let mut turn = |server: &mut Server<()>, game: &mut Game| {
        for _ in 0..4 {
            server.pump().unwrap();
            moves.extend(
                server
                    .take_events()
                    .read::<ToServer>()
                    .into_iter()
                    .map(|(_, it)| it),
            );
            game.connection.pump().unwrap();
            let mut events = game.connection.take_events();
            events.dispatch(game);
        }
        std::mem::take(&mut game.seen)
    };
    assert_eq!(turn(&mut server, &mut game), ["connected"]);
    server
        .channels()
        .broadcast(&ToClient::YourTurn { round: 1 });
    server.channels().broadcast(&ToClient::Error { code: 2 });
    let seen = turn(&mut server, &mut game);
    assert_eq!(
        seen,
        [
            "round 1",
            r#"Event { kind: Message, action: "your_turn", handled: true, .. }"#,
            "code 2",
            r#"Event { kind: Message, action: "error", handled: true, .. }"#,
            "error the handler of `your_turn` failed: a message without an action was not sent: a value \
             that is sent is a map with an `action` that is text, as in `data! { \"action\": \
             \"hello\" }`",
        ]
    );
    game.fail = false;
    server
        .channels()
        .broadcast(&ToClient::YourTurn { round: 2 });
    server.channels().iter().next().unwrap().close("over");
    let seen = turn(&mut server, &mut game);
    assert_eq!(
        seen.last().unwrap(),
        "disconnected closed by the other end: `over`"
    );
    assert_eq!(moves, [ToServer::Move { x: 1 }]);
}

#[derive(Default)]
struct Scene {
    rounds: Vec<u8>,
    misuse: Vec<String>,
    meddles: bool,
}

#[network_handler(ToClient, ..)]
impl Scene {
    fn network_your_turn(&mut self, connection: &mut Connection, round: u8) {
        self.rounds.push(round);
        if self.meddles {
            connection.pump().unwrap();
            assert!(connection.take_events().is_empty());
            connection.dispatch(&mut Self::default());
        }
    }

    fn network_error(&mut self, _connection: &mut Connection, error: &Error) {
        if let Error::Misuse { problem } = error {
            self.misuse.push(problem.to_string());
        }
    }
}

#[test]
fn misuse_in_a_handler_loses_nothing() {
    let mut ends = Ends::new();
    for round in 1..=3 {
        ends.server
            .channels()
            .broadcast(&ToClient::YourTurn { round });
    }
    let mut scene = Scene {
        meddles: true,
        ..Scene::default()
    };
    for _ in 0..4 {
        ends.server.pump().unwrap();
        ends.client.pump().unwrap();
        ends.client.dispatch(&mut scene);
        ends.network.advance(Duration::from_millis(1));
    }
    assert_eq!(scene.rounds, [1, 2, 3]);
    assert_eq!(scene.misuse.len(), 9, "{:?}", scene.misuse);
    for (problem, method) in scene.misuse.iter().zip(["pump", "take_events", "dispatch"]) {
        assert!(
            problem.starts_with(&format!("`{method}` was called from inside")),
            "{problem}"
        );
    }
}

#[test]
fn scenes_behind_dyn_each_see_everything() {
    struct Other(usize);
    #[network_handler]
    impl Other {
        fn network(&mut self, _event: &Event) {
            self.0 += 1;
        }
    }

    let mut ends = Ends::new();
    let mut scenes: Vec<Box<dyn NetworkHandler<Connection>>> = vec![
        Box::new(Scene::default()),
        Box::new(Other(0)),
        Box::new(Scene::default()),
    ];
    let mut last = Scene::default();
    let mut counter = Other(0);
    ends.server
        .channels()
        .broadcast(&ToClient::YourTurn { round: 1 });
    for _ in 0..4 {
        ends.server.pump().unwrap();
        ends.client.pump().unwrap();
        for scene in &mut scenes {
            ends.client.dispatch(&mut **scene);
        }
        ends.client.dispatch(&mut last);
        ends.client.dispatch(&mut counter);
        ends.network.advance(Duration::from_millis(1));
    }
    assert_eq!((last.rounds, counter.0), (vec![1], 1));
}
