//! Addresses that a game was given, and where a page says that it comes from.

use crate::address::Address;
use crate::wire::Codecs;

pub(super) fn body(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    let address = match Address::parse(text, &Codecs::default()) {
        Ok(address) => address,
        Err(error) => {
            assert!(error.to_string().len() <= 2 * text.len() + 1000);
            return;
        }
    };
    assert_eq!(address.to_string(), text);
    let host_and_port = address.host_and_port();
    let (host, port) = host_and_port.rsplit_once(':').unwrap();
    port.parse::<u16>().unwrap();
    assert!(!host.is_empty());
    assert!(!host.contains(|char: char| char.is_whitespace() || char == '/'));
    if !host.contains(['[', ']']) {
        let again = Address::parse(host_and_port, &Codecs::default());
        assert_eq!(again.unwrap().host_and_port(), host_and_port);
    }
    #[cfg(feature = "websocket")]
    if address.wire() == crate::wire::Wire::WebSocket {
        // All of it stands in a line of a request.
        assert!(text.bytes().all(|byte| byte.is_ascii_graphic()));
    }
    #[cfg(feature = "websocket")]
    origins(text);
}

/// Only who knows the server by the page's own name may connect.
#[cfg(feature = "websocket")]
fn origins(text: &str) {
    let (origin, host) = text.split_once('/').unwrap_or((text, ""));
    let site = crate::site::Site::default();
    if site.allows(origin, Some(host)) {
        let origin = origin.to_ascii_lowercase();
        let (_, origin_s_host) = origin.split_once("://").unwrap();
        assert!(origin_s_host.starts_with(
            host.trim_end_matches(|char: char| { char.is_ascii_digit() || char == ':' })
        ));
    }
    assert!(!site.allows(origin, None));
    let _ = site.page(text);
}
