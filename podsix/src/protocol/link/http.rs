//! What comes before a WebSocket: an HTTP request and its answer. A request
//! for a page is answered with that page.

use std::fmt::Write as _;

use tungstenite::handshake::client::{Response, generate_key};
use tungstenite::handshake::derive_accept_key;
use tungstenite::handshake::machine::TryParse;
use tungstenite::handshake::server::{Request, create_response, write_response};
use tungstenite::http::HeaderMap;

use super::websocket::Web;
use super::{Link, Role, State, Time, Turn};
use crate::Reason;
use crate::error::Quoted;
use crate::protocol::{foreign, frame};

/// The largest head of a request or an answer.
const MAX_HEAD_BYTES: usize = 16 << 10;

/// The time from its first byte in which the head of a request has to be whole.
pub(super) const HEAD_TIMEOUT: Time = Time::from_secs(5);

/// How long a page may take to be read, as long as any of it is.
const PAGE_TIMEOUT: Time = Time::from_secs(60);

impl Link {
    /// Asks a server for a WebSocket.
    pub(super) fn ask(&mut self, turn: &mut Turn<'_>) {
        let Role::Client { address } = &self.role else {
            return;
        };
        let rest = address
            .split_once("://")
            .map_or(&**address, |(_, rest)| rest);
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let key = generate_key();
        let request = format!(
            "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
        );
        turn.outbox
            .control(|out| out.extend_from_slice(request.as_bytes()));
        turn.outbox.hold();
        self.web = Some(Box::new(Web::Asked { key }));
    }

    /// Takes the head of a request or an answer, if it is whole: how many bytes
    /// it has.
    pub(super) fn take_head(
        &mut self,
        turn: &mut Turn<'_>,
        start: usize,
        end: usize,
    ) -> Option<usize> {
        let bytes = turn.inbox.body(start, end);
        if let Some(problem) = stranger(&self.role, bytes) {
            // What speaks no HTTP would not understand an answer.
            self.end_silently(turn, Reason::ProtocolMismatch { problem });
            return None;
        }
        // Each byte is searched once, and the head parsed once.
        let from = self.dicts.searched.min(bytes.len());
        let fresh = bytes.get(from..).unwrap_or_default();
        let found = fresh.windows(4).position(|four| four == b"\r\n\r\n");
        let head = found.map(|place| from + place + 4);
        // Without its end, a head has at least one byte more than there are.
        if head.unwrap_or(bytes.len() + 1) > MAX_HEAD_BYTES {
            let problem = format!("an HTTP head has more than {MAX_HEAD_BYTES} bytes");
            self.end(turn, Reason::TooLarge { problem });
            return None;
        }
        let Some(head) = head else {
            self.dicts.searched = bytes.len().saturating_sub(3);
            self.needed = bytes.len() + 1;
            return None;
        };
        self.dicts.searched = 0;
        let bytes = bytes.get(..head).unwrap_or_default();
        let done = match &self.role {
            Role::Server => match read_request(bytes) {
                Ok(Some((request, is_get))) => self.take_request(turn, &request, is_get),
                Ok(None) => {
                    let status = "405 Method Not Allowed\r\nAllow: GET, HEAD";
                    refuse(turn, status, "only GET");
                    self.end_silently(turn, no_more());
                    Ok(())
                }
                Err(problem) => Err(problem),
            },
            Role::Client { .. } => match Response::try_parse(bytes) {
                Ok(Some((_, response))) => self.take_response(turn, &response),
                _ => Err("an HTTP answer that can't be read".to_owned()),
            },
        };
        if let Err(problem) = done {
            self.end(turn, Reason::ProtocolMismatch { problem });
        }
        Some(head)
    }

    fn take_request(
        &mut self,
        turn: &mut Turn<'_>,
        request: &Request,
        is_get: bool,
    ) -> Result<(), String> {
        let State::Opening { since } = self.state else {
            return Ok(());
        };
        let headers = request.headers();
        // What else can be asked for need not be given.
        if !names(headers, "upgrade", "websocket") || !is_get {
            self.serve(turn, request.uri().path(), is_get);
            return Ok(());
        }
        if !names(headers, "sec-websocket-version", "13") {
            let status = "426 Upgrade Required\r\nSec-WebSocket-Version: 13";
            refuse(turn, status, "only version 13 of WebSocket");
            let problem = "another version of WebSocket than 13".to_owned();
            self.end_silently(turn, Reason::ProtocolMismatch { problem });
            return Ok(());
        }
        let response = create_response(request).map_err(|error| error.to_string())?;
        if let Some(origin) = headers.get("origin") {
            // What is no browser names none.
            let origin = String::from_utf8_lossy(origin.as_bytes());
            let host = headers.get("host").and_then(|host| host.to_str().ok());
            if !turn.site.allows(&origin, host) {
                refuse(turn, "403 Forbidden", "not from this origin");
                log::warn!(
                    "{}: a page from {} was refused; `allow_origin` on the server's builder lets \
                     it in",
                    turn.outbox.peer,
                    Quoted(&origin)
                );
                let words = "its page comes from elsewhere".to_owned();
                self.end_silently(turn, Reason::Refused { words });
                return Ok(());
            }
        }
        let mut bytes = Vec::new();
        write_response(&mut bytes, &response).map_err(|error| error.to_string())?;
        self.web = Some(Box::new(Web::Knocking { answer: bytes }));
        self.state = State::Knocking { since };
        Ok(())
    }

    fn take_response(&mut self, turn: &mut Turn<'_>, response: &Response) -> Result<(), String> {
        let Some(Web::Asked { key }) = self.web.as_deref() else {
            return Ok(());
        };
        let expected = derive_accept_key(key.as_bytes());
        let headers = response.headers();
        let status = response.status();
        if status.as_u16() == 503 {
            // What a server says that is going, or a proxy whose server has gone.
            self.end(turn, Reason::ShuttingDown);
            return Ok(());
        }
        if status.as_u16() != 101 {
            let mut problem =
                format!("the server answered {status} in place of opening a WebSocket");
            if let Some(place) = headers.get("location").filter(|_| status.is_redirection()) {
                let place = String::from_utf8_lossy(place.as_bytes());
                // To write into memory never fails.
                let _ = write!(
                    problem,
                    " and points to {}, where podsix does not follow",
                    Quoted(&place)
                );
            }
            return Err(problem);
        }
        let accept = headers.get("sec-websocket-accept");
        if !names(headers, "upgrade", "websocket")
            || !names(headers, "connection", "upgrade")
            || accept.is_none_or(|accept| accept.as_bytes() != expected.as_bytes())
        {
            return Err("the server does not know what a WebSocket is".to_owned());
        }
        for unasked in ["sec-websocket-extensions", "sec-websocket-protocol"] {
            if headers.contains_key(unasked) {
                return Err(format!("the server answered with a `{unasked}` unasked"));
            }
        }
        self.open_web(turn);
        self.come_up(turn);
        Ok(())
    }

    /// Answers a request for a page, and closes.
    fn serve(&mut self, turn: &mut Turn<'_>, path: &str, with_body: bool) {
        match turn.site.page(path) {
            Some(page) => answer(turn, "200 OK", &page.content_type, &page.bytes, with_body),
            None => {
                let (peer, path) = (turn.outbox.peer, Quoted(path));
                log::info!("{peer} asked for the page {path}, which this server does not have");
                answer(turn, "404 Not Found", TEXT, b"not here", with_body);
            }
        }
        self.end_silently(turn, no_more());
        self.web = Some(Box::new(Web::Page {
            sent: turn.outbox.stats.bytes_sent,
            at_most: turn.now.saturating_add(PAGE_TIMEOUT),
        }));
    }

    /// Whether a page gets more time, since some of it was read in the last:
    /// until when.
    pub(super) fn more_time(&mut self, turn: &Turn<'_>) -> Option<Time> {
        let Some(Web::Page { sent, at_most }) = self.web.as_deref_mut() else {
            return None;
        };
        let before = std::mem::replace(sent, turn.outbox.stats.bytes_sent);
        let until = turn.now.saturating_add(turn.limits.close_timeout);
        let until = until.min(*at_most);
        let moves = *sent > before && !turn.outbox.pending().is_empty();
        (moves && until > turn.now).then_some(until)
    }

    /// Answers somebody whose request can't be taken.
    pub(super) fn refuse_head(&self, turn: &mut Turn<'_>, reason: &Reason) {
        if self.is_server() {
            let status = match reason {
                Reason::TooLarge { .. } => "431 Request Header Fields Too Large",
                Reason::TimedOut { .. } => "408 Request Timeout",
                Reason::ShuttingDown => "503 Service Unavailable",
                _ => "400 Bad Request",
            };
            refuse(turn, status, &reason.to_string());
        }
    }
}

/// Why these can't be the first bytes of a request or of an answer.
fn stranger(role: &Role, bytes: &[u8]) -> Option<String> {
    let (is_http, advice) = match role {
        Role::Server => (foreign::may_be_request(bytes), ""),
        Role::Client { .. } => {
            let answer = b"HTTP/1.";
            let fits = answer.starts_with(bytes) || bytes.starts_with(answer);
            (fits, "; connect to it with podsixnet://")
        }
    };
    if is_http {
        return None;
    }
    if bytes.starts_with(&frame::MAGIC) {
        let words = "podsix's own wire in place of WebSocket; use podsix:// at both ends";
        return Some(words.to_owned());
    }
    let mut problem = match foreign::recognise(bytes) {
        Some(seen) => format!("{seen} in place of WebSocket"),
        None => "bytes that are no HTTP in place of WebSocket".to_owned(),
    };
    if problem.contains("PodSixNet") {
        problem.push_str(advice);
    }
    Some(problem)
}

/// A request for a page or a WebSocket, and whether all of that is wanted
/// rather than its head; none where something else is asked for.
fn read_request(head: &[u8]) -> Result<Option<(Request, bool)>, String> {
    let parsed = match head.strip_prefix(b"HEAD ") {
        // Its parser knows no other method.
        Some(rest) => Request::try_parse(&[b"GET ", rest].concat()),
        None if head.starts_with(b"GET ") => Request::try_parse(head),
        None => return Ok(None),
    };
    match parsed {
        Ok(Some((_, request))) => Ok(Some((request, head.starts_with(b"GET ")))),
        _ => Err("an HTTP request that can't be read".to_owned()),
    }
}

/// Why the connection ends after an answer.
fn no_more() -> Reason {
    Reason::Closed {
        words: "a page was asked for".to_owned(),
    }
}

/// Whether a header has this word in its list.
fn names(headers: &HeaderMap, header: &str, word: &str) -> bool {
    let lists = headers.get_all(header).iter();
    let mut words = lists
        .filter_map(|list| list.to_str().ok())
        .flat_map(|list| list.split(','));
    words.any(|other| other.trim().eq_ignore_ascii_case(word))
}

const TEXT: &str = "text/plain; charset=utf-8";

fn refuse(turn: &mut Turn<'_>, status: &str, words: &str) {
    answer(turn, status, TEXT, words.as_bytes(), true);
}

fn answer(turn: &mut Turn<'_>, status: &str, content_type: &str, body: &[u8], with_body: bool) {
    let mut head = String::new();
    // To write into memory never fails.
    let _ = write!(
        head,
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\
         Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        body.len()
    );
    turn.outbox.control(|out| {
        out.extend_from_slice(head.as_bytes());
        if with_body {
            out.extend_from_slice(body);
        }
    });
}
