//! Every message arrives, once, in order.

use podsix::{Connection, Error, Server};

use crate::support::*;

const MANY: u32 = 100_000;

fn send_all(client: &Client, next: &mut u32, count: u32) {
    while *next < count {
        match client.connection.send(&ToServer::Number { number: *next }) {
            Ok(_) => *next += 1,
            // Ours to wait until the server has read some.
            Err(Error::QueueFull { .. }) => return,
            Err(error) => panic!("{error}"),
        }
    }
}

fn assert_numbers<'a>(seen: impl Iterator<Item = &'a Seen>, count: u32) {
    let mut next = 0;
    for seen in seen {
        if let Seen::Number(number) = seen {
            assert_eq!(*number, next);
            next += 1;
        }
    }
    assert_eq!(next, count);
}

/// Sends `count` messages each way at the same time; the server's as fast as
/// its queue takes them.
fn both_ways(mut host: Host, mut client: Client, count: u32, queue: usize) {
    until!([host, client], host.came() == 1);
    let id = host.id(1);
    let (mut up, mut down) = (0, 0);
    let deadline = Deadline::new();
    let count_seen = count as usize + 1;
    while host.game.seen.len() < count_seen || client.seen().len() < count_seen {
        if deadline.is_over() {
            panic!(
                "sent {up} up and {down} down\n{}\n{}",
                host.report(),
                client.report()
            );
        }
        send_all(&client, &mut up, count);
        let peer = host.server.channels().get(id).expect("it stays connected");
        while down < count && peer.link().queued_bytes + 100 < queue {
            peer.send(&ToClient::Number { number: down });
            down += 1;
        }
        host.server.pump().unwrap();
        host.server.dispatch(&mut host.game);
        client.turn();
    }
    assert_numbers(host.game.seen.iter().map(|(_, seen)| seen), count);
    assert_numbers(client.seen().iter(), count);
    let link = client.connection.link();
    assert_eq!(link.messages_received, u64::from(count));
    assert_eq!(link.messages_sent, u64::from(count));
}

#[test]
fn a_hundred_thousand_messages_each_way() {
    let host = Host::new();
    let client = host.client();
    // JSON is ten times the work in a test that is not optimised.
    let many = match Wire::tested() {
        Wire::Native | Wire::PodSixNet => MANY,
        Wire::Json | Wire::WebSocket => MANY / 10,
    };
    both_ways(host, client, many, 8 << 20);
}

#[test]
fn and_through_small_queues() {
    let builder = Server::<Player>::builder().limits(|limits| {
        limits.max_incoming_messages = 100;
        limits.max_incoming_bytes = 512;
        limits.max_outgoing_bytes = 1 << 10;
        limits.messages_a_pump = 77;
        limits.read_bytes_a_pump = 300;
    });
    let host = Host::with(builder);
    let connection = Connection::builder()
        .limits(|limits| {
            limits.max_incoming_messages = 50;
            limits.max_outgoing_bytes = 1 << 10;
            limits.messages_a_pump = 33;
            limits.read_bytes_a_pump = 200;
        })
        .connect(&host.addr)
        .unwrap();
    both_ways(host, Client::of(connection), 5_000, 1 << 10);
}

#[test]
fn a_server_that_dispatches_seldom_reads_no_more_than_its_queue_takes() {
    const COUNT: u32 = 200_000;
    let builder = Server::<Player>::builder().limits(|limits| {
        limits.max_incoming_messages = 1_000;
        limits.messages_a_pump = 100;
    });
    let mut host = Host::with(builder);
    let mut client = host.client();
    until!(
        [host, client],
        client.connection.is_connected() && host.came() == 1
    );
    let mut next = 0;
    send_all(&client, &mut next, COUNT);
    assert_eq!(next, COUNT, "they fit the client's own queue");
    let mut rounds = 0;
    let deadline = Deadline::new();
    while host.game.seen.len() <= COUNT as usize {
        if deadline.is_over() {
            panic!("{}\n{}", host.report(), client.report());
        }
        for _ in 0..30 {
            host.server.pump().unwrap();
            client.connection.pump().unwrap();
        }
        let before = host.game.seen.len();
        host.server.dispatch(&mut host.game);
        let batch = host.game.seen.len() - before;
        // The last pump before the limit may pass it by what it may take.
        assert!(batch <= 1_100, "{batch} messages were read ahead");
        rounds += 1;
    }
    assert!(rounds > 100, "{rounds}");
    assert_numbers(host.game.seen.iter().map(|(_, seen)| seen), COUNT);
}

#[test]
fn a_client_that_dispatches_seldom_loses_nothing() {
    const COUNT: u32 = 20_000;
    let mut host = Host::new().on(|channel, seen| {
        if *seen == Seen::Connected {
            (0..COUNT).for_each(|number| channel.send(&ToClient::Number { number }));
        }
        Ok(())
    });
    let connection = Connection::builder()
        .limits(|limits| limits.max_incoming_bytes = 2_000)
        .connect(&host.addr)
        .unwrap();
    let mut client = Client::of(connection);
    let deadline = Deadline::new();
    let mut most = 0;
    while client.seen().len() <= COUNT as usize {
        deadline.check(&client.report());
        host.turn();
        for _ in 0..5 {
            client.connection.pump().unwrap();
        }
        let before = client.seen().len();
        client.connection.dispatch(&mut client.ear);
        most = most.max(client.seen().len() - before);
    }
    assert!(most < 4_000, "{most} messages were read ahead");
    assert_numbers(client.seen().iter(), COUNT);
}

#[test]
fn messages_from_before_the_connection_is_up_arrive_first_and_in_order() {
    let mut host = Host::new();
    let mut client = host.client();
    assert!(!client.connection.is_connected());
    let mut expected = vec![Seen::Connected];
    for number in 0..50 {
        client.number(number);
        client.say(&format!("text {number}"));
        expected.push(Seen::Number(number));
        expected.push(text(&format!("text {number}")));
    }
    client
        .connection
        .send(&ToServer::Bulk {
            bytes: "x".repeat(500_000),
        })
        .unwrap();
    expected.push(Seen::Bulk(500_000));
    until!([host, client], client.connection.is_connected());
    client.number(1_000);
    expected.push(Seen::Number(1_000));
    until!([host, client], host.game.seen.len() >= expected.len());
    assert_eq!(host.seen(1), expected);
}

#[test]
fn a_tick_s_messages_arrive_together_with_what_the_handlers_sent() {
    let mut host = Host::new().on(|channel, seen| {
        if let Seen::Number(number) = seen {
            channel.broadcast(&ToClient::Number { number: *number });
        }
        Ok(())
    });
    let (mut ann, mut bob) = (host.client(), host.client());
    until!([host, ann, bob], host.came() == 2);
    // What the loop sends keeps its place among what handlers send.
    ann.number(1);
    until!(
        [host, ann, bob],
        bob.seen().last() == Some(&Seen::Number(1))
    );
    host.server
        .channels()
        .broadcast(&ToClient::Number { number: 2 });
    ann.number(3);
    until!(
        [host, ann, bob],
        bob.seen().len() == 4 && ann.seen().len() == 4
    );
    let expected = [
        Seen::Connected,
        Seen::Number(1),
        Seen::Number(2),
        Seen::Number(3),
    ];
    assert_eq!(ann.seen(), expected);
    assert_eq!(bob.seen(), expected);
}
