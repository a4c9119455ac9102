//! `Channels` in handlers and in the game's loop, and who is among them.

use std::collections::{BTreeSet, HashMap};

use podsix::{Channel, ChannelId, Server, network_handler};

use crate::support::*;

/// A server and so many clients, who told it their names: a, b, c, …
fn party(count: usize) -> (Host, Vec<Client>) {
    let mut host = Host::new().on(|channel, seen| {
        if let Seen::Text(name) = seen {
            channel.name.clone_from(name);
        }
        Ok(())
    });
    let mut clients: Vec<Client> = Vec::new();
    for number in 0..count {
        let mut client = host.client();
        client.say(&String::from(char::from(b'a' + number as u8)));
        until!(
            [host, client],
            host.seen(number + 1).len() == 2 && client.seen().len() == 1
        );
        clients.push(client);
    }
    (host, clients)
}

/// Lets everybody hear what was sent, and who did.
fn hearers(host: &mut Host, clients: &mut [Client]) -> String {
    // The last message tells that all before it have come.
    host.server
        .channels()
        .broadcast(&ToClient::Number { number: 999 });
    let deadline = Deadline::new();
    let done = |client: &Client| client.seen().last() == Some(&Seen::Number(999));
    while !clients.iter().all(done) {
        deadline.check(&host.report());
        host.turn();
        clients.iter_mut().for_each(End::turn);
    }
    let mut names = String::new();
    for (index, client) in clients.iter_mut().enumerate() {
        let heard = client
            .ear
            .seen
            .iter()
            .filter(|seen| matches!(seen, Seen::Text(_)))
            .count();
        assert!(heard <= 1, "twice: {:?}", client.seen());
        if heard == 1 {
            names.push(char::from(b'a' + index as u8));
        }
        client.ear.seen.clear();
    }
    names
}

fn hello() -> ToClient {
    ToClient::Heard {
        text: "hello".into(),
    }
}

#[test]
fn messages_go_to_whom_they_should() {
    let (mut host, mut clients) = party(4);
    let ids: Vec<ChannelId> = host.server.channels().iter().map(|one| one.id()).collect();
    let gone = {
        let mut leaver = host.client();
        until!([host, leaver], host.came() == 5);
        let id = host.id(5);
        drop(leaver);
        until!([host], host.end(5).is_some());
        id
    };
    let channels = |host: &Host| host.server.channels().len();
    assert_eq!(channels(&host), 4);

    host.server.channels().broadcast(&hello());
    assert_eq!(hearers(&mut host, &mut clients), "abcd");
    host.server.channels().send(ids[1], &hello());
    host.server.channels().send(gone, &hello());
    assert_eq!(hearers(&mut host, &mut clients), "b");
    host.server
        .channels()
        .to([ids[3], gone, ids[0]])
        .send(&hello());
    assert_eq!(hearers(&mut host, &mut clients), "ad");
    host.server.channels().except(ids[2]).send(&hello());
    assert_eq!(hearers(&mut host, &mut clients), "abd");
    host.server.channels().except(gone).send(&hello());
    assert_eq!(hearers(&mut host, &mut clients), "abcd");
    host.server
        .channels()
        .matching(|player| player.name.as_str() > "b")
        .send(&hello());
    assert_eq!(hearers(&mut host, &mut clients), "cd");
    host.server.channels().matching(|_| false).send(&hello());
    assert_eq!(hearers(&mut host, &mut clients), "");
    for peer in host
        .server
        .channels()
        .iter()
        .filter(|peer| peer.name == "c")
    {
        peer.send(&hello());
    }
    assert_eq!(hearers(&mut host, &mut clients), "c");
    for peer in host.server.channels_mut().iter_mut() {
        if peer.points == 0 && peer.name == "d" {
            peer.send(&hello());
        }
    }
    assert_eq!(hearers(&mut host, &mut clients), "d");
    let nobody: [ChannelId; 0] = [];
    host.server.channels().to(nobody).send(&hello());
    assert_eq!(hearers(&mut host, &mut clients), "");
}

#[test]
fn players_are_found_and_changed() {
    let (mut host, _clients) = party(3);
    let ids: Vec<ChannelId> = host.server.channels().iter().map(|one| one.id()).collect();
    let channels = host.server.channels_mut();
    assert_eq!(channels.len(), 3);
    assert!(!channels.is_empty());
    for mut peer in channels.iter_mut() {
        peer.points += 3;
    }
    for mut peer in &mut *channels {
        peer.points += 2;
    }
    channels.get_mut(ids[1]).unwrap().points = 50;
    let points: Vec<u32> = channels.iter().map(|peer| peer.points).collect();
    assert_eq!(points, [5, 50, 5]);
    let names: String = channels.iter().map(|peer| peer.name.clone()).collect();
    assert_eq!(names, "abc", "in the order in which they joined");
    let mut seen = Vec::new();
    for peer in &*channels {
        seen.push(peer.id());
    }
    assert_eq!(seen, ids);
    let ordered: Vec<ChannelId> = channels.iter_mut().map(|peer| peer.id()).collect();
    assert_eq!(ordered, ids);
    let peer = channels.get(ids[2]).unwrap();
    assert_eq!((peer.name.as_str(), peer.id()), ("c", ids[2]));
    assert!(peer.addr().ip().is_some_and(|ip| ip.is_loopback()));
    assert_eq!(peer.link().messages_received, 1);
    // Ids are ordinary keys.
    let keys: BTreeSet<ChannelId> = ids.iter().copied().collect();
    assert!(keys.iter().eq(&ids));
    let map: HashMap<ChannelId, u32> = ids.iter().map(|id| (*id, 1)).collect();
    assert_eq!(map.len(), 3);
    assert_eq!(ids[0].to_string(), "1");
}

/// Who is there while something happens.
#[derive(Default)]
struct Doorman {
    notes: Vec<String>,
}

#[network_handler(ToServer, ..)]
impl Doorman {
    fn network_connected(&mut self, channel: &mut Channel<Player>) {
        self.note("comes", channel);
    }
    fn network_number(&mut self, channel: &mut Channel<Player>, number: u32) {
        channel.points = number;
        let points: u32 = channel.channels().iter().map(|peer| peer.points).sum();
        channel.state_mut().name = format!("{points} points");
        assert_eq!(channel.state().points, number);
    }
    fn network_disconnected(&mut self, channel: &mut Channel<Player>) {
        self.note("goes", channel);
        self.notes
            .push(format!("{} said {}", channel.name, channel.points));
    }
    fn note(&mut self, what: &str, channel: &mut Channel<Player>) {
        let me = channel.id();
        let all: Vec<String> = channel
            .channels()
            .iter()
            .map(|peer| peer.id().to_string())
            .collect();
        assert_eq!(channel.channels().len(), all.len());
        assert_eq!(channel.channels().get(me).is_some(), what == "comes");
        assert_eq!(
            channel.channels_mut().get_mut(me).is_some(),
            what == "comes"
        );
        assert_eq!(channel.channels_mut().iter_mut().count(), all.len());
        self.notes.push(format!("{me} {what}: {}", all.join(" ")));
    }
}

#[test]
fn who_is_there_when_somebody_comes_or_goes() {
    let mut server = Server::<Player>::bind(&Wire::tested().url("127.0.0.1:0")).unwrap();
    let addr = server.addr().unwrap().to_string();
    let mut doorman = Doorman::default();
    let mut clients = Vec::new();
    let mut turn = |server: &mut Server<Player>, clients: &mut Vec<Client>, notes: usize| {
        let deadline = Deadline::new();
        while doorman.notes.len() < notes {
            deadline.check(&format!("{:?}", doorman.notes));
            server.wait(Some(ms(1))).unwrap();
            server.dispatch(&mut doorman);
            clients.iter_mut().for_each(End::turn);
        }
        doorman.notes.clone()
    };
    for number in 1..=3 {
        let client = Client::to(&addr);
        client.number(number * 10);
        clients.push(client);
        turn(&mut server, &mut clients, number as usize);
    }
    clients[1].connection.close("");
    turn(&mut server, &mut clients, 5);
    assert_eq!(server.channels().len(), 2);
    clients.remove(1);
    drop(clients.remove(0));
    let notes = turn(&mut server, &mut clients, 7);
    assert_eq!(
        notes,
        [
            "1 comes: 1",
            "2 comes: 1 2",
            "3 comes: 1 2 3",
            "2 goes: 1 3",
            "30 points said 20",
            "1 goes: 3",
            "10 points said 10",
        ]
    );
}

#[test]
fn who_comes_and_goes_between_two_dispatches_is_told_in_order() {
    // Everybody is there before anybody is told: still each event finds those
    // who had come by then.
    let mut server = Server::<Player>::bind(&Wire::tested().url("127.0.0.1:0")).unwrap();
    let addr = server.addr().unwrap().to_string();
    let mut first = Client::to(&addr);
    let mut second = Client::to(&addr);
    let deadline = Deadline::new();
    while !first.connection.is_connected() || !second.connection.is_connected() {
        deadline.check("both are up");
        server.pump().unwrap();
        first.turn();
        second.turn();
    }
    drop(first);
    drop(second);
    let mut doorman = Doorman::default();
    for _ in 0..50 {
        server.wait(Some(ms(1))).unwrap();
    }
    assert!(server.channels().is_empty(), "nobody was told of anybody");
    let deadline = Deadline::new();
    while doorman.notes.len() < 6 {
        deadline.check(&format!("{:?}", doorman.notes));
        server.wait(Some(ms(1))).unwrap();
        server.dispatch(&mut doorman);
    }
    assert_eq!(doorman.notes[..2], ["1 comes: 1", "2 comes: 1 2"]);
    assert!(
        doorman.notes.contains(&"1 goes: 2".to_owned())
            || doorman.notes.contains(&"2 goes: 1".to_owned())
    );
    assert!(server.channels().is_empty());
}
