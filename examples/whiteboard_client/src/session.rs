//! The connection to the server, which comes back when it was lost.

use std::thread;
use std::time::{Duration, Instant};

use macroquad::prelude::Rect;
use podsix::{Connection, Reason, Result, network_handler};
use podsix_examples::cli::ClientArgs;
use podsix_examples::whiteboard::{ToClient, ToServer};

use crate::look::Look;

/// Where the screen does not set the pace, as while the window is hidden, frames
/// take this long.
const FRAME: Duration = Duration::from_millis(15);

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

pub(crate) struct Session {
    pub(crate) connection: Connection,
    pub(crate) link: Link,
    /// When to try again, once the connection has ended.
    again: Option<Instant>,
    /// When the last frame began.
    frame: Instant,
}

/// What became of the connection: a listener.
pub(crate) struct Link {
    name: String,
    /// Why there is no connection.
    trouble: Option<String>,
    /// How long to wait before the next attempt.
    pause: Duration,
}

#[network_handler(ToClient, ..)]
impl Link {
    fn network_connected(&mut self, connection: &mut Connection) -> Result<()> {
        let name = self.name.clone();
        connection.send(&ToServer::Join { name }).map(drop)
    }

    fn network_welcome(&mut self) {
        self.trouble = None;
        self.pause = FIRST_PAUSE;
    }

    fn network_disconnected(&mut self, reason: &Reason) {
        self.trouble = Some(reason.to_string());
    }

    fn network_error(&mut self, error: &podsix::Error) {
        self.trouble = Some(error.to_string());
    }
}

impl Session {
    /// Begins to connect.
    pub(crate) fn connect(args: ClientArgs) -> Result<Self> {
        let link = Link {
            name: args.name.unwrap_or_default(),
            trouble: None,
            pause: FIRST_PAUSE,
        };
        Ok(Self {
            connection: Connection::connect(&args.address)?,
            link,
            again: None,
            frame: Instant::now(),
        })
    }

    /// Sends what was sent and takes what has come, once in each frame.
    pub(crate) fn turn(&mut self) -> Result<()> {
        thread::sleep(FRAME.saturating_sub(self.frame.elapsed()));
        self.frame = Instant::now();
        match self.again {
            None if self.connection.is_closed() => {
                self.again = Some(self.frame + self.link.pause);
                self.link.pause = LONGEST_PAUSE.min(self.link.pause * 2);
            }
            Some(again) if again <= self.frame => {
                self.again = None;
                self.connection.reconnect();
            }
            _ => {}
        }
        self.connection.pump()
    }

    /// In two words, how it stands.
    pub(crate) fn state(&self) -> &'static str {
        match (self.connection.is_connected(), &self.link.trouble) {
            (true, _) => "Connected",
            (false, None) => "Connecting",
            (false, Some(_)) => "Reconnecting",
        }
    }

    /// Tells why nobody can draw, at the lower edge of the board.
    pub(crate) fn show_trouble(&self, look: &Look, board: Rect) {
        if let Some(trouble) = &self.link.trouble {
            let when = match self.again {
                Some(again) => match (again - self.frame).as_secs() {
                    0 => "Trying again…".to_owned(),
                    seconds => format!("Trying again in {} s…", seconds + 1),
                },
                None => "Trying again…".to_owned(),
            };
            look.notice(board, trouble, &when);
        }
    }

    /// Says goodbye.
    pub(crate) fn leave(mut self) -> Result<()> {
        self.connection.shutdown(Duration::from_secs(1)).map(drop)
    }
}
