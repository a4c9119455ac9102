//! Sizes and queues: at the limit, one over, and who pays for it.

use podsix::{Connection, ConnectionBuilder, Error, OnFullQueue, Reason, Server, ServerBuilder};

use crate::raw::{self, Raw};
use crate::support::*;

/// The largest body in these tests, and the longest text that fits one: in
/// front of it stand three bytes for its length.
const MAX: usize = 1_000;
const LONGEST: usize = MAX - 3;

fn small_server() -> ServerBuilder<Player> {
    Server::<Player>::builder().limits(|limits| limits.max_message_bytes = MAX)
}

fn small_client() -> ConnectionBuilder {
    Connection::builder().limits(|limits| limits.max_message_bytes = MAX)
}

fn up(length: usize) -> ToServer {
    let bytes = "x".repeat(length);
    ToServer::Bulk { bytes }
}

fn down(length: usize) -> ToClient {
    let bytes = "x".repeat(length);
    ToClient::Bulk { bytes }
}

fn assert_too_large(error: &Error) {
    let Error::TooLarge { action, size, max } = error else {
        panic!("{error:?}");
    };
    assert_eq!((&**action, *max), ("bulk", MAX));
    assert!(*size > MAX);
    assert!(error.connection_is_up());
    assert!(error.to_string().contains("1000"), "{error}");
}

#[test]
fn a_client_s_message_at_the_limit_and_one_byte_over() {
    native_only!();
    let mut host = Host::with(small_server());
    let connection = small_client().connect(&host.addr).unwrap();
    let mut client = Client::of(connection);
    for _ in 0..2 {
        // Header and name of the action come on top of the body.
        assert_eq!(client.connection.send(&up(LONGEST)).unwrap(), MAX + 3);
        assert_too_large(&client.connection.send(&up(LONGEST + 1)).unwrap_err());
        until!([host, client], client.connection.is_connected());
    }
    client.number(1);
    until!(
        [host, client],
        host.seen(1).last() == Some(&Seen::Number(1))
    );
    let expected = [
        Seen::Connected,
        Seen::Bulk(LONGEST),
        Seen::Bulk(LONGEST),
        Seen::Number(1),
    ];
    assert_eq!(host.seen(1), expected);
    assert_eq!(client.seen(), [Seen::Connected]);
    assert_eq!(client.connection.link().dropped, 2);
}

#[test]
fn a_server_s_message_at_the_limit_and_one_byte_over() {
    native_only!();
    let mut host = Host::with(small_server());
    let mut client = host.client();
    until!([host, client], host.came() == 1);
    host.server.channels().broadcast(&down(LONGEST));
    host.server.channels().broadcast(&down(LONGEST + 1));
    host.server
        .channels()
        .broadcast(&ToClient::Number { number: 1 });
    until!(
        [host, client],
        client.seen().len() == 3 && host.seen(1).len() == 2
    );
    assert_eq!(
        client.seen(),
        [Seen::Connected, Seen::Bulk(LONGEST), Seen::Number(1)]
    );
    match &host.seen(1)[1] {
        Seen::Failed(failure) => assert!(failure.kind == "TooLarge" && failure.up),
        other => panic!("{other:?}"),
    }
    assert_eq!(
        host.server.channels().iter().next().unwrap().link().dropped,
        1
    );
}

#[test]
fn the_other_end_s_smaller_limit_counts_as_well() {
    native_only!();
    // The server's is smaller …
    let mut host = Host::with(small_server());
    let mut client = host.client();
    until!([host, client], client.connection.is_connected());
    assert_too_large(&client.connection.send(&up(LONGEST + 1)).unwrap_err());
    client.connection.send(&up(LONGEST)).unwrap();
    until!(
        [host, client],
        host.seen(1).last() == Some(&Seen::Bulk(LONGEST))
    );

    // … or the client's is.
    let mut host = Host::new();
    let connection = small_client().connect(&host.addr).unwrap();
    let mut client = Client::of(connection);
    until!(
        [host, client],
        client.connection.is_connected() && host.came() == 1
    );
    host.server.channels().broadcast(&down(LONGEST + 1));
    host.server.channels().broadcast(&down(LONGEST));
    until!(
        [host, client],
        client.seen().len() == 2 && host.seen(1).len() == 2
    );
    assert_eq!(client.seen(), [Seen::Connected, Seen::Bulk(LONGEST)]);
    assert!(matches!(&host.seen(1)[1], Seen::Failed(failure) if failure.kind == "TooLarge"));
}

#[test]
fn what_is_sent_before_the_other_end_s_limit_is_known_ends_the_connection() {
    native_only!();
    let mut host = Host::with(small_server());
    let mut client = host.client();
    client.number(1);
    client.connection.send(&up(LONGEST + 1)).unwrap();
    client.number(2);
    until!(
        [host, client],
        client.end().is_some() && host.end(1).is_some()
    );
    settle!(host, client);
    for end in [client.end().cloned(), host.end(1)] {
        match end {
            Some(Seen::Disconnected(Reason::TooLarge { problem })) => {
                assert!(
                    problem.contains("1001") && problem.contains("1000"),
                    "{problem}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(!host.seen(1).contains(&Seen::Number(2)));
}

/// Sends the first bytes of a frame that claims so much; the goodbye.
fn claim(host: &mut Host, body: u32) -> (u8, String) {
    let mut raw = Raw::client(&host.addr);
    raw.write(&raw::name(0, b"say", &raw::TEXT_SHAPE));
    until!([*host, raw], raw.is_up());
    let mut prefix = raw::varint(body);
    prefix.push(0);
    raw.write(&prefix);
    until!([*host, raw], raw.end.is_some());
    raw.goodbye().expect("a goodbye")
}

#[test]
fn a_claim_beyond_the_limit_is_the_end_at_the_prefix() {
    native_only!();
    let mut host = Host::new();
    for claimed in [(1 << 20) + 1, 1 << 24, u32::MAX] {
        let (kind, words) = claim(&mut host, claimed);
        assert_eq!(kind, 6, "too large: {words}");
        assert!(words.contains(&claimed.to_string()), "{words}");
    }
    until!([host], host.server.channels().is_empty());
    let ends = (1..=3).map(|number| host.end(number));
    for end in ends {
        assert!(
            matches!(end, Some(Seen::Disconnected(Reason::TooLarge { .. }))),
            "{end:?}"
        );
    }
}

#[test]
fn a_claim_beyond_a_small_limit_is_the_end_at_the_prefix_too() {
    native_only!();
    let mut host = Host::with(small_server());
    let (kind, words) = claim(&mut host, MAX as u32 + 1);
    assert_eq!(kind, 6, "too large: {words}");
    assert!(words.contains("1001") && words.contains("1000"), "{words}");
}

#[test]
fn a_raw_message_exactly_at_the_limit_is_taken() {
    native_only!();
    let mut host = Host::with(small_server());
    let mut raw = Raw::client(&host.addr);
    raw.write(&raw::name(0, b"say", &raw::TEXT_SHAPE));
    let mut body = vec![251];
    body.extend(u16::try_from(LONGEST).unwrap().to_le_bytes());
    body.extend(vec![b'x'; LONGEST]);
    raw.write(&raw::frame(0, &body));
    until!([host, raw], host.seen(1).len() == 2);
    assert_eq!(host.seen(1)[1], text(&"x".repeat(LONGEST)));
}

#[test]
fn a_client_s_full_queue_is_an_error_of_send() {
    native_only!();
    let mut host = Host::new();
    let connection = Connection::builder()
        .limits(|limits| limits.max_outgoing_bytes = 10_000)
        .connect(&host.addr)
        .unwrap();
    let mut client = Client::of(connection);
    until!([host, client], client.connection.is_connected());
    let mut sent = 0;
    let error = loop {
        match client.connection.send(&up(100)) {
            Ok(_) => sent += 1,
            Err(error) => break error,
        }
        assert!(sent < 100, "the queue takes {sent} messages");
    };
    assert!(sent > 90, "{sent}");
    let Error::QueueFull { action, size, max } = &error else {
        panic!("{error:?}");
    };
    assert_eq!((&**action, *size, *max), ("bulk", 103, 10_000));
    assert!(error.connection_is_up());
    for part in ["10000", "is `pump` or `wait` in its loop?"] {
        assert!(error.to_string().contains(part), "{error}");
    }
    assert_eq!(client.connection.link().dropped, 1);
    assert!(client.connection.link().queued_bytes <= 10_000);
    // There is room again once some has left.
    client.turn();
    client.connection.send(&up(100)).unwrap();
    until!([host, client], host.seen(1).len() == sent + 2);
    assert_eq!(client.seen(), [Seen::Connected]);
}

fn small_queue() -> ServerBuilder<Player> {
    Server::<Player>::builder().limits(|limits| limits.max_outgoing_bytes = 10_000)
}

#[test]
fn a_server_s_full_queue_ends_that_channel() {
    let mut host = Host::with(small_queue());
    let mut client = host.client();
    let mut other = host.client();
    until!(
        [host, client, other],
        host.came() == 2 && client.connection.is_connected()
    );
    until!([host, client, other], other.connection.is_connected());
    client.say("me");
    until!([host, client, other], host.game.seen.len() == 3);
    let id = host.game.seen[2].0;
    for _ in 0..200 {
        host.server.channels().send(id, &down(100));
    }
    until!(
        [host, client, other],
        client.end().is_some() && host.server.channels().len() == 1
    );
    settle!(host, client, other);
    // It gets what fitted, then hears why.
    let full = Seen::Disconnected(Reason::QueueFull { max: 10_000 });
    assert_eq!(client.end(), Some(&told(Reason::QueueFull { max: 10_000 })));
    let got = client.seen().len() - 2;
    // Each wire has other bytes around a message.
    assert!((70..100).contains(&got), "{got}");
    let of_it: Vec<_> = host.game.seen.iter().filter(|(of, _)| *of == id).collect();
    assert_eq!(of_it.last().unwrap().1, full);
    assert_eq!(of_it.len(), 3, "{of_it:?}");
    assert_eq!(other.seen(), [Seen::Connected]);
}

#[test]
fn or_drops_the_copy_where_the_builder_says_so() {
    native_only!();
    let builder = small_queue().on_full_queue(OnFullQueue::DropMessage);
    let mut host = Host::with(builder);
    let mut client = host.client();
    until!(
        [host, client],
        client.connection.is_connected() && host.came() == 1
    );
    for _ in 0..120 {
        host.server.channels().broadcast(&down(100));
    }
    until!([host, client], host.seen(1).len() > 20);
    settle!(host, client);
    host.server
        .channels()
        .broadcast(&ToClient::Number { number: 1 });
    until!(
        [host, client],
        client.seen().last() == Some(&Seen::Number(1))
    );
    let got = client.seen().len() - 2;
    let seen = host.seen(1);
    let full = |seen: &&Seen| matches!(seen, Seen::Failed(failure) if failure.kind == "QueueFull" && failure.up);
    let dropped = seen.iter().filter(full).count();
    assert_eq!(got + dropped, 120);
    assert!((90..100).contains(&got), "{got}");
    assert_eq!(seen.len(), dropped + 1, "{seen:?}");
    let link = host.server.channels().iter().next().unwrap().link();
    assert_eq!(link.dropped, dropped as u64);
}

#[test]
fn a_slow_reader_disturbs_nobody() {
    native_only!();
    const ROUNDS: usize = 400;
    let builder = Server::<Player>::builder().limits(|limits| {
        limits.max_outgoing_bytes = 1 << 20;
        limits.close_timeout = ms(300);
    });
    let mut host = Host::with(builder);
    let mut slow = Raw::client(&host.addr);
    until!([host, slow], slow.is_up() && host.came() == 1);
    slow.reads = false;
    let mut fast = host.client();
    until!([host, fast], host.came() == 2);
    // 40 MB, far more than all queues between hold.
    let message = down(100_000);
    for round in 1..=ROUNDS {
        host.server.channels().broadcast(&message);
        until!([host, fast], fast.seen().len() == round + 1);
    }
    until!([host, fast], host.end(1).is_some());
    assert_eq!(
        host.end(1),
        Some(Seen::Disconnected(Reason::QueueFull { max: 1 << 20 }))
    );
    assert_eq!(host.seen(2), [Seen::Connected]);
    assert_eq!(fast.seen().len(), ROUNDS + 1);
    // It is let go although it never reads.
    slow.reads = true;
    until!([host, fast, slow], slow.end.is_some());
}

#[test]
fn a_loud_client_disturbs_nobody() {
    native_only!();
    let mut host = Host::new();
    let mut loud = Raw::client(&host.addr);
    loud.write(&raw::name(0, b"say", &raw::TEXT_SHAPE));
    until!([host, loud], loud.is_up() && host.came() == 1);
    let mut quiet = host.client();
    until!(
        [host, quiet],
        quiet.connection.is_connected() && host.came() == 2
    );
    let flood = raw::text_message(0, "loud").repeat(10_000);
    let mut written = 0;
    let mut rounds = 0;
    for number in 0..50 {
        quiet.number(number);
        let deadline = Deadline::new();
        while host.seen(2).len() < number as usize + 2 {
            deadline.check(&host.report());
            written += loud.try_write(&flood[written % flood.len()..]);
            host.turn();
            quiet.connection.pump().unwrap();
            rounds += 1;
        }
    }
    // Its numbers come within a few pumps each, whatever the other one does.
    assert!(rounds < 50 * 20, "{rounds}");
    assert!(host.seen(1).len() > 1_000);
}

/// What a pump takes goes by what handlers send for it, not by what the game sends on
/// its own, whenever in its loop it does that.
#[test]
fn a_game_that_sends_much_is_told_all_that_came() {
    #[derive(Default)]
    struct Game {
        heard: usize,
    }

    #[podsix::network_handler]
    impl Game {
        fn network_number(&mut self, _number: podsix::Value) {
            self.heard += 1;
        }
    }

    native_only!();
    let mut server = Server::<()>::new();
    let mut client = Connection::local(&mut server);
    let mut game = Game::default();
    while !client.is_connected() {
        server.pump().unwrap();
        client.pump().unwrap();
    }
    for tick in 1..=5 {
        for number in 0..200 {
            client.send(&ToServer::Number { number }).unwrap();
        }
        client.pump().unwrap();
        server.pump().unwrap();
        for number in 0..40_000 {
            server
                .channels()
                .matching(|_| true)
                .send(&ToClient::Number { number });
        }
        server.dispatch(&mut game);
        assert_eq!(game.heard, 200 * tick);
    }
}
