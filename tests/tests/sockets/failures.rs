//! What fails on a connection that stays up comes as `network_error`.

use podsix::{Channel, Connection, Error, network_handler};

use crate::logs::Logs;
use crate::raw::{self, Raw};
use crate::support::*;

fn failures(seen: &[Seen]) -> Vec<Failure> {
    let failures = seen.iter().filter_map(|seen| match seen {
        Seen::Failed(failure) => Some(failure.clone()),
        _ => None,
    });
    failures.collect()
}

#[test]
fn an_err_of_a_server_s_handler() {
    let logs = Logs::begin();
    let mut host = Host::new().on(|_, seen| match seen {
        Seen::Connected => Err("no welcome".into()),
        Seen::Number(2) => Err("not this one".into()),
        _ => Ok(()),
    });
    let mut client = host.client();
    (1..=3).for_each(|number| client.number(number));
    until!([host, client], failures(&host.seen(1)).len() == 2);
    client.number(4);
    until!(
        [host, client],
        host.seen(1).last() == Some(&Seen::Number(4))
    );
    let failures = failures(&host.seen(1));
    assert!(
        failures
            .iter()
            .all(|failure| failure.up && failure.kind == "Handler")
    );
    assert!(failures[0].words.contains("connected") && failures[0].words.contains("no welcome"));
    assert!(failures[1].words.contains("`number`") && failures[1].words.contains("not this one"));
    assert_eq!(client.seen(), [Seen::Connected]);
    assert_eq!(logs.count("not this one"), 1, "{:?}", logs.lines());
}

#[test]
fn an_err_of_a_client_s_handler() {
    let mut host = Host::new();
    let mut client = host.client().on(|_, seen| match seen {
        Seen::Number(1) => Err("not this one".into()),
        _ => Ok(()),
    });
    until!([host, client], host.came() == 1);
    for number in 1..=2 {
        host.server
            .channels()
            .broadcast(&ToClient::Number { number });
    }
    until!([host, client], client.seen().len() == 4);
    settle!(host, client);
    let failures = failures(client.seen());
    assert_eq!(failures.len(), 1);
    assert!(
        failures[0].up && failures[0].kind == "Handler",
        "{failures:?}"
    );
    assert!(client.connection.is_connected());
}

#[test]
fn an_err_inside_network_error_raises_no_further_one() {
    let logs = Logs::begin();
    let mut host = Host::new().on(|_, seen| match seen {
        Seen::Number(_) => Err("the handler fails".into()),
        Seen::Failed(_) => Err("its error handler too".into()),
        _ => Ok(()),
    });
    let mut client = host.client().on(|_, seen| match seen {
        Seen::Number(_) => Err("the handler fails".into()),
        Seen::Failed(_) => Err("its error handler too".into()),
        _ => Ok(()),
    });
    client.number(1);
    until!([host, client], host.came() == 1);
    host.server
        .channels()
        .broadcast(&ToClient::Number { number: 1 });
    until!(
        [host, client],
        failures(&host.seen(1)).len() == 1 && failures(client.seen()).len() == 1
    );
    settle!(host, client);
    assert_eq!(failures(&host.seen(1)).len(), 1);
    assert_eq!(failures(client.seen()).len(), 1);
    assert_eq!(logs.count("its error handler too"), 2, "{:?}", logs.lines());
}

#[test]
fn a_send_that_fails_inside_network_error_raises_no_further_one() {
    let mut host = Host::new().on(|channel, seen| {
        let too_much = ToClient::Bulk {
            bytes: "x".repeat(2_000_000),
        };
        if !matches!(seen, Seen::Connected) {
            channel.send(&too_much);
        }
        Ok(())
    });
    let mut client = host.client();
    client.number(1);
    until!([host, client], host.game.seen.len() == 3);
    settle!(host, client);
    let seen = host.seen(1);
    assert_eq!(seen.len(), 3, "{seen:?}");
    let failures = failures(&seen);
    assert_eq!(failures[0].kind, "TooLarge");
    assert!(failures[0].up);
    assert!(failures[0].words.contains("`bulk`") && failures[0].words.contains("1048576"));
    let dropped: Vec<u64> = host
        .server
        .channels()
        .iter()
        .map(|one| one.link().dropped)
        .collect();
    assert_eq!(dropped, [2]);
}

#[test]
fn calls_that_can_t_work_in_a_handler_do_nothing_and_say_so() {
    struct Clumsy {
        seen: Vec<Seen>,
    }
    #[network_handler(ToClient, ..)]
    impl Clumsy {
        fn network_number(&mut self, connection: &mut Connection, number: u32) {
            self.seen.push(Seen::Number(number));
            if number == 1 {
                connection.pump().unwrap();
                connection.wait(None).unwrap();
                connection.wait_until(std::time::Instant::now()).unwrap();
                connection.dispatch(&mut Listener::new());
                connection.flush();
            }
        }
        fn network_error(&mut self, error: &Error) {
            self.seen.push(Seen::Failed(error.into()));
        }
    }
    let mut host = Host::new().on(|channel, seen| {
        if *seen == Seen::Connected {
            (1..=100).for_each(|number| channel.send(&ToClient::Number { number }));
        }
        Ok(())
    });
    let mut connection = Connection::connect(&host.addr).unwrap();
    let mut clumsy = Clumsy { seen: Vec::new() };
    let deadline = Deadline::new();
    while clumsy.seen.len() < 104 {
        deadline.check(&format!("{:?}", clumsy.seen));
        host.turn();
        connection.wait(Some(ms(1))).unwrap();
        connection.dispatch(&mut clumsy);
    }
    let failures = failures(&clumsy.seen);
    assert_eq!(failures.len(), 4, "{failures:?}");
    assert!(
        failures
            .iter()
            .all(|failure| failure.kind == "Misuse" && failure.up)
    );
    for (failure, method) in failures
        .iter()
        .zip(["`pump`", "`wait`", "`wait`", "`dispatch`"])
    {
        assert!(failure.words.contains(method), "{}", failure.words);
    }
    let numbers: Vec<Seen> = clumsy
        .seen
        .into_iter()
        .filter(|seen| matches!(seen, Seen::Number(_)))
        .collect();
    assert_eq!(
        numbers,
        (1..=100).map(Seen::Number).collect::<Vec<_>>(),
        "nothing is lost"
    );
}

/// Another program's idea of the same actions.
mod other {
    #[derive(podsix::Message)]
    pub(crate) enum ToServer {
        /// A field more than this end knows, another one missing.
        Say { words: String, loud: bool },
        /// As this end has it.
        Number { number: u32 },
        /// Nothing that this end knows.
        Dance { steps: Vec<(i8, i8)> },
    }
}

#[test]
fn an_action_of_another_shape_fails_in_words_and_the_others_go_on() {
    native_only!();
    let mut host = Host::new();
    let mut client = host.client();
    for number in 1..=2 {
        let say = other::ToServer::Say {
            words: "hi".into(),
            loud: true,
        };
        client.connection.send(&say).unwrap();
        client
            .connection
            .send(&other::ToServer::Number { number })
            .unwrap();
    }
    until!(
        [host, client],
        host.seen(1).contains(&Seen::Number(2)) && !failures(&host.seen(1)).is_empty()
    );
    settle!(host, client);
    let seen = host.seen(1);
    assert_eq!(
        seen.iter()
            .filter(|seen| matches!(seen, Seen::Number(_)))
            .count(),
        2
    );
    // It is told once.
    assert_eq!(seen.len(), 4, "{seen:?}");
    let failure = &failures(&seen)[0];
    assert!(failure.kind == "ShapesDiffer" && failure.up, "{failure:?}");
    for words in ["say", "{words: string, loud: bool}", "{text: string}"] {
        assert!(failure.words.contains(words), "{}", failure.words);
    }
}

#[test]
fn an_action_that_only_one_end_knows_hurts_nobody() {
    let mut host = Host::new();
    let mut client = host.client();
    client.number(1);
    client
        .connection
        .send(&other::ToServer::Dance {
            steps: vec![(1, -1)],
        })
        .unwrap();
    client.number(2);
    until!([host, client], host.game.seen.len() == 3);
    settle!(host, client);
    assert_eq!(
        host.seen(1),
        [Seen::Connected, Seen::Number(1), Seen::Number(2)]
    );
    let unhandled: u64 = host
        .server
        .channels()
        .iter()
        .map(|one| one.link().unhandled)
        .sum();
    assert_eq!(unhandled, 1);
    assert!(client.connection.is_connected());
}

#[test]
fn a_body_that_does_not_fit_is_an_error_and_too_many_are_the_end() {
    native_only!();
    let builder = podsix::Server::<Player>::builder().limits(|limits| limits.max_bad_messages = 3);
    let mut host = Host::with(builder);
    let mut raw = Raw::client(&host.addr);
    raw.write(&raw::name(0, b"say", &raw::TEXT_SHAPE));
    raw.write(&raw::text_message(0, "good"));
    // Cut off, with something behind, not UTF-8: the frames are whole all the same.
    raw.write(&raw::frame(0, &[5, b'a']));
    raw.write(&raw::frame(0, &[1, b'a', b'b']));
    raw.write(&raw::frame(0, &[1, 0xff]));
    raw.write(&raw::text_message(0, "good again"));
    until!(
        [host, raw],
        host.came() == 1 && failures(&host.seen(1)).len() == 3
    );
    settle!(host, raw);
    let seen = host.seen(1);
    assert!(
        seen.contains(&text("good")) && seen.contains(&text("good again")),
        "{seen:?}"
    );
    let failures = failures(&seen);
    assert!(
        failures
            .iter()
            .all(|failure| failure.up && failure.kind == "Decode"),
        "{failures:?}"
    );
    assert!(
        failures
            .iter()
            .all(|failure| failure.words.contains("`say`")),
        "{failures:?}"
    );
    assert!(
        failures[0].words.contains("field `text`"),
        "{}",
        failures[0].words
    );
    assert!(host.server.channels().iter().count() == 1);

    raw.write(&raw::frame(0, &[]));
    until!([host, raw], host.end(1).is_some() && raw.end.is_some());
    settle!(host);
    let end = host.end(1);
    let malformed = podsix::Reason::Malformed {
        problem: "more than 3 bad messages".into(),
    };
    assert_eq!(end, Some(Seen::Disconnected(malformed)));
    let (kind, words) = raw.goodbye().unwrap();
    assert_eq!((kind, words.as_str()), (5, "more than 3 bad messages"));
}

#[test]
fn errors_reach_every_type_of_handler() {
    struct Guard(Vec<&'static str>);
    #[network_handler(ToServer, ..)]
    impl Guard {
        fn network_error(&mut self, channel: &mut Channel<Player>, error: &Error) {
            assert_eq!(channel.channels().len(), 1);
            self.0.push(Failure::from(error).kind);
        }
    }
    let mut host = Host::new().on(|_, seen| match seen {
        Seen::Number(_) => Err("it fails".into()),
        _ => Ok(()),
    });
    let mut client = host.client();
    client.number(1);
    let mut guard = Guard(Vec::new());
    let deadline = Deadline::new();
    while guard.0.is_empty() {
        deadline.check(&host.report());
        host.turn();
        host.server.dispatch(&mut guard);
        client.turn();
    }
    assert_eq!(guard.0, ["Handler"]);
    assert_eq!(failures(&host.seen(1)).len(), 1);
}
