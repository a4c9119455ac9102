//! A card game with private hands: each of two players is dealt three cards that
//! nobody else sees; the higher of two cards on the table takes both.
//!
//! `cargo run --example cards` plays one scripted game, all in one program.

use std::env;

use podsix::{Channel, ChannelId, Channels, Connection, Reason, Server, network_handler};

#[derive(podsix::Data, Clone, Copy, Debug, PartialEq, PartialOrd)]
struct Card(u8);

#[derive(podsix::Message)]
enum ToServer {
    Sit { name: String },
    Play { card: Card },
}

#[derive(podsix::Message, Debug, PartialEq)]
enum ToClient {
    Hand { cards: Vec<Card> },
    Turn { who: String },
    Played { who: String, card: Card },
    Taken { who: String },
    Refused { why: String },
    Over { why: String },
}

/// What the server keeps for each client; a hand is sent to its owner alone.
#[derive(Default)]
struct Player {
    name: String,
    hand: Vec<Card>,
}

struct Table {
    deck: Vec<Card>,
    /// Who plays, the next one first; empty again when the game is over.
    seats: Vec<ChannelId>,
    on_table: Option<(ChannelId, Card)>,
}

#[network_handler(ToServer)]
impl Table {
    fn new(deck: Vec<Card>) -> Self {
        let (seats, on_table) = (Vec::new(), None);
        Self {
            deck,
            seats,
            on_table,
        }
    }

    fn network_sit(&mut self, channel: &mut Channel<Player>, name: String) {
        if self.seats.len() == 2 || self.deck.len() < 3 || !channel.name.is_empty() {
            return refuse(channel, "you can't sit down now");
        }
        self.seats.push(channel.id());
        let cards = self.deck.split_off(self.deck.len() - 3);
        let player = channel.state_mut();
        player.name = name;
        player.hand = cards.clone();
        channel.send(&ToClient::Hand { cards });
        self.call(channel.channels());
    }

    fn network_play(&mut self, channel: &mut Channel<Player>, card: Card) {
        let id = channel.id();
        if self.seats.len() < 2 || self.seats.first() != Some(&id) {
            return refuse(channel, "it is not your turn");
        }
        let Some(place) = channel.hand.iter().position(|held| *held == card) else {
            return refuse(channel, "you don't have this card");
        };
        channel.hand.remove(place);
        let who = channel.name.clone();
        channel.broadcast(&ToClient::Played { who, card });
        self.seats.swap(0, 1);
        match self.on_table.take() {
            None => self.on_table = Some((id, card)),
            Some((other, before)) => {
                let winner = if card > before { id } else { other };
                let who = name(channel.channels(), winner);
                channel.broadcast(&ToClient::Taken { who });
            }
        }
        self.call(channel.channels());
    }

    fn network_disconnected(&mut self, channel: &mut Channel<Player>, reason: &Reason) {
        if self.seats.contains(&channel.id()) {
            self.seats.clear();
            let why = format!("{} left: {reason}", channel.name);
            channel.broadcast(&ToClient::Over { why });
        }
    }

    /// Tells whose turn it is, or that the game is over.
    fn call(&mut self, players: &Channels<Player>) {
        let [next, _] = self.seats[..] else { return };
        if players.get(next).is_some_and(|it| it.hand.is_empty()) {
            self.seats.clear();
            let why = "all cards are played".to_owned();
            return players.broadcast(&ToClient::Over { why });
        }
        let who = name(players, next);
        players.broadcast(&ToClient::Turn { who });
    }
}

fn name(players: &Channels<Player>, id: ChannelId) -> String {
    players.get(id).map_or(String::new(), |it| it.name.clone())
}

fn refuse(channel: &Channel<Player>, why: &str) {
    let why = why.to_owned();
    channel.send(&ToClient::Refused { why });
}

/// Two players who put down the first card of their hands when it is their turn.
fn main() -> podsix::Result<()> {
    if env::args().any(|arg| matches!(&*arg, "--help" | "-h")) {
        println!("Plays a scripted game of cards for two. Usage: cards");
        return Ok(());
    }
    let mut table = Table::new([5, 2, 8, 3, 9, 1].map(Card).to_vec());
    let mut server = Server::<Player>::new();
    let mut players = ["Ann", "Bob"].map(|name| (name, Connection::local(&mut server), vec![]));
    for (name, connection, _) in &players {
        let name = (*name).to_owned();
        connection.send(&ToServer::Sit { name })?;
    }
    let mut is_over = false;
    while !is_over {
        server.pump()?;
        server.dispatch(&mut table);
        for (name, connection, hand) in &mut players {
            connection.pump()?;
            for message in connection.take_events().read::<ToClient>() {
                println!("{name}: {message:?}");
                match message {
                    ToClient::Hand { cards } => *hand = cards,
                    ToClient::Turn { who } if who == *name => {
                        let card = hand.remove(0);
                        connection.send(&ToServer::Play { card })?;
                    }
                    ToClient::Over { .. } => is_over = true,
                    _ => {}
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use podsix::testing::Game;

    use super::*;

    fn table() -> (Game<Player, Table>, [podsix::testing::ClientId; 2]) {
        let deck = (1..=6).map(Card).collect();
        let mut game = Game::new(Table::new(deck));
        let ids = ["Ann", "Bob"].map(|name| {
            let id = game.join();
            let name = name.to_owned();
            game.send(id, &ToServer::Sit { name });
            id
        });
        (game, ids)
    }

    fn turn(who: &str) -> ToClient {
        let who = who.to_owned();
        ToClient::Turn { who }
    }

    #[test]
    fn hands_are_private() {
        let (mut game, [ann, bob]) = table();
        let hand = |cards: [u8; 3]| ToClient::Hand {
            cards: cards.map(Card).to_vec(),
        };
        assert_eq!(
            game.received::<ToClient>(ann),
            [hand([4, 5, 6]), turn("Ann")]
        );
        assert_eq!(
            game.received::<ToClient>(bob),
            [hand([1, 2, 3]), turn("Ann")]
        );
    }

    #[test]
    fn only_own_cards_in_turn() {
        let (mut game, [ann, bob]) = table();
        drop((
            game.received::<ToClient>(ann),
            game.received::<ToClient>(bob),
        ));
        game.send(bob, &ToServer::Play { card: Card(1) });
        game.send(ann, &ToServer::Play { card: Card(1) });
        let refused = |why: &str| ToClient::Refused {
            why: why.to_owned(),
        };
        assert_eq!(
            game.received::<ToClient>(bob),
            [refused("it is not your turn")]
        );
        assert_eq!(
            game.received::<ToClient>(ann),
            [refused("you don't have this card")]
        );
    }

    #[test]
    fn a_whole_game() {
        let (mut game, [ann, bob]) = table();
        for (high, low) in [(4, 1), (5, 2), (6, 3)] {
            game.send(ann, &ToServer::Play { card: Card(high) });
            game.send(bob, &ToServer::Play { card: Card(low) });
        }
        let why = "all cards are played".to_owned();
        assert_eq!(
            game.received::<ToClient>(bob).last(),
            Some(&ToClient::Over { why })
        );
    }

    #[test]
    fn who_leaves_ends_the_game() {
        let (mut game, [ann, bob]) = table();
        game.leave(bob, "good night");
        let why = "Bob left: closed by the other end: `good night`".to_owned();
        assert_eq!(
            game.received::<ToClient>(ann).last(),
            Some(&ToClient::Over { why })
        );
    }

    #[test]
    fn the_program_plays_to_the_end() -> podsix::Result<()> {
        main()
    }
}
