//! The state machine of both ends on each wire, fed with anything.

use std::time::Duration;

use super::choices::{Chance, Choices};
use crate::Limits;
use crate::codec::rencode;
use crate::protocol::end::{ALL, End, OPENING, PONG, Seen};
use crate::protocol::{Link, Role};
use crate::wire::{Coding, Wire};

pub(super) fn native(data: &[u8]) {
    play(Wire::Native, data);
}

pub(super) fn podsixnet(data: &[u8]) {
    play(Wire::PodSixNet(Coding::Rencode), data);
}

#[cfg(feature = "json")]
pub(super) fn json(data: &[u8]) {
    play(Wire::PodSixNet(Coding::Json), data);
}

#[cfg(feature = "websocket")]
pub(super) fn websocket(data: &[u8]) {
    play(Wire::WebSocket, data);
}

/// What the first byte of an input decides.
#[derive(Clone, Copy, Debug)]
struct Plan {
    wire: Wire,
    is_client: bool,
    small: bool,
    /// Whether the connection is up before the input begins.
    up: bool,
    /// Whether time passes, and how much may be sent in it.
    hurried: bool,
}

fn play(wire: Wire, data: &[u8]) {
    let mut choices = Choices::new(data);
    let byte = choices.byte();
    let bit = |place: u32| byte & (1 << place) != 0;
    let plan = Plan {
        wire,
        is_client: bit(0),
        small: bit(1),
        up: bit(2),
        hurried: bit(3),
    };
    let stream = choices.rest();
    let mut chance = Chance::of(data);
    if plan.hurried {
        let mut end = plan.end();
        let opening = plan.opening(&mut end);
        end.feed_some(&opening, ALL);
        while_time_passes(&mut end, stream, &mut chance);
        plan.finish(&mut end);
        return;
    }
    let [mut whole, mut in_pieces] = [plan.end(), plan.end()];
    let opening = plan.opening(&mut whole);
    whole.feed_some(&[&opening[..], stream].concat(), ALL);
    let opening = plan.opening(&mut in_pieces);
    feed_in_pieces(
        &mut in_pieces,
        &[&opening[..], stream].concat(),
        &mut chance,
    );
    compare(plan, &mut whole, &mut in_pieces);
    plan.finish(&mut whole);
    plan.finish(&mut in_pieces);
}

impl Plan {
    fn end(self) -> End {
        let role = if self.is_client {
            let address = "ws://example.org/game".to_owned();
            Role::Client { address }
        } else {
            Role::Server
        };
        End::new(role, self.wire, self.limits())
    }

    fn limits(self) -> Limits {
        let mut limits = Limits {
            // Nothing else ends a silent connection on PodSixNet's wire.
            idle_timeout: Some(Duration::from_secs(50)),
            ..Limits::default()
        };
        if self.small {
            limits.max_message_bytes = 40;
            limits.max_outgoing_bytes = 200;
            limits.max_actions = 3;
            limits.max_action_bytes = 60;
            limits.max_bad_messages = 2;
        }
        if self.hurried {
            limits.max_messages_a_second = Some(20);
            limits.max_bytes_a_second = Some(2000);
        }
        limits
    }

    /// What brings the connection up, if it is up before the input.
    #[cfg_attr(not(feature = "websocket"), expect(unused_variables))]
    fn opening(self, end: &mut End) -> Vec<u8> {
        if !self.up {
            return Vec::new();
        }
        match (self.wire, self.is_client) {
            // With an action `move` and an action `chat`, which has a text.
            (Wire::Native, _) => [
                OPENING,
                PONG,
                b"\x08\x81\x01\x00\x04move\x15\x00",
                b"\x0D\x81\x01\x01\x04chat\x15\x01\x03who\x0F",
            ]
            .concat(),
            (Wire::PodSixNet(Coding::Json), true) => b"{\"action\":\"connected\"}\0---\0".to_vec(),
            (Wire::PodSixNet(_), true) => b"g\x86action\x89connected\0---\0".to_vec(),
            (Wire::PodSixNet(_), false) => Vec::new(),
            #[cfg(feature = "websocket")]
            (Wire::WebSocket, is_client) => handshake(end, is_client),
        }
    }

    /// What must hold in the end.
    fn finish(self, end: &mut End) {
        let limits = self.limits();
        let largest = limits
            .max_message_bytes
            .max(limits.max_action_bytes)
            .max(16 << 10);
        assert!(
            end.link.gap() <= largest + 16,
            "{} are kept",
            end.link.gap()
        );
        if end.link.has_ended() {
            assert_eq!(end.link.gap(), 0);
        }
        // Nobody answers any more.
        end.pass(Duration::from_secs(200));
        if end.out().is_empty() && end.link.has_ended() {
            end.act(|link, turn| link.flushed(turn));
        }
        assert!(end.link.is_over(), "{:?}", end.link);
        let seen = end.seen();
        let endings = seen.iter().filter(|seen| is_end(seen)).count();
        assert!(endings <= 1, "{seen:?}");
        self.check(&seen);
        // And nothing is heard that comes later.
        end.feed_some(OPENING, ALL);
        assert_eq!(end.seen(), []);
    }

    fn check(self, seen: &[Seen]) {
        let mut bad = 0;
        for seen in seen {
            match seen {
                Seen::Message(action, body) => {
                    assert!((1..=255).contains(&action.len()), "{action:?}");
                    // JSON grows a little when it is unpacked.
                    let most = self.limits().max_message_bytes;
                    match self.wire {
                        Wire::Native => {}
                        Wire::PodSixNet(Coding::Rencode) => assert!(body.len() <= most),
                        _ => assert!(body.len() <= 3 * most),
                    }
                    if self.wire != Wire::Native {
                        rencode::validate(body).unwrap();
                        let name = rencode::index(body, &mut Vec::new()).unwrap();
                        assert_eq!(name, action);
                    }
                }
                Seen::Bad(_) => bad += 1,
                _ => {}
            }
        }
        assert!(bad <= self.limits().max_bad_messages + 1, "{seen:?}");
    }
}

/// Opens a WebSocket as the other end does.
#[cfg(feature = "websocket")]
fn handshake(end: &mut End, is_client: bool) -> Vec<u8> {
    use tungstenite::handshake::derive_accept_key;
    if !is_client {
        return b"GET / HTTP/1.1\r\nHost: example.org\r\nConnection: Upgrade\r\nUpgrade: websocket\
            \r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            .to_vec();
    }
    let request = String::from_utf8(end.out()).unwrap();
    let (_, rest) = request.split_once("Sec-WebSocket-Key: ").unwrap();
    let (key, _) = rest.split_once("\r\n").unwrap();
    let key = derive_accept_key(key.as_bytes());
    format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Accept: {key}\r\n\r\n"
    )
    .into_bytes()
}

fn feed_in_pieces(end: &mut End, mut bytes: &[u8], chance: &mut Chance) {
    // PodSixNet's server lets a client in before it has said anything.
    end.feed_some(b"", ALL);
    let most = [1, 4, 30, 300][chance.below(4)];
    while !bytes.is_empty() {
        let (piece, rest) = bytes.split_at(1 + chance.below(bytes.len().min(most)));
        let budget = 1 + chance.below(4);
        let mut received = end.feed_some(piece, budget);
        while received.more {
            assert!(received.frames <= budget);
            received = end.feed_some(b"", budget);
        }
        bytes = rest;
    }
}

fn while_time_passes(end: &mut End, mut bytes: &[u8], chance: &mut Chance) {
    while !bytes.is_empty() {
        let (piece, rest) = bytes.split_at(1 + chance.below(bytes.len().min(50)));
        end.feed_some(piece, 1 + chance.below(20));
        bytes = rest;
        match chance.below(20) {
            0 => end.pass(Duration::from_millis(chance.next() % 12_000)),
            1..8 => end.pass(Duration::from_millis(chance.next() % 200)),
            8 => drop(end.out()),
            9 => {
                end.act(|link, _| link.excuse());
            }
            _ => {}
        }
    }
    if chance.below(2) == 0 {
        end.act(Link::stopped);
        assert!(end.link.has_ended());
    }
}

/// However bytes are cut, they are the same messages. Why a connection ends may
/// be told by an earlier byte, and so in other words.
fn compare(plan: Plan, whole: &mut End, in_pieces: &mut End) {
    let [(seen, left, out), (seen_cut, left_cut, out_cut)] = [whole, in_pieces].map(|end| {
        let mut seen = end.seen();
        plan.check(&seen);
        seen.retain(|seen| !is_end(seen));
        let left = (!end.link.has_ended()).then(|| end.link.gap());
        (seen, left, end.out())
    });
    assert_eq!(seen, seen_cut);
    if let (Some(left), Some(left_cut)) = (left, left_cut) {
        assert_eq!(left, left_cut);
        // A client's masks are drawn by chance.
        assert_eq!(out.len(), out_cut.len());
        if !plan.is_client {
            assert_eq!(out, out_cut);
        }
    }
    // Where one of them has ended, the other waits for more of the bytes that
    // the fault is in, or has ended too.
    let waits = |left: Option<usize>| left.is_none_or(|left| left > 0);
    assert!(waits(left) && waits(left_cut) || left == left_cut);
}

fn is_end(seen: &Seen) -> bool {
    matches!(seen, Seen::Disconnected(_) | Seen::Failed(_))
}
