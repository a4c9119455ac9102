//! Many clients, together and one after the other.

use std::collections::BTreeSet;

use podsix::{ChannelId, Reason};

use crate::raw::{self, Raw};
use crate::support::*;

#[test]
fn two_hundred_clients_chat() {
    const COUNT: usize = 200;
    let mut host = Host::new().on(|channel, seen| {
        if let Seen::Number(number) = seen {
            channel.broadcast(&ToClient::Number { number: *number });
        }
        Ok(())
    });
    let mut clients: Vec<Client> = (0..COUNT).map(|_| host.client()).collect();
    let turn = |host: &mut Host, clients: &mut [Client]| {
        host.turn();
        for client in clients {
            client.connection.pump().unwrap();
            client.connection.dispatch(&mut client.ear);
        }
    };
    let deadline = Deadline::new();
    while host.came() < COUNT || clients.iter().any(|client| client.seen().is_empty()) {
        deadline.check(&host.report());
        turn(&mut host, &mut clients);
    }
    assert_eq!(host.server.channels().len(), COUNT);
    // Everybody says something, which everybody hears.
    for (number, client) in clients.iter().enumerate() {
        client.number(number as u32);
    }
    let deadline = Deadline::new();
    while clients.iter().any(|client| client.seen().len() < COUNT + 1) {
        deadline.check(&host.report());
        turn(&mut host, &mut clients);
    }
    let everything: BTreeSet<u32> = (0..COUNT as u32).collect();
    let first = clients[0].seen().to_vec();
    for client in &clients {
        // In the same order, too: the server's.
        assert_eq!(client.seen(), first);
    }
    let heard = first.iter().filter_map(|seen| match seen {
        Seen::Number(number) => Some(*number),
        _ => None,
    });
    assert_eq!(heard.collect::<BTreeSet<u32>>(), everything);

    // Half of them leave; the others are told when it ends.
    clients.truncate(COUNT / 2);
    let deadline = Deadline::new();
    while host.server.channels().len() > COUNT / 2 {
        deadline.check(&host.report());
        turn(&mut host, &mut clients);
    }
    drop(host);
    let deadline = Deadline::new();
    while clients.iter().any(|client| client.end().is_none()) {
        deadline.check("all are told");
        for client in &mut clients {
            client.turn();
        }
    }
    for client in &clients {
        assert_eq!(client.end(), Some(&told(Reason::ShuttingDown)));
    }
}

#[test]
fn an_id_is_never_used_again() {
    native_only!();
    const COUNT: usize = 500;
    let mut host = Host::new();
    let mut ids: BTreeSet<ChannelId> = BTreeSet::new();
    let mut before = Vec::new();
    for number in 1..=COUNT {
        let mut raw = Raw::client(&host.addr);
        until!([host, raw], raw.is_up() && host.came() == number);
        let id = host.id(number);
        assert!(ids.insert(id), "{id} again");
        assert_eq!(id.to_string(), number.to_string());
        before.push(raw);
        // A few stay for a while, so that places are freed in another order.
        if before.len() == 5 {
            let mut leaver = before.swap_remove(number % 5);
            match number % 3 {
                0 => leaver.stop(),
                1 => leaver.write(&raw::frame(raw::GOODBYE, b"\0")),
                _ => drop(leaver),
            }
        }
    }
    let ids: Vec<ChannelId> = ids.into_iter().collect();
    assert!(ids.is_sorted());
    // Whoever is gone is not found, and nobody else in its place.
    drop(before);
    until!([host], host.server.channels().is_empty());
    for id in ids {
        assert!(host.server.channels().get(id).is_none());
        host.server
            .channels()
            .send(id, &ToClient::Number { number: 1 });
    }
    for number in 1..=COUNT {
        assert_eq!(host.seen(number).len(), 2, "{:?}", host.seen(number));
    }
}

#[test]
fn clients_that_come_and_go_all_the_time() {
    let mut host = Host::new().on(|channel, seen| {
        if let Seen::Number(number) = seen {
            channel.send(&ToClient::Number { number: *number });
        }
        Ok(())
    });
    let mut stayer = host.client();
    until!([host, stayer], stayer.connection.is_connected());
    for round in 0..100_u32 {
        let mut clients = [host.client(), host.client(), host.client()];
        for client in &clients {
            client.number(round);
        }
        stayer.number(round);
        let [ann, bob, eve] = &mut clients;
        until!(
            [host, stayer, *ann, *bob, *eve],
            stayer.seen().len() == round as usize + 2
                && ann.seen().len() == 2
                && bob.seen().len() == 2
                && eve.seen().len() == 2
        );
        // Nobody gets what was meant for who had the place before.
        assert_eq!(ann.seen(), [Seen::Connected, Seen::Number(round)]);
        assert_eq!(eve.seen(), [Seen::Connected, Seen::Number(round)]);
    }
    until!([host, stayer], host.server.channels().len() == 1);
    assert_eq!(host.came(), 301);
}
