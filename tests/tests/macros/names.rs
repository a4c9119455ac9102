//! Names of the user's that the generated code uses as well.

#![allow(dead_code)]

use super::*;

// Names that the generated code uses itself, or that are in every prelude.
struct Result;
struct Option;
struct String;
struct Error;
struct Reason;
struct Event;
struct Vec;
struct Some;
struct Ok;
mod core {}
mod std {}
mod serde {}
mod __private {}
trait Default {}

#[derive(Message)]
enum ToServer {
    // Raw identifiers, and fields called like variables of the generated code.
    Type {
        r#type: u8,
        r#fn: u8,
    },
    r#Match {
        sink: u8,
        source: u8,
        payload: u8,
        slot: u8,
    },
    Context {
        context: u8,
        event: u8,
        outcome: u8,
    },
    Some {
        some: u8,
    },
    Ok(u8),
    Err(u8),
}

struct Game;

#[podsix::network_handler(ToServer, ..)]
impl Game {
    fn network_type(&mut self, _type: u8, r#fn: u8) {
        let _ = r#fn;
    }
    fn r#network_match(&mut self, slot: u8, payload: u8, source: u8, sink: u8) {
        let _ = (slot, payload, source, sink);
    }
    fn network_context(&mut self, context: u8, event: u8, outcome: u8) {
        let _ = (context, event, outcome);
    }
    fn network_ok(&mut self, data: u8) {
        let _ = data;
    }
}

#[test]
fn of_users_are_theirs() {
    assert_handler::<Context>(&mut Game);
    assert_eq!(Game::ACTIONS, ["type", "match", "context", "ok"]);
}
