//! What comes before a WebSocket: an HTTP request and its answer. A request
//! for a page is answered with that page.

use std::fmt::Write as _;

use tungstenite::handshake::client::{Response, generate_key};
use tungstenite::handshake::derive_accept_key;
use tungstenite::handshake::machine::TryParse;
use tungstenite::handshake::server::{Request, create_response, write_response};
use tungstenite::http::{HeaderMap, Method};

use super::websocket::Web;
use super::{Link, Role, State, Turn};
use crate::Reason;
use crate::error::Quoted;
use crate::site::Site;

/// The largest head of a request or an answer.
const MAX_HEAD_BYTES: usize = 16 << 10;

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
        self.web = Web::Asked { key };
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
        // Each byte is searched once, and the head parsed once.
        let from = self.dicts.searched.min(bytes.len());
        let fresh = bytes.get(from..).unwrap_or_default();
        let found = fresh.windows(4).position(|four| four == b"\r\n\r\n");
        let Some(head) = found.map(|place| from + place + 4) else {
            self.dicts.searched = bytes.len().saturating_sub(3);
            self.needed = bytes.len() + 1;
            if bytes.len() > MAX_HEAD_BYTES {
                let problem = format!("an HTTP head has more than {MAX_HEAD_BYTES} bytes");
                self.end(turn, Reason::TooLarge { problem });
            }
            return None;
        };
        self.dicts.searched = 0;
        let bytes = bytes.get(..head).unwrap_or_default();
        let done = match &self.role {
            Role::Server { .. } => match Request::try_parse(bytes) {
                Ok(Some((_, request))) => self.take_request(turn, &request),
                _ => Err("an HTTP request that can't be read".to_owned()),
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

    fn take_request(&mut self, turn: &mut Turn<'_>, request: &Request) -> Result<(), String> {
        let State::Opening { since } = self.state else {
            return Ok(());
        };
        let headers = request.headers();
        if !headers.contains_key("upgrade") {
            self.serve(turn, request);
            return Ok(());
        }
        let response = create_response(request).map_err(|error| error.to_string())?;
        if let Err(origin) = allowed_origin(turn.site, headers) {
            answer(
                turn,
                "403 Forbidden",
                "text/plain",
                b"not from this origin",
                true,
            );
            log::warn!(
                "a page from {} was refused; `allow_origin` on the server's builder lets it in",
                Quoted(&origin)
            );
            let words = "its page comes from elsewhere".to_owned();
            self.end_silently(turn, Reason::Refused { words });
            return Ok(());
        }
        let mut bytes = Vec::new();
        write_response(&mut bytes, &response).map_err(|error| error.to_string())?;
        self.web = Web::Knocking { answer: bytes };
        self.state = State::Knocking { since };
        Ok(())
    }

    fn take_response(&mut self, turn: &mut Turn<'_>, response: &Response) -> Result<(), String> {
        let Web::Asked { key } = &self.web else {
            return Ok(());
        };
        let expected = derive_accept_key(key.as_bytes());
        let headers = response.headers();
        if response.status().as_u16() != 101 {
            return Err(format!(
                "the server answered {} in place of opening a WebSocket",
                response.status()
            ));
        }
        let accept = headers.get("sec-websocket-accept");
        if accept.is_none_or(|accept| accept.as_bytes() != expected.as_bytes()) {
            return Err("the server does not know what a WebSocket is".to_owned());
        }
        self.open_web(turn);
        self.come_up(turn);
        Ok(())
    }

    /// Answers a request for a page, and closes.
    fn serve(&mut self, turn: &mut Turn<'_>, request: &Request) {
        let with_body = request.method() != Method::HEAD;
        match *request.method() {
            Method::GET | Method::HEAD => match turn.site.page(request.uri().path()) {
                Some(page) => answer(turn, "200 OK", &page.content_type, &page.bytes, with_body),
                None => {
                    let path = Quoted(request.uri().path());
                    log::info!(
                        "a browser asked for the page {path}, which this server does not have"
                    );
                    answer(turn, "404 Not Found", "text/plain", b"not here", with_body);
                }
            },
            _ => answer(
                turn,
                "405 Method Not Allowed",
                "text/plain",
                b"only GET",
                true,
            ),
        }
        self.end_silently(
            turn,
            Reason::Closed {
                words: "a page was sent".to_owned(),
            },
        );
    }

    /// Answers somebody whose request can't be taken.
    pub(super) fn refuse_head(&self, turn: &mut Turn<'_>, reason: &Reason) {
        if matches!(self.role, Role::Server { .. }) {
            let words = reason.to_string();
            answer(
                turn,
                "400 Bad Request",
                "text/plain",
                words.as_bytes(),
                true,
            );
        }
    }
}

/// Whether a web page may open a WebSocket here: where it comes from otherwise.
/// What is no browser names no origin.
fn allowed_origin(site: &Site, headers: &HeaderMap) -> Result<(), String> {
    let Some(origin) = headers.get("origin") else {
        return Ok(());
    };
    let origin = String::from_utf8_lossy(origin.as_bytes()).into_owned();
    let host = headers.get("host").and_then(|host| host.to_str().ok());
    let same = origin
        .split_once("://")
        .is_some_and(|(_, from)| host.is_some_and(|host| from.eq_ignore_ascii_case(host)));
    if same || site.allows(&origin) {
        Ok(())
    } else {
        Err(origin)
    }
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
