//! The listeners of a client: who hears what, in which order, and how long it
//! stays.

use podsix::{Connection, NetworkHandler, network_handler};

use crate::support::*;

/// The listeners of one client, in the order in which they heard something.
type Heard = Vec<(&'static str, String)>;

#[derive(Default)]
struct Score {
    heard: Heard,
}

#[network_handler(ToClient, ..)]
impl Score {
    fn network_connected(&mut self) {
        self.heard.push(("score", "connected".into()));
    }
    fn network_number(&mut self, number: u32) {
        self.heard.push(("score", number.to_string()));
    }
}

struct Log<'a> {
    heard: &'a mut Heard,
}

#[network_handler(ToClient, ..)]
impl Log<'_> {
    fn network_connected(&mut self) {
        self.heard.push(("log", "connected".into()));
    }
    fn network_heard(&mut self, text: &str) {
        self.heard.push(("log", text.into()));
    }
    fn network_number(&mut self, number: &u32) {
        self.heard.push(("log", number.to_string()));
    }
}

/// A server that answers each number with a text and a number.
fn answering() -> Host {
    Host::new().on(|channel, seen| {
        if let Seen::Number(number) = seen {
            let text = format!("got {number}");
            channel.send(&ToClient::Heard { text });
            channel.send(&ToClient::Number { number: *number });
        }
        Ok(())
    })
}

#[test]
fn every_listener_of_a_client_hears_everything_in_the_order_of_dispatch() {
    let mut host = answering();
    let mut connection = Connection::connect(&host.addr).unwrap();
    for number in [7, 8] {
        connection.send(&ToServer::Number { number }).unwrap();
    }
    let mut score = Score::default();
    let mut third = Heard::new();
    let deadline = Deadline::new();
    while third.len() < 5 {
        deadline.check(&format!("{:?} {third:?}", score.heard));
        host.turn();
        connection.wait(Some(ms(1))).unwrap();
        let before = (score.heard.len(), third.len());
        connection.dispatch(&mut score);
        assert_eq!(
            third.len(),
            before.1,
            "a listener was called before its dispatch"
        );
        connection.dispatch(&mut Log { heard: &mut third });
        let news = third.len() > before.1;
        assert!(
            news || score.heard.len() == before.0,
            "the second one missed a batch"
        );
    }
    let score: Vec<&str> = score.heard.iter().map(|(_, what)| what.as_str()).collect();
    assert_eq!(score, ["connected", "7", "8"]);
    let third: Vec<&str> = third.iter().map(|(_, what)| what.as_str()).collect();
    assert_eq!(third, ["connected", "got 7", "7", "got 8", "8"]);
}

#[test]
fn a_list_of_scenes_behind_dyn() {
    #[derive(Default)]
    struct Title(u32);
    #[network_handler(ToClient, ..)]
    impl Title {
        fn network_number(&mut self, connection: &mut Connection, number: u32) {
            self.0 += number;
            let text = format!("title {number}");
            connection.send(&ToServer::Say { text }).unwrap();
        }
    }
    struct Board;
    #[network_handler(ToClient, ..)]
    impl Board {
        fn network_number(&mut self, connection: &mut Connection, number: u32) {
            let text = format!("board {number}");
            connection.send(&ToServer::Say { text }).unwrap();
        }
    }
    let mut host = answering();
    let mut connection = Connection::connect(&host.addr).unwrap();
    connection.send(&ToServer::Number { number: 1 }).unwrap();
    connection.send(&ToServer::Number { number: 2 }).unwrap();
    let mut scenes: Vec<Box<dyn NetworkHandler<Connection>>> =
        vec![Box::new(Board), Box::new(Title::default())];
    let deadline = Deadline::new();
    while host.came() == 0 || host.seen(1).len() < 7 {
        deadline.check(&host.report());
        host.turn();
        connection.wait(Some(ms(1))).unwrap();
        for scene in &mut scenes {
            connection.dispatch(scene.as_mut());
        }
    }
    let mut said = host.seen(1);
    said.retain(|seen| matches!(seen, Seen::Text(_)));
    // Both answers of one scene come before those of the next, where both
    // numbers came in one batch.
    let board: Vec<&Seen> = said.iter().filter(|seen| is_of(seen, "board")).collect();
    let title: Vec<&Seen> = said.iter().filter(|seen| is_of(seen, "title")).collect();
    assert_eq!(board, [&text("board 1"), &text("board 2")]);
    assert_eq!(title, [&text("title 1"), &text("title 2")]);
    assert_eq!(said[0], text("board 1"));
}

fn is_of(seen: &Seen, scene: &str) -> bool {
    matches!(seen, Seen::Text(text) if text.starts_with(scene))
}

#[test]
fn events_survive_pumps_until_they_are_offered() {
    let mut host = answering();
    let mut client = host.client();
    for number in 0..100 {
        client.number(number);
    }
    // Only pumps, and more of them than are needed.
    let deadline = Deadline::new();
    while !client.connection.is_connected() {
        deadline.check("it comes up");
        host.server.pump().unwrap();
        client.connection.pump().unwrap();
    }
    for _ in 0..50 {
        host.server.pump().unwrap();
        client.connection.pump().unwrap();
    }
    assert!(host.game.seen.is_empty());
    until!([host, client], client.seen().len() == 201);
    let numbers = client.seen().iter().filter_map(|seen| match seen {
        Seen::Number(number) => Some(*number),
        _ => None,
    });
    assert!(numbers.eq(0..100), "{:?}", client.seen());
}

#[test]
fn what_was_offered_to_one_listener_stays_for_the_others_until_the_next_pump() {
    let mut host = answering();
    let mut client = host.client();
    until!([host, client], client.seen().len() == 1);
    client.number(1);
    let deadline = Deadline::new();
    let mut late = Score::default();
    while client.seen().len() < 3 {
        deadline.check(&client.report());
        host.turn();
        client.turn();
        if client.seen().len() > 1 {
            // Offered already, but not pumped since.
            client.connection.dispatch(&mut late);
        }
    }
    assert_eq!(late.heard, [("score", "1".to_owned())]);
    client.connection.pump().unwrap();
    client.connection.dispatch(&mut late);
    assert_eq!(late.heard.len(), 1, "offered again after a pump");
}
