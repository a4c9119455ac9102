//! Tic-tac-toe, hosted by one of the two who play: the host's program has the
//! server inside and plays through memory, the guest joins over TCP.
//!
//! `cargo run --example board_lan` plays one scripted game, both in one program.

use std::env;

use podsix::{Channel, ChannelId, Connection, Error, Server, network_handler};

#[derive(podsix::Message)]
enum ToServer {
    Place { square: usize },
}

#[derive(podsix::Message, Debug, PartialEq)]
enum ToClient {
    Begin { you: char },
    Placed { square: usize, stone: char },
    Refused { why: String },
    Over { winner: Option<char> },
}

const LINES: &str = "012 345 678 036 147 258 048 246"; // three in a row

/// The rules, on the host's machine; the host has no advantage by that.
#[derive(Default)]
struct Rules {
    board: [Option<char>; 9],
    moves: usize,
    /// Who plays which stones.
    players: Vec<(ChannelId, char)>,
}

#[network_handler(ToServer)]
impl Rules {
    fn network_connected(&mut self, channel: &mut Channel<()>) {
        let Some(&you) = ['X', 'O'].get(self.players.len()) else {
            return channel.close("two are playing already");
        };
        self.players.push((channel.id(), you));
        channel.send(&ToClient::Begin { you });
    }
    fn network_place(&mut self, channel: &mut Channel<()>, square: usize) {
        let turn = self.players.get(self.moves % 2).copied();
        let why = match (turn, self.board.get_mut(square)) {
            (None, _) => "nobody is there to play with",
            (Some((id, _)), _) if id != channel.id() => "it is not your turn",
            (_, None) => "there is no such square",
            (_, Some(Some(_))) => "this square is taken",
            (Some((_, stone)), Some(place)) => {
                *place = Some(stone);
                self.moves += 1;
                channel.broadcast(&ToClient::Placed { square, stone });
                return self.judge(channel);
            }
        };
        let why = why.to_owned();
        channel.send(&ToClient::Refused { why });
    }
    fn network_disconnected(&mut self, channel: &mut Channel<()>) {
        let mut players = self.players.iter();
        if let Some(place) = players.position(|(id, _)| *id == channel.id()) {
            let winner = self.players.get(1 - place).map(|(_, stone)| *stone);
            *self = Self::default();
            channel.broadcast(&ToClient::Over { winner });
        }
    }
    fn judge(&mut self, channel: &Channel<()>) {
        let three = |line: &str| {
            let mut stones = line
                .bytes()
                .map(|digit| self.board[usize::from(digit - b'0')]);
            let first = stones.next().flatten();
            first.filter(|_| stones.all(|stone| stone == first))
        };
        let winner = LINES.split(' ').find_map(three);
        if winner.is_some() || self.moves == 9 {
            *self = Self::default(); // for the next two who join
            channel.broadcast(&ToClient::Over { winner });
        }
    }
}

/// A program of one player; the host's has the server, too.
struct Program {
    connection: Connection,
    server: Option<(Server<()>, Rules)>,
    /// How many stones are on the board, once the game has begun.
    stones: Option<usize>,
    is_over: bool,
}

#[network_handler(ToClient)]
impl Program {
    fn new(connection: Connection, server: Option<(Server<()>, Rules)>) -> Self {
        Self {
            connection,
            server,
            stones: None,
            is_over: false,
        }
    }
    fn frame(&mut self) -> podsix::Result<()> {
        self.connection.pump()?;
        if let Some((server, rules)) = &mut self.server {
            server.pump()?;
            server.dispatch(rules);
            self.connection.pump()?;
        }
        self.connection.take_events().dispatch(self);
        Ok(())
    }
    fn network_begin(&mut self, you: char) {
        println!("You play {you}.");
        self.stones = Some(0);
    }
    fn network_placed(&mut self, square: usize, stone: char) {
        println!("{stone} at {square}");
        self.stones = self.stones.map(|stones| stones + 1);
    }
    fn network_refused(&mut self, why: &str) {
        println!("Not so: {why}.");
    }
    fn network_over(&mut self, winner: Option<char>) {
        println!("The winner is {winner:?}.");
        self.is_over = true;
    }
    fn network_error(&mut self, error: &Error) {
        println!("{error}");
    }
}

fn main() -> podsix::Result<()> {
    if env::args().any(|arg| matches!(&*arg, "--help" | "-h")) {
        println!("Plays a scripted game of host and guest. Usage: board_lan");
        return Ok(());
    }
    let mut server = Server::new();
    let connection = Connection::local(&mut server);
    let address = server.listen("127.0.0.1:0")?; // "0.0.0.0:31425" for a real one
    let mut host = Program::new(connection, Some((server, Rules::default())));
    let mut guest = Program::new(Connection::connect(&address.to_string())?, None);
    let (squares, mut played) = ([4, 0, 2, 1, 6, 8, 3, 5, 7], 0);
    while !guest.is_over {
        if guest.stones == Some(played) && host.stones == guest.stones {
            let (next, square) = ([&host, &guest][played % 2], squares[played]);
            next.connection.send(&ToServer::Place { square })?;
            played += 1;
        }
        host.frame()?;
        guest.frame()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use podsix::Reason;
    use podsix::testing::{Game, Lifecycle};

    use super::*;

    #[test]
    fn the_squares_are_taken_in_turn() {
        let mut game = Game::<(), _>::new(Rules::default());
        let host = game.join();
        game.send(host, &ToServer::Place { square: 4 });
        game.send(host, &ToServer::Place { square: 0 });
        let guest = game.join();
        for square in [9, 4, 8] {
            game.send(guest, &ToServer::Place { square });
        }
        let refused = |why: &str| ToClient::Refused {
            why: why.to_owned(),
        };
        assert_eq!(
            game.received::<ToClient>(guest),
            [
                ToClient::Begin { you: 'O' },
                refused("there is no such square"),
                refused("this square is taken"),
                ToClient::Placed {
                    square: 8,
                    stone: 'O'
                },
            ]
        );
        assert_eq!(
            game.received::<ToClient>(host),
            [
                ToClient::Begin { you: 'X' },
                ToClient::Placed {
                    square: 4,
                    stone: 'X'
                },
                refused("nobody is there to play with"),
                ToClient::Placed {
                    square: 8,
                    stone: 'O'
                },
            ]
        );
    }

    #[test]
    fn there_is_room_for_two() {
        let mut game = Game::<(), _>::new(Rules::default());
        let [_, _, third] = [(); 3].map(|()| game.join());
        let words = "two are playing already".to_owned();
        let closed = Lifecycle::Disconnected(Reason::ClosedByPeer { words });
        assert_eq!(game.lifecycle(third), [Lifecycle::Connected, closed]);
    }

    #[test]
    fn who_leaves_has_lost() {
        let mut game = Game::<(), _>::new(Rules::default());
        let [host, guest] = [(); 2].map(|()| game.join());
        game.cut(guest);
        let winner = Some('X');
        assert_eq!(
            game.received::<ToClient>(host).last(),
            Some(&ToClient::Over { winner })
        );
    }

    #[test]
    fn the_program_plays_to_the_end() -> podsix::Result<()> {
        main()
    }
}
