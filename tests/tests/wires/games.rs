//! Games in memory whose clients come over any wire.

use podsix::testing::{Game, Lifecycle};
use podsix::{Channel, Reason, Server, network_handler};

use crate::codecs::Reversed;
use crate::support::WIRES;

#[derive(podsix::Message)]
enum ToServer {
    Say { text: String },
    Kick,
}

#[derive(podsix::Message, Clone, Debug, PartialEq)]
enum ToClient {
    Said { text: String },
    Error { error: (i32, String) },
}

#[derive(Default)]
struct Chat {
    gone: Vec<Reason>,
}

#[network_handler(ToServer)]
impl Chat {
    fn network_say(&mut self, channel: &mut Channel<()>, text: String) {
        channel.broadcast(&ToClient::Said { text });
    }
    fn network_kick(&mut self, channel: &mut Channel<()>) {
        channel.close("kicked");
    }
    fn network_disconnected(&mut self, reason: &Reason) {
        self.gone.push(reason.clone());
    }
}

fn said(text: &str) -> ToClient {
    let text = text.to_owned();
    ToClient::Said { text }
}

#[test]
fn clients_of_all_wires_are_in_one_game() {
    let builder = Server::<()>::builder().codec(Reversed);
    let mut game = Game::with(builder, Chat::default());
    let mut clients: Vec<_> = WIRES.iter().map(|wire| game.join_over(wire)).collect();
    clients.push(game.join_over("podsixnet+reversed"));
    clients.push(game.join());
    for client in &clients {
        assert_eq!(game.lifecycle(*client), [Lifecycle::Connected]);
        let text = "from \"somebody\"".to_owned();
        game.send(*client, &ToServer::Say { text });
    }
    for client in &clients {
        let all = vec![said("from \"somebody\""); clients.len()];
        assert_eq!(game.received::<ToClient>(*client), all);
    }
}

/// PodSixNet has no goodbye: what the server says at the end is an `error`
/// message there, which a client also has as the reason, and what a client says
/// is lost.
#[test]
fn how_each_wire_says_goodbye() {
    for wire in WIRES {
        let goodbyes = !wire.starts_with("podsixnet");
        let mut game = Game::<(), _>::new(Chat::default());
        let (ann, bob) = (game.join_over(wire), game.join_over(wire));
        let by_peer = |words: &str| {
            let words = words.to_owned();
            Reason::ClosedByPeer { words }
        };

        game.send(ann, &ToServer::Kick);
        let end = Lifecycle::Disconnected(by_peer("kicked"));
        assert_eq!(game.lifecycle(ann), [Lifecycle::Connected, end], "{wire}");
        let error = (0, "kicked".to_owned());
        let messages = match goodbyes {
            true => vec![],
            false => vec![ToClient::Error { error }],
        };
        assert_eq!(game.received::<ToClient>(ann), messages, "{wire}");

        game.leave(bob, "good night");
        let words = if goodbyes { "good night" } else { "" };
        assert_eq!(game.handler().gone.last(), Some(&by_peer(words)), "{wire}");
    }
}

/// What leaves before the connection is up arrives all the same, on each wire
/// and however the bytes are cut.
#[test]
fn what_is_sent_early_arrives() {
    for wire in WIRES {
        let mut game = Game::<(), _>::new(Chat::default());
        game.conditions(|conditions| conditions.split = true);
        let ann = game.join_over(wire);
        game.step(|_, server| server.channels().broadcast(&said("hello")));
        assert_eq!(game.received::<ToClient>(ann), [said("hello")], "{wire}");
    }
}

#[test]
#[should_panic(expected = "there is no codec `cbor`")]
fn a_wire_that_there_is_not() {
    Game::<(), _>::new(Chat::default()).join_over("podsixnet+cbor");
}
