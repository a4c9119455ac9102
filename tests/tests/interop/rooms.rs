//! Python and Rust clients of one server, each on its own wire.

use podsix::{Value, data};

use crate::ends::{Client, Host, until};
use crate::python::{Peer, Python};

const EACH: usize = 50;

#[test]
fn all_hear_all_in_order() {
    let Some(python) = Python::find() else { return };
    let mut host = Host::relaying();
    let mut peers: Vec<Peer> = (0..3).map(|_| python.client(&host.podsixnet)).collect();
    let mut clients = vec![
        Client::to(&host.native),
        Client::to(&host.native),
        Client::to_podsixnet(&host.podsixnet),
    ];
    until!(
        [host, peers, clients],
        host.server.channels().len() == peers.len() + clients.len()
    );
    for number in 0..EACH {
        for (who, peer) in ["pa", "pb", "pc"].into_iter().zip(&mut peers) {
            peer.send(&words(who, number));
        }
        for (who, client) in ["ra", "rb", "rc"].into_iter().zip(&clients) {
            client.send(&words(who, number));
        }
    }
    let all = 6 * EACH;
    until!(
        [host, peers, clients],
        peers.iter().all(|peer| peer.shown().len() >= all + 2)
            && clients.iter().all(|client| client.messages().len() >= all)
    );

    let heard: Vec<Value> = host.messages().into_iter().cloned().collect();
    for who in ["pa", "pb", "pc", "ra", "rb", "rc"] {
        let of_one: Vec<&Value> = heard.iter().filter(|it| it["who"] == who).collect();
        let said: Vec<Value> = (0..EACH).map(|number| words(who, number)).collect();
        assert_eq!(of_one, said.iter().collect::<Vec<_>>());
    }
    // All in the one order in which the server heard it.
    for peer in &peers {
        assert_eq!(peer.messages(), heard);
    }
    for client in &clients {
        assert_eq!(client.messages(), heard.iter().collect::<Vec<_>>());
    }
}

fn words(who: &str, number: usize) -> Value {
    data! {
        "action": "said",
        "who": who,
        "number": number,
        "where": (number, -1),
        "to": ["everybody", None, { 1: true }],
    }
}
