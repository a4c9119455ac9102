//! A chat client for the terminal. Run `chat_server` first, then this, as often
//! as there are people:
//!
//! ```sh
//! cargo run --release --example chat_client -- --name ann
//! ```

use std::error::Error;
use std::io::{self, Write, stdin, stdout};
use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use podsix::{Connection, Reason, Sender, network_handler};
use podsix_examples::chat::{ToClient, ToServer};
use podsix_examples::cli::{ClientArgs, Printable, Stop, client_args, exit_code};

const HELP: &str = "\
A chat client, for chat_server.

Usage: chat_client [ADDRESS] [--name NAME]

  ADDRESS       where the server is, as host:port; the default is 127.0.0.1:31425,
                podsixnet://host:port is a server in Python
  --name NAME   your name; without it you are asked
  -h, --help    show this

What you type is sent to everybody, line by line. The end of input, Ctrl-D at
the start of a line (Ctrl-Z on Windows), leaves the chat.";

/// Shows what happens.
struct Screen {
    /// Whether the name still has to be asked for.
    asks_name: bool,
    /// How it ended, once it has.
    end: Option<Result<(), String>>,
}

// What a method returns as an error comes to `network_error`.
#[network_handler(ToClient)]
impl Screen {
    fn network_connected(&mut self) -> io::Result<()> {
        writeln!(stdout(), "*** connected; Ctrl-C leaves")?;
        if self.asks_name {
            writeln!(stdout(), "*** what is your name?")?;
        }
        Ok(())
    }

    fn network_players(&mut self, players: &[String]) -> io::Result<()> {
        let players = players.join(", ");
        writeln!(stdout(), "*** players: {}", Printable(&players))
    }

    fn network_message(&mut self, who: &str, message: &str) -> io::Result<()> {
        let message = Printable(message);
        match who {
            "" => writeln!(stdout(), "*** {message}"),
            who => writeln!(stdout(), "{}: {message}", Printable(who)),
        }
    }

    fn network_disconnected(&mut self, reason: &Reason) {
        self.end = Some(match reason {
            // The server said goodbye.
            Reason::ShuttingDown | Reason::ClosedByPeer { .. } => {
                let reason = reason.to_string();
                // That was the last line: never mind if nobody reads it.
                let _ = writeln!(stdout(), "*** {}", Printable(&reason));
                Ok(())
            }
            reason => Err(reason.to_string()),
        });
    }

    fn network_error(&mut self, error: &podsix::Error) {
        self.end = Some(Err(error.to_string()));
    }
}

fn main() -> ExitCode {
    exit_code(run())
}

fn run() -> Result<(), Box<dyn Error>> {
    let Some(ClientArgs { address, name }) = client_args()? else {
        return Ok(writeln!(stdout(), "{HELP}")?);
    };
    let mut connection = Connection::connect(&address)?;
    let mut screen = Screen {
        asks_name: name.is_none(),
        end: None,
    };

    // Waiting for somebody to type is for a thread of its own. Its sender and
    // its waker end the sleep of `wait` below.
    let (sender, waker) = (connection.sender(), connection.waker());
    let (done, input) = mpsc::channel();
    thread::spawn(move || {
        let sent = send_lines(&sender, name);
        // Nobody listens any more where the chat has ended already.
        let _ = done.send(sent.map_err(|error| error.to_string()));
        waker.wake();
    });

    let stop = Stop::on_signals(connection.waker())?;
    let mut sent = None;
    while !stop.is_wanted() {
        connection.wait(None)?;
        connection.dispatch(&mut screen);
        if let Some(end) = screen.end {
            return Ok(end?);
        }
        sent = sent.or_else(|| input.try_recv().ok());
        match &sent {
            // What was typed before the connection is up waits for that.
            Some(Ok(())) if !connection.is_connected() => {}
            Some(_) => break,
            None => {}
        }
    }
    // Says goodbye, after everything that was sent.
    if connection.is_connected() && !connection.shutdown(Duration::from_secs(10))? {
        return Err("the server did not take everything in time".into());
    }
    Ok(sent.unwrap_or(Ok(()))?)
}

/// Sends what is typed, to the end of input.
fn send_lines(sender: &Sender, name: Option<String>) -> Result<(), Box<dyn Error>> {
    let unreadable = |error| format!("can't read the input: {error}");
    let mut lines = stdin().lines().map(|line| line.map_err(unreadable));
    let nickname = match name {
        Some(name) => name,
        None => lines.next().ok_or("no name was given")??,
    };
    sender.send(&ToServer::Nickname { nickname })?;
    for message in lines {
        sender.send(&ToServer::Message { message: message? })?;
    }
    Ok(())
}
