//! Buried, a game for two in the terminal: the client. It was ported from
//! Python's `board_game/client.py`, and then given types: what it was between is
//! `board_game_loose_client`. Run `board_game_server` first, then this, twice:
//!
//! ```sh
//! cargo run --release --example board_game_client -- --name ann
//! ```

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{Write, stdout};
use std::process::ExitCode;
use std::sync::mpsc::TryRecvError;
use std::time::Duration;

use podsix::{Connection, Reason, network_handler};
use podsix_examples::board_game::{
    Square, ToClient, ToServer, draw_islands, parse_square, square_name,
};
use podsix_examples::cli::{ClientArgs, Printable, client_args, exit_code, typed_lines};

const HELP: &str = "\
Buried, a game for two: the client, for board_game_server.

Usage: board_game_client [ADDRESS] [--name NAME]

  ADDRESS       where the server is, as host:port; the default is 127.0.0.1:31425,
                podsixnet://host:port is a server in Python
  --name NAME   your name
  -h, --help    show this";

const COMMANDS: &str = "Type a square such as b3, `carry b3`, `again` or `quit`.";

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

#[derive(Default)]
struct Client {
    name: String,
    rival: String,
    // A new round begins with islands that are untouched.
    chest: Option<Square>,
    my_holes: BTreeMap<Square, u8>,
    rivals_holes: BTreeMap<Square, u8>,
    /// How it ended, once it has.
    end: Option<Result<(), String>>,
}

#[network_handler(ToClient)]
impl Client {
    // What the server says.

    fn network_waiting(&mut self) -> Outcome {
        say("Nobody else is here yet. Wait for a rival ...")
    }

    fn network_begin(&mut self, rival: &str) -> Outcome {
        self.clear();
        self.rival = Printable(rival).to_string();
        say(&format!("You play against {}.", self.rival))?;
        self.show_islands()?;
        say("Bury your chest: type a square, such as b3.")
    }

    fn network_chest(&mut self, square: Square) -> Outcome {
        self.chest = Some(square);
        say(&format!("Your chest is at {}.", square_name(square)))
    }

    fn network_turn(&mut self, yours: bool) -> Outcome {
        let rival = &self.rival;
        if !yours {
            return say(&format!("It is {rival}'s turn."));
        }
        self.show_islands()?;
        say(&format!(
            "Your turn: dig on {rival}'s island, by typing a square such as c4,"
        ))?;
        say("or carry your chest to the next square, as in `carry c4`.")
    }

    fn network_dug(&mut self, yours: bool, square: Square, steps: u8) -> Outcome {
        let who = if yours {
            self.rivals_holes.insert(square, steps);
            "You dig".to_owned()
        } else {
            self.my_holes.insert(square, steps);
            format!("{} digs", self.rival)
        };
        let what = match steps {
            0 => "there is the chest!".to_owned(),
            1 => "1 step from the chest".to_owned(),
            _ => format!("{steps} steps from the chest"),
        };
        say(&format!("{who} at {}: {what}", square_name(square)))
    }

    fn network_carried(&mut self) -> Outcome {
        say(&format!("{} carries the chest one step on.", self.rival))
    }

    fn network_over(&mut self, won: bool, chest: Square, score: (u32, u32)) -> Outcome {
        self.show_islands()?;
        let result = if won { "win" } else { "lose" };
        let (mine, rivals) = score;
        say(&format!("You {result}, {mine} : {rivals}."))?;
        if !won {
            let chest = square_name(chest);
            say(&format!("The chest of {} was at {chest}.", self.rival))?;
        }
        say("Another round? Type `again` or `quit`.")
    }

    fn network_rematch(&mut self) -> Outcome {
        say(&format!(
            "{} wants another round: type `again`.",
            self.rival
        ))
    }

    fn network_left(&mut self) -> Outcome {
        say(&format!("{} has left.", self.rival))
    }

    fn network_refused(&mut self, why: &str) -> Outcome {
        say(&format!("No: {}.", Printable(why)))
    }

    // What happens to the connection.

    fn network_connected(&mut self, connection: &mut Connection) -> Outcome {
        let name = self.name.clone();
        connection.send(&ToServer::Join { name })?;
        Ok(())
    }

    fn network_disconnected(&mut self, reason: &Reason) {
        self.end = Some(Err(reason.to_string()));
    }

    fn network_error(&mut self, error: &podsix::Error) {
        self.end = Some(Err(error.to_string()));
    }
}

impl Client {
    // What the player types.

    fn take_line(&mut self, connection: &Connection, line: &str) -> Outcome {
        let words: Vec<&str> = line.split_whitespace().collect();
        let square = words.last().and_then(|word| parse_square(word));
        let message = match (words.as_slice(), square) {
            (["quit"], _) => {
                self.end = Some(Ok(()));
                return Ok(());
            }
            (["again"], _) => ToServer::Rematch,
            (["carry", _], Some(square)) => ToServer::Carry { square },
            ([_], Some(square)) if self.chest.is_none() => ToServer::Bury { square },
            ([_], Some(square)) => ToServer::Dig { square },
            _ => return say(COMMANDS),
        };
        connection.send(&message)?;
        Ok(())
    }

    fn clear(&mut self) {
        self.chest = None;
        self.my_holes.clear();
        self.rivals_holes.clear();
    }

    fn show_islands(&self) -> Outcome {
        say(&draw_islands(
            &self.my_holes,
            self.chest,
            &self.rivals_holes,
            &self.rival,
        ))
    }
}

/// `println!` would panic where nobody reads on.
fn say(text: &str) -> Outcome {
    Ok(writeln!(stdout(), "{text}")?)
}

fn main() -> ExitCode {
    exit_code(run())
}

fn run() -> Result<(), Box<dyn Error>> {
    let Some(ClientArgs { address, name }) = client_args()? else {
        return Ok(writeln!(stdout(), "{HELP}")?);
    };
    let mut connection = Connection::connect(&address)?;
    let mut client = Client {
        name: name.unwrap_or_default(),
        ..Client::default()
    };
    let lines = typed_lines(connection.waker());
    let end = loop {
        // Sleeps until the server says something, or a line is typed.
        connection.wait(None)?;
        connection.dispatch(&mut client);
        while client.end.is_none() {
            match lines.try_recv() {
                Ok(line) => {
                    let taken = client.take_line(&connection, &line);
                    taken.map_err(|error| error.to_string())?;
                }
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => client.end = Some(Ok(())),
            }
        }
        if let Some(end) = client.end {
            break end;
        }
    };
    if connection.is_connected() {
        connection.shutdown(Duration::from_secs(3))?;
    }
    Ok(end?)
}
