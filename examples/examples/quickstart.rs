//! A server and two clients, here in one process, talk over real TCP.
//!
//! ```sh
//! cargo run --release --example quickstart
//! ```

use std::env;
use std::io::{Write, stdout};
use std::time::Duration;

use podsix::{Channel, Channels, Connection, Reason, Server, network_handler};

// What the two ends say to each other, one enum for each direction. The name
// of a variant in snake_case is the action, its fields are what goes with it.

#[derive(podsix::Message)]
enum ToServer {
    Nickname { nickname: String },
    Message { message: String },
}

#[derive(podsix::Message)]
enum ToClient {
    Players { players: Vec<String> },
    Message { who: String, message: String },
}

// ---- The server ----

/// What the server keeps for each client.
#[derive(Default)]
struct Player {
    nickname: String,
}

struct Chat;

// `network_nickname` is called for each `Nickname` that arrives, and so on. A
// method that is missing, misspelt or asks for another field does not compile.
#[network_handler(ToServer)]
impl Chat {
    // A channel is the server's end of one client. It gives access to that
    // client's `Player`, and to all other channels.
    fn network_nickname(&mut self, channel: &mut Channel<Player>, nickname: String) {
        channel.nickname = nickname;
        send_players(channel.channels());
    }

    fn network_message(&mut self, channel: &mut Channel<Player>, message: String) {
        let who = channel.nickname.clone();
        channel.broadcast(&ToClient::Message { who, message });
    }

    // Not messages: every client comes, and goes for a reason.
    fn network_connected(&mut self, channel: &mut Channel<Player>) {
        show(format!("server: {} connected", channel.addr()));
    }

    fn network_disconnected(&mut self, channel: &mut Channel<Player>, reason: &Reason) {
        show(format!("server: {} left: {reason}", channel.nickname));
        send_players(channel.channels());
    }
}

fn send_players(channels: &Channels<Player>) {
    let players = channels.iter().map(|player| player.nickname.clone());
    // Whoever has just connected has no name yet.
    let players = players.filter(|name| !name.is_empty()).collect();
    channels.broadcast(&ToClient::Players { players });
}

// ---- The clients ----

/// Somebody who takes turns with the other one until nothing is left to say.
struct Person {
    name: &'static str,
    lines: std::array::IntoIter<&'static str, 2>,
}

impl Person {
    fn new(name: &'static str, lines: [&'static str; 2]) -> Self {
        let lines = lines.into_iter();
        Self { name, lines }
    }
}

#[network_handler(ToClient)]
impl Person {
    // What a method returns as an error goes into the log, and to
    // `network_error` where there is one.
    fn network_players(
        &mut self,
        connection: &mut Connection,
        players: &[String],
    ) -> podsix::Result<()> {
        show(format!("{}: players: {}", self.name, players.join(", ")));
        match players {
            // The one who was there first begins.
            [first, _] if first == self.name => self.say_next(connection)?,
            [_] if self.lines.len() == 0 => connection.close("nobody is left"),
            _ => {}
        }
        Ok(())
    }

    fn network_message(
        &mut self,
        connection: &mut Connection,
        who: &str,
        message: &str,
    ) -> podsix::Result<()> {
        if who == self.name {
            return Ok(());
        }
        show(format!("{}: {who} says: {message}", self.name));
        self.say_next(connection)
    }

    fn network_disconnected(&mut self, reason: &Reason) {
        show(format!("{}: the end: {reason}", self.name));
    }

    // An ordinary method: its name does not begin with `network_`.
    fn say_next(&mut self, connection: &mut Connection) -> podsix::Result<()> {
        let Some(line) = self.lines.next() else {
            connection.close("nothing left to say");
            return Ok(());
        };
        let message = line.to_owned();
        connection.send(&ToServer::Message { message })?;
        Ok(())
    }
}

// ---- The game's loop ----

fn main() -> podsix::Result<()> {
    if env::args().len() > 1 {
        show("Shows a server and two clients who talk. Usage: quickstart".to_owned());
        return Ok(());
    }

    let mut chat = Chat;
    let mut server = Server::<Player>::new();
    // Port 0 takes a free one; a game would `Server::bind("0.0.0.0:31425")`.
    let address = server.listen("127.0.0.1:0")?.to_string();

    let mut ann = Person::new("ann", ["hi bob!", "your move, I think"]);
    let mut bob = Person::new("bob", ["hi ann!", "then I move a6 to b5"]);
    let mut anns = Connection::connect(&address)?;
    let mut bobs = Connection::connect(&address)?;
    // What is sent before the connection is up is kept.
    for (connection, person) in [(&anns, &ann), (&bobs, &bob)] {
        let nickname = person.name.to_owned();
        connection.send(&ToServer::Nickname { nickname })?;
    }

    // Usually a server is a program of its own, and so is each client, and
    // every one of them does this in its loop. `pump` sends and receives and
    // never blocks, `wait` sleeps until there is something to do.
    while !(anns.is_closed() && bobs.is_closed() && server.channels().is_empty()) {
        server.wait(Some(FRAME))?;
        server.dispatch(&mut chat);
        for (connection, person) in [(&mut anns, &mut ann), (&mut bobs, &mut bob)] {
            connection.pump()?;
            connection.dispatch(person);
        }
    }
    Ok(())
}

const FRAME: Duration = Duration::from_millis(10);

/// `println!` would panic where nobody reads on, as in `quickstart | head -3`.
fn show(line: String) {
    let _ = writeln!(stdout(), "{line}");
}
