//! Other threads: senders, wakers, and a server with a thread of its own.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use podsix::{Connection, Reason, Server};

use crate::support::*;

fn assert_send<T: Send>(_: &T) {}

#[test]
fn senders_in_four_threads_wake_a_sleeping_wait() {
    const EACH: u32 = 500;
    let mut host = Host::new();
    let mut client = host.client();
    until!(
        [host, client],
        client.connection.is_connected() && host.came() == 1
    );
    assert_send(&client.connection);
    let over = Arc::new(AtomicBool::new(false));
    let sender = client.connection.sender();
    let sleeper = thread::spawn({
        let over = Arc::clone(&over);
        move || {
            while !over.load(Ordering::SeqCst) {
                // For ever, were it not for what the others send.
                client.connection.wait(None).unwrap();
                client.connection.dispatch(&mut client.ear);
            }
            client
        }
    });
    let threads: Vec<_> = (0..4)
        .map(|thread| {
            let sender = sender.clone();
            thread::spawn(move || {
                for number in 0..EACH {
                    let number = thread * EACH + number;
                    assert!(sender.send(&ToServer::Number { number }).unwrap() > 0);
                }
            })
        })
        .collect();
    until!([host], host.game.seen.len() == 4 * EACH as usize + 1);
    for thread in threads {
        thread.join().unwrap();
    }
    // Each thread's messages are in order among themselves.
    let mut next: Vec<u32> = (0..4).map(|thread| thread * EACH).collect();
    for seen in &host.seen(1)[1..] {
        let Seen::Number(number) = seen else {
            panic!("{seen:?}");
        };
        let next = &mut next[(number / EACH) as usize];
        assert_eq!(number, next);
        *next += 1;
    }
    over.store(true, Ordering::SeqCst);
    host.server
        .channels()
        .broadcast(&ToClient::Number { number: 1 });
    host.server.flush();
    assert_eq!(
        sleeper.join().unwrap().seen(),
        [Seen::Connected, Seen::Number(1)]
    );
}

#[test]
fn one_message_of_a_sender_leaves_while_the_connection_sleeps() {
    let mut host = Host::new();
    let mut client = host.client();
    until!(
        [host, client],
        client.connection.is_connected() && host.came() == 1
    );
    let sender = client.connection.sender();
    let sleeper = thread::spawn(move || {
        client.connection.wait(None).unwrap();
        client.connection.dispatch(&mut client.ear);
        client
    });
    for number in 0..20 {
        // One at a time: each has to wake it anew.
        sender.send(&ToServer::Number { number }).unwrap();
        until!([host], host.game.seen.len() == number as usize + 2);
    }
    // None of them is an event of its own.
    assert!(!sleeper.is_finished());
    host.server
        .channels()
        .broadcast(&ToClient::Number { number: 1 });
    host.server.flush();
    assert_eq!(sleeper.join().unwrap().seen().len(), 2);
}

#[test]
fn a_sender_can_send_before_the_connection_is_up() {
    let mut host = Host::new();
    let mut client = host.client();
    let sender = client.connection.sender();
    let thread = thread::spawn(move || {
        for number in 0..100 {
            sender.send(&ToServer::Number { number }).unwrap();
        }
    });
    until!([host, client], host.game.seen.len() == 101);
    thread.join().unwrap();
    let expected: Vec<Seen> = (0..100).map(Seen::Number).collect();
    assert_eq!(host.seen(1)[1..], expected);
}

#[test]
fn a_waker_ends_a_wait_without_an_event() {
    let mut host = Host::new();
    let mut client = host.client();
    until!(
        [host, client],
        client.connection.is_connected() && host.came() == 1
    );
    let begin = Arc::new(Barrier::new(3));
    let wakers = [host.server.waker(), client.connection.waker()];
    let server = thread::spawn({
        let begin = Arc::clone(&begin);
        move || {
            begin.wait();
            host.server.wait(None).unwrap();
            host
        }
    });
    let connection = thread::spawn({
        let begin = Arc::clone(&begin);
        move || {
            begin.wait();
            client.connection.wait(None).unwrap();
            client
        }
    });
    begin.wait();
    for waker in wakers {
        let another = waker.clone();
        thread::spawn(move || another.wake()).join().unwrap();
    }
    let mut host = server.join().unwrap();
    let mut client = connection.join().unwrap();
    settle!(host, client);
    assert_eq!(host.game.seen.len(), 1);
    assert_eq!(client.seen(), [Seen::Connected]);
}

#[test]
fn a_wake_before_the_wait_ends_it_at_once_and_only_that_one() {
    let mut server = Server::<Player>::bind(&Wire::tested().url("127.0.0.1:0")).unwrap();
    server.waker().wake();
    server.waker().wake();
    server.wait(None).unwrap();
    let begin = Instant::now();
    server.wait(Some(ms(30))).unwrap();
    assert!(begin.elapsed() >= ms(30));

    // Also of a server that has not slept, nor listened, before.
    let mut server = Server::<Player>::new();
    server.waker().wake();
    server.wait(None).unwrap();
}

#[test]
fn a_wait_with_nothing_to_do_lasts_as_long_as_it_should() {
    native_only!();
    let mut host = Host::new();
    let mut client = host.client();
    until!(
        [host, client],
        client.connection.is_connected() && host.came() == 1
    );
    // The pings of the beginning have been answered.
    until!(
        [host, client],
        client.connection.link().round_trip_time.is_some()
    );
    settle!(host, client);
    let begin = Instant::now();
    host.server.wait(Some(ms(40))).unwrap();
    client
        .connection
        .wait_until(Instant::now() + ms(40))
        .unwrap();
    assert!(begin.elapsed() >= ms(80), "{:?}", begin.elapsed());
}

#[test]
fn a_wait_ends_when_a_message_comes() {
    let mut host = Host::new();
    let mut client = host.client();
    until!(
        [host, client],
        client.connection.is_connected() && host.came() == 1
    );
    let talker = thread::spawn(move || {
        client.say("wake up");
        client.connection.flush();
        client
    });
    let deadline = Deadline::new();
    while host.game.seen.len() < 2 {
        deadline.check("the message");
        host.server.wait(Some(Duration::from_secs(60))).unwrap();
        host.server.dispatch(&mut host.game);
    }
    assert_eq!(host.seen(1), [Seen::Connected, text("wake up")]);
    drop(talker.join().unwrap());
}

#[test]
fn a_server_in_a_thread_of_its_own_with_a_local_player() {
    let server = Server::<Player>::bind(&Wire::tested().url("127.0.0.1:0")).unwrap();
    assert_send(&server);
    let mut host = Host::of(server).on(|channel, seen| {
        if let Seen::Number(number) = seen {
            channel.broadcast(&ToClient::Number { number: *number });
        }
        Ok(())
    });
    let mut local = Client::of(Connection::local(&mut host.server));
    let mut guest = host.client();
    let over = Arc::new(AtomicBool::new(false));
    let waker = host.server.waker();
    let thread = thread::spawn({
        let over = Arc::clone(&over);
        move || {
            while !over.load(Ordering::SeqCst) {
                host.server.wait(None).unwrap();
                host.server.dispatch(&mut host.game);
            }
            host.server.shutdown(Duration::from_secs(20)).unwrap();
            host
        }
    });
    until!(
        [local, guest],
        local.connection.is_connected() && guest.connection.is_connected()
    );
    (0..100).for_each(|number| local.number(number));
    until!([local, guest], local.seen().len() == 101);
    until!([local, guest], guest.seen().len() == 101);
    over.store(true, Ordering::SeqCst);
    waker.wake();
    until!(
        [local, guest],
        local.end().is_some() && guest.end().is_some()
    );
    let ending = Seen::Disconnected(Reason::ShuttingDown);
    assert_eq!(local.end(), Some(&ending));
    assert_eq!(guest.end(), Some(&told(Reason::ShuttingDown)));
    thread.join().unwrap();
}
