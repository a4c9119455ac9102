//! `close` in every kind of handler and at every moment.

use podsix::{ChannelId, Connection};

use crate::raw::{self, Raw};
use crate::support::*;

/// A server that closes each client at the first event like `at`.
fn closing_at(at: fn(&Seen) -> bool) -> Host {
    Host::new().on(move |channel, seen| {
        if at(seen) {
            channel.close("so be it");
        }
        match seen {
            Seen::Number(3) => Err("the third one fails".into()),
            _ => Ok(()),
        }
    })
}

/// A client that says five numbers at once, before it is up.
fn talker(host: &Host) -> Client {
    let client = host.client();
    (1..=5).for_each(|number| client.number(number));
    client
}

fn run(mut host: Host) -> (Vec<Seen>, Vec<Seen>) {
    let mut client = talker(&host);
    until!(
        [host, client],
        host.end(1).is_some() && client.end().is_some()
    );
    settle!(host, client);
    assert!(host.end(1).is_some() && client.end().is_some());
    assert!(host.server.channels().is_empty());
    (host.seen(1), client.seen().to_vec())
}

#[test]
fn in_network_connected() {
    let (server, client) = run(closing_at(|seen| *seen == Seen::Connected));
    assert_eq!(server, [Seen::Connected, closed("so be it")]);
    assert_eq!(client, [Seen::Connected, closed_by_peer("so be it")]);
}

#[test]
fn in_a_message_s_handler() {
    let (server, client) = run(closing_at(|seen| *seen == Seen::Number(2)));
    let expected = [
        Seen::Connected,
        Seen::Number(1),
        Seen::Number(2),
        closed("so be it"),
    ];
    assert_eq!(server, expected);
    assert_eq!(client, [Seen::Connected, closed_by_peer("so be it")]);
}

#[test]
fn in_network_error() {
    let (server, client) = run(closing_at(|seen| matches!(seen, Seen::Failed(_))));
    assert!(
        matches!(server[server.len() - 2], Seen::Failed(_)),
        "{server:?}"
    );
    assert_eq!(server.last(), Some(&closed("so be it")));
    assert_eq!(client, [Seen::Connected, closed_by_peer("so be it")]);
}

#[test]
fn in_network_disconnected_it_means_nothing() {
    let host = Host::new().on(|channel, seen| {
        match seen {
            Seen::Number(2) => channel.close("first"),
            Seen::Disconnected(_) => channel.close("second"),
            _ => {}
        }
        Ok(())
    });
    let (server, client) = run(host);
    assert_eq!(server.last(), Some(&closed("first")));
    assert_eq!(client, [Seen::Connected, closed_by_peer("first")]);
}

#[test]
fn an_err_of_the_handler_that_closed_comes_before_the_end_or_not_at_all() {
    let host = Host::new().on(|channel, seen| match seen {
        Seen::Number(2) => {
            channel.close("so be it");
            Err("and it failed".into())
        }
        _ => Ok(()),
    });
    let (server, _) = run(host);
    assert_eq!(server.last(), Some(&closed("so be it")));
}

#[test]
fn nothing_follows_network_disconnected_not_even_its_own_err() {
    let host = Host::new().on(|channel, seen| match seen {
        Seen::Number(2) => {
            channel.close("so be it");
            Ok(())
        }
        Seen::Disconnected(_) => Err("it failed as well".into()),
        _ => Ok(()),
    });
    let (server, _) = run(host);
    assert_eq!(server.last(), Some(&closed("so be it")));
}

#[test]
fn the_err_of_a_leaver_s_handler_is_not_told_to_who_takes_its_place() {
    native_only!();
    let mut host = Host::new().on(|_, seen| match seen {
        Seen::Disconnected(_) => Err("an Err of the leaver's".into()),
        _ => Ok(()),
    });
    let mut raw = Raw::client(&host.addr);
    until!([host, raw], raw.is_up());
    raw.write(&raw::frame(raw::GOODBYE, &[0]));
    until!([host, raw], host.end(1).is_some());
    // It comes in the same pump in which the leaver's place is freed.
    let mut next = Raw::client(&host.addr);
    until!([host, next], next.is_up() && host.came() == 2);
    settle!(host, next);
    assert_eq!(host.seen(2), [Seen::Connected]);
}

#[test]
fn in_the_game_s_loop() {
    let mut host = Host::new();
    let mut client = talker(&host);
    let mut other = host.client();
    until!(
        [host, client, other],
        host.came() == 2 && other.connection.is_connected()
    );
    until!([host, client, other], host.game.seen.len() == 7);
    let said = |(_, seen): &&(ChannelId, Seen)| matches!(seen, Seen::Number(_));
    let id = host.game.seen.iter().find(said).unwrap().0;
    client.number(6);
    client.turn();
    host.server.channels().get(id).unwrap().close("kicked");
    until!(
        [host, client, other],
        client.end().is_some() && !host.server.channels().iter().any(|one| one.id() == id)
    );
    settle!(host, client, other);
    let of_it: Vec<Seen> = host
        .game
        .seen
        .iter()
        .filter(|(of, _)| *of == id)
        .map(|(_, seen)| seen.clone())
        .collect();
    assert_eq!(of_it.last(), Some(&closed("kicked")));
    assert!(!of_it.contains(&Seen::Number(6)), "{of_it:?}");
    assert_eq!(client.end(), Some(&closed_by_peer("kicked")));
    assert_eq!(other.seen(), [Seen::Connected]);
    assert_eq!(host.server.channels().len(), 1);
}

#[test]
fn what_was_received_but_not_dispatched_before_a_close_never_is() {
    for pumps in [0, 1, 5] {
        let mut host = Host::new();
        let mut client = host.client();
        until!(
            [host, client],
            client.connection.is_connected() && host.came() == 1
        );
        client.number(1);
        client.connection.flush();
        let deadline = Deadline::new();
        while host
            .server
            .channels()
            .iter()
            .all(|one| one.link().messages_received == 0)
        {
            deadline.check("the message is received");
            host.server.wait(Some(ms(1))).unwrap();
        }
        host.server
            .channels()
            .iter()
            .for_each(|one| one.close("too late"));
        (0..pumps).for_each(|_| host.server.pump().unwrap());
        until!([host, client], host.end(1).is_some());
        assert_eq!(host.seen(1), [Seen::Connected, closed("too late")]);
    }
}

#[test]
fn a_handler_can_close_others() {
    let mut host = Host::new().on(|channel, seen| {
        if *seen == text("duel") {
            let me = channel.id();
            for peer in channel.channels().iter().filter(|peer| peer.id() != me) {
                peer.close("shot");
            }
        }
        Ok(())
    });
    let mut clients = [host.client(), host.client(), host.client()];
    let [ann, bob, eve] = &mut clients;
    until!([host, *ann, *bob, *eve], host.came() == 3);
    ann.say("duel");
    until!(
        [host, *ann, *bob, *eve],
        bob.end().is_some() && eve.end().is_some()
    );
    settle!(host, *ann);
    assert_eq!(bob.end(), Some(&closed_by_peer("shot")));
    assert_eq!(eve.end(), Some(&closed_by_peer("shot")));
    assert_eq!(ann.seen(), [Seen::Connected]);
    assert_eq!(host.server.channels().len(), 1);
}

#[test]
fn words_of_a_close_arrive_although_the_server_is_dropped_at_once() {
    let mut host = Host::new();
    let mut client = host.client();
    until!([host, client], host.came() == 1);
    let id = host.id(1);
    let peer = host.server.channels().get(id).unwrap();
    peer.send(&ToClient::Number { number: 1 });
    peer.close("you were kicked");
    drop(host);
    until!([client], client.end().is_some());
    assert_eq!(
        client.seen()[1..],
        [Seen::Number(1), closed_by_peer("you were kicked")]
    );
}

#[test]
fn words_of_a_close_arrive_although_the_server_shuts_down_at_once() {
    let mut host = Host::new();
    let mut client = host.client();
    let mut other = host.client();
    until!(
        [host, client, other],
        host.came() == 2 && other.connection.is_connected()
    );
    until!([host, client, other], client.connection.is_connected());
    client.say("it is me");
    until!([host, client], host.game.seen.len() == 3);
    let id = host.game.seen[2].0;
    host.server
        .channels()
        .get(id)
        .unwrap()
        .close("you were kicked");
    let server = std::thread::spawn(move || {
        host.server.shutdown(ms(20_000)).unwrap();
        host
    });
    until!(
        [client, other],
        client.end().is_some() && other.end().is_some()
    );
    let mut host = server.join().unwrap();
    until!([host], host.game.seen.len() == 5);
    assert_eq!(client.end(), Some(&closed_by_peer("you were kicked")));
    let other_end = told(podsix::Reason::ShuttingDown);
    assert_eq!(other.end(), Some(&other_end));
    let mut of_it = host.game.seen.iter().rev().filter(|(of, _)| *of == id);
    assert_eq!(of_it.next().unwrap().1, closed("you were kicked"));
}

#[test]
fn words_of_a_close_in_a_handler_arrive_although_the_client_is_dropped_at_once() {
    let mut host = Host::new();
    let mut client = host.client().on(|connection: &mut Connection, _| {
        connection.close("I had enough");
        Ok(())
    });
    until!([host, client], !client.seen().is_empty());
    drop(client);
    until!([host], host.came() == 1 && host.end(1).is_some());
    assert_eq!(host.end(1), Some(left("I had enough")));
}

#[test]
fn closed_before_it_is_up_what_was_sent_arrives_all_the_same() {
    native_only!();
    let mut host = Host::new();
    let mut client = host.client();
    // The connection stands, but the server has not looked yet.
    let deadline = Deadline::new();
    while client.connection.link().bytes_sent == 0 {
        deadline.check("the client's hello leaves");
        client.turn();
    }
    client.number(1);
    client.connection.close("in a hurry");
    until!(
        [host, client],
        host.came() == 1 && host.end(1).is_some() && client.end().is_some()
    );
    assert_eq!(
        host.seen(1),
        [
            Seen::Connected,
            Seen::Number(1),
            closed_by_peer("in a hurry")
        ]
    );
}
