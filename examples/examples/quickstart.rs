//! A server and two clients in one process, over real TCP.
//!
//! Run it with `cargo run --release --example quickstart`.

use podsix::{Channel, Channels, Connection, Reason, Server, network_handler};

#[derive(podsix::Message, Debug, PartialEq)]
pub enum ToServer {
    Nickname { nickname: String },
    Message { message: String },
}

#[derive(podsix::Message, Debug, PartialEq)]
pub enum ToClient {
    Players { players: Vec<String> },
    Message { who: String, message: String },
}

#[derive(Default)]
struct Player {
    nickname: String,
}
struct Chat;

#[network_handler(ToServer)]
impl Chat {
    fn network_connected(&mut self, channel: &mut Channel<Player>) {
        println!("new player {}", channel.addr());
    }
    fn network_nickname(&mut self, channel: &mut Channel<Player>, nickname: String) {
        channel.nickname = nickname;
        self.send_players(channel.channels());
    }
    fn network_message(&mut self, channel: &mut Channel<Player>, message: String) {
        channel.broadcast(&ToClient::Message {
            who: channel.nickname.clone(),
            message,
        });
    }
    fn network_disconnected(&mut self, channel: &mut Channel<Player>, reason: &Reason) {
        println!("{} left: {reason}", channel.nickname);
        self.send_players(channel.channels());
    }
    fn send_players(&self, channels: &Channels<Player>) {
        // an ordinary method: no `network_`
        let players = channels
            .iter()
            .map(|player| player.nickname.clone())
            .collect();
        channels.broadcast(&ToClient::Players { players });
    }
}

struct Log(&'static str, usize);

#[network_handler(ToClient)]
impl Log {
    fn network_connected(&mut self) {
        println!("{}: connected", self.0);
    }
    fn network_players(&mut self, players: &[String]) {
        println!("{}: {} players", self.0, players.len());
    }
    fn network_message(&mut self, who: &str, message: &str) {
        println!("{}: {who}: {message}", self.0);
        self.1 += 1;
    }
    fn network_disconnected(&mut self, reason: &Reason) {
        println!("{}: {reason}", self.0);
    }
}

fn main() -> podsix::Result<()> {
    let mut server = Server::<Player>::bind("127.0.0.1:0")?;
    let mut chat = Chat;
    let addr = server.addr().unwrap().to_string();
    let mut ann = Connection::connect(&addr)?;
    let mut bob = Connection::connect(&addr)?;
    ann.send(&ToServer::Nickname {
        nickname: "ann".into(),
    })?;
    bob.send(&ToServer::Nickname {
        nickname: "bob".into(),
    })?;
    ann.send(&ToServer::Message {
        message: "hi".into(),
    })?;
    let (mut a, mut b) = (Log("ann", 0), Log("bob", 0));
    let mut n = 0;
    while a.1 < 1 {
        n += 1;
        server.wait(Some(std::time::Duration::from_millis(1)))?;
        server.dispatch(&mut chat);
        for (c, l) in [(&mut ann, &mut a), (&mut bob, &mut b)] {
            c.pump()?;
            c.dispatch(l);
        }
    }
    println!("{n} rounds");
    bob.close("bye");
    for _ in 0..10 {
        server.wait(Some(std::time::Duration::from_millis(1)))?;
        server.dispatch(&mut chat);
        ann.pump()?;
        ann.dispatch(&mut a);
        bob.pump()?;
        bob.dispatch(&mut b);
    }
    println!("{:?}", ann.link());
    server.shutdown(std::time::Duration::from_secs(1))?;
    ann.wait(None)?;
    ann.dispatch(&mut a);
    Ok(())
}
