//! What comes before a WebSocket, byte by byte.

use std::borrow::Cow;
use std::time::Duration;

use tungstenite::handshake::derive_accept_key;

use super::end::{End, Seen};
use super::websocket::{HELLO, REQUEST, asked, client, frames, server, web_server};
use crate::Reason;
use crate::protocol::Link;

/// The answer to [`REQUEST`], whose key and answer are those of RFC 6455.
const ANSWER: &str = "HTTP/1.1 101 Switching Protocols\r\n\
    connection: Upgrade\r\n\
    upgrade: websocket\r\n\
    sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

fn head(lines: &[&str]) -> Vec<u8> {
    (lines.join("\r\n") + "\r\n\r\n").into_bytes()
}

fn with(header: &str) -> Vec<u8> {
    let request = REQUEST.strip_suffix("\r\n").unwrap();
    format!("{request}{header}\r\n\r\n").into_bytes()
}

/// What a server without pages, or with two, answers.
fn answer(request: &[u8]) -> String {
    let mut server = web_server();
    for (path, text) in [("/", "home"), ("/my game.js", "play()")] {
        let bytes = Cow::Borrowed(text.as_bytes());
        server.site.add_page(path, "text/html", bytes);
    }
    server.feed(request);
    assert_eq!(server.seen(), [], "the game hears nothing of pages");
    assert!(server.link.has_ended() || server.out().is_empty());
    String::from_utf8(server.out()).unwrap()
}

#[test]
fn an_upgrade_is_answered() {
    for (mut server, name) in [(web_server(), "ws://"), (server(), "native")] {
        server.feed(REQUEST.as_bytes());
        assert_eq!(server.seen(), [Seen::Connected], "{name}");
        let out = server.out();
        let (answer, rest) = out.split_at(ANSWER.len());
        assert_eq!(std::str::from_utf8(answer).unwrap(), ANSWER);
        // Its first ping.
        assert_eq!(rest, b"\x89\x00");
    }
}

#[test]
fn an_upgrade_is_answered_however_it_is_cut() {
    let stream = [REQUEST.as_bytes(), HELLO].concat();
    for cut in 0..=stream.len() {
        let mut server = server();
        server.feed(&stream[..cut]);
        server.feed(&stream[cut..]);
        assert_eq!(server.seen().len(), 2, "cut at {cut}");
    }
    let mut server = server();
    for byte in &stream {
        server.feed(&[*byte]);
    }
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn headers_are_read_as_browsers_write_them() {
    let mut server = web_server();
    server.feed(&head(&[
        "GET /game?room=1 HTTP/1.1",
        "host: Example.org:31425",
        "connection: keep-alive, Upgrade",
        "upgrade: WebSocket",
        "origin: http://example.org:31425",
        "sec-websocket-version: 13",
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
        "sec-websocket-extensions: permessage-deflate; client_max_window_bits",
    ]));
    assert_eq!(server.seen(), [Seen::Connected]);
    // It agrees to no extension.
    assert!(server.out().starts_with(ANSWER.as_bytes()));
}

#[test]
fn a_page_from_elsewhere_is_refused() {
    for origin in ["http://evil.example", "null", "http://example.org:8000", ""] {
        let mut server = web_server();
        server.feed(&with(&format!("Origin: {origin}")));
        assert_eq!(server.seen(), []);
        let answer = String::from_utf8(server.out()).unwrap();
        assert!(answer.starts_with("HTTP/1.1 403 Forbidden\r\n"), "{answer}");
        assert!(server.link.has_ended());
    }
    let mut server = web_server();
    server.site.allow_origin("http://evil.example");
    server.feed(&with("Origin: http://evil.example"));
    assert_eq!(server.seen(), [Seen::Connected]);
}

#[test]
fn requests_that_cannot_be_taken() {
    let upgrade = |replaced: &str, by: &str| {
        assert!(REQUEST.contains(replaced));
        REQUEST.replace(replaced, by).into_bytes()
    };
    for (request, status) in [
        (upgrade("Version: 13", "Version: 8"), "426 Upgrade Required"),
        (
            upgrade("Sec-WebSocket-Version: 13\r\n", ""),
            "426 Upgrade Required",
        ),
        (
            upgrade("dGhlIHNhbXBsZSBub25jZQ==", "short"),
            "400 Bad Request",
        ),
        (upgrade("Connection: Upgrade\r\n", ""), "400 Bad Request"),
        (upgrade("HTTP/1.1", "HTTP/1.0"), "400 Bad Request"),
        (b"GET / HTTP/9.9\r\n\r\n".to_vec(), "400 Bad Request"),
        (
            b"GET / HTTP/1.1\r\nno colon\r\n\r\n".to_vec(),
            "400 Bad Request",
        ),
        (
            b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi".to_vec(),
            "405 Method Not Allowed",
        ),
        (b"GET /nowhere HTTP/1.1\r\n\r\n".to_vec(), "404 Not Found"),
        (
            b"GET /../../etc/passwd HTTP/1.1\r\n\r\n".to_vec(),
            "404 Not Found",
        ),
        (
            b"GET http://example.org/x HTTP/1.1\r\n\r\n".to_vec(),
            "404 Not Found",
        ),
    ] {
        let request_shown = String::from_utf8_lossy(&request).into_owned();
        let answer = answer(&request);
        let first = format!("HTTP/1.1 {status}\r\n");
        assert!(answer.starts_with(&first), "{request_shown}{answer}");
        assert!(answer.contains("\r\nConnection: close\r\n"), "{answer}");
    }
    let answer = answer(&upgrade("Version: 13", "Version: 8"));
    assert!(
        answer.contains("\r\nSec-WebSocket-Version: 13\r\n"),
        "{answer}"
    );
}

#[test]
fn pages() {
    for (path, body) in [
        ("/", "home"),
        ("/?a=b&c", "home"),
        ("/my%20game.js", "play()"),
        ("http://example.org/", "home"),
    ] {
        let answer = answer(format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes());
        let length = body.len();
        let expected = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n\
             Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\n\
             Connection: close\r\n\r\n{body}"
        );
        assert_eq!(answer, expected, "{path}");
    }
    let whole = answer(b"GET / HTTP/1.1\r\n\r\n");
    let head = answer(b"HEAD / HTTP/1.1\r\n\r\n");
    assert_eq!(format!("{head}home"), whole);
    // What else can be asked for need not be given.
    let other = b"GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";
    assert_eq!(answer(other), whole);
}

#[test]
fn a_large_page_has_time_while_it_is_read() {
    let mut server = web_server();
    let page = Cow::Owned(vec![b'x'; 1000]);
    server.site.add_page("/", "text/plain", page);
    server.feed(b"GET / HTTP/1.1\r\n\r\n");
    let read = |server: &End, count| {
        let mut outgoing = server.shared.lock();
        outgoing.get_mut(0).unwrap().wrote(count);
    };
    for _ in 0..3 {
        read(&server, 10);
        server.pass(server.limits.close_timeout);
        assert!(!server.link.is_over());
    }
    server.pass(server.limits.close_timeout);
    assert!(server.link.is_over(), "nothing of it was read");

    let mut server = web_server();
    let page = Cow::Owned(vec![b'x'; 1000]);
    server.site.add_page("/", "text/plain", page);
    server.feed(b"GET / HTTP/1.1\r\n\r\n");
    for second in 0..60 {
        assert!(!server.link.is_over(), "{second}");
        read(&server, 1);
        server.pass(Duration::from_secs(1));
    }
    assert!(server.link.is_over(), "at some time it is enough");
}

#[test]
fn a_head_at_the_limit_passes_and_one_byte_more_does_not() {
    let filled = |bytes: usize| {
        let empty = with("X: ").len();
        with(&format!("X: {}", "y".repeat(bytes - empty)))
    };
    let limit = 16 << 10;
    for cut in [0, 1, 100, limit - 1] {
        let mut server = web_server();
        server.feed(&filled(limit)[..cut]);
        server.feed(&filled(limit)[cut..]);
        assert_eq!(server.seen(), [Seen::Connected]);
        let mut server = web_server();
        let more = filled(limit + 1);
        server.feed(&more[..cut]);
        server.feed(&more[cut..]);
        assert!(server.link.has_ended());
        let answer = String::from_utf8(server.out()).unwrap();
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
    // Without an end it is refused as soon as it can't be whole any more.
    let mut server = web_server();
    let endless = filled(limit + 100);
    server.feed(&endless[..limit - 1]);
    assert!(!server.link.has_ended());
    server.feed(b"y");
    assert!(server.link.has_ended());
    assert_eq!(server.kept(), 0);
}

#[test]
fn a_request_has_to_be_whole_in_time() {
    for mut server in [server(), web_server()] {
        server.pass(Duration::from_secs(1));
        server.feed(b"GET / HT");
        for _ in 0..49 {
            server.pass(Duration::from_millis(100));
            server.feed(b"T");
            assert!(!server.link.has_ended());
        }
        server.pass(Duration::from_millis(100));
        assert!(server.link.has_ended());
        let answer = String::from_utf8(server.out()).unwrap();
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    }
}

#[test]
fn strangers_at_a_websocket_port() {
    for (bytes, words) in [
        (super::OPENING, "podsix://"),
        (&b"\x16\x03\x01\x02\x00"[..], "TLS"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "SSH"),
        (b"hello", "no HTTP"),
        (b"GETTHEREORELSEIAMLOST /", "no HTTP"),
        (b"GARBAGE\r\n", "no HTTP"),
    ] {
        let mut server = web_server();
        server.feed(bytes);
        assert!(server.link.has_ended(), "{words}");
        assert_eq!(server.out(), b"", "it would not understand");
        let mut client = client();
        client.out();
        client.feed(bytes);
        match client.ending() {
            Reason::ProtocolMismatch { problem } => {
                assert!(problem.contains(words), "{problem}");
            }
            other => panic!("{other:?}"),
        }
    }
    // At a native port, until it is sure that it is no request.
    let mut native = server();
    native.feed(b"G");
    native.feed(b"A");
    assert!(!native.link.has_ended());
    native.feed(b"RBAGE\r\n");
    assert!(native.link.has_ended());
}

#[test]
fn a_client_asks() {
    let mut client = client();
    let request = String::from_utf8(client.out()).unwrap();
    let (lines, key) = request.split_once("Sec-WebSocket-Key: ").unwrap();
    assert_eq!(
        lines,
        "GET /game HTTP/1.1\r\nHost: example.org:7\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    );
    let key = key.strip_suffix("\r\n\r\n").unwrap();
    let accept = derive_accept_key(key.as_bytes());
    let answer = ANSWER.replace("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", &accept);
    client.feed(answer.as_bytes());
    assert_eq!(client.seen(), [Seen::Connected]);
    assert_eq!(frames(&client.out(), true), [(0x89, Vec::new())]);
}

#[test]
fn a_server_that_is_going_says_so_to_who_is_still_asking() {
    let (mut client, _) = asked();
    let mut server = web_server();
    server.feed(b"GET /game HTTP/1.1\r\n");
    server.act(|link, turn| link.end(turn, Reason::ShuttingDown));
    client.feed(&server.out());
    assert_eq!(client.ending(), Reason::ShuttingDown);
}

#[test]
fn answers_that_are_no_websocket() {
    let good = |accept: &str| ANSWER.replace("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", accept);
    for (change, words) in [
        (("101 Switching Protocols", "200 OK"), "200 OK in place"),
        (
            ("101 Switching Protocols", "400 Bad Request"),
            "400 Bad Request",
        ),
        (
            (
                "101 Switching Protocols",
                "302 Found\r\nLocation: ws://else.where/",
            ),
            "302 Found in place of opening a WebSocket and points to `ws://else.where/`",
        ),
        (("upgrade: websocket\r\n", ""), "does not know"),
        (("connection: Upgrade\r\n", ""), "does not know"),
        (
            ("sec-websocket-accept: ", "sec-websocket-accept: x"),
            "does not know",
        ),
        (
            (
                "connection:",
                "sec-websocket-extensions: permessage-deflate\r\nconnection:",
            ),
            "unasked",
        ),
        (
            ("connection:", "sec-websocket-protocol: chat\r\nconnection:"),
            "unasked",
        ),
        (("connection:", "conn\u{7f}ection"), "can't be read"),
    ] {
        let (mut client, accept) = asked();
        let answer = good(&accept).replace(change.0, change.1);
        client.feed(answer.as_bytes());
        assert_eq!(client.out(), b"");
        match client.ending() {
            Reason::ProtocolMismatch { problem } => {
                assert!(problem.contains(words), "{problem}");
            }
            other => panic!("{other:?}"),
        }
    }
    let (mut client, _) = asked();
    client.feed(b"HTTP/1.1 200 OK\r\n");
    client.act(Link::stopped);
    assert!(matches!(client.ending(), Reason::Io { .. }));
    let (mut client, _) = asked();
    client.pass(Duration::from_secs(10));
    assert!(matches!(client.ending(), Reason::TimedOut { .. }));
}
