//! Where servers listen and clients connect to.

use std::net::TcpListener;

use podsix::{Connection, Error, Server};

use crate::support::*;

#[test]
fn a_port_in_use_is_named_with_what_to_do() {
    let first = Server::<Player>::bind("127.0.0.1:0").unwrap();
    let address = first.addr().unwrap().to_string();
    let error = Server::<Player>::bind(&address).unwrap_err();
    assert!(matches!(error, Error::Bind { .. }), "{error:?}");
    assert!(!error.connection_is_up());
    let words = error.to_string();
    for part in [address.as_str(), "another server", "another port", "port 0"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    // It is free again as soon as the server is gone.
    drop(first);
    Server::<Player>::bind(&address).unwrap();
}

#[test]
fn an_address_of_another_machine() {
    // Reserved for documentation: no machine has it.
    let error = Server::<Player>::bind("203.0.113.7:0").unwrap_err();
    let words = error.to_string();
    assert!(
        words.contains("203.0.113.7:0") && words.contains("127.0.0.1"),
        "{words}"
    );
}

#[test]
fn addresses_that_are_none() {
    for (address, words) in [
        ("localhost:port", "`port` is no port"),
        ("localhost:65536", "from 0 to 65535"),
        (":31425", "names no host"),
        ("", "names no host"),
        ("gopher://localhost", "`gopher`"),
        ("[::1", "no `]`"),
        ("two words:1", "' '"),
        ("127.0.0.1;8080", "';'"),
        ("8080", "write `127.0.0.1:8080`"),
        ("::1:31425", "write `[::1]:31425`"),
    ] {
        let errors = [
            Server::<Player>::bind(address).unwrap_err(),
            Server::<Player>::new().listen(address).unwrap_err(),
            Connection::connect(address).unwrap_err(),
        ];
        for error in errors {
            assert!(
                matches!(error, Error::Address { .. }),
                "{address}: {error:?}"
            );
            assert!(error.to_string().contains(words), "{address}: {error}");
        }
    }
}

#[test]
fn a_url_names_the_wire() {
    let mut host = Host::at(Server::<Player>::builder(), "podsix://127.0.0.1:0");
    let mut client = Client::to(&format!("podsix://{}/", host.addr));
    until!([host, client], client.connection.is_connected());
}

#[test]
fn several_addresses_of_one_server() {
    let mut host = Host::new();
    let second = host.server.listen("127.0.0.1:0").unwrap().to_string();
    let addrs: Vec<String> = host.server.addrs().map(|addr| addr.to_string()).collect();
    assert_eq!(addrs, [host.addr.clone(), second.clone()]);
    let mut ann = host.client();
    let mut bob = Client::to(&second);
    until!(
        [host, ann, bob],
        ann.connection.is_connected() && bob.connection.is_connected()
    );
    until!([host, ann, bob], host.came() == 2);
    host.server
        .channels()
        .broadcast(&ToClient::Number { number: 1 });
    until!(
        [host, ann, bob],
        ann.seen().len() == 2 && bob.seen().len() == 2
    );
}

#[test]
fn all_networks() {
    let mut host = Host::at(Server::<Player>::builder(), "0.0.0.0:0");
    let port = host.server.addr().unwrap().port();
    let mut client = Client::to(&format!("127.0.0.1:{port}"));
    until!([host, client], client.connection.is_connected());
}

#[test]
fn ipv6() {
    if TcpListener::bind("[::1]:0").is_err() {
        // Not every machine has it.
        return;
    }
    let mut host = Host::at(Server::<Player>::builder(), "[::1]:0").on(|channel, seen| {
        if *seen == Seen::Connected {
            assert!(
                channel
                    .addr()
                    .ip()
                    .is_some_and(|ip| ip.is_ipv6() && ip.is_loopback())
            );
        }
        Ok(())
    });
    assert!(host.addr.starts_with("[::1]:"), "{}", host.addr);
    let mut client = host.client();
    client.say("hello");
    until!([host, client], host.seen(1).len() == 2);
}

#[test]
fn each_address_of_a_name_is_tried() {
    // `localhost` may be `::1` first, where nobody listens.
    let mut host = Host::new();
    let port = host.server.addr().unwrap().port();
    let mut client = Client::to(&format!("localhost:{port}"));
    client.say("found you");
    until!([host, client], host.seen(1).len() == 2);
    assert_eq!(client.seen(), [Seen::Connected]);
}

#[test]
fn a_name_that_nobody_knows_can_t_be_listened_at() {
    let error = Server::<Player>::bind("nosuchhost.invalid:0").unwrap_err();
    assert!(matches!(error, Error::Bind { .. }), "{error:?}");
    let words = error.to_string();
    for part in ["nosuchhost.invalid:0", "is the name spelt right?"] {
        assert!(words.contains(part), "{part}: {words}");
    }
}

#[test]
fn a_server_without_an_address() {
    let mut server = Server::<Player>::new();
    assert_eq!(server.addr(), None);
    assert_eq!(server.addrs().count(), 0);
    server.pump().unwrap();
    server.wait(Some(ms(1))).unwrap();
}
