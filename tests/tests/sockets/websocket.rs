//! WebSocket: clients at native and at `ws://` ports, pages, and who may not
//! come in.

use podsix::{Connection, Reason, Server};

use crate::raw::{Ended, Raw};
use crate::support::*;

const REQUEST: &str = "GET / HTTP/1.1\r\n\
    Host: example.org\r\n\
    Connection: Upgrade\r\n\
    Upgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// A server that sends back what it hears, at either kind of port.
fn hosts() -> [Host; 2] {
    ["127.0.0.1:0", "ws://127.0.0.1:0"].map(|address| {
        Host::at(Server::<Player>::builder(), address).on(|channel, seen| {
            match seen {
                Seen::Text(text) => {
                    let text = text.clone();
                    channel.send(&ToClient::Heard { text });
                }
                Seen::Number(number) => {
                    let number = *number;
                    channel.broadcast(&ToClient::Number { number });
                }
                _ => {}
            }
            Ok(())
        })
    })
}

fn browser(host: &Host) -> Client {
    Client::to(&format!("ws://{}", host.addr))
}

fn answer(raw: &Raw) -> String {
    String::from_utf8_lossy(&raw.got).into_owned()
}

#[test]
fn messages_go_both_ways_those_before_the_connection_included() {
    for mut host in hosts() {
        let mut client = browser(&host);
        client.say("before");
        client.number(u32::MAX);
        until!([host, client], client.connection.is_connected());
        let long = "é".repeat(100_000);
        client.say(&long);
        until!([host, client], client.seen().len() == 4);
        let expected = [
            Seen::Connected,
            text("before"),
            Seen::Number(u32::MAX),
            text(&long),
        ];
        assert_eq!(client.seen(), expected);
        assert_eq!(host.seen(1), expected);
        assert!(client.connection.link().round_trip_time.is_some());
    }
}

#[test]
fn either_end_closes_with_words() {
    for mut host in hosts() {
        let mut client = browser(&host);
        until!([host, client], client.seen().len() == 1);
        client.say("last words");
        client.connection.close("bye");
        until!(
            [host, client],
            host.end(1).is_some() && client.end().is_some()
        );
        assert_eq!(
            host.seen(1),
            [Seen::Connected, text("last words"), left("bye")]
        );
        assert_eq!(client.end(), Some(&closed("bye")));

        let mut client = browser(&host);
        until!([host, client], client.seen().len() == 1);
        let id = host.id(2);
        let last = ToClient::Number { number: 7 };
        host.server.channels().get(id).unwrap().send(&last);
        host.server.channels().get(id).unwrap().close("enough");
        until!(
            [host, client],
            host.end(2).is_some() && client.end().is_some()
        );
        assert_eq!(host.end(2), Some(closed("enough")));
        assert_eq!(
            client.seen(),
            [Seen::Connected, Seen::Number(7), closed_by_peer("enough")]
        );
    }
}

#[test]
fn a_room_of_both_kinds() {
    let [mut host, _] = hosts();
    let (mut native, mut browser) = (host.client(), browser(&host));
    until!(
        [host, native, browser],
        host.came() == 2 && native.seen().len() == 1 && browser.seen().len() == 1
    );
    native.number(1);
    browser.number(2);
    let heard = |client: &Client| {
        let mut numbers: Vec<_> = client.seen().iter().skip(1).cloned().collect();
        numbers.sort_by_key(|seen| format!("{seen:?}"));
        numbers == [Seen::Number(1), Seen::Number(2)]
    };
    until!([host, native, browser], heard(&native) && heard(&browser));
}

#[test]
fn a_browser_gets_its_page() {
    let page = || b"<title>Game</title>".repeat(10_000);
    for address in ["127.0.0.1:0", "ws://127.0.0.1:0"] {
        let builder = Server::<Player>::builder().page("/", "text/html", page());
        let mut host = Host::at(builder, address);
        let mut raw = Raw::connect(&host.addr);
        raw.write(b"GET /?x HTTP/1.1\r\nHost: example.org\r\n\r\n");
        until!([host, raw], raw.end.is_some());
        assert_eq!(raw.end, Some(Ended::Stopped));
        assert!(raw.got.starts_with(b"HTTP/1.1 200 OK\r\n"));
        assert!(raw.got.ends_with(&page()));
        let mut raw = Raw::connect(&host.addr);
        raw.write(b"GET /other HTTP/1.1\r\n\r\n");
        until!([host, raw], raw.end.is_some());
        assert!(answer(&raw).starts_with("HTTP/1.1 404 "));
        // The game hears nothing of them.
        settle!(host);
        assert_eq!(host.game.seen, []);
    }
}

#[test]
fn a_page_from_elsewhere_is_refused() {
    let builder = Server::<Player>::builder().allow_origin("https://friend.example");
    let mut host = Host::with(builder);
    for (origin, status) in [
        ("http://evil.example", "403 Forbidden"),
        ("null", "403 Forbidden"),
        ("https://friend.example", "101 Switching Protocols"),
        ("http://example.org", "101 Switching Protocols"),
    ] {
        let mut raw = Raw::connect(&host.addr);
        raw.write(format!("{REQUEST}Origin: {origin}\r\n\r\n").as_bytes());
        until!([host, raw], answer(&raw).contains("\r\n\r\n"));
        let first = format!("HTTP/1.1 {status}\r\n");
        assert!(answer(&raw).starts_with(&first), "{}", answer(&raw));
    }
    until!([host], host.came() == 2);
}

#[test]
fn a_full_server_says_so() {
    let builder = Server::<Player>::builder().limits(|limits| limits.max_channels = 1);
    let mut host = Host::with(builder);
    let mut first = host.client();
    until!([host, first], first.connection.is_connected());
    let mut second = browser(&host);
    until!([host, first, second], second.end().is_some());
    assert_eq!(second.end(), Some(&Seen::Disconnected(Reason::ServerFull)));
    assert_eq!(host.came(), 1);
}

#[test]
fn a_refused_client_hears_the_words() {
    let builder = Server::<Player>::builder().accept_with(|_| Err("not today".to_owned()));
    let mut host = Host::with(builder);
    let mut client = browser(&host);
    until!([host, client], client.end().is_some());
    let words = "not today".to_owned();
    assert_eq!(
        client.end(),
        Some(&Seen::Disconnected(Reason::Refused { words }))
    );
    assert_eq!(host.came(), 0);
}

#[test]
fn a_shutdown_is_told_and_lasts_no_longer_than_needed() {
    for mut host in hosts() {
        let client = Connection::connect(&format!("ws://{}", host.addr)).unwrap();
        let mut client = Client::of(client);
        until!([host, client], client.seen().len() == 1);
        let other_end = std::thread::spawn(move || {
            until!([client], client.end().is_some());
            client.end().cloned()
        });
        assert!(host.server.shutdown(ms(20_000)).unwrap());
        let end = other_end.join().unwrap();
        assert_eq!(end, Some(Seen::Disconnected(Reason::ShuttingDown)));
    }
}

#[test]
fn a_websocket_client_at_other_ports() {
    let builder = Server::<Player>::builder();
    let mut host = Host::at(builder, "podsixnet://127.0.0.1:0");
    let mut client = browser(&host);
    until!([host, client], client.end().is_some());
    let failure = client.failure().unwrap();
    assert!(
        failure.words.contains("PodSixNet") && failure.words.contains("podsixnet://"),
        "{}",
        failure.words
    );
}
