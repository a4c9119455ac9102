//! The game that is attacked, and who plays it.

use std::fmt;
use std::time::{Duration, Instant};

use podsix::{Channel, Connection, Error, Event, PeerAddr, Reason, network_handler};

/// What a client can say.
#[derive(podsix::Message, Debug)]
#[expect(missing_docs, reason = "the handlers tell")]
pub enum ToServer {
    Ask { number: u32 },
    Say { text: String },
    Place { x: f64 },
    Give { bytes: u32 },
    Fail,
    Panic,
}

/// What the server can say.
#[derive(podsix::Message, Debug)]
#[expect(missing_docs, reason = "the handlers tell")]
pub enum ToClient {
    Answer { number: u32 },
    Heard { text: String },
    Placed { x: f64 },
    Gift { bytes: String },
}

/// What the game was told of a client.
#[derive(Clone, Debug)]
pub enum Noted {
    /// It came.
    Came,
    /// It went.
    Went(Reason),
    /// Something of it failed: the variant of the error, and whether it is still
    /// there.
    Failed(&'static str, bool),
}

/// The game: it answers questions, and tells what anybody says.
pub struct Game<N> {
    /// Whether it tells it to everybody, or only to who said it.
    pub tells_everybody: bool,
    /// Is called with what happens to whom.
    pub note: N,
}

impl<N> fmt::Debug for Game<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Game")
    }
}

#[network_handler(ToServer)]
impl<N: FnMut(PeerAddr, Noted)> Game<N> {
    fn network_connected(&mut self, channel: &mut Channel<()>) {
        (self.note)(channel.addr(), Noted::Came);
    }

    fn network_disconnected(&mut self, channel: &mut Channel<()>, reason: &Reason) {
        (self.note)(channel.addr(), Noted::Went(reason.clone()));
    }

    fn network_error(&mut self, channel: &mut Channel<()>, error: &Error) {
        let noted = Noted::Failed(kind(error), error.connection_is_up());
        (self.note)(channel.addr(), noted);
    }

    fn network_ask(&mut self, channel: &mut Channel<()>, number: u32) {
        channel.send(&ToClient::Answer { number });
    }

    fn network_say(&mut self, channel: &mut Channel<()>, text: String) {
        self.tell(channel, &ToClient::Heard { text });
    }

    fn network_place(&mut self, channel: &mut Channel<()>, x: f64) {
        self.tell(channel, &ToClient::Placed { x });
    }

    fn network_give(&mut self, channel: &mut Channel<()>, bytes: u32) {
        // Attackers ask for so much, not for more.
        let bytes = "x".repeat(bytes.min(100_000) as usize);
        channel.send(&ToClient::Gift { bytes });
    }

    fn network_fail(&mut self) -> Result<(), String> {
        Err("it is not your turn".to_owned())
    }

    fn network_panic(&mut self) {
        // Without the words on standard error that a `panic!` has.
        std::panic::resume_unwind(Box::new("a panic that the attack wants"));
    }

    fn tell(&self, channel: &Channel<()>, message: &ToClient) {
        match self.tells_everybody {
            true => channel.broadcast(message),
            false => channel.send(message),
        }
    }

    /// A message that nobody handles is looked at all the same, so that it costs
    /// what it can.
    fn network(&mut self, event: &Event) -> podsix::Result<()> {
        match event.action() {
            "made_up" => event.value().map(drop),
            _ => Ok(()),
        }
    }
}

fn kind(error: &Error) -> &'static str {
    match error {
        Error::Decode { .. } => "Decode",
        Error::Undeliverable { .. } => "Undeliverable",
        Error::ShapesDiffer { .. } => "ShapesDiffer",
        Error::Handler { .. } => "Handler",
        Error::QueueFull { .. } => "QueueFull",
        Error::TooLarge { .. } => "TooLarge",
        Error::Encode { .. } => "Encode",
        Error::NotConnected { .. } => "NotConnected",
        _ => "another",
    }
}

/// A client that means well: it asks, and gets its answers.
#[derive(Debug)]
pub struct Friend {
    /// Its connection.
    pub connection: Connection,
    ear: Ear,
    /// How often it asked.
    pub asked: u32,
    since: Option<Instant>,
}

/// What it heard.
#[derive(Debug, Default)]
struct Ear {
    answer: u32,
    /// Whether an answer came out of turn.
    confused: bool,
    lost: Option<String>,
}

#[network_handler(ToClient, ..)]
impl Ear {
    fn network_answer(&mut self, number: u32) {
        self.confused |= number != self.answer.wrapping_add(1);
        self.answer = number;
    }

    fn network_heard(&mut self) {}
    fn network_placed(&mut self) {}
    fn network_gift(&mut self) {}

    fn network_disconnected(&mut self, reason: &Reason) {
        self.lost = Some(reason.to_string());
    }

    fn network_error(&mut self, error: &Error) {
        self.lost = Some(error.to_string());
    }
}

impl Friend {
    /// A client of the server at this address.
    ///
    /// # Errors
    ///
    /// As [`Connection::connect`].
    pub fn connect(address: &str) -> podsix::Result<Self> {
        Ok(Self {
            connection: Connection::connect(address)?,
            ear: Ear::default(),
            asked: 0,
            since: None,
        })
    }

    /// Asks the next question, unless it still waits for an answer.
    ///
    /// # Errors
    ///
    /// As [`Connection::send`].
    pub fn ask(&mut self) -> podsix::Result<()> {
        if self.since.is_none() {
            self.asked += 1;
            let number = self.asked;
            self.since = Some(Instant::now());
            self.connection.send(&ToServer::Ask { number })?;
        }
        Ok(())
    }

    /// Hears what there is, for which it waits so long at most: how long the
    /// answer took that came.
    ///
    /// # Errors
    ///
    /// As [`Connection::pump`].
    pub fn turn(&mut self, patience: Duration) -> podsix::Result<Option<Duration>> {
        self.connection.wait(Some(patience))?;
        self.connection.dispatch(&mut self.ear);
        if self.ear.answer < self.asked {
            return Ok(None);
        }
        Ok(self.since.take().map(|since| since.elapsed()))
    }

    /// How long it has been waiting for an answer.
    pub fn waits(&self) -> Option<Duration> {
        self.since.map(|since| since.elapsed())
    }

    /// What went wrong that never should, if anything did.
    pub fn trouble(&self) -> Option<String> {
        match &self.ear.lost {
            _ if self.ear.confused => Some("an answer came out of turn".to_owned()),
            lost => lost.clone(),
        }
    }
}
