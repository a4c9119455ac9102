//! Codecs that a game brings, well-behaved and not.

use std::slice;

use podsix::codec::{Codec, CodecResult};
use podsix::{Connection, Reason, Server, Value, rencode};

use crate::support::Ends;

#[derive(podsix::Message, Clone, Debug, PartialEq)]
enum Both {
    Say { text: String },
    Bytes { bytes: Vec<u8> },
}

/// Rencode with each byte turned over: by default a message ends at the first
/// terminator.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reversed;

impl Codec for Reversed {
    fn name(&self) -> &str {
        "reversed"
    }

    fn encode(&self, message: &Value, body: &mut Vec<u8>) -> CodecResult<()> {
        let bytes = rencode::to_vec(message)?;
        body.extend(bytes.iter().map(|byte| !byte));
        Ok(())
    }

    fn decode(&self, body: &[u8]) -> CodecResult<Value> {
        let bytes: Vec<u8> = body.iter().map(|byte| !byte).collect();
        Ok(rencode::from_slice(&bytes)?)
    }
}

/// A length and JSON: it tells its own end, and writes what it likes.
#[derive(Clone, Copy, Debug)]
struct Measured;

impl Codec for Measured {
    fn name(&self) -> &str {
        "measured"
    }

    fn encode(&self, message: &Value, body: &mut Vec<u8>) -> CodecResult<()> {
        let text = serde_json::to_vec(message)?;
        body.extend(u32::try_from(text.len())?.to_be_bytes());
        body.extend(text);
        Ok(())
    }

    fn decode(&self, body: &[u8]) -> CodecResult<Value> {
        Ok(serde_json::from_slice(body.get(4..).unwrap_or_default())?)
    }

    fn end(&self, bytes: &[u8]) -> CodecResult<Option<usize>> {
        let Some(length) = bytes.first_chunk() else {
            return Ok(None);
        };
        let end = 4 + u32::from_be_bytes(*length) as usize;
        Ok((end <= bytes.len()).then_some(end))
    }
}

/// What a hostile codec does.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mischief {
    /// It can't write anything.
    EncodeFails,
    /// It can't read anything, for a reason with line breaks in it.
    DecodeFails,
    /// It writes the terminator.
    Terminator,
    /// It writes far more than the limit.
    Huge,
    /// It reads something that is no message.
    NoDict,
    /// It sees the end where there is no terminator.
    EndTooEarly,
    /// It never sees an end.
    EndNever,
    /// It sees an end beyond all bytes.
    EndBeyond,
}

#[derive(Clone, Copy, Debug)]
struct Hostile(Mischief);

impl Codec for Hostile {
    fn name(&self) -> &str {
        "hostile"
    }

    fn encode(&self, message: &Value, body: &mut Vec<u8>) -> CodecResult<()> {
        // What the protocol itself says is fine, or nobody would ever come in.
        if message.action() == Some("connected") {
            return Reversed.encode(message, body);
        }
        match self.0 {
            Mischief::EncodeFails => return Err("it does\nnot want to".into()),
            Mischief::Terminator => body.extend(b"a\0---\0b"),
            Mischief::Huge => body.resize(2 << 20, 7),
            _ => Reversed.encode(message, body)?,
        }
        Ok(())
    }

    fn decode(&self, body: &[u8]) -> CodecResult<Value> {
        let value = Reversed.decode(body)?;
        if value.action() == Some("connected") {
            return Ok(value);
        }
        match self.0 {
            Mischief::DecodeFails => Err("it does\nnot want to".into()),
            Mischief::NoDict => Ok(Value::from(vec![1, 2])),
            _ => Ok(value),
        }
    }

    fn end(&self, bytes: &[u8]) -> CodecResult<Option<usize>> {
        let end = rencode_end(bytes);
        // `connected` is let through.
        if bytes.len() < 40 && end.is_some_and(|end| end < 30) && self.is_greeting(bytes) {
            return Ok(end);
        }
        Ok(match self.0 {
            Mischief::EndTooEarly => Some(1),
            Mischief::EndNever => None,
            Mischief::EndBeyond => Some(usize::MAX),
            _ => end,
        })
    }
}

impl Hostile {
    fn is_greeting(self, bytes: &[u8]) -> bool {
        let end = rencode_end(bytes).unwrap_or(0);
        let value = Reversed.decode(bytes.get(..end).unwrap_or_default());
        value.is_ok_and(|value| value.action() == Some("connected"))
    }
}

/// Where the first terminator is.
fn rencode_end(bytes: &[u8]) -> Option<usize> {
    bytes.windows(5).position(|five| five == b"\0---\0")
}

fn say(text: &str) -> Both {
    let text = text.to_owned();
    Both::Say { text }
}

#[test]
fn both_kinds_carry_messages_of_any_size_in_pieces_of_any() {
    let server = Server::builder().codec(Measured).codec(Reversed);
    // At each end they are counted anew.
    let client = || Connection::builder().codec(Reversed).codec(Measured);
    let wires = ["podsixnet+measured", "podsixnet+reversed"];
    let mut ends = Ends::with(&wires, server, &client);
    let bytes = (0..200_000_u32).map(|byte| byte as u8).collect();
    for message in [say("hello"), say(""), Both::Bytes { bytes }] {
        for client in &ends.clients {
            client.send(&message).unwrap();
        }
        ends.broadcast(&message);
        ends.network
            .conditions(|conditions| conditions.split = true);
        for _ in 0..20_000 {
            if ends.network.is_quiet() {
                break;
            }
            ends.network.advance(std::time::Duration::from_millis(1));
        }
        ends.network
            .conditions(|conditions| conditions.split = false);
        let (server, clients) = ends.turns::<Both>();
        assert_eq!(server.messages, [message.clone(), message.clone()]);
        for got in clients {
            assert_eq!(got.messages, slice::from_ref(&message));
        }
    }
    ends.all_are_up();
}

fn hostile(mischief: Mischief) -> Ends {
    let server = Server::builder().codec(Hostile(mischief));
    let client = move || Connection::builder().codec(Hostile(mischief));
    Ends::with(&["podsixnet+hostile", "podsix"], server, &client)
}

#[test]
fn one_that_can_t_write_fails_for_its_own_connection_alone() {
    for (mischief, words) in [
        (Mischief::EncodeFails, "not want to"),
        (Mischief::Terminator, "five bytes that end a message"),
        (Mischief::Huge, "limit"),
    ] {
        let mut ends = hostile(mischief);
        let error = ends.clients[0].send(&say("hello")).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        ends.broadcast(&say("hello"));
        let (server, clients) = ends.turns::<Both>();
        let [error] = &*server.errors else {
            panic!("{mischief:?}: {server:?}");
        };
        assert!(error.words.contains(words), "{error:?}");
        assert!(clients[0].messages.is_empty());
        assert_eq!(clients[1].messages, [say("hello")]);
        ends.all_are_up();
    }
}

#[test]
fn one_that_can_t_read_ends_its_own_connection_alone() {
    for mischief in [Mischief::DecodeFails, Mischief::EndTooEarly] {
        let mut ends = hostile(mischief);
        ends.clients[0].send(&say("hello")).unwrap();
        let (server, clients) = ends.turns::<Both>();
        assert!(server.messages.is_empty(), "{mischief:?}: {server:?}");
        assert!(clients[1].errors.is_empty());
        assert_eq!(ends.server.channels().len(), 1, "{mischief:?}");
        assert!(ends.clients[0].is_closed());
        assert!(ends.clients[1].is_connected());
    }
}

#[test]
fn what_is_no_message_is_an_error_and_no_more() {
    let mut ends = hostile(Mischief::NoDict);
    ends.clients[0].send(&say("hello")).unwrap();
    let (server, _) = ends.turns::<Both>();
    assert_eq!(server.errors.len(), 1, "{server:?}");
    ends.all_are_up();
}

/// A codec that waits for ever is asked a limited number of times, and then it
/// is the peer's fault.
#[test]
fn one_that_sees_no_end_is_given_up() {
    for mischief in [Mischief::EndNever, Mischief::EndBeyond] {
        let mut ends = hostile(mischief);
        for _ in 0..100 {
            ends.clients[0].send(&say("hello")).unwrap();
        }
        let (server, _) = ends.turns::<Both>();
        assert!(server.messages.is_empty(), "{mischief:?}");
        assert!(ends.clients[0].is_closed(), "{mischief:?}");
        assert!(ends.clients[1].is_connected());
        assert!(!matches!(ends.server.channels().len(), 2));
    }
}

/// The reason of an end names no more than one line.
#[test]
fn the_words_of_a_codec_stay_on_one_line() {
    let server = Server::<()>::builder().codec(Hostile(Mischief::DecodeFails));
    let mut game = podsix::testing::Game::with(server, Witness::default());
    let ann = game.join_over("podsixnet+hostile");
    game.send(ann, &say("hello"));
    let [Reason::Malformed { problem }] = &*game.handler().reasons else {
        panic!("{:?}", game.handler().reasons);
    };
    assert!(problem.contains("not want to"), "{problem}");
    assert!(!problem.contains('\n'), "{problem}");
}

#[derive(Default)]
struct Witness {
    reasons: Vec<Reason>,
}

#[podsix::network_handler(Both, ..)]
impl Witness {
    fn network_disconnected(&mut self, reason: &Reason) {
        self.reasons.push(reason.clone());
    }
    fn network_say(&mut self, _text: String) {}
}
