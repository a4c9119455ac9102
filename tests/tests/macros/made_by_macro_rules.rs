//! Blocks and enums that come out of `macro_rules`.

use super::*;

macro_rules! protocol {
    ($protocol:ident { $($variant:ident { $field:ident: $ty:ty }),* }) => {
        #[derive(Message)]
        enum $protocol {
            $($variant { $field: $ty }),*
        }
    };
}

macro_rules! handler {
    ($handler:ident, $protocol:ty, $context:ty, $($method:ident($field:ident: $ty:ty)),*) => {
        struct $handler;

        #[podsix::network_handler($protocol)]
        impl $handler {
            fn network_connected(&mut self, context: &mut $context) {
                let _ = context;
            }
            $(fn $method(&mut self, _context: &mut $context, $field: $ty) {
                let _ = $field;
            })*
        }
    };
}

protocol!(ToServer {
    Chat { text: String },
    Play { cards: Vec<u8> }
});
handler!(Game, ToServer, Context, network_chat(text: &str), network_play(cards: Vec<u8>));

#[test]
fn work_like_any_other() {
    assert_handler::<Context>(&mut Game);
    assert_eq!(Game::ACTIONS, ["chat", "play"]);
}
