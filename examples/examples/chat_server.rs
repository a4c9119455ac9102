//! A chat server. Run it, and then `chat_client` in other terminals:
//!
//! ```sh
//! cargo run --release --example chat_server
//! ```

use std::error::Error;
use std::io::{self, Write, stdout};
use std::process::ExitCode;
use std::time::Duration;

use podsix::{Channel, Channels, Reason, Server, network_handler};
use podsix_examples::chat::{ToClient, ToServer};
use podsix_examples::cli::{Printable, Stop, exit_code, log_to_stderr, server_args};

const HELP: &str = "\
A chat server, for chat_client.

Usage: chat_server [ADDRESS...]

  ADDRESS      where to listen, as host:port; there can be several. The default,
               127.0.0.1:31425, is for this machine alone, 0.0.0.0:31425 for all
               networks that it is on. Port 0 takes a free one. PodSixNet's
               programs come to podsixnet://host:port.
  -h, --help   show this

Ctrl-C tells everybody and stops the server.";

/// What the server keeps for each client.
struct Player {
    nickname: String,
}

impl Default for Player {
    fn default() -> Self {
        let nickname = "anonymous".to_owned();
        Self { nickname }
    }
}

const MAX_NICKNAME_CHARS: usize = 24;

struct Chat;

// Where nobody reads the output any more, `println!` would panic. `writeln!`
// gives an error instead; what a method returns goes into the log.
#[network_handler(ToServer)]
impl Chat {
    fn network_connected(&mut self, channel: &mut Channel<Player>) -> io::Result<()> {
        writeln!(stdout(), "{} connected", channel.addr())
    }

    fn network_nickname(
        &mut self,
        channel: &mut Channel<Player>,
        nickname: &str,
    ) -> io::Result<()> {
        let nickname = nickname.trim().chars().take(MAX_NICKNAME_CHARS);
        let nickname: String = nickname.collect();
        // Nobody may pass for the server, whose name is empty.
        if !nickname.is_empty() {
            channel.nickname = nickname;
        }
        send_players(channel.channels());
        let nickname = Printable(&channel.nickname);
        writeln!(stdout(), "{} is {nickname}", channel.addr())
    }

    fn network_message(&mut self, channel: &mut Channel<Player>, message: String) {
        let who = channel.nickname.clone();
        channel.broadcast(&ToClient::Message { who, message });
    }

    fn network_disconnected(
        &mut self,
        channel: &mut Channel<Player>,
        reason: &Reason,
    ) -> io::Result<()> {
        let message = format!("{} left: {reason}", channel.nickname);
        let shown = writeln!(stdout(), "{}", Printable(&message));
        let who = String::new();
        channel.broadcast(&ToClient::Message { who, message });
        send_players(channel.channels());
        shown
    }
}

fn send_players(channels: &Channels<Player>) {
    let players = channels.iter().map(|player| player.nickname.clone());
    let players = players.collect();
    channels.broadcast(&ToClient::Players { players });
}

fn main() -> ExitCode {
    exit_code(run())
}

fn run() -> Result<(), Box<dyn Error>> {
    let Some(addresses) = server_args()? else {
        return Ok(writeln!(stdout(), "{HELP}")?);
    };
    log_to_stderr();

    let mut server = Server::<Player>::new();
    let stop = Stop::on_signals(server.waker())?;
    for address in &addresses {
        writeln!(stdout(), "listening on {}", server.listen(address)?)?;
    }
    let mut chat = Chat;
    while !stop.is_wanted() {
        // Sleeps until there is something to do.
        server.wait(None)?;
        server.dispatch(&mut chat);
    }
    // Delivers what was sent, tells everybody, and then tells the game.
    let _ = writeln!(stdout(), "shutting down");
    server.shutdown(Duration::from_secs(3))?;
    server.dispatch(&mut chat);
    Ok(())
}
