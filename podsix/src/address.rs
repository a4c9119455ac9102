//! Addresses: where an end is, and which wire is spoken there.

use std::net::SocketAddrV6;
use std::sync::Arc;
use std::{fmt, io};

use crate::Error;
use crate::codec::Codec;
use crate::wire::{Codecs, Coding, Wire};

/// The port of an address that names none: PodSixNet's.
const DEFAULT_PORT: u16 = 31425;

/// A host, a port and a wire, read from `host:port` or a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// As the user gave it, for messages.
    given: String,
    host_and_port: String,
    wire: Wire,
}

impl Address {
    /// What the operating system's name look-up takes.
    pub(crate) fn host_and_port(&self) -> &str {
        &self.host_and_port
    }

    /// The wire that is spoken there.
    pub(crate) fn wire(&self) -> Wire {
        self.wire
    }

    /// Reads an address; `codecs` are those that the game brought.
    pub(crate) fn parse(given: &str, codecs: &Codecs) -> Result<Self, Error> {
        let fail = |problem: String| Error::Address {
            address: given.to_owned(),
            problem,
        };
        let (wire, rest) = match given.split_once("://") {
            None => {
                check_no_scheme(given).map_err(fail)?;
                (Wire::Native, given)
            }
            Some((scheme, rest)) => (read_scheme(scheme, codecs, SCHEMES).map_err(fail)?, rest),
        };
        let rest = match wire {
            // What follows is the path, which only the other end has to understand.
            #[cfg(feature = "websocket")]
            Wire::WebSocket => {
                // It becomes a line of the request.
                let fits = |char: char| char.is_ascii_graphic();
                if let Some(odd) = rest.chars().find(|char| !fits(*char)) {
                    return Err(fail(format!("`ws://` can't be followed by {odd:?}")));
                }
                rest.split_once('/').map_or(rest, |(host, _)| host)
            }
            _ => rest.strip_suffix('/').unwrap_or(rest),
        };
        let (host, port) = split_port(rest).map_err(fail)?;
        if host.is_empty() {
            return Err(fail(
                "it names no host; write for instance `127.0.0.1:31425`, or `0.0.0.0:31425` to \
                 listen on all networks"
                    .to_owned(),
            ));
        }
        if let Some(odd) = host
            .chars()
            .find(|char| char.is_whitespace() || matches!(char, '/' | ';'))
        {
            return Err(fail(format!("a host's name can't contain {odd:?}")));
        }
        let host_and_port = match host.contains(':') {
            true => format!("[{host}]:{port}"),
            false => format!("{host}:{port}"),
        };
        Ok(Self {
            given: given.to_owned(),
            host_and_port,
            wire,
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.given)
    }
}

/// What can be written.
const SCHEMES: &str = "write `host:port` or `podsix://host:port` for podsix programs, \
                       `podsixnet://host:port` or `podsixnet+json://host:port` for those on \
                       PodSixNet, `ws://host:port` for browsers";

/// Finds a scheme that lacks its `://`. A host may be called like a scheme, but
/// then only a port follows.
fn check_no_scheme(given: &str) -> Result<(), String> {
    let (name, rest) = given.split_once(':').unwrap_or((given, "0"));
    let known = matches!(
        name,
        "podsix" | "podsixnet" | "ws" | "wss" | "http" | "https"
    );
    if (known || name.starts_with("podsixnet+")) && rest.parse::<u16>().is_err() {
        return Err(format!("`://` has to follow `{name}`; {SCHEMES}"));
    }
    Ok(())
}

/// The wire that a URL's scheme stands for. What can be written instead is told
/// if there is none.
pub(crate) fn read_scheme(
    scheme: &str,
    codecs: &[Arc<dyn Codec>],
    instead: &str,
) -> Result<Wire, String> {
    let name = match scheme {
        "podsix" => return Ok(Wire::Native),
        "podsixnet" => return Ok(Wire::PodSixNet(Coding::Rencode)),
        #[cfg(feature = "json")]
        "podsixnet+json" => return Ok(Wire::PodSixNet(Coding::Json)),
        #[cfg(not(feature = "json"))]
        "podsixnet+json" => return Err(needs_feature(scheme, "json")),
        #[cfg(feature = "websocket")]
        "ws" => return Ok(Wire::WebSocket),
        #[cfg(not(feature = "websocket"))]
        "ws" => return Err(needs_feature(scheme, "websocket")),
        "wss" | "https" => {
            return Err(
                "podsix has no encryption of its own; let a proxy in front of it have that, \
                        and write `ws://`"
                    .to_owned(),
            );
        }
        _ => scheme.strip_prefix("podsixnet+"),
    };
    let Some(name) = name else {
        return Err(format!("nothing here speaks `{scheme}`; {instead}"));
    };
    let place = codecs.iter().position(|codec| codec.name() == name);
    match place.and_then(|place| u8::try_from(place).ok()) {
        Some(place) => Ok(Wire::PodSixNet(Coding::Custom(place))),
        None => Err(format!(
            "there is no codec `{name}`; one of your own is given to the builder with \
             `.codec(..)`, otherwise {instead}"
        )),
    }
}

#[cfg(not(feature = "websocket"))]
fn needs_feature(scheme: &str, feature: &str) -> String {
    format!(
        "`{scheme}` needs podsix's feature `{feature}`: run `cargo add podsix --features {feature}`"
    )
}

/// Host and port of `host`, `host:port`, `[v6]`, `[v6]:port` or a bare `v6`.
fn split_port(text: &str) -> Result<(&str, u16), String> {
    if let Some(bracketed) = text.strip_prefix('[') {
        let (host, rest) = bracketed
            .split_once(']')
            .ok_or("it has a `[` but no `]`; write `[::1]:31425`")?;
        return match rest.strip_prefix(':') {
            Some(port) => Ok((host, parse_port(port)?)),
            None if rest.is_empty() => Ok((host, DEFAULT_PORT)),
            None => Err("only `:port` can follow `]`; write `[::1]:31425`".to_owned()),
        };
    }
    match text.rsplit_once(':') {
        // More than one colon: an IPv6 address without brackets has no port.
        Some((host, port)) if host.contains(':') => {
            check_ipv6(text, host, port)?;
            Ok((text, DEFAULT_PORT))
        }
        Some((host, port)) => Ok((host, parse_port(port)?)),
        // The operating system would take it for an old form of an IPv4 address.
        None if !text.is_empty() && text.chars().all(|char| char.is_ascii_digit()) => {
            let port = parse_port(text)?;
            Err(format!(
                "`{text}` is a port without a host: write `127.0.0.1:{port}`"
            ))
        }
        None => Ok((text, DEFAULT_PORT)),
    }
}

/// Finds what has colons inside and is no IPv6 address.
fn check_ipv6(text: &str, host: &str, port: &str) -> Result<(), String> {
    // As with a port, it may have the number of a network behind it.
    let is_ipv6 = |text: &str| format!("[{text}]:0").parse::<SocketAddrV6>().is_ok();
    if is_ipv6(text) {
        Ok(())
    } else if is_ipv6(host) && port.parse::<u16>().is_ok() {
        Err(format!(
            "an IPv6 address stands in brackets before a port: write `[{host}]:{port}`"
        ))
    } else {
        let problem = "it has several `:` but is no IPv6 address; write `host:port`, or \
                       `[::1]:31425` for IPv6";
        Err(problem.to_owned())
    }
}

/// What the operating system said of a name, with what to look at.
pub(crate) fn unresolved(error: &io::Error) -> io::Error {
    let hint = "is the name spelt right? An address is `host:port`";
    io::Error::new(error.kind(), format!("{error}; {hint}"))
}

fn parse_port(text: &str) -> Result<u16, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is no port; a port is a number from 0 to 65535"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ports() {
        for (given, expected) in [
            ("127.0.0.1:31425", "127.0.0.1:31425"),
            ("localhost", "localhost:31425"),
            ("podsix://example.org:5071", "example.org:5071"),
            ("podsix://example.org/", "example.org:31425"),
            ("podsixnet://example.org", "example.org:31425"),
            ("[::1]:7", "[::1]:7"),
            ("[::1]", "[::1]:31425"),
            ("::1", "[::1]:31425"),
            ("::ffff:192.0.2.1", "[::ffff:192.0.2.1]:31425"),
            ("fe80::1%2", "[fe80::1%2]:31425"),
            ("0.0.0.0:0", "0.0.0.0:0"),
            ("podsix:7", "podsix:7"),
            ("ws", "ws:31425"),
        ] {
            let address = Address::parse(given, &Codecs::default()).unwrap();
            assert_eq!(address.host_and_port(), expected, "{given}");
            assert_eq!(address.to_string(), given);
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (given, words) in [
            ("localhost:port", "`port` is no port"),
            ("localhost:70000", "from 0 to 65535"),
            ("http://localhost:80", "nothing here speaks `http`"),
            ("podsixnet+cbor://localhost", "no codec `cbor`"),
            ("podsixnet+jsn://localhost", "`podsixnet+json://host:port`"),
            ("8080", "a port without a host: write `127.0.0.1:8080`"),
            ("podsix://8080/", "write `127.0.0.1:8080`"),
            ("70000", "`70000` is no port"),
            ("::1:31425", "write `[::1]:31425`"),
            ("fe80::1%2:31425", "write `[fe80::1%2]:31425`"),
            ("localhost:80:80", "several `:`"),
            ("a;b:1", "can't contain ';'"),
            ("ws:/x", "`://` has to follow `ws`"),
            ("podsixnet:127.0.0.1:7", "`://` has to follow `podsixnet`"),
            ("podsixnet+json:localhost", "`://` has to follow"),
            (":31425", "names no host"),
            ("", "names no host"),
            ("[::1", "no `]`"),
            ("[::1]x", "can follow `]`"),
            ("my host:1", "can't contain ' '"),
        ] {
            let error = Address::parse(given, &Codecs::default());
            let error = error.unwrap_err().to_string();
            assert!(error.contains(words), "{given}: {error}");
        }
    }
}
