//! `reconnect` after every kind of end, on the same object with the same listener.

use std::net::TcpListener;

use podsix::{Connection, Reason, Server};

use crate::raw::{self, RawListener};
use crate::support::*;

/// The seen events of the client since its last end.
fn since_the_last_end(client: &Client) -> &[Seen] {
    let end = client.seen().iter().rposition(Seen::is_end);
    &client.seen()[end.map_or(0, |end| end + 1)..]
}

fn is_up_again(client: &Client) -> bool {
    since_the_last_end(client).first() == Some(&Seen::Connected)
}

fn count_ends(client: &Client) -> usize {
    client.seen().iter().filter(|seen| seen.is_end()).count()
}

#[test]
fn after_it_was_refused_and_then_the_server_starts() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let mut client = Client::to(&address);
    client.say("to nobody");
    until!([client], client.end().is_some());
    client.connection.reconnect();
    client.say("to nobody either");
    until!([client], count_ends(&client) == 2);

    let mut host = Host::at(Server::<Player>::builder(), &address);
    client.connection.reconnect();
    client.say("hello");
    until!(
        [host, client],
        is_up_again(&client) && host.game.seen.len() == 2
    );
    settle!(host, client);
    assert_eq!(host.seen(1), [Seen::Connected, text("hello")]);
    assert_eq!(client.seen().len(), 3);
    assert_eq!(client.connection.link().dropped, 0);
}

#[test]
fn after_the_server_closed() {
    let mut host = Host::new().on(|channel, seen| {
        match seen {
            Seen::Connected => channel.send(&ToClient::Number { number: 7 }),
            Seen::Text(words) => channel.close(words),
            _ => {}
        }
        Ok(())
    });
    let mut client = host.client();
    for round in 1..=3 {
        client.say("out");
        until!([host, client], count_ends(&client) == round);
        settle!(host, client);
        assert_eq!(client.seen().len(), 3 * round, "{:?}", client.seen());
        assert_eq!(client.seen().last(), Some(&closed_by_peer("out")));
        client.connection.reconnect();
        assert!(!client.connection.is_closed());
    }
    until!(
        [host, client],
        since_the_last_end(&client) == [Seen::Connected, Seen::Number(7)]
    );
    let ids: Vec<String> = (1..=4).map(|number| host.id(number).to_string()).collect();
    assert_eq!(ids, ["1", "2", "3", "4"]);
}

#[test]
fn after_it_closed_by_itself() {
    let mut host = Host::new();
    let mut client = host.client();
    until!([host, client], client.connection.is_connected());
    client.connection.close("a break");
    until!([host, client], count_ends(&client) == 1);
    client.connection.reconnect();
    client.say("back again");
    until!([host, client], host.came() == 2 && host.seen(2).len() == 2);
    until!([host, client], is_up_again(&client));
    assert_eq!(host.end(1), Some(left("a break")));
    assert_eq!(host.seen(2), [Seen::Connected, text("back again")]);
}

#[test]
fn after_the_server_restarted_at_the_same_port() {
    let mut host = Host::new();
    let address = host.addr.clone();
    let mut client = host.client();
    until!([host, client], client.connection.is_connected());
    drop(host);
    until!([client], count_ends(&client) == 1);
    assert_eq!(client.seen().last(), Some(&told(Reason::ShuttingDown)));
    client.connection.reconnect();
    until!([client], count_ends(&client) == 2);

    let mut host = Host::at(Server::<Player>::builder(), &address);
    client.connection.reconnect();
    client.say("there you are");
    until!(
        [host, client],
        is_up_again(&client) && host.game.seen.len() == 2
    );
    // The new server counts anew.
    assert_eq!(host.id(1).to_string(), "1");
    assert_eq!(host.seen(1), [Seen::Connected, text("there you are")]);
}

#[test]
fn after_a_time_out() {
    native_only!();
    let mut listener = RawListener::new();
    let connection = Connection::builder()
        .limits(|limits| {
            limits.ping_after = ms(20);
            limits.dead_after = ms(60);
        })
        .connect(&listener.addr)
        .unwrap();
    let mut client = Client::of(connection);
    until!([client, listener], !listener.peers.is_empty());
    listener.peer().write(&raw::opening());
    until!([client, listener], count_ends(&client) == 1);
    let end = client.seen().last();
    assert!(
        matches!(end, Some(Seen::Disconnected(Reason::TimedOut { .. }))),
        "{end:?}"
    );

    client.connection.reconnect();
    until!([client, listener], listener.peers.len() == 2);
    let second = listener.peers.last_mut().unwrap();
    second.write(&raw::opening());
    second.write(&raw::name(0, b"heard", &raw::TEXT_SHAPE));
    second.write(&raw::text_message(0, "alive"));
    until!([client, listener], since_the_last_end(&client).len() >= 2);
    assert_eq!(
        since_the_last_end(&client)[..2],
        [Seen::Connected, text("alive")]
    );
}

#[test]
fn instead_of_the_connection_that_is_there() {
    let mut host = Host::new();
    let mut client = host.client();
    until!(
        [host, client],
        client.connection.is_connected() && host.came() == 1
    );
    client.say("what was sent before still leaves");
    client.connection.reconnect();
    assert_eq!(
        client.connection.link().messages_sent,
        0,
        "nothing of the old link"
    );
    client.say("anew");
    until!(
        [host, client],
        host.came() == 2 && host.seen(2).len() == 2 && host.end(1).is_some()
    );
    until!([host, client], client.seen().len() == 2);
    settle!(host, client);
    assert_eq!(client.seen(), [Seen::Connected, Seen::Connected]);
    let expected = [
        Seen::Connected,
        text("what was sent before still leaves"),
        left(""),
    ];
    assert_eq!(host.seen(1), expected);
    assert_eq!(host.seen(2), [Seen::Connected, text("anew")]);
    assert_eq!(host.server.channels().len(), 1);
}

#[test]
fn while_it_is_still_connecting() {
    let mut host = Host::new();
    let mut client = host.client();
    client.say("never sent");
    client.connection.reconnect();
    client.connection.reconnect();
    client.say("hello");
    until!(
        [host, client],
        client.connection.is_connected() && host.game.seen.len() == 2
    );
    settle!(host, client);
    assert_eq!(client.seen(), [Seen::Connected]);
    assert_eq!(host.seen(1), [Seen::Connected, text("hello")]);
}

#[test]
fn in_a_handler() {
    let mut host = Host::new().on(|channel, seen| {
        if let Seen::Text(words) = seen {
            channel.close(words);
        }
        Ok(())
    });
    let mut client = host.client().on(|connection, seen| {
        if seen.is_end() {
            connection.reconnect();
        }
        Ok(())
    });
    for round in 1..=5 {
        until!(
            [host, client],
            since_the_last_end(&client) == [Seen::Connected]
        );
        client.say("again");
        until!([host, client], count_ends(&client) == round);
    }
    until!(
        [host, client],
        since_the_last_end(&client) == [Seen::Connected]
    );
    assert_eq!(host.came(), 6);
}

#[test]
fn in_network_error_until_the_server_is_there() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let mut client = Client::to(&address).on(|connection, seen| {
        if seen.is_end() {
            connection.reconnect();
        }
        Ok(())
    });
    until!([client], count_ends(&client) >= 3);
    let mut host = Host::at(Server::<Player>::builder(), &address);
    until!([host, client], is_up_again(&client) && host.came() == 1);
}

#[test]
fn the_words_of_a_close_just_before_are_not_lost() {
    let mut host = Host::new();
    let mut client = host.client().on(|connection, seen| {
        if let Seen::Number(_) = seen {
            connection.close("I shall be back");
            connection.reconnect();
        }
        Ok(())
    });
    until!([host, client], host.came() == 1);
    host.server
        .channels()
        .broadcast(&ToClient::Number { number: 1 });
    until!([host, client], host.end(1).is_some() && host.came() == 2);
    assert_eq!(host.end(1), Some(left("I shall be back")));
}

#[test]
fn a_sender_goes_with_it() {
    let mut host = Host::new();
    let mut client = host.client();
    let sender = client.connection.sender();
    until!([host, client], client.connection.is_connected());
    client.connection.close("");
    until!([host, client], count_ends(&client) == 1);
    assert_eq!(sender.send(&ToServer::Number { number: 1 }).unwrap(), 0);
    client.connection.reconnect();
    assert!(sender.send(&ToServer::Number { number: 2 }).unwrap() > 0);
    until!([host, client], host.came() == 2 && host.seen(2).len() == 2);
    assert_eq!(host.seen(2), [Seen::Connected, Seen::Number(2)]);
}

#[test]
fn a_local_connection_can_t_and_says_so() {
    let mut server = Server::<Player>::new();
    let mut client = Client::of(Connection::local(&mut server));
    let deadline = Deadline::new();
    while client.seen().is_empty() {
        deadline.check("it comes up");
        server.pump().unwrap();
        client.turn();
    }
    client.connection.reconnect();
    let deadline = Deadline::new();
    while client.seen().len() < 2 {
        deadline.check("an error");
        client.turn();
    }
    match &client.seen()[1] {
        Seen::Failed(failure) => {
            assert_eq!(failure.kind, "Misuse");
            assert!(
                failure.words.contains("Connection::local"),
                "{}",
                failure.words
            );
        }
        other => panic!("{other:?}"),
    }
    assert!(client.connection.is_connected());
}
