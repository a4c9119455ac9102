//! What a server shows to browsers besides the WebSocket.

use std::borrow::Cow;
use std::collections::HashMap;

/// The pages of a server, and whose pages may connect to it.
#[derive(Debug, Default)]
pub(crate) struct Site {
    pages: HashMap<String, Page>,
    /// As [`plain`] has them.
    origins: Vec<String>,
}

/// One page, or another file that a page needs.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) content_type: String,
    pub(crate) bytes: Cow<'static, [u8]>,
}

impl Site {
    pub(crate) fn add_page(&mut self, path: &str, content_type: &str, bytes: Cow<'static, [u8]>) {
        let page = Page {
            content_type: content_type.to_owned(),
            bytes,
        };
        let path = path.strip_prefix('/').unwrap_or(path);
        self.pages.insert(format!("/{path}"), page);
    }

    pub(crate) fn allow_origin(&mut self, origin: &str) {
        self.origins.push(plain(origin.trim_end_matches('/')));
    }

    /// The page with exactly this path, as a browser writes it.
    pub(crate) fn page(&self, path: &str) -> Option<&Page> {
        let page = self.pages.get(path);
        page.or_else(|| self.pages.get(&decode(path)?))
    }

    /// Whether a page from `origin` may connect to the server, which was
    /// addressed as `host`.
    pub(crate) fn allows(&self, origin: &str, host: Option<&str>) -> bool {
        let origin = plain(origin);
        let same = host.is_some_and(|host| {
            let at_host = |scheme: &str| plain(&format!("{scheme}://{host}")) == origin;
            at_host("http") || at_host("https")
        });
        same || self.origins.iter().any(|own| own == "*" || *own == origin)
    }
}

/// An origin in lower case and without the port that goes without saying.
fn plain(origin: &str) -> String {
    let origin = origin.to_ascii_lowercase();
    let port = match origin.split_once("://") {
        Some(("http", _)) => ":80",
        Some(("https", _)) => ":443",
        _ => return origin,
    };
    origin.strip_suffix(port).unwrap_or(&origin).to_owned()
}

/// A path with `%20` and the like turned into what they stand for; none if
/// that is no text.
fn decode(path: &str) -> Option<String> {
    let mut parts = path.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        // A sign is no digit, whatever `from_str_radix` says.
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(paths: &[&str]) -> Site {
        let mut site = Site::default();
        for path in paths {
            site.add_page(path, "text/plain", Cow::Borrowed(b"here"));
        }
        site
    }

    #[test]
    fn only_what_was_given_is_shown() {
        let site = site(&["/", "my page.html", "/é", "/100%25"]);
        for path in [
            "/",
            "/my%20page.html",
            "/%C3%a9",
            "/100%25",
            "/%6dy%20page.html",
        ] {
            assert!(site.page(path).is_some(), "{path}");
        }
        for path in [
            "",
            "//",
            "/..",
            "/%2e%2e/",
            "/etc/passwd",
            "/my",
            "/%",
            "/%2",
            "/%+1",
            "/%ff",
        ] {
            assert!(site.page(path).is_none(), "{path}");
        }
    }

    #[test]
    fn pages_of_the_same_host_may_connect() {
        let site = site(&[]);
        for (origin, host) in [
            ("http://example.org:31425", "example.org:31425"),
            ("https://example.org", "example.org"),
            ("https://example.org", "example.org:443"),
            ("http://Example.ORG", "example.org:80"),
            ("http://[::1]:7", "[::1]:7"),
        ] {
            assert!(site.allows(origin, Some(host)), "{origin} at {host}");
        }
        for (origin, host) in [
            ("http://example.org", "example.org:31425"),
            ("http://example.org:31426", "example.org:31425"),
            ("http://evil.example.org", "example.org"),
            ("http://example.org.evil", "example.org"),
            ("http://example.org:443", "example.org"),
            ("ftp://example.org", "example.org"),
            ("example.org", "example.org"),
            ("null", "null"),
            ("", ""),
        ] {
            assert!(!site.allows(origin, Some(host)), "{origin} at {host}");
        }
        assert!(!site.allows("http://example.org", None));
    }

    #[test]
    fn pages_from_elsewhere_may_if_they_are_let() {
        let mut site = site(&[]);
        site.allow_origin("HTTPS://Example.org:443/");
        site.allow_origin("null");
        assert!(site.allows("https://example.org", Some("game.example.net")));
        assert!(site.allows("null", None));
        assert!(!site.allows("http://example.org", None));
        assert!(!site.allows("https://example.com", None));
        site.allow_origin("*");
        assert!(site.allows("https://example.com", None));
    }
}
