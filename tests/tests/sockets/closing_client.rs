//! A client's `close`, in every kind of its handlers.

use crate::support::*;

/// A server that sends numbers, and a client that closes at the first event like `at`.
fn run_client(at: fn(&Seen) -> bool) -> (Vec<Seen>, Option<Seen>) {
    let mut host = Host::new().on(|channel, seen| {
        if *seen == Seen::Connected {
            for number in 1..=5 {
                channel.send(&ToClient::Number { number });
            }
        }
        Ok(())
    });
    let mut client = host.client().on(move |connection, seen| {
        if at(seen) {
            connection.close("so be it");
            assert_eq!(connection.send(&ToServer::Number { number: 1 }).unwrap(), 0);
        }
        match seen {
            Seen::Number(3) => Err("the third one fails".into()),
            _ => Ok(()),
        }
    });
    until!(
        [host, client],
        client.end().is_some() && host.end(1).is_some()
    );
    settle!(host, client);
    assert!(client.end().is_some());
    (client.seen().to_vec(), host.end(1))
}

#[test]
fn in_a_client_s_network_connected() {
    let (client, server) = run_client(|seen| *seen == Seen::Connected);
    assert_eq!(client, [Seen::Connected, closed("so be it")]);
    assert_eq!(server, Some(left("so be it")));
}

#[test]
fn in_a_client_s_message_handler() {
    let (client, server) = run_client(|seen| *seen == Seen::Number(2));
    let expected = [
        Seen::Connected,
        Seen::Number(1),
        Seen::Number(2),
        closed("so be it"),
    ];
    assert_eq!(client, expected);
    assert_eq!(server, Some(left("so be it")));
}

#[test]
fn in_a_client_s_network_error() {
    let (client, server) = run_client(|seen| matches!(seen, Seen::Failed(_)));
    assert!(
        matches!(client[client.len() - 2], Seen::Failed(_)),
        "{client:?}"
    );
    assert_eq!(client.last(), Some(&closed("so be it")));
    assert_eq!(server, Some(left("so be it")));
}

#[test]
fn an_err_of_the_client_s_handler_that_closed_does_not_follow_the_end() {
    let mut host = Host::new();
    let mut client = host.client().on(|connection, _| {
        connection.close("so be it");
        Err("it failed".into())
    });
    until!(
        [host, client],
        !client.seen().is_empty() && host.came() == 1
    );
    until!([host, client], host.end(1).is_some());
    settle!(host, client);
    assert_eq!(client.end(), Some(&closed("so be it")));
}

#[test]
fn the_other_listeners_of_a_client_get_nothing_more_either() {
    let mut host = Host::new().on(|channel, seen| {
        if *seen == Seen::Connected {
            (1..=5).for_each(|number| channel.send(&ToClient::Number { number }));
        }
        Ok(())
    });
    let mut client = host.client().on(|connection, seen| {
        if *seen == Seen::Number(1) {
            connection.close("so be it");
        }
        Ok(())
    });
    let mut second = Listener::new();
    let deadline = Deadline::new();
    while second.end().is_none() {
        deadline.check(&format!("{:?}", second.seen));
        host.turn();
        client.turn();
        client.connection.dispatch(&mut second);
    }
    assert_eq!(
        client.seen(),
        [Seen::Connected, Seen::Number(1), closed("so be it")]
    );
    // Nothing more is dispatched once it is closed, whoever asks.
    assert_eq!(second.seen, [Seen::Connected, closed("so be it")]);
}

#[test]
fn what_a_client_received_but_did_not_dispatch_before_its_close_never_is() {
    for pumps in [0, 1, 5] {
        let mut host = Host::new();
        let mut client = host.client();
        until!(
            [host, client],
            client.connection.is_connected() && host.came() == 1
        );
        host.server
            .channels()
            .broadcast(&ToClient::Number { number: 1 });
        host.server.flush();
        let deadline = Deadline::new();
        while client.connection.link().messages_received == 0 {
            deadline.check("the message is received");
            client.connection.wait(Some(ms(1))).unwrap();
        }
        client.connection.close("too late");
        (0..pumps).for_each(|_| client.connection.pump().unwrap());
        until!([host, client], client.end().is_some());
        assert!(
            !client.seen().contains(&Seen::Number(1)),
            "{:?}",
            client.seen()
        );
        assert_eq!(client.connection.link().unhandled, 0);
    }
}
