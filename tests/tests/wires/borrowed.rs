//! Handlers that borrow text get it on every wire, also where the wire has
//! escapes for some of it.

use podsix::network_handler;
use podsix::testing::Network;
use podsix::{Connection, Server};

use crate::support::WIRES;

#[derive(podsix::Message)]
enum Say<'a> {
    Say { text: &'a str, parts: Vec<&'a str> },
}

#[derive(Default)]
struct Notes {
    heard: Vec<(String, Vec<String>)>,
}

#[network_handler(Say<'_>)]
impl Notes {
    fn network_say(&mut self, text: &str, parts: Vec<&str>) {
        let parts = parts.into_iter().map(str::to_owned).collect();
        self.heard.push((text.to_owned(), parts));
    }
}

/// What JSON writes with escapes, what it need not, and what it could.
const TEXTS: [&str; 6] = [
    "plain",
    "a \"quote\", a \\backslash\\ and a /slash/",
    "\u{8}\u{c}\n\r\t\0\u{1f}\u{7f}",
    "é ☃ 𝄞 \u{2028}",
    "a\0---\0b",
    "",
];

#[test]
fn in_both_directions() {
    for wire in WIRES {
        let mut network = Network::new(1);
        let mut server = network.server(Server::<()>::builder());
        let (mut client, _) = network.connect_over(wire, Connection::builder(), &mut server);
        let (mut at_server, mut at_client) = (Notes::default(), Notes::default());
        // PodSixNet's wire has no way to say what is its terminator.
        let fits = |text: &&str| wire != "podsixnet" || !text.contains("\0---\0");
        let texts: Vec<&str> = TEXTS.into_iter().filter(fits).collect();
        for turn in 0..10 {
            if turn == 5 {
                for text in &texts {
                    let parts = vec![*text, "and", *text];
                    let say = Say::Say { text, parts };
                    client.send(&say).unwrap();
                    server.channels().broadcast(&say);
                }
            }
            server.pump().unwrap();
            server.dispatch(&mut at_server);
            client.pump().unwrap();
            client.dispatch(&mut at_client);
            network.advance(std::time::Duration::from_millis(1));
        }
        let heard = |text: &&str| {
            let parts = [text, "and", text].map(str::to_owned);
            ((*text).to_owned(), parts.to_vec())
        };
        let expected: Vec<_> = texts.iter().map(heard).collect();
        assert_eq!(at_server.heard, expected, "{wire}");
        assert_eq!(at_client.heard, expected, "{wire}");
    }
}
