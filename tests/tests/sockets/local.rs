//! The player who hosts: a connection within the process.

use podsix::{Connection, PeerAddr, Reason, Server};

use crate::support::*;

fn echoing() -> Host {
    Host::of(Server::new()).on(|channel, seen| {
        if let Seen::Number(number) = seen {
            channel.broadcast(&ToClient::Number { number: *number });
        }
        Ok(())
    })
}

/// One frame of a game that hosts and plays.
fn frame(host: &mut Host, client: &mut Client) {
    client.connection.pump().unwrap();
    host.server.pump().unwrap();
    host.server.dispatch(&mut host.game);
    client.connection.pump().unwrap();
    client.connection.dispatch(&mut client.ear);
}

#[test]
fn question_and_answer_in_one_frame() {
    let mut host = echoing();
    let mut client = Client::of(Connection::local(&mut host.server));
    client.number(0);
    let mut frames = 0;
    while client.seen().len() < 2 {
        frame(&mut host, &mut client);
        frames += 1;
        assert!(frames < 5, "{}", client.report());
    }
    for number in 1..100 {
        client.number(number);
        frame(&mut host, &mut client);
        assert_eq!(client.seen().last(), Some(&Seen::Number(number)));
    }
    assert_eq!(host.came(), 1);
}

#[test]
fn it_is_a_client_as_any_other() {
    let mut host = Host::of(Server::new()).on(|channel, seen| {
        match seen {
            Seen::Connected => assert_eq!(channel.addr(), PeerAddr::Local),
            Seen::Text(words) => channel.close(words),
            _ => {}
        }
        Ok(())
    });
    let mut client = Client::of(Connection::local(&mut host.server));
    client
        .connection
        .send(&ToServer::Bulk {
            bytes: "x".repeat(1_000_000),
        })
        .unwrap();
    client.say("out with me");
    until!(
        [host, client],
        client.end().is_some() && host.end(1).is_some()
    );
    assert_eq!(
        client.seen(),
        [Seen::Connected, closed_by_peer("out with me")]
    );
    let expected = [
        Seen::Connected,
        Seen::Bulk(1_000_000),
        text("out with me"),
        closed("out with me"),
    ];
    assert_eq!(host.seen(1), expected);
}

#[test]
fn it_can_be_refused_as_any_other() {
    let builder = Server::<Player>::builder().limits(|limits| limits.max_channels = 1);
    let mut host = Host::of(builder.build());
    let mut first = Client::of(Connection::local(&mut host.server));
    let mut second = Client::of(Connection::local(&mut host.server));
    until!([host, first, second], second.end().is_some());
    assert_eq!(second.failure().unwrap().reason, Some(Reason::ServerFull));
    assert_eq!(first.seen(), [Seen::Connected]);

    let builder = Server::<Player>::builder().accept_with(|addr| {
        assert_eq!(*addr, PeerAddr::Local);
        Err("play alone".to_owned())
    });
    let mut host = Host::of(builder.build());
    let mut client = Client::of(Connection::local(&mut host.server));
    until!([host, client], client.end().is_some());
    let words = "play alone".to_owned();
    assert_eq!(
        client.failure().unwrap().reason,
        Some(Reason::Refused { words })
    );
}

#[test]
fn others_can_join_over_the_network_later() {
    let mut host = echoing();
    let mut local = Client::of(Connection::local(&mut host.server));
    until!([host, local], local.connection.is_connected());
    let address = host
        .server
        .listen(&Wire::tested().url("127.0.0.1:0"))
        .unwrap()
        .to_string();
    let mut guest = Client::to(&address);
    until!(
        [host, local, guest],
        guest.connection.is_connected() && host.came() == 2
    );
    guest.number(8);
    until!(
        [host, local, guest],
        local.seen().len() == 2 && guest.seen().len() == 2
    );
    drop(guest);
    until!([host, local], host.end(2).is_some());
    local.connection.close("");
    until!([host, local], host.end(1).is_some());
}

#[test]
fn a_hundred_thousand_messages_through_memory() {
    const COUNT: u32 = 100_000;
    let mut host = echoing();
    let mut client = Client::of(Connection::local(&mut host.server));
    let mut next = 0;
    let deadline = Deadline::new();
    while client.seen().len() <= COUNT as usize {
        deadline.check(&client.report());
        for _ in 0..500 {
            if next < COUNT && client.connection.link().queued_bytes < 10_000 {
                client.number(next);
                next += 1;
            }
        }
        frame(&mut host, &mut client);
    }
    let expected = (0..COUNT).map(Seen::Number);
    assert!(client.seen()[1..].iter().cloned().eq(expected));
}

#[test]
fn many_local_players() {
    let mut host = echoing();
    let mut clients: Vec<Client> = (0..50)
        .map(|_| Client::of(Connection::local(&mut host.server)))
        .collect();
    let deadline = Deadline::new();
    for client in &clients {
        client.number(1);
    }
    while clients.iter().any(|client| client.seen().len() < 51) {
        deadline.check(&host.report());
        host.turn();
        clients.iter_mut().for_each(End::turn);
        // Who comes late hears less: so everybody says it again until all heard.
        if host.came() == 50 && host.server.channels().len() == 50 {
            break;
        }
    }
    clients[0].number(2);
    while clients
        .iter()
        .any(|client| client.seen().last() != Some(&Seen::Number(2)))
    {
        deadline.check(&host.report());
        host.turn();
        clients.iter_mut().for_each(End::turn);
    }
}
