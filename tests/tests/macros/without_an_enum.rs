//! What a block without an enum may be.

use std::borrow::Cow;
use std::collections::BTreeMap;

use podsix::{Data, Error, Reason};

use super::*;

#[derive(Data)]
struct Point {
    x: i32,
    y: i32,
}

struct Game<T>(Vec<T>);

#[podsix::network_handler]
impl<T: Clone + serde::de::DeserializeOwned> Game<T> {
    fn network_connected(&mut self) {}
    fn network_error(&mut self, _: &mut Context, _error: &Error) {}
    fn network_disconnected(&mut self, why: &Reason) {
        let _ = why;
    }
    fn network(&mut self, event: &Event) {
        let _ = event;
    }

    // By value, borrowed, taken apart, under any name, or not at all.
    fn network_start(&mut self, _: &mut Context, start: Point) {
        let _ = (start.x, start.y);
    }
    fn network_point(&mut self, Point { x, y }: Point) {
        let _ = (x, y);
    }
    fn network_move(&mut self, point: &Point) -> Result<(), String> {
        let _ = point.x;
        Ok(())
    }
    fn network_any(&mut self, _: BTreeMap<String, u8>) {}
    fn network_quit(&mut self) -> podsix::Result<()> {
        Ok(())
    }
    fn network_own(&mut self, own: T) {
        self.0.push(own);
    }
    fn network_owns(&mut self, owns: &[T]) {
        self.0.extend_from_slice(owns);
    }
    fn network_text<'a>(&'a mut self, text: &'a str) {
        let _ = text;
    }
    fn network_cow<'a>(&mut self, _context: &mut Context, mut text: Cow<'a, str>) {
        text.to_mut();
    }
    fn not_a_handler(&self) {}
}

struct Named;

#[podsix::network_handler]
impl Named {
    fn network_start_line(&mut self) {}
    fn Network_endLine(&mut self) {}
    fn network_Pen__up(&mut self) {}
    fn r#network_type(&mut self) {}
    fn network_größe(&mut self) {}
    fn network__line(&mut self) {}
    #[action("start-line")]
    fn line(&mut self, _: &str) {}
    #[action("connected")]
    fn on_connected(&mut self, _: Point) {}
    #[action("Bye bye!")]
    fn network_connected(&mut self) {}
}

struct Configured;

#[podsix::network_handler(crate = "::podsix")]
impl Configured {
    #[cfg(any())]
    fn network_chat(&mut self, _: NoSuchType) {}
    #[cfg(not(any()))]
    fn network_chat(&mut self, _: u8) {}
    #[cfg(any())]
    fn network_never(&mut self) {}
    fn network_quit(&mut self) {}
}

#[test]
fn actions_are_what_follows_the_prefix() {
    assert_eq!(
        Named::ACTIONS,
        [
            "start_line",
            "endLine",
            "Pen__up",
            "type",
            "größe",
            "_line",
            "start-line",
            "connected",
            "Bye bye!"
        ]
    );
    assert_eq!(Configured::ACTIONS, ["chat", "quit"]);
    assert_eq!(Game::<u8>::ACTIONS.len(), 9);
}

#[test]
fn handlers_are_objects() {
    let mut game = Game(vec![1_u8]);
    game.not_a_handler();
    assert_handler::<Context>(&mut game);
    assert_handler::<u8>(&mut Named);
    assert_handler::<String>(&mut Configured);
}
