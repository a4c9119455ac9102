//! Buried, a game for two in the terminal: the client, ported from Python line
//! by line. Its handlers go by the names of the actions and take dicts, as in
//! `board_game/client.py`; `board_game_client` is the next step, with types.
//!
//! ```sh
//! cargo run --release --example board_game_loose_client -- --name ann
//! ```

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{Write, stdout};
use std::process::ExitCode;
use std::sync::mpsc::TryRecvError;
use std::time::Duration;

use podsix::{Connection, Reason, Value, data, network_handler};
use podsix_examples::board_game::{Square, draw_islands, parse_square, square_name};
use podsix_examples::cli::{ClientArgs, Printable, client_args, exit_code, typed_lines};

const HELP: &str = "\
Buried, a game for two: the client, for board_game_server.

Usage: board_game_loose_client [ADDRESS] [--name NAME]

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

#[network_handler]
impl Client {
    // What the server says.

    fn network_waiting(&mut self) -> Outcome {
        say("Nobody else is here yet. Wait for a rival ...")
    }

    fn network_begin(&mut self, data: &Value) -> Outcome {
        self.clear();
        self.rival = Printable(data.get("rival")?).to_string();
        say(&format!("You play against {}.", self.rival))?;
        self.show_islands()?;
        say("Bury your chest: type a square, such as b3.")
    }

    fn network_chest(&mut self, data: &Value) -> Outcome {
        let chest = data.get("square")?;
        self.chest = Some(chest);
        say(&format!("Your chest is at {}.", square_name(chest)))
    }

    fn network_turn(&mut self, data: &Value) -> Outcome {
        let rival = &self.rival;
        if !data.get("yours")? {
            return say(&format!("It is {rival}'s turn."));
        }
        self.show_islands()?;
        say(&format!(
            "Your turn: dig on {rival}'s island, by typing a square such as c4,"
        ))?;
        say("or carry your chest to the next square, as in `carry c4`.")
    }

    fn network_dug(&mut self, data: &Value) -> Outcome {
        let (square, steps) = (data.get("square")?, data.get("steps")?);
        let who = if data.get("yours")? {
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

    fn network_over(&mut self, data: &Value) -> Outcome {
        self.show_islands()?;
        let won = data.get("won")?;
        let result = if won { "win" } else { "lose" };
        let (mine, rivals) = data.get::<(u32, u32)>("score")?;
        say(&format!("You {result}, {mine} : {rivals}."))?;
        if !won {
            let chest = square_name(data.get("chest")?);
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

    fn network_refused(&mut self, data: &Value) -> Outcome {
        say(&format!("No: {}.", Printable(data.get("why")?)))
    }

    // What happens to the connection.

    fn network_connected(&mut self, connection: &mut Connection) -> Outcome {
        connection.send(&data! { "action": "join", "name": self.name.as_str() })?;
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
            (["again"], _) => data! { "action": "rematch" },
            (["carry", _], Some(square)) => data! { "action": "carry", "square": square },
            ([_], Some(square)) => {
                let action = if self.chest.is_none() { "bury" } else { "dig" };
                data! { "action": action, "square": square }
            }
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
