//! What else may meet a native port: it ends only its own connection, and the
//! log names what was seen.

use podsix::{Limits, Server};

use crate::logs::Logs;
use crate::raw::{self, Raw};
use crate::support::*;

/// Lets a stranger talk to a server that has a good client too; the log.
fn meet(change: impl FnOnce(&mut Limits), stranger: impl FnOnce(&mut Raw)) -> Logs {
    let mut host = Host::with(Server::<Player>::builder().limits(change));
    let mut friend = host.client();
    until!(
        [host, friend],
        friend.connection.is_connected() && host.came() == 1
    );
    let logs = Logs::begin();
    let mut raw = Raw::connect(&host.addr);
    stranger(&mut raw);
    until!([host, friend, raw], raw.end.is_some());
    until!([host, friend], !logs.lines().is_empty());
    // Nobody else notices.
    friend.say("all is well");
    until!([host, friend], host.game.seen.len() >= 2);
    settle!(host, friend);
    assert_eq!(host.seen(1), [Seen::Connected, text("all is well")]);
    assert_eq!(host.game.seen.len(), 2, "{:?}", host.game.seen);
    assert_eq!(friend.seen(), [Seen::Connected]);
    assert_eq!(host.server.channels().len(), 1);
    logs
}

fn assert_named(bytes: &[u8], words: &str) {
    let logs = meet(|_| {}, |raw| raw.write(bytes));
    assert_eq!(logs.lines().len(), 1, "{:?}", logs.lines());
    assert_eq!(logs.count(words), 1, "{words}: {:?}", logs.lines());
}

#[test]
fn a_browser() {
    assert_named(
        b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n",
        "asked for the page `/`, which this server does not have",
    );
    assert_named(b"POST /login HTTP/1.1\r\n", "an HTTP request");
}

#[test]
fn a_tls_hello() {
    let mut hello = vec![0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3];
    hello.extend([0x5a; 500]);
    assert_named(&hello, "a TLS hello");
}

#[test]
fn ssh() {
    assert_named(b"SSH-2.0-OpenSSH_9.6\r\n", "SSH");
}

#[test]
fn podsixnet() {
    assert_named(b"g\x86action\x88nickname\0---\0", "PodSixNet");
}

#[test]
fn bytes_of_no_protocol() {
    assert_named(&[1, 2, 3, 0xfe], "01 02 03 fe");
    assert_named(b"\x1b[31mred\n", "1b 5b 33 31");
    assert_named(&[0xF6, b'p', b'd', b'7'], "f6 70 64 37");
}

#[test]
fn nobody_in_particular() {
    let quick = |limits: &mut Limits| limits.connect_timeout = ms(50);
    let logs = meet(quick, |_| {});
    assert_eq!(logs.count("no hello"), 1, "{:?}", logs.lines());
    let logs = meet(quick, |raw| raw.write(&raw::opening()[..7]));
    assert_eq!(logs.count("no hello"), 1, "{:?}", logs.lines());
}

#[test]
fn somebody_who_leaves_at_once() {
    let logs = meet(|_| {}, Raw::stop);
    assert_eq!(logs.count("did not come in"), 1, "{:?}", logs.lines());
}

#[test]
fn random_bytes_of_all_kinds() {
    let mut host = Host::new();
    let mut friend = host.client();
    until!(
        [host, friend],
        friend.connection.is_connected() && host.came() == 1
    );
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    };
    for round in 0..60 {
        let mut raw = Raw::connect(&host.addr);
        let mut bytes = match round % 3 {
            0 => Vec::new(),
            1 => raw::opening(),
            _ => {
                let mut bytes = raw::opening();
                bytes.extend(raw::name(0, b"say", &raw::TEXT_SHAPE));
                bytes
            }
        };
        bytes.extend((0..200).flat_map(|_| next().to_le_bytes()));
        raw.write(&bytes);
        raw.stop();
        until!([host, friend, raw], raw.end.is_some());
    }
    until!([host, friend], host.server.channels().len() == 1);
    friend.say("all is well");
    until!(
        [host, friend],
        host.seen(1).last() == Some(&text("all is well"))
    );
    for number in 2..=host.came() {
        assert!(
            matches!(host.end(number), Some(Seen::Disconnected(_))),
            "{:?}",
            host.seen(number)
        );
    }
    assert!(host.came() > 1);
}
