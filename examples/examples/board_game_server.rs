//! Buried, a game for two in the terminal: the server. It was ported from
//! Python's `board_game/server.py`, and then given types: what it was between is
//! `board_game_loose_server`. Run it, and then two `board_game_client`s:
//!
//! ```sh
//! cargo run --release --example board_game_server
//! ```

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{Write, stdout};
use std::process::ExitCode;
use std::time::Duration;

use podsix::{Channel, ChannelId, Channels, Server, network_handler};
use podsix_examples::board_game::{Refused, Round, Square, ToClient, ToServer};
use podsix_examples::cli::{Stop, exit_code, log_to_stderr, server_args};

const HELP: &str = "\
Buried, a game for two: the server, for board_game_client.

Usage: board_game_server [ADDRESS...]

  ADDRESS      where to listen, as host:port; there can be several. The default,
               127.0.0.1:31425, is for this machine alone, 0.0.0.0:31425 for all
               networks that it is on. Port 0 takes a free one. PodSixNet's
               programs come to podsixnet://host:port.
  -h, --help   show this

Ctrl-C tells everybody and stops the server.";

const MAX_NAME_CHARS: usize = 24;

/// What the server keeps for each client.
#[derive(Default)]
struct Player {
    name: String,
    table: Option<u32>,
}

#[derive(Default)]
struct GameServer {
    waiting: Option<ChannelId>,
    tables: BTreeMap<u32, Table>,
    last_table: u32,
}

#[network_handler(ToServer)]
impl GameServer {
    fn network_join(&mut self, channel: &mut Channel<Player>, name: &str) {
        if !channel.name.is_empty() {
            return refuse(channel, "you have a name already");
        }
        channel.name = name_from(name);
        let id = channel.id();
        self.find_rival(channel.channels_mut(), id);
    }

    fn network_bury(&mut self, channel: &mut Channel<Player>, square: Square) {
        if let Some(table) = self.table(channel) {
            table.bury(channel, square);
        }
    }

    fn network_dig(&mut self, channel: &mut Channel<Player>, square: Square) {
        if let Some(table) = self.table(channel) {
            table.dig(channel, square);
        }
    }

    fn network_carry(&mut self, channel: &mut Channel<Player>, square: Square) {
        if let Some(table) = self.table(channel) {
            table.carry(channel, square);
        }
    }

    fn network_rematch(&mut self, channel: &mut Channel<Player>) {
        if let Some(table) = self.table(channel) {
            table.rematch(channel);
        }
    }

    /// The connection is over: closed, or lost, or what came was no good.
    fn network_disconnected(&mut self, channel: &mut Channel<Player>) {
        self.leave(channel);
    }
}

impl GameServer {
    fn table(&mut self, channel: &Channel<Player>) -> Option<&mut Table> {
        let table = channel.table.and_then(|table| self.tables.get_mut(&table));
        if table.is_none() {
            refuse(channel, "nobody is there to play with");
        }
        table
    }

    fn find_rival(&mut self, channels: &mut Channels<Player>, player: ChannelId) {
        let Some(rival) = self.waiting.take() else {
            self.waiting = Some(player);
            return channels.send(player, &ToClient::Waiting);
        };
        self.last_table += 1;
        for id in [rival, player] {
            if let Some(mut player) = channels.get_mut(id) {
                player.table = Some(self.last_table);
            }
        }
        let table = Table::new(channels, rival, player);
        self.tables.insert(self.last_table, table);
    }

    fn leave(&mut self, channel: &mut Channel<Player>) {
        if self.waiting == Some(channel.id()) {
            self.waiting = None;
        }
        let table = channel.table.and_then(|table| self.tables.remove(&table));
        let Some(table) = table else { return };
        let rival = table.players[1 - table.seat(channel)];
        // Perhaps it left at the same moment.
        let channels = channel.channels_mut();
        if let Some(mut peer) = channels.get_mut(rival) {
            peer.table = None;
            peer.send(&ToClient::Left);
            self.find_rival(channels, rival);
        }
    }
}

/// Two players, and the round that they play.
struct Table {
    players: [ChannelId; 2],
    wins: [u32; 2],
    round: Round,
    want_rematch: [bool; 2],
}

impl Table {
    fn new(channels: &Channels<Player>, first: ChannelId, second: ChannelId) -> Self {
        let mut table = Self {
            players: [first, second],
            wins: [0, 0],
            round: Round::new(0),
            want_rematch: [false, false],
        };
        table.begin(channels, 0);
        table
    }

    fn begin(&mut self, channels: &Channels<Player>, first: usize) {
        self.round = Round::new(first);
        self.want_rematch = [false, false];
        for (seat, player) in self.players.into_iter().enumerate() {
            let rival = channels.get(self.players[1 - seat]);
            let rival = rival.map(|rival| rival.name.clone()).unwrap_or_default();
            channels.send(player, &ToClient::Begin { rival });
        }
    }

    fn bury(&mut self, channel: &Channel<Player>, square: Square) {
        let seat = self.seat(channel);
        if let Err(Refused(why)) = self.round.bury(seat, square) {
            return refuse(channel, why);
        }
        channel.send(&ToClient::Chest { square });
        if self.round.has_begun() {
            self.send_turn(channel.channels());
        }
    }

    fn dig(&mut self, channel: &Channel<Player>, square: Square) {
        let seat = self.seat(channel);
        let steps = match self.round.dig(seat, square) {
            Ok(steps) => steps,
            Err(Refused(why)) => return refuse(channel, why),
        };
        for other in self.players {
            let yours = other == channel.id();
            let dug = ToClient::Dug {
                yours,
                square,
                steps,
            };
            channel.channels().send(other, &dug);
        }
        match self.round.winner() {
            None => self.send_turn(channel.channels()),
            Some(winner) => {
                self.wins[seat] += 1;
                self.send_over(channel.channels(), winner);
            }
        }
    }

    fn carry(&mut self, channel: &Channel<Player>, square: Square) {
        let seat = self.seat(channel);
        if let Err(Refused(why)) = self.round.carry(seat, square) {
            return refuse(channel, why);
        }
        // Where the chest is now is a secret.
        channel.send(&ToClient::Chest { square });
        let rival = self.players[1 - seat];
        let channels = channel.channels();
        channels.send(rival, &ToClient::Carried);
        self.send_turn(channels);
    }

    fn rematch(&mut self, channel: &Channel<Player>) {
        let seat = self.seat(channel);
        let Some(winner) = self.round.winner() else {
            return refuse(channel, "this round is not over");
        };
        self.want_rematch[seat] = true;
        let channels = channel.channels();
        match self.want_rematch {
            // The loser begins.
            [true, true] => self.begin(channels, 1 - winner),
            _ => channels.send(self.players[1 - seat], &ToClient::Rematch),
        }
    }

    fn send_turn(&self, channels: &Channels<Player>) {
        for (seat, player) in self.players.into_iter().enumerate() {
            let yours = seat == self.round.turn();
            channels.send(player, &ToClient::Turn { yours });
        }
    }

    fn send_over(&self, channels: &Channels<Player>, winner: usize) {
        for (seat, player) in self.players.into_iter().enumerate() {
            let won = seat == winner;
            // Both are buried when somebody wins.
            let chest = self.round.chest(1 - seat).unwrap_or_default();
            let score = (self.wins[seat], self.wins[1 - seat]);
            channels.send(player, &ToClient::Over { won, chest, score });
        }
    }

    /// Which of the two players this is.
    fn seat(&self, channel: &Channel<Player>) -> usize {
        usize::from(channel.id() != self.players[0])
    }
}

fn refuse(channel: &Channel<Player>, why: &str) {
    let why = why.to_owned();
    channel.send(&ToClient::Refused { why });
}

fn name_from(typed: &str) -> String {
    match typed.trim() {
        "" => "anonymous".to_owned(),
        name => name.chars().take(MAX_NAME_CHARS).collect(),
    }
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
    let mut game = GameServer::default();
    while !stop.is_wanted() {
        // Sleeps until there is something to do.
        server.wait(None)?;
        server.dispatch(&mut game);
    }
    // Delivers what was sent, tells everybody, and then tells the game.
    let _ = writeln!(stdout(), "shutting down");
    server.shutdown(Duration::from_secs(3))?;
    server.dispatch(&mut game);
    Ok(())
}

#[cfg(test)]
mod tests {
    use podsix::testing::{ClientId, Game};

    use super::*;

    /// Two players at a table, whose chests are in opposite corners.
    fn table() -> (Game<Player, GameServer>, [ClientId; 2]) {
        let mut game = Game::new(GameServer::default());
        let players = ["ann", "bob"].map(|name| {
            let id = game.join();
            let name = name.to_owned();
            game.send(id, &ToServer::Join { name });
            id
        });
        for (player, square) in players.into_iter().zip([(0, 0), (4, 4)]) {
            game.send(player, &ToServer::Bury { square });
        }
        for player in players {
            game.received::<ToClient>(player);
        }
        (game, players)
    }

    #[test]
    fn where_a_chest_is_carried_is_a_secret() {
        let (mut game, [ann, bob]) = table();
        let square = (0, 1);
        game.send(ann, &ToServer::Carry { square });
        let turn = |yours| ToClient::Turn { yours };
        assert_eq!(
            game.received::<ToClient>(ann),
            [ToClient::Chest { square }, turn(false)]
        );
        assert_eq!(
            game.received::<ToClient>(bob),
            [ToClient::Carried, turn(true)]
        );
    }

    #[test]
    fn a_table_is_gone_when_one_of_its_players_is() {
        let (mut game, [ann, bob]) = table();
        game.leave(bob, "supper is ready");
        assert_eq!(
            game.received::<ToClient>(ann),
            [ToClient::Left, ToClient::Waiting]
        );
        assert!(game.handler().tables.is_empty());
        // Whoever waits and leaves is not played with.
        game.cut(ann);
        let cleo = game.join();
        let name = "cleo".to_owned();
        game.send(cleo, &ToServer::Join { name });
        assert_eq!(game.received::<ToClient>(cleo), [ToClient::Waiting]);
    }

    #[test]
    fn who_leaves_together_leaves_nobody_waiting() {
        let (mut game, players) = table();
        game.step(|_, server| server.channels().iter().for_each(|player| player.close("")));
        game.settle();
        for player in players {
            assert!(
                !game
                    .received::<ToClient>(player)
                    .contains(&ToClient::Waiting)
            );
        }
        assert_eq!(game.handler().waiting, None);
        assert!(game.handler().tables.is_empty());
    }
}
