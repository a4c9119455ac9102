//! Addresses: where an end is, and which wire is spoken there.

use std::fmt;
use std::str::FromStr;

use crate::Error;

/// The port of an address that names none: PodSixNet's.
const DEFAULT_PORT: u16 = 31425;

/// A host, a port and a wire, read from `host:port` or a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// As the user gave it, for messages.
    given: String,
    host_and_port: String,
}

impl Address {
    /// What the operating system's name look-up takes.
    pub(crate) fn host_and_port(&self) -> &str {
        &self.host_and_port
    }
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(given: &str) -> Result<Self, Error> {
        let fail = |problem: String| Error::Address {
            address: given.to_owned(),
            problem,
        };
        let rest = match given.split_once("://") {
            None | Some(("podsix", _)) => given.strip_prefix("podsix://").unwrap_or(given),
            Some((scheme, _)) => {
                return Err(fail(format!(
                    "nothing here speaks `{scheme}`; write `host:port` or `podsix://host:port`"
                )));
            }
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
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
            .find(|char| char.is_whitespace() || *char == '/')
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
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.given)
    }
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
        Some((host, _)) if host.contains(':') => Ok((text, DEFAULT_PORT)),
        Some((host, port)) => Ok((host, parse_port(port)?)),
        None => Ok((text, DEFAULT_PORT)),
    }
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
            ("[::1]:7", "[::1]:7"),
            ("[::1]", "[::1]:31425"),
            ("::1", "[::1]:31425"),
            ("0.0.0.0:0", "0.0.0.0:0"),
        ] {
            let address: Address = given.parse().unwrap();
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
            (":31425", "names no host"),
            ("", "names no host"),
            ("[::1", "no `]`"),
            ("[::1]x", "can follow `]`"),
            ("my host:1", "can't contain ' '"),
        ] {
            let error = given.parse::<Address>().unwrap_err().to_string();
            assert!(error.contains(words), "{given}: {error}");
        }
    }
}
