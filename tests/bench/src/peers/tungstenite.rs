//! tungstenite over mio's poll: WebSocket, with messages in bincode or, as browsers like
//! them, in JSON. What one turn sends is flushed once, as its documentation advises.
//! Handshakes block.

use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::time::Duration;

use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};
use serde::{Deserialize, Serialize};
use tungstenite::{Error, Message, WebSocket};

use super::EVERYTHING;
use crate::peer::{Clients, Job, Move, Peer, Result, Server, decode, encode};
use crate::play::play;
use crate::serve::serve;

pub const PEERS: [Peer; 2] = [
    Peer {
        name: "tungstenite",
        rival: Some("podsix"),
        workloads: EVERYTHING,
        serve: |plan| serve::<TungsteniteServer>("bincode://", plan),
        play: play::<TungsteniteClients>,
    },
    Peer {
        name: "tungstenite json",
        rival: Some("podsix ws"),
        workloads: EVERYTHING,
        serve: |plan| serve::<TungsteniteServer>("json://", plan),
        play: play::<TungsteniteClients>,
    },
];

/// A message as it is in JSON.
#[derive(Deserialize, Serialize)]
#[serde(tag = "action", rename_all = "lowercase")]
enum Json {
    Move { x: f32, y: f32, id: u32 },
}

fn to_message(&Move { x, y, id }: &Move, json: bool) -> Result<Message> {
    if json {
        let text = serde_json::to_string(&Json::Move { x, y, id })?;
        return Ok(Message::text(text));
    }
    let mut body = Vec::with_capacity(16);
    encode(&Move { x, y, id }, &mut body)?;
    Ok(Message::binary(body))
}

fn from_message(message: &Message) -> Result<Move> {
    match message {
        Message::Text(text) => {
            let Json::Move { x, y, id } = serde_json::from_str(text)?;
            Ok(Move { x, y, id })
        }
        Message::Binary(body) => decode(body),
        _ => Err("no message of the game".into()),
    }
}

const LISTENER: Token = Token(usize::MAX);

struct Ends {
    poll: Poll,
    events: Events,
    ends: Vec<WebSocket<TcpStream>>,
    /// Ends whose handshake may have read on into the first messages, of which the poll
    /// does not tell.
    new: Vec<usize>,
    /// Ends that have something to send.
    dirty: Vec<usize>,
    json: bool,
}

impl Ends {
    fn new(json: bool) -> Result<Self> {
        Ok(Self {
            json,
            poll: Poll::new()?,
            events: Events::with_capacity(1024),
            ends: Vec::new(),
            new: Vec::new(),
            dirty: Vec::new(),
        })
    }

    /// Adds an end whose handshake is done.
    fn add(&mut self, end: WebSocket<TcpStream>) -> Result<()> {
        end.get_ref().set_nodelay(true)?;
        end.get_ref().set_nonblocking(true)?;
        let token = Token(self.ends.len());
        let interest = Interest::READABLE | Interest::WRITABLE;
        let socket = end.get_ref().as_raw_fd();
        self.poll
            .registry()
            .register(&mut SourceFd(&socket), token, interest)?;
        self.ends.push(end);
        Ok(())
    }

    fn send(&mut self, end: usize, message: Message) -> Result<()> {
        self.dirty.push(end);
        when_ready(self.ends[end].write(message))?;
        Ok(())
    }

    /// Whether somebody wants to connect.
    fn turn(&mut self, block: bool, mut take: impl FnMut(&Move) -> Option<Move>) -> Result<bool> {
        let mut knocked = false;
        for end in self.dirty.drain(..) {
            when_ready(self.ends[end].flush())?;
        }
        let block = block && self.new.is_empty();
        for end in self.new.drain(..) {
            receive(&mut self.ends[end], self.json, &mut take)?;
        }
        let timeout = (!block).then_some(Duration::ZERO);
        self.poll.poll(&mut self.events, timeout)?;
        for event in &self.events {
            if event.token() == LISTENER {
                knocked = true;
                continue;
            }
            let Token(index) = event.token();
            let end = &mut self.ends[index];
            if event.is_readable() {
                receive(end, self.json, &mut take)?;
            }
            when_ready(end.flush())?;
        }
        Ok(knocked)
    }
}

/// Reads what is there.
fn receive(
    end: &mut WebSocket<TcpStream>,
    json: bool,
    take: &mut impl FnMut(&Move) -> Option<Move>,
) -> Result<()> {
    while let Some(message) = when_ready(end.read())? {
        if let Some(answer) = take(&from_message(&message)?) {
            when_ready(end.write(to_message(&answer, json)?))?;
        }
    }
    Ok(())
}

/// What a full or empty socket does not do now is done when it is ready.
fn when_ready<T>(result: tungstenite::Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(error.into()),
    }
}

struct TungsteniteServer {
    listener: TcpListener,
    ends: Ends,
}

impl Server for TungsteniteServer {
    fn bind(wire: &str, _clients: usize) -> Result<(Self, String)> {
        let ends = Ends::new(wire == "json://")?;
        let listener = TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?.to_string();
        let socket = listener.as_raw_fd();
        ends.poll
            .registry()
            .register(&mut SourceFd(&socket), LISTENER, Interest::READABLE)?;
        Ok((Self { listener, ends }, format!("{wire}{address}")))
    }

    fn clients(&self) -> usize {
        self.ends.ends.len()
    }

    fn turn(&mut self, job: &mut Job, block: bool) -> Result<()> {
        let knocked = self.ends.turn(block, |message| job.take(message))?;
        while knocked && let Ok((stream, _)) = self.listener.accept() {
            stream.set_nonblocking(false)?;
            self.ends.add(tungstenite::accept(stream)?)?;
        }
        Ok(())
    }

    fn broadcast(&mut self, message: &Move) -> Result<()> {
        // Encoded once; the copies share it.
        let message = to_message(message, self.ends.json)?;
        for end in 0..self.ends.ends.len() {
            self.ends.send(end, message.clone())?;
        }
        Ok(())
    }
}

struct TungsteniteClients(Ends);

impl Clients for TungsteniteClients {
    fn connect(address: &str, count: usize) -> Result<Self> {
        let (body, address) = address.split_once("://").ok_or("json or bincode?")?;
        let mut ends = Ends::new(body == "json")?;
        for _ in 0..count {
            let stream = TcpStream::connect(address)?;
            let (end, _) = tungstenite::client(format!("ws://{address}/"), stream)?;
            ends.add(end)?;
        }
        ends.new.extend(0..count);
        Ok(Self(ends))
    }

    fn send(&mut self, client: usize, message: &Move) -> Result<()> {
        let message = to_message(message, self.0.json)?;
        self.0.send(client, message)
    }

    fn turn(&mut self, block: bool) -> Result<u64> {
        let mut received = 0;
        let take = |_: &Move| {
            received += 1;
            None
        };
        self.0.turn(block, take)?;
        Ok(received)
    }
}
