//! Clients by hand that speak podsix's own wire, for what measures a server with many of
//! them: a `Connection` is made for a program that has one, and a thousand in one program
//! ask the system a thousand times a turn.

use std::io::{ErrorKind, Read};
use std::net::TcpListener;

use podsix::Connection;

use super::podsix::Game;
use super::raw::Framing;
use crate::peer::{Move, Result, encode};

/// A length, the action's number, and the body.
pub struct Native;

/// The one action there is, the first that is sent.
const MOVE: u8 = 0;
/// The least number that is no action.
const FIRST_CONTROL: usize = 128;
/// What both ends say first.
const MAGIC: [u8; 5] = [0xF6, b'p', b'd', b'6', 1];

impl Framing for Native {
    /// A real client is listened to.
    fn opening() -> Result<Vec<u8>> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let mut connection =
            Connection::<podsix::Untyped>::connect(&listener.local_addr()?.to_string())?;
        let first = Move::new(0);
        connection.send(&Game::from(&first))?;
        let mut message = Vec::new();
        Native::write(&first, &mut message)?;
        listener.set_nonblocking(true)?;
        let mut stream = None;
        let mut said = Vec::new();
        while !said.ends_with(&message) {
            connection.pump()?;
            if connection.is_closed() {
                return Err("a client ended before it had said anything".into());
            }
            match (&mut stream, listener.accept()) {
                (None, Ok((accepted, _))) => {
                    accepted.set_nonblocking(true)?;
                    stream = Some(accepted);
                }
                (Some(stream), _) => match stream.read_to_end(&mut said) {
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    result => _ = result?,
                },
                (None, Err(_)) => {}
            }
        }
        said.truncate(said.len() - message.len());
        Ok(said)
    }

    fn write(message: &Move, outgoing: &mut Vec<u8>) -> Result<()> {
        let start = outgoing.len();
        outgoing.extend_from_slice(&[0, MOVE]);
        encode(message, outgoing)?;
        // A `move` is short.
        outgoing[start] = u8::try_from(outgoing.len() - start - 2)?;
        Ok(())
    }

    #[inline]
    fn next(bytes: &[u8]) -> Option<(usize, Option<&[u8]>)> {
        match *bytes {
            [length @ ..0x80, ..0x80, ..] => {
                let end = 2 + usize::from(length);
                Some((end, Some(bytes.get(2..end)?)))
            }
            _ if bytes.starts_with(&MAGIC) => Some((MAGIC.len(), None)),
            _ => next_long(bytes),
        }
    }
}

/// A frame whose head has more than two bytes.
fn next_long(bytes: &[u8]) -> Option<(usize, Option<&[u8]>)> {
    let (length, used) = varint(bytes)?;
    let (code, used_by_code) = varint(&bytes[used..])?;
    let start = used + used_by_code;
    let body = bytes.get(start..start + length)?;
    Some((start + length, (code < FIRST_CONTROL).then_some(body)))
}

fn varint(bytes: &[u8]) -> Option<(usize, usize)> {
    let last = bytes.iter().position(|byte| *byte < 0x80)?;
    let digits = bytes[..=last].iter().rev();
    let value = digits.fold(0, |value, byte| value << 7 | usize::from(byte & 0x7F));
    Some((value, last + 1))
}
